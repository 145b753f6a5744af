"""Sequences of numbers, in a message and beside it, over a real socket."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from safetensors.numpy import load, save

from app import zoo
from app.settings import Settings
from tests.networks.models import small_forecaster
from tests.web.models import make_model
from tests.web.running import Running, problem, running
from tests.web.streaming import tell

VALUES = np.random.default_rng(0).normal(5.0, 2.0, (40, 2))
LABELS = [f"day {step}" for step in range(40)]


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """A server with a forecaster and a language model, whose messages are small and whose sequences are not."""
    models: Path = tmp_path_factory.mktemp("models")
    zoo.save(small_forecaster(), models)
    make_model(models, "small", cell="lstm", units=6)
    with running(Settings(models=models, max_message_bytes=4_000, max_cells=20_000)) as server:
        yield server


def request(sequence: dict[str, Any], **fields: Any) -> dict[str, Any]:
    return {"type": "start", "model": "small-forecaster", "sequence": sequence, "credit": 100_000, **fields}


def buffer(values: Any, **others: Any) -> bytes:
    return save({"values": np.ascontiguousarray(values), **others})


def form(sequence: dict[str, Any], values: bytes | None, **fields: Any) -> dict[str, Any]:
    parts: dict[str, Any] = {"start": (None, json.dumps(request(sequence, **fields)))}
    return {"files": parts if values is None else {**parts, "values": ("values", values)}}


ATTACHED = {"attached": True, "features": ["rain", "warm"], "labels": LABELS}


def test_numbers_run_with_their_names_and_labels(server: Running) -> None:
    sequence = {"values": VALUES.tolist(), "features": ["rain", "warm"], "labels": LABELS}
    story = tell(server, json.dumps(request(sequence)))
    assert story.code == 1000
    assert story.header["features"] == ["rain", "warm"]
    assert story.header["labels"] == LABELS
    assert story.header["tokens"] == []


@pytest.mark.parametrize("kind", [np.float32, np.float64])
def test_attached_numbers_run_like_those_in_the_message(
    server: Running, kind: type[np.floating[Any]]
) -> None:
    values = VALUES.astype(np.float32).astype(kind)
    beside = tell(server, json.dumps(request(ATTACHED)), buffer(values))
    within = tell(server, json.dumps(request({**ATTACHED, "attached": None, "values": values.tolist()})))
    assert (beside.code, beside.header) == (1000, within.header)
    for name, array in within.joined().items():
        np.testing.assert_array_equal(beside.joined()[name], array)


def test_attached_numbers_may_be_longer_than_a_message(server: Running) -> None:
    values = np.tile(VALUES, (200, 1))
    data = buffer(values)
    assert len(data) > 30 * server.app.state.services.settings.max_message_bytes
    story = tell(server, json.dumps(request({"attached": True}, signals=["forget_gate"])), data)
    assert (story.code, story.last["steps"]) == (1000, 8_000)
    trace = server.post("/api/traces", **form({"attached": True}, data, signals=["forget_gate"]))
    name = "layers.0.forward.forget_gate"
    np.testing.assert_array_equal(load(trace.content)[name], story.joined()[name])


def test_units_are_ordered_by_attached_numbers(server: Running) -> None:
    wanted = {"model": "small-forecaster", "signal": "hidden_state"}
    sequence = {"values": VALUES.tolist(), "features": ["rain", "warm"]}
    order = server.post("/api/orders", json={**wanted, "sequence": sequence}).json()
    parts = {
        "start": (None, json.dumps({**wanted, "sequence": {"attached": True, "features": ["rain", "warm"]}})),
        "values": ("values", buffer(VALUES)),
    }
    assert server.post("/api/orders", files=parts).json() == order


def test_what_an_upload_gives_can_be_run(server: Running) -> None:
    table = b"date,rain,warm\n2015-01-01,0.5,12\n2015-01-02,1.5,13\n"
    sequence = server.post("/api/sequences", content=table).json()["sequence"]
    answer = server.post("/api/sequences", content=table, headers={"accept": "application/octet-stream"})
    within = tell(server, json.dumps(request(sequence)))
    beside = tell(server, json.dumps(request({**sequence, "values": None, "attached": True})), answer.content)
    assert within.header["labels"] == ["2015-01-01", "2015-01-02"]
    assert beside.header == within.header
    np.testing.assert_array_equal(beside.joined()["values"], within.joined()["values"])


WRONG = [
    (buffer(VALUES[0]), "bad-input", "sequence.values", "shape"),
    (buffer(VALUES.astype(np.int64)), "bad-input", "sequence.values", "I64"),
    (buffer(VALUES, more=VALUES), "bad-input", "sequence.values", "'more'"),
    (save({"other": VALUES}), "bad-input", "sequence.values", "'other'"),
    (buffer(VALUES)[:-1], "bad-input", "sequence.values", "cannot be read"),
    (b"", "bad-input", "sequence.values", "cannot be read"),
    (b"\xff" * 64, "bad-input", "sequence.values", "cannot be read"),
    (buffer(VALUES[:0]), "empty-sequence", "sequence", "0 steps"),
    (buffer(VALUES[:39]), "bad-input", "sequence.labels", "40 labels"),
    (buffer(VALUES[:, :1]), "bad-input", "sequence.features", "2 features"),
    (buffer(np.where(VALUES > 9, np.nan, VALUES)), "bad-input", "sequence.values[", "NaN"),
    (buffer(np.zeros((12_000, 2))), "too-large", "sequence", "24,000 cells"),
    (buffer(np.zeros((40_000, 2))), "too-large", "sequence.values", "bytes"),
]


@pytest.mark.parametrize(("data", "slug", "where", "said"), WRONG)
def test_a_wrong_buffer_is_a_problem(server: Running, data: bytes, slug: str, where: str, said: str) -> None:
    sequence = ATTACHED if len(data) < 2_000 else {"attached": True}
    document = tell(server, json.dumps(request(sequence)), data).problem
    assert document["type"] == f"/problems/{slug}"
    assert document["where"].startswith(where)
    assert said in document["detail"]
    assert document["expected"]
    answer = server.post("/api/traces", **form(sequence, data))
    problem(answer, document["status"], slug)


LONG = [
    ({"attached": True, "labels": ["a long day"] * 400}, "labels", "shorter labels, or none"),
    ({"values": [[1.5, 2.5]] * 500}, "values", "numbers beside the message"),
    (
        {"features": ["rain", "warm"], "labels": ["day"] * 9, "text": "a" * 5_000},
        "text",
        "at most 4,000 bytes",
    ),
]


@pytest.mark.parametrize(("sequence", "field", "right"), LONG)
def test_a_message_that_is_too_large_names_what_is_long(
    server: Running, sequence: dict[str, Any], field: str, right: str
) -> None:
    document = tell(server, json.dumps(request(sequence))).problem
    assert (document["type"], document["where"]) == ("/problems/too-large", f"sequence.{field}")
    assert document["detail"].endswith(f", most of them in its {field}")
    assert right in document["expected"]


def test_a_message_that_is_too_large_for_another_reason_names_none(server: Running) -> None:
    document = tell(server, json.dumps(request({"attached": True}, signals=["a"] * 2_000))).problem
    assert document["type"] == "/problems/too-large"
    assert "where" not in document


def test_long_labels_are_named_before_they_are_run(server: Running) -> None:
    labels = ["a long day, and a longer one", 'a day with "quotes"'] * 70
    table = "day,rain,warm\n" + "".join(f'"{label.replace(chr(34), chr(34) * 2)}",1,2\n' for label in labels)
    refused = problem(server.post("/api/sequences?labels=day", content=table.encode()), 413, "too-large")
    size = len(json.dumps(labels, separators=(",", ":")))
    assert refused["detail"] == f"the labels of column 'day' have {size:,} bytes together"
    assert refused["where"] == "labels"
    assert refused["expected"] == "at most 3,500 bytes: shorter labels, or none"
    parts = form({"attached": True, "labels": labels}, buffer(np.ones((140, 2))))
    refused = problem(server.post("/api/traces", **parts), 413, "too-large")
    assert (refused["where"], "labels" in refused["expected"]) == ("start", True)
    assert server.post("/api/sequences?labels=", content=table.encode()).status_code == 200


@pytest.mark.parametrize(
    ("sequence", "where"),
    [
        ({"attached": True, "values": [[1.0]]}, "sequence"),
        ({"attached": True, "text": "a"}, "sequence"),
        ({"attached": False}, "sequence.attached"),
        ({"text": "a", "labels": ["a"]}, "sequence"),
        ({"values": [[1.0, 2.0]], "labels": [1]}, "sequence.labels[0]"),
        ({"values": [[1.0, 2.0]], "features": ["a"]}, "sequence.features"),
    ],
)
def test_a_wrong_sequence_is_a_problem(server: Running, sequence: dict[str, Any], where: str) -> None:
    document = tell(server, json.dumps(request(sequence))).problem
    assert (document["type"], document["where"]) == ("/problems/bad-input", where)


def test_attached_values_must_arrive(server: Running) -> None:
    start = json.dumps(request({"attached": True}))
    assert "attached" in tell(server, start, json.dumps({"type": "stop"})).problem["detail"]
    answer = server.post("/api/traces", json=request({"attached": True}))
    assert problem(answer, 422, "bad-input")["where"] == "sequence.attached"
    answer = server.post("/api/traces", **form({"attached": True}, None))
    assert problem(answer, 422, "bad-input")["where"] == "values"
    answer = server.post("/api/traces", **form({"values": [[1.0, 2.0]]}, buffer(VALUES)))
    assert problem(answer, 422, "bad-input")["where"] == "sequence.attached"


def test_only_an_attached_sequence_is_binary(server: Running) -> None:
    story = tell(server, buffer(VALUES))
    assert story.problem["type"] == "/problems/malformed-message"
    story = tell(server, json.dumps(request({"values": VALUES.tolist()}, credit=1)), buffer(VALUES))
    assert story.problem["type"] == "/problems/malformed-message"
