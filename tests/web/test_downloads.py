"""Whole traces as downloads."""

import io
import json
import socket
import tempfile
import threading
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import IO, Any

import numpy as np
import polars as pl
import pytest
from safetensors.numpy import load

from app.export import FORMATS, FileFormat, WholeTrace
from app.recurrent import CELLS
from app.settings import Settings
from tests.web.running import HOST, PATIENCE, Running, problem, running, wait_until

TEXT = "the quick brown fox " * 40


def download(server: Running, form: str, **body: Any) -> Any:
    request = {"model": "both", "sequence": {"text": TEXT}, **body}
    answer = server.post("/api/traces", params={"format": form}, json=request)
    assert answer.status_code == 200, answer.text
    assert (
        answer.headers["content-disposition"] == f'attachment; filename="gatescope-{request["model"]}.{form}"'
    )
    return answer.content


def test_every_format_holds_the_same_numbers(server: Running) -> None:
    arrays = load(download(server, "safetensors"))
    assert arrays["token_ids"].shape == (801,)

    with np.load(io.BytesIO(download(server, "npz")), allow_pickle=False) as file:
        assert json.loads(str(file["steps"])) == 801
        for name, array in arrays.items():
            np.testing.assert_array_equal(file[name], array)

    document = json.loads(download(server, "json"))
    assert document["steps"] == 801
    for name, array in arrays.items():
        values = np.array(document["arrays"][name], dtype=np.float64)
        np.testing.assert_array_equal(values.astype(array.dtype), array)
    assert document["arrays"]["prediction.actual"][-1] is None

    for table in (pl.read_csv(download(server, "csv")), pl.read_parquet(download(server, "parquet"))):
        assert table.columns == ["step", "layer", "direction", "unit", *CELLS["lstm"].signal_names]
        assert table.height == 801 * 2 * 2 * 3
        for (layer, direction), part in table.group_by("layer", "direction"):
            expected = arrays[f"layers.{layer}.{direction}.cell_state"]
            part = part.sort("step", "unit")
            np.testing.assert_array_equal(
                part["cell_state"].cast(pl.Float32).to_numpy().reshape(expected.shape), expected
            )


def test_a_download_says_what_it_is(server: Running) -> None:
    data = download(server, "safetensors", from_step=10, stop_step=13)
    metadata = read_metadata(data)
    assert json.loads(metadata["model"]) == "both"
    assert (json.loads(metadata["start"]), json.loads(metadata["steps"])) == (10, 3)
    assert [token["text"] for token in json.loads(metadata["tokens"])] == list(TEXT[9:12])
    assert 0 < json.loads(metadata["parity"]) <= 1e-5
    assert metadata["agrees"] == "true"
    parquet = pl.read_parquet_metadata(io.BytesIO(download(server, "parquet", from_step=10, stop_step=13)))
    assert {name: parquet[name] for name in metadata} == metadata


def read_metadata(data: bytes) -> dict[str, str]:
    header = json.loads(data[8 : 8 + int.from_bytes(data[:8], "little")])
    metadata: dict[str, str] = header["__metadata__"]
    return metadata


def test_what_a_model_wrote_is_in_the_download(server: Running) -> None:
    body = {"model": "small", "generate": {"steps": 20, "temperature": 0.5, "seed": 1}}
    metadata = read_metadata(download(server, "safetensors", **body))
    assert len(json.loads(metadata["tokens"])) == json.loads(metadata["steps"]) == 821


def test_a_start_message_is_a_body(server: Running) -> None:
    data = download(server, "safetensors", type="start", credit=5, signals=["cell_state"], layers=[0])
    layers = {name for name in load(data) if name.startswith("layers.")}
    assert layers == {"layers.0.forward.cell_state", "layers.0.backward.cell_state"}


@pytest.mark.parametrize(
    ("form", "body", "status", "slug"),
    [
        ("xlsx", b"{}", 415, "unsupported-format"),
        ("npz", b"{", 400, "malformed-message"),
        ("npz", b"[]", 422, "bad-input"),
        ("npz", b'{"model": "small"}', 422, "bad-input"),
        ("npz", b'{"model": "none", "sequence": {"text": "a"}}', 404, "unknown-model"),
        ("npz", b'{"model": "small", "sequence": {"text": ""}}', 422, "empty-sequence"),
        ("npz", b'{"model": "small", "sequence": {"text": "a"}, "size": 3}', 422, "bad-input"),
        ("npz", b'{"model": "small", "sequence": {"text": "a"}, "from_step": 2}', 422, "empty-sequence"),
        ("npz", b'{"model": "small", "sequence": {"values": [[1], [NaN]]}}', 422, "bad-input"),
        ("npz", b'"' + b"a" * 30_000 + b'"', 413, "too-large"),
    ],
)
def test_an_impossible_download_is_a_problem(
    server: Running, form: str, body: bytes, status: int, slug: str
) -> None:
    problem(server.post("/api/traces", params={"format": form}, content=body), status, slug)


