"""Bodies and messages that are expensive to refuse: checking stops at the first error and does not block the server."""

import json
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from pydantic import ValidationError

from app.errors import BadInput
from app.settings import Settings
from app.web import api, parsing, processes, stream
from app.web.bodies import Download, OrderRequest, body_of
from app.web.large_messages import is_large
from app.web.messages import CLIENT_MESSAGE, read_message
from tests.web import parsers
from tests.web.running import PATIENCE, Running, problem, running, wait_until
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
# Made only when a test needs them: together they have 20 megabytes.
WRONG: dict[str, Callable[[], str]] = {
    "every signal": lambda: body(signals=[1] * MANY),
    "every layer": lambda: body(layers=["a"] * MANY),
    "every direction": lambda: body(directions=[1] * MANY),
}


@pytest.mark.parametrize("text_of", WRONG.values(), ids=WRONG.keys())
@pytest.mark.parametrize(
    "check",
    [Download.model_validate_json, CLIENT_MESSAGE.validate_json],
    ids=["download", "message"],
)
def test_the_check_stops_at_the_first_error_of_a_list(
    check: Callable[[str], Any], text_of: Callable[[], str]
) -> None:
    with pytest.raises(ValidationError) as refused:
        check(text_of())
    assert refused.value.error_count() == 1


LARGE: dict[str, Callable[[], str]] = {
    "unknown fields": lambda: body(**{f"field{index}": 1 for index in range(MANY)}),
    "unknown fields of the sequence": lambda: body(sequence={f"field{index}": 1 for index in range(MANY)}),
    "a long field": lambda: body(**{LONG: 1}),
    "a long value": lambda: body(credit=LONG),
    "a long list": lambda: body(credit=[1] * MANY),
    "a long type": lambda: body(type=LONG),
    "another kind": lambda: json.dumps([1] * MANY),
    "half a character among lists": lambda: body(sequence={"values": [[1]] * MANY + [["\ud800"]]}),
    "half a character in a long field": lambda: body(**{LONG: "\ud800"}),
    "no end": lambda: body(sequence={"values": [[1]] * MANY})[:-3],
}


@pytest.mark.parametrize("text_of", [*WRONG.values(), *LARGE.values()], ids=[*WRONG, *LARGE])
@pytest.mark.parametrize("read", [read_message, partial(body_of, Download), partial(body_of, OrderRequest)])
def test_a_refusal_is_short(read: Callable[[Any], Any], text_of: Callable[[], str]) -> None:
    text = text_of()
    with pytest.raises(BadInput) as refused:
        read(text if read is read_message else text.encode())
    assert len(json.dumps(refused.value.problem())) < 1_000


def test_thousands_of_unknown_fields_are_counted() -> None:
    with pytest.raises(BadInput, match="100,000 fields are unknown or wrong"):
        read_message(LARGE["unknown fields"]())


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


SENDERS: dict[str, Callable[[Running, str], dict[str, Any]]] = {
    "traces": lambda server, text: server.post("/api/traces", content=text).json(),
    "orders": lambda server, text: server.post("/api/orders", content=text).json(),
    "stream": lambda server, text: tell(server, text).problem,
}


@pytest.mark.parametrize("send", SENDERS.values(), ids=SENDERS.keys())
def test_the_server_answers_while_a_long_body_is_checked(
    roomy: Running, monkeypatch: pytest.MonkeyPatch, send: Callable[[Running, str], dict[str, Any]]
) -> None:
    checking, may_go_on = threading.Event(), threading.Event()

    def waiting(read: Callable[..., Any]) -> Callable[..., Any]:
        def wait(*given: Any) -> Any:
            checking.set()
            assert may_go_on.wait(PATIENCE)
            return read(*given)

        return wait

    monkeypatch.setattr(api, "body_of", waiting(body_of))
    monkeypatch.setattr(stream, "read_message", waiting(read_message))
    with ThreadPoolExecutor(1) as client:
        try:
            refusal = client.submit(send, roomy, body(model=["a" * 2**15]))
            assert checking.wait(PATIENCE)
            assert [roomy.get("/healthz").status_code for _ in range(5)] == [200] * 5
            assert not refusal.done()
        finally:
            may_go_on.set()
        assert refusal.result(PATIENCE)["type"] == "/problems/bad-input"


def test_a_body_of_many_values_is_read_in_a_process_that_ends_with_its_client(
    roomy: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The parser of JSON lets no other thread run, so the server's own process must not read it."""
    working = roomy.services.parsing.processes
    request = json.dumps({"model": "small", "signal": "hidden_state", "sequence": {"values": [[1]] * MANY}})
    with monkeypatch.context() as patched:
        patched.setattr(parsing, "read_large", parsers.endless_message)
        for path in ("/api/orders", "/api/traces"):
            with roomy.raw() as client:
                head = f"POST {path} HTTP/1.1\r\nHost: {roomy.host}\r\nContent-Length: {len(request)}\r\n\r\n"
                client.sendall(head.encode() + request.encode())
                wait_until(lambda: working.busy == 1)
                assert roomy.get("/healthz").status_code == 200
            wait_until(lambda: working.busy == 0)
    assert "reads text" in roomy.post("/api/orders", content=request).json()["detail"]


def test_a_message_of_many_values_is_read_in_a_process(
    roomy: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    working = roomy.services.parsing.processes
    message = body(sequence={"values": [[1]] * MANY})
    with monkeypatch.context() as patched:
        patched.setattr(parsing, "read_large", parsers.endless_message)
        patched.setattr(processes, "SECONDS", 0.5)
        problem = tell(roomy, message).problem
    assert problem["type"] == "/problems/too-large"
    assert "0.5 seconds" in problem["detail"]
    assert working.busy == 0
    assert "reads text" in tell(roomy, message).problem["detail"]


SANDBOX = {"sandbox": {"cell": "lstm", "input_size": 2, "hidden_size": 3}}


@pytest.mark.parametrize("batch", [False, True], ids=["a sequence", "a batch"])
def test_a_message_of_many_values_runs_as_a_short_one_does(roomy: Running, batch: bool) -> None:
    values: list[Any] = [[step / 7, -step] for step in range(30_000)]
    names = {"features": ["a", "b"], "labels": [f"label {step}" for step in range(30_000)]}
    many = [[row, row] for row in values] if batch else values
    few = [[row, row] for row in values[:9]] if batch else values[:9]
    long = tell(roomy, body(model=SANDBOX, credit=9, stop_step=9, sequence={"values": many, **names}))
    labels = {"features": ["a", "b"], "labels": names["labels"][:9]}
    short = tell(roomy, body(model=SANDBOX, credit=9, sequence={"values": few, **labels}))
    assert is_large(body(sequence={"values": many}))
    assert not is_large(body(sequence={"values": few}))
    assert long.last["type"] == short.last["type"] == "done"
    for name, array in short.joined().items():
        np.testing.assert_array_equal(long.joined()[name], array)
    assert (long.header["features"], long.header["labels"][:9]) == (["a", "b"], labels["labels"])


def test_values_besides_the_sequence_are_limited(roomy: Running) -> None:
    refused = tell(roomy, body(signals=["a"] * 250_000)).problem
    assert refused["type"] == "/problems/too-large"
    assert refused["expected"] == "at most 200,000"
