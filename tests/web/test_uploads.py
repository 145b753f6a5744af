import io
import json
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest
from safetensors.numpy import load

from app.sequences.samples import SAMPLES
from app.settings import Settings
from tests.web.running import Running, problem, running

WEATHER = (
    "date,rain,temp,sky\n"
    "2015-01-01,0.0,12.8,sun\n"
    "2015-01-02,10.9,,rain\n"
    "2015-01-03,0.8,11.7,fog\n"
    "2015-01-04,20.3,12.2,rain\n"
)


def test_a_file_becomes_a_sequence(server: Running) -> None:
    table = b"open,close\n1,2\n3,6\n"
    expected = {
        "format": "csv",
        "kind": "numbers",
        "understood": {"encoding": "UTF-8", "delimiter": ",", "decimal": ".", "header": True},
        "steps": 2,
        "features": 2,
        "preview": {
            "values": [[1, 2], [3, 6]],
            "columns": [
                {
                    "name": "open",
                    "type": "number",
                    "missing": 0,
                    "chosen": True,
                    "least": 1,
                    "greatest": 3,
                    "mean": 2,
                },
                {
                    "name": "close",
                    "type": "number",
                    "missing": 0,
                    "chosen": True,
                    "least": 2,
                    "greatest": 6,
                    "mean": 4,
                },
            ],
            "rows": [[1, 2], [3, 6]],
            "plot": {"every": 1, "least": [[1, 2], [3, 6]], "greatest": [[1, 2], [3, 6]]},
        },
        "sequence": {"values": [[1, 2], [3, 6]], "features": ["open", "close"]},
    }
    assert server.post("/api/sequences", content=table).json() == expected
    assert (
        server.post("/api/sequences", files={"file": ("../wrong.npy", table, "image/png")}).json() == expected
    )


def test_a_text_becomes_a_sequence_that_a_run_takes(server: Running) -> None:
    read = server.post("/api/sequences", content="Grüße\r\n".encode()).json()
    assert read == {
        "format": "text",
        "kind": "text",
        "understood": {"encoding": "UTF-8"},
        "steps": 6,
        "preview": {"text": "Grüße\n"},
        "sequence": {"text": "Grüße\n"},
    }
    trace = server.post("/api/traces", json={"model": "small", "sequence": read["sequence"]})
    assert load(trace.content)["token_ids"].shape == (7,)


def test_a_sequence_is_chosen_from_a_table(server: Running) -> None:
    query = {"columns": "temp,1", "rows": "1:", "gaps": "drop"}
    read = server.post("/api/sequences", params=query, content=WEATHER.encode()).json()
    assert read["sequence"] == {
        "values": [[11.7, 0.8], [12.2, 20.3]],
        "features": ["temp", "rain"],
        "labels": ["2015-01-03", "2015-01-04"],
    }
    assert (read["steps"], read["features"], read["labels"]) == (2, 2, "date")
    assert read["preview"]["rows"][0] == ["2015-01-02", 10.9, None, "rain"]
    assert read["preview"]["labels"] == ["2015-01-03", "2015-01-04"]
    columns = [
        (column["name"], column["type"], column["missing"], column["chosen"])
        for column in read["preview"]["columns"]
    ]
    assert columns == [
        ("date", "date", 0, False),
        ("rain", "number", 0, True),
        ("temp", "number", 1, True),
        ("sky", "text", 0, False),
    ]


def test_columns_may_be_repeated(server: Running) -> None:
    read = server.post("/api/sequences?columns=1&columns=temp&gaps=hold&labels=sky", content=WEATHER.encode())
    assert read.json()["sequence"]["features"] == ["rain", "temp"]
    assert read.json()["sequence"]["labels"] == ["sun", "rain", "fog", "rain"]


def test_a_sequence_of_numbers_is_sent_as_safetensors_on_request(server: Running) -> None:
    answer = server.post(
        "/api/sequences?gaps=interpolate",
        content=WEATHER.encode(),
        headers={"accept": "application/octet-stream"},
    )
    assert answer.headers["content-type"] == "application/octet-stream"
    metadata = metadata_of(answer.content)
    values = load(answer.content)["values"]
    assert values.dtype == np.float64
    np.testing.assert_allclose(values, [[0.0, 12.8], [10.9, 12.25], [0.8, 11.7], [20.3, 12.2]])
    assert metadata["features"] == ["rain", "temp"]
    assert metadata["labels"][0] == "2015-01-01"