def test_nothing_of_a_download_is_left(models: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    with running(Settings(models=models)) as server:
        download(server, "npz")
        nothing = {"model": "both", "sequence": {"text": "a"}, "from_step": 2}
        problem(server.post("/api/traces", json=nothing), 422, "empty-sequence")
        request = {"model": "small", "sequence": {"text": "ab" * 40_000}}
        with (
            server.client() as client,
            client.stream("POST", "/api/traces", json=request) as answer,
        ):
            assert next(answer.iter_raw())
        wait_until(lambda: list(tmp_path.iterdir()) == [])


def leave(server: Running, path: str, body: dict[str, Any], is_time: Callable[[], bool]) -> None:
    """Send a request, and disconnect at a given moment."""
    text = json.dumps({"model": "small", "sequence": {"text": "a"}} | body)
    request = f"POST {path} HTTP/1.1\r\nHost: {server.host}\r\nContent-Length: {len(text)}\r\n\r\n{text}"
    with socket.create_connection((HOST, server.port)) as client:
        client.sendall(request.encode())
        wait_until(is_time)


LONG = {"steps": 150_000, "temperature": 1.0, "seed": 1}


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/api/traces", {"generate": LONG}),
        ("/api/traces", {"generate": LONG, "from_step": 150_000}),
        ("/api/orders", {"generate": LONG, "from_step": 150_000, "signal": "hidden_state"}),
    ],
    ids=["trace", "skipped steps of a trace", "skipped steps of an order"],
)
def test_a_client_that_disconnects_ends_its_run(server: Running, path: str, body: dict[str, Any]) -> None:
    leave(server, path, body, lambda: server.active == 1)
    wait_until(lambda: server.active == 0)


def test_a_client_that_disconnects_ends_the_writing_of_its_file(
    server: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    writing = threading.Event()

    def write(trace: WholeTrace, file: IO[bytes], check: Callable[[], None]) -> None:
        while True:
            writing.set()
            check()

    monkeypatch.setitem(FORMATS, "csv", FileFormat("csv", "text/csv", write))
    leave(server, "/api/traces?format=csv", {}, writing.is_set)
    wait_until(lambda: server.active == 0)


def stalled_download(server: Running, steps: int) -> socket.socket:
    """A client that has asked for a download and accepts nothing of it."""
    text = json.dumps({"model": "small", "sequence": {"text": "ab" * (steps // 2)}})
    request = f"POST /api/traces HTTP/1.1\r\nHost: {server.host}\r\nContent-Length: {len(text)}\r\n\r\n{text}"
    client = socket.socket()
    client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    client.settimeout(PATIENCE)
    client.connect((HOST, server.port))
    client.sendall(request.encode())
    return client


STEPS = 40_000
TRACE = STEPS * (6 * 6 + 5) * 4  # bytes of six signals of six units and the inputs, at least


def test_a_download_is_a_run_and_its_files_count_until_it_is_dropped(
    models: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """There is room for the arrays and the file of one download, and not of another beside its file."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    settings = Settings(models=models, stalled_seconds=2.0, max_disk_bytes=36 * TRACE // 10)
    with running(settings) as server, stalled_download(server, STEPS):
        disk = server.services.admission.disk
        wait_until(lambda: only_the_file(tmp_path))
        assert server.active == 1
        assert disk.held >= TRACE
        request = {"model": "small", "sequence": {"text": "ab" * (STEPS // 2)}}
        refused = server.post("/api/traces", json=request)
        assert "bytes of disk" in problem(refused, 503, "overloaded")["detail"]
        assert int(refused.headers["retry-after"]) > 0
        wait_until(lambda: server.active == 0)
        assert disk.held == 0
        assert server.post("/api/traces", json=request).status_code == 200


def only_the_file(folder: Path) -> bool:
    """Whether the arrays of a download are deleted, and its file is being sent."""
    with suppress(FileNotFoundError):  # a folder that is just being deleted
        return [path.suffix for path in folder.rglob("*") if path.is_file()] == [".safetensors"]
    return False


def test_a_download_that_can_never_fit_is_too_large(models: Path) -> None:
    with running(Settings(models=models, max_disk_bytes=2**20)) as server:
        request = {"model": "small", "sequence": {"text": "a" * STEPS}}
        document = problem(server.post("/api/traces", json=request), 413, "too-large")
        assert document["expected"] == "at most 1,048,576 bytes"
        assert (server.active, server.services.admission.disk.held) == (0, 0)


def test_a_full_disk_is_a_problem_of_its_own(models: Path) -> None:
    resource = pytest.importorskip("resource")
    with running(Settings(models=models)) as server:
        soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
        resource.setrlimit(resource.RLIMIT_FSIZE, (500_000, hard))
        try:
            for form in FORMATS:
                request = {"model": "small", "sequence": {"text": "ab" * 5_000}}
                problem(server.post("/api/traces", params={"format": form}, json=request), 507, "disk-full")
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
        assert server.active == 0


def test_the_server_ends_while_downloads_are_stalled(
    models: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    with running(Settings(models=models)) as server:
        clients = [stalled_download(server, STEPS) for _ in range(3)]
        wait_until(lambda: server.active == 3)
    assert list(tmp_path.iterdir()) == []
    for client in clients:
        client.close()
