"""What the stream refuses: always with a problem document and close code 1008, and the server keeps serving."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from websockets.exceptions import InvalidStatus

from app.settings import Settings
from tests.web.running import Running, running
from tests.web.streaming import listen, start, tell

HELLO = {"type": "start", "model": "small", "sequence": {"text": "hello"}, "credit": 100}


def message(**changes: Any) -> str:
    return json.dumps({name: value for name, value in {**HELLO, **changes}.items() if value is not ...})


@pytest.mark.parametrize(
    ("sent", "slug", "where", "said"),
    [
        ("{", "malformed-message", None, "not JSON"),
        ("", "malformed-message", None, "not JSON"),
        ("[" * 100_00, "malformed-message", None, "recursion"),
        ("[1]", "bad-input", None, "[1]"),
        ("null", "bad-input", None, "null"),
        (b"\x00\x01", "malformed-message", None, "binary"),
        (message().encode(), "malformed-message", None, "binary"),
        ("{}", "bad-input", "type", "missing"),
        ('{"type": "begin"}', "bad-input", "type", "begin"),
        ('{"type": "advance", "steps": 3}', "malformed-message", "type", "advance"),
        ('{"type": "stop"}', "malformed-message", "type", "stop"),
        (message(model=...), "bad-input", "model", "missing"),
        (message(model="nobody"), "unknown-model", None, "nobody"),
        (message(model="../small"), "unknown-model", None, "../small"),
        (message(model=7), "bad-input", "model", "7"),
        (message(sequence=...), "bad-input", "sequence", "missing"),
        (message(sequence={}), "bad-input", "sequence", "{}"),
        (message(sequence={"text": "a", "values": [[1.0]]}), "bad-input", "sequence", "text"),
        (message(sequence={"text": ""}), "empty-sequence", None, "empty"),
        (message(sequence={"text": "a" * 5_001}), "too-large", None, "5,001"),
        (message(sequence={"text": 5}), "bad-input", "sequence.text", "5"),
        (message(sequence={"values": [[1.0]]}), "bad-input", "sequence", "numbers"),
        (message(sequence={"values": []}), "empty-sequence", "sequence", "0 steps"),
        (message(sequence={"values": [[1.0, 2.0], [3.0]]}), "bad-input", "sequence.values[1]", "1 features"),
        (message(sequence={"values": [[float("nan")]]}), "bad-input", "sequence.values[0][0]", "NaN"),
        (
            message(sequence={"values": [[1.0], [float("inf")]]}),
            "bad-input",
            "sequence.values[1][0]",
            "Infinity",
        ),
        (message(sequence={"values": [[1e39]]}), "bad-input", "sequence.values[0][0]", "1e+39"),
        (message(sequence={"values": [["a"]]}), "bad-input", "sequence.values[0][0]", '"a"'),
        (message(credit=...), "bad-input", "credit", "missing"),
        (message(credit=-1), "bad-input", "credit", "-1"),
        (message(credit=1.5), "bad-input", "credit", "1.5"),
        (message(credit="5"), "bad-input", "credit", '"5"'),
        (message(credit=True), "bad-input", "credit", "true"),
        (message(credit=float("nan")), "bad-input", "credit", "NaN"),
        (message(credit=2**53), "bad-input", "credit", str(2**53)),
        (message(colour="red"), "bad-input", "colour", "no field"),
        (message(sequence={"text": "a", "more": 1}), "bad-input", "sequence.more", "no field"),
        (message(from_step=-1), "bad-input", "from_step", "-1"),
        (message(from_step=7), "bad-input", "from_step", "7"),
        (message(from_step=3, stop_step=2), "bad-input", "from_step", "3"),
        (message(stop_step=7), "bad-input", "stop_step", "7"),
        (message(signals=["forget"]), "bad-input", "signals", "'forget'"),
        (message(signals="forget_gate"), "bad-input", "signals", '"forget_gate"'),
        (message(layers=[1]), "bad-input", "layers", "1"),
        (message(directions=["backward"]), "bad-input", "directions", "'backward'"),
        (message(generate={"steps": 0}), "bad-input", "generate.steps", "0"),
        (message(generate={"steps": 5, "temperature": -1.0}), "bad-input", "generate.temperature", "-1.0"),
        (
            message(generate={"steps": 5, "temperature": float("nan")}),
            "bad-input",
            "generate.temperature",
            "NaN",
        ),
        (message(generate={"steps": 5, "seed": -1}), "bad-input", "generate.seed", "-1"),
        (message(generate={"steps": 10_000_000}), "too-large", None, "steps"),
        (message(model="both", generate={"steps": 5}), "bad-input", None, "both"),
        (message(options={"beam": 3}), "bad-input", "options", "options"),
        (message(model="strict", sequence={"text": "abc"}), "unknown-token", "character 2", "'c'"),
    ],
)
def test_the_problem_says_what_is_wrong_and_where(
    server: Running, sent: str | bytes, slug: str, where: str | None, said: str
) -> None:
    story = tell(server, sent)
    problem = story.problem
    assert story.code == 1008
    assert story.chunks == []
    assert problem["type"] == f"/problems/{slug}"
    assert said in problem["detail"]
    assert {"title", "status"} <= problem.keys()
    if where is not None:
        assert problem["where"] == where


def test_the_problem_lists_the_allowed_names(server: Running) -> None:
    assert "forget_gate" in tell(server, message(signals=["x"])).problem["expected"]
    assert "small" in tell(server, message(model="x")).problem["expected"]
    assert "5,000 characters" in tell(server, message(sequence={"text": "a" * 6000})).problem["expected"]


@pytest.mark.parametrize("size", [20_001, 70_000])
def test_a_message_that_is_too_large_gets_its_problem(server: Running, size: int) -> None:
    story = tell(server, message(sequence={"text": "é" * (size // 2)}))
    assert story.problem["type"] == "/problems/too-large"
    assert "20,000 bytes" in story.problem["expected"]
    assert story.code == 1008


@pytest.mark.parametrize(
    ("sent", "slug", "said"),
    [
        ("nonsense", "malformed-message", "not JSON"),
        (b"binary", "malformed-message", "binary"),
        ('{"type": "advance", "steps": -1}', "bad-input", "-1"),
        ('{"type": "advance", "steps": 1, "now": true}', "bad-input", "now"),
        ('{"type": "advance"}', "bad-input", "steps"),
        ('{"type": "stop", "why": 1}', "bad-input", "why"),
        (message(), "malformed-message", "has begun"),
    ],
)
def test_a_wrong_message_ends_the_run(server: Running, sent: str | bytes, slug: str, said: str) -> None:
    with server.connect() as socket:
        socket.send(start(text="a" * 99, credit=10))
        assert json.loads(socket.recv())["type"] == "header"
        socket.recv()
        socket.send(sent)
        story = listen(socket)
    assert story.problem["type"] == f"/problems/{slug}"
    assert said in story.problem["detail"]
    assert story.code == 1008


@pytest.mark.parametrize("offered", [None, ["gatescope.v2"], ["chat", "mqtt"]])
def test_another_subprotocol_is_refused(server: Running, offered: Any) -> None:
    with server.connect(subprotocols=offered) as socket:
        assert socket.subprotocol is None
        story = listen(socket)
    assert story.code == 1008
    assert story.problem["expected"] == "gatescope.v1"
    assert story.problem["where"] == "Sec-WebSocket-Protocol"


@pytest.mark.parametrize(
    "origin",
    [
        "https://evil.example",
        "http://127.0.0.1",
        "http://localhost:1",
        "null",
        "file://",
        "http://[",
        "",
        "http://a:x",
    ],
)
def test_a_page_of_another_origin_gets_no_connection(server: Running, origin: str) -> None:
    with pytest.raises(InvalidStatus) as refused, server.connect(additional_headers={"Origin": origin}):
        pass
    response = refused.value.response
    assert response.status_code == 403
    assert response.headers["Content-Type"] == "application/problem+json"
    assert "Content-Security-Policy" in response.headers
    assert json.loads(response.body)["type"] == "/problems/forbidden"


def test_other_addresses_have_no_stream(server: Running) -> None:
    with pytest.raises(InvalidStatus) as refused, server.connect("/api/streams"):
        pass
    response = refused.value.response
    assert response.status_code == 404
    assert response.headers["Content-Type"] == "application/problem+json"
    assert json.loads(response.body)["expected"] == "/api/stream"


def test_the_servers_own_origin_is_accepted(server: Running) -> None:
    for headers in (
        {"Origin": server.url},
        {"Origin": "https://gates.example", "X-Forwarded-Host": "gates.example"},
        {"Origin": "https://gates.example", "X-Forwarded-Host": "gates.example:443, inner"},
    ):
        with server.connect(additional_headers=headers) as socket:
            socket.send(start(text="abc"))
            assert listen(socket).last["type"] == "done"


def test_an_origin_can_be_allowed(models: Path) -> None:
    allowed = Settings(models=models, allowed_origins=["https://school.example/"])
    with running(allowed) as server:
        with server.connect(origin="https://school.example") as socket:
            socket.send(start(text="abc"))
            assert listen(socket).last["type"] == "done"
        answer = server.get("/api/models", headers={"Origin": "https://school.example"})
        assert answer.headers["Access-Control-Allow-Origin"] == "https://school.example"
        with pytest.raises(InvalidStatus), server.connect(origin="https://evil.example"):
            pass


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)


@settings(max_examples=60)
@given(
    st.dictionaries(st.sampled_from([*HELLO, "layers", "signals", "generate", "options", "from_step"]), JSON)
)
def test_every_message_is_answered(server: Running, changes: dict[str, Any]) -> None:
    story = tell(server, json.dumps({**HELLO, **changes}, ensure_ascii=True), '{"type": "stop"}')
    assert story.code in (1000, 1008)
    assert story.last["type"] == ("done" if story.code == 1000 else "error")