def metadata_of(data: bytes) -> dict[str, Any]:
    length = int.from_bytes(data[:8], "little")
    metadata = json.loads(data[8 : 8 + length])["__metadata__"]
    return {name: json.loads(value) for name, value in metadata.items()}


def test_a_text_has_no_safetensors(server: Running) -> None:
    answer = server.post("/api/sequences", content=b"words", headers={"accept": "application/octet-stream"})
    assert problem(answer, 415, "unsupported-format")["where"] == "Accept"


def test_a_long_series_has_a_plot_of_few_points(server: Running) -> None:
    wave = np.sin(np.arange(1_000)).round(3)
    content = "\n".join(map(str, wave)).encode()
    plot = server.post("/api/sequences", content=content).json()["preview"]["plot"]
    assert plot["every"] == 4
    assert plot["least"] == wave.reshape(-1, 4).min(1)[:, None].tolist()
    assert plot["greatest"] == wave.reshape(-1, 4).max(1)[:, None].tolist()


@pytest.mark.parametrize(
    ("query", "where"),
    [
        ("columns=z", "columns"),
        ("rows=a", "rows"),
        ("gaps=none", "gaps"),
        ("labels=z", "labels"),
        ("", "line 3, column 3"),
    ],
)
def test_a_wrong_choice_is_a_problem(server: Running, query: str, where: str) -> None:
    answer = server.post(f"/api/sequences?{query}", content=WEATHER.encode())
    document = problem(answer, 422, "bad-input")
    assert document["where"] == where
    assert document["expected"]


def test_an_upload_that_cannot_be_read_is_a_problem(server: Running) -> None:
    assert problem(server.post("/api/sequences", content=b"1,2\n3"), 422, "bad-input")["where"] == "line 2"
    problem(server.post("/api/sequences", content=b""), 422, "empty-sequence")
    problem(server.post("/api/sequences", content=b"%PDF-1.7"), 415, "unsupported-format")
    form = server.post("/api/sequences", files={"note": (None, "no file")})
    assert "no file" in problem(form, 422, "bad-input")["detail"]


def test_a_preview_describes_a_table_without_its_numbers(server: Running) -> None:
    read = server.post("/api/sequences/preview?gaps=drop&columns=temp", content=WEATHER.encode()).json()
    assert (read["format"], read["kind"]) == ("csv", "numbers")
    assert (read["rows"], read["steps"], read["features"], read["labels"]) == (4, 3, 1, "date")
    assert "sequence" not in read
    assert "problem" not in read
    assert read["preview"]["rows"][1] == ["2015-01-02", 10.9, None, "rain"]
    columns = {column["name"]: column for column in read["preview"]["columns"]}
    assert [column["chosen"] for column in columns.values()] == [False, False, True, False]
    drawn = [12.8, None, 11.7, 12.2]
    assert columns["temp"]["plot"] == {"every": 1, "least": drawn, "greatest": drawn}
    assert columns["rain"]["plot"]["greatest"] == [0.0, 10.9, 0.8, 20.3]
    assert "plot" not in columns["sky"]


@pytest.mark.parametrize(
    ("query", "content", "where"),
    [
        ("", WEATHER, "line 3, column 3"),
        ("gaps=drop&columns=sky", WEATHER, "columns"),
        ("gaps=drop&labels=z", WEATHER, "labels"),
        ("", "a,b\n1,2\n3,x\n5,6\n", "line 3, column 2"),
        ("", "a,b\n1,inf\n3,4\n", "line 2, column 2"),
    ],
    ids=["gap", "column", "labels", "wrong cell", "infinity"],
)
def test_a_preview_shows_the_table_beside_a_refused_choice(
    server: Running, query: str, content: str, where: str
) -> None:
    preview = server.post(f"/api/sequences/preview?{query}", content=content.encode()).json()
    refusal = problem(server.post(f"/api/sequences?{query}", content=content.encode()), 422, "bad-input")
    assert preview["problem"] == refusal
    assert preview.get("undecided", False) == ("is a gap" in refusal["detail"])
    assert refusal["where"] == where
    assert "steps" not in preview
    assert len(preview["preview"]["columns"]) == len(content.split("\n", 1)[0].split(","))
    assert preview["preview"]["rows"]


def test_a_preview_of_a_text_is_its_beginning(server: Running) -> None:
    read = server.post("/api/sequences/preview", content=b"word " * 100).json()
    assert read == {
        "format": "text",
        "kind": "text",
        "understood": {"encoding": "UTF-8"},
        "steps": 500,
        "preview": {"text": "word " * 40},
    }


