"""Bodies and messages that are expensive to refuse: checking stops at the first error and does not block the server."""

import json
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from app.errors import BadInput
from app.settings import Settings
from app.web import api, stream
from app.web.bodies import Download, read_download, read_order
from app.web.messages import CLIENT_MESSAGE, read_message
from tests.web.running import PATIENCE, Running, problem, running
from tests.web.streaming import tell

MANY = 100_000
LONG = "x" * 2**20


def body(**fields: Any) -> str:
    return json.dumps({"type": "start", "model": "small", "credit": 1, "sequence": {"text": "a"}} | fields)


VALUES = {
    "every number": [["a"]] * MANY,
    "every row": ["a"] * MANY,
    "every number of one row": [["a"] * 1_000],
    "numbers that are not finite": [[float("nan")]] * MANY,
}
WRONG = {
    "every signal": body(signals=[1] * MANY),
    "every layer": body(layers=["a"] * MANY),
    "every direction": body(directions=[1] * MANY),
}


@pytest.mark.parametrize("text", WRONG.values(), ids=WRONG.keys())
@pytest.mark.parametrize(
    "check",
    [Download.model_validate_json, CLIENT_MESSAGE.validate_json],
    ids=["download", "message"],
)
def test_the_check_stops_at_the_first_error_of_a_list(check: Callable[[str], Any], text: str) -> None:
    with pytest.raises(ValidationError) as refused:
        check(text)
    assert refused.value.error_count() == 1


LARGE = {
    "unknown fields": body(**{f"field{index}": 1 for index in range(MANY)}),
    "unknown fields of the sequence": body(sequence={f"field{index}": 1 for index in range(MANY)}),
    "a long field": body(**{LONG: 1}),
    "a long value": body(credit=LONG),
    "a long list": body(credit=[1] * MANY),
    "a long type": body(type=LONG),
    "another kind": json.dumps([1] * MANY),
    "half a character among lists": body(sequence={"values": [[1]] * MANY + [["\ud800"]]}),
    "half a character in a long field": body(**{LONG: "\ud800"}),
    "no end": body(sequence={"values": [[1]] * MANY})[:-3],
}


@pytest.mark.parametrize("text", [*WRONG.values(), *LARGE.values()], ids=[*WRONG, *LARGE])
@pytest.mark.parametrize("read", [read_message, read_download, read_order])
def test_a_refusal_is_short(read: Callable[[Any], Any], text: str) -> None:
    with pytest.raises(BadInput) as refused:
        read(text if read is read_message else text.encode())
    assert len(json.dumps(refused.value.problem())) < 1_000


def test_thousands_of_unknown_fields_are_counted() -> None:
    with pytest.raises(BadInput, match="100,000 fields are unknown or wrong"):
        read_message(LARGE["unknown fields"])


@pytest.fixture(scope="module")
def roomy(models: Path) -> Iterator[Running]:
    """A server with one thread and the default limits."""
    with running(Settings(models=models, threads=1)) as server:
        yield server


@pytest.mark.parametrize("values", VALUES.values(), ids=VALUES.keys())
def test_wrong_numbers_are_refused_at_the_first(roomy: Running, values: list[Any]) -> None:
    sequence = {"values": values}
    order = json.dumps({"model": "small", "signal": "hidden_state", "sequence": sequence})
    problems = [
        tell(roomy, body(sequence=sequence)).problem,
        roomy.post("/api/traces", content=body(sequence=sequence)).json(),
        roomy.post("/api/orders", content=order).json(),
    ]
    assert problems[0]["where"].startswith("sequence")
    assert problems[1:] == problems[:1] * 2
    assert len(json.dumps(problems[0])) < 1_000


NAMES = [
    body(model=LONG),
    body(signals=[LONG]),
    body(directions=[LONG]),
    body(layers=[10**4000]),
]


@pytest.mark.parametrize("text", NAMES, ids=["model", "signal", "direction", "layer"])
def test_a_long_name_is_not_repeated(roomy: Running, text: str) -> None:
    assert len(json.dumps(tell(roomy, text).problem)) < 1_000
    answer = roomy.post("/api/traces", content=text)
    assert answer.headers["content-type"] == "application/problem+json"
    assert len(answer.content) < 1_000


def test_other_long_names_are_not_repeated(roomy: Running) -> None:
    long = "x" * 20_000
    for path in (f"/{long}", f"/api/models/{long}", f"/api/models/small/parameters?signal={long}&unit=0"):
        assert len(roomy.get(path).content) < 1_000
    assert len(roomy.post(f"/api/traces?format={long}", content="{}").content) < 1_000
    order = json.dumps({"model": "small", "sequence": {"text": "a"}, "signal": LONG})
    assert len(problem(roomy.post("/api/orders", content=order), 422, "bad-input")["detail"]) < 1_000


@pytest.mark.parametrize(
    ("module", "name", "send"),
    [
        (api, "read_download", lambda server, text: server.post("/api/traces", content=text).json()),
        (api, "read_order", lambda server, text: server.post("/api/orders", content=text).json()),
        (stream, "read_message", lambda server, text: tell(server, text).problem),
    ],
    ids=["traces", "orders", "stream"],
)
def test_the_server_answers_while_a_body_is_checked(
    roomy: Running,
    monkeypatch: pytest.MonkeyPatch,
    module: Any,
    name: str,
    send: Callable[[Running, str], dict[str, Any]],
) -> None:
    checking, may_go_on = threading.Event(), threading.Event()
    read = getattr(module, name)

    def wait(text: Any) -> Any:
        checking.set()
        assert may_go_on.wait(PATIENCE)
        return read(text)

    monkeypatch.setattr(module, name, wait)
    with ThreadPoolExecutor(1) as client:
        try:
            told = client.submit(send, roomy, WRONG["every signal"])
            assert checking.wait(PATIENCE)
            assert [roomy.get("/healthz").status_code for _ in range(5)] == [200] * 5
            assert not told.done()
        finally:
            may_go_on.set()
        assert told.result(PATIENCE)["type"] == "/problems/bad-input"