def test_a_file_that_cannot_be_read_has_no_preview(server: Running) -> None:
    problem(server.post("/api/sequences/preview", content=b"%PDF-1.7"), 415, "unsupported-format")
    document = problem(
        server.post("/api/sequences/preview?rows=9:", content=WEATHER.encode()), 422, "bad-input"
    )
    assert document["where"] == "rows"


def test_a_preview_of_many_long_columns_is_small(usual: Running) -> None:
    table = "\n".join(",".join(str(row * column) for column in range(1_000)) for row in range(300))
    answer = usual.post("/api/sequences/preview", content=table.encode())
    assert len(answer.content) < 2_000_000
    plots = [column["plot"] for column in answer.json()["preview"]["columns"]]
    assert {len(plot["least"]) for plot in plots} == {38}
    assert (plots[3]["every"], plots[3]["least"][:2], plots[3]["greatest"][:2]) == (8, [0, 24], [21, 45])


LARGE = b"x" * 1_000_000


@pytest.mark.parametrize(
    "body",
    [{"content": LARGE}, {"content": iter([LARGE[:9_000]] * 9)}, {"files": {"file": LARGE}}],
    ids=["announced", "in pieces", "form"],
)
def test_an_upload_is_limited_while_it_is_read(server: Running, body: dict[str, Any]) -> None:
    document = problem(server.post("/api/sequences", **body), 413, "too-large")
    assert document["expected"].startswith("at most ")


@pytest.fixture(scope="module")
def usual(models: Path) -> Iterator[Running]:
    """A server with the usual limits."""
    with running(Settings(models=models)) as server:
        yield server


def zeros_npz() -> bytes:
    array, file = io.BytesIO(), io.BytesIO()
    np.save(array, np.zeros((200_000, 1_024), np.int8))
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        archive.writestr("values.npy", array.getvalue())
    return file.getvalue()


def zeros_parquet() -> bytes:
    file, zeros = io.BytesIO(), pl.Series(np.zeros(200_000, np.int8))
    pl.DataFrame({f"c{k}": zeros for k in range(1_024)}).write_parquet(file)
    return file.getvalue()


HOSTILE = {
    "an archive of zeros": zeros_npz,
    "a table of zeros": zeros_parquet,
    "16 MiB of ones": lambda: b"1\n" * 2**23,
    "16 MiB of commas": lambda: b"," * 2**24,
    "16 MiB of empty rows": lambda: b"1,2\n" + b",\n" * (2**23 - 2),
    "16 MiB of brackets": lambda: b"[" * 2**24,
    "16 MiB of empty lists": lambda: b"[" + b"[]," * 5_000_000 + b"[]]",
    "16 MiB of numbers in JSON": lambda: b"[0" + b",0" * (2**23 - 2) + b"]",
    "a wide table": lambda: b",".join([b"1"] * 2**22) + b"\n",
}


@pytest.mark.parametrize("make", HOSTILE.values(), ids=HOSTILE)
def test_an_upload_that_would_fill_the_memory_is_refused_with_the_limit(usual: Running, make: Any) -> None:
    document = problem(usual.post("/api/sequences", content=make()), 413, "too-large")
    assert "at most" in document["expected"]


def test_a_header_with_true_in_place_of_a_number_is_a_problem(usual: Running) -> None:
    header = b"{'descr': '<f8', 'fortran_order': False, 'shape': (True, 3)}"
    data = b"\x93NUMPY\x01\x00" + len(header).to_bytes(2, "little") + header + bytes(24)
    assert problem(usual.post("/api/sequences", content=data), 422, "bad-input")["where"] == "shape"


@pytest.mark.parametrize("name", SAMPLES)
def test_a_sample_can_be_downloaded_and_uploaded(server: Running, name: str) -> None:
    answer = server.get(f"/samples/{name}")
    assert answer.headers["content-type"] == SAMPLES[name].media_type
    assert answer.headers["content-disposition"] == f'attachment; filename="{name}"'
    read = server.post("/api/sequences", content=answer.content).json()
    assert read["steps"] == (len(answer.text) if read["kind"] == "text" else 96)


@pytest.mark.parametrize("name", ["none.csv", "..%2F..%2Fpyproject.toml"])
def test_there_are_no_other_samples(server: Running, name: str) -> None:
    problem(server.get(f"/samples/{name}"), 404, "not-found")
