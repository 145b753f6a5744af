"""Long sequences over a real socket: `resolution`, `states` and `state`, as docs/stream.md describes them."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from safetensors.numpy import load, save

from app import zoo
from app.settings import Settings
from tests.networks.models import small_classifier, small_forecaster
from tests.networks.translators import small_translator
from tests.web.models import make_model
from tests.web.running import Running, problem, running
from tests.web.streaming import Chunk, Story, listen, read_chunk, say, start, tell

STEPS = 60
TEXT = "the quick brown fox jumps over the lazy dog. " * 2
VALUES = np.random.default_rng(0).normal(5.0, 2.0, (STEPS, 2))
GATE = "layers.0.forward.forget_gate"


@pytest.fixture(scope="module")
def long(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """A server with a model of each task."""
    models: Path = tmp_path_factory.mktemp("models")
    for model in (small_forecaster(), small_classifier(), small_translator()):
        zoo.save(model, models)
    make_model(models, "small", cell="lstm", units=6, layers=2)
    make_model(models, "both", cell="lstm", units=3, layers=2, bidirectional=True)
    with running(Settings(models=models, max_cells=1_000)) as server:
        yield server


def sandbox(**config: Any) -> dict[str, Any]:
    return {"sandbox": {"cell": "gru", "input_size": 2, "hidden_size": 4, **config}}


def numbers(model: Any, values: Any = VALUES, **fields: Any) -> str:
    return start(model, None, sequence={"values": np.asarray(values).tolist()}, **fields)


def rows(story: Story) -> dict[str, Any]:
    """Join what every chunk has: all but the states that the run began from."""
    for name in [name for name in story.chunks[0].arrays if name.startswith("initial.")]:
        del story.chunks[0].arrays[name]
    return story.joined()


def assert_follows(rest: Story, whole: dict[str, Any], first: int) -> None:
    """Compare all that was sent from a step on with the whole run."""
    assert (rest.code, rest.header["from_step"], rest.ranges[0][0]) == (1000, first, first)
    found = rows(rest)
    assert found.keys() == whole.keys()
    for name, array in whole.items():
        np.testing.assert_allclose(found[name], array[first:], rtol=1e-5, atol=1e-5)


def assert_bins(story: Story, whole: dict[str, Any], resolution: int, first: int, last: int) -> None:
    """Compare what was sent with NumPy's least, greatest and mean over the trace of every step."""
    assert story.ranges[0][0] == first
    assert [start for start, _ in story.ranges[1:]] == [stop for _, stop in story.ranges[:-1]]
    assert story.ranges[-1][1] == last
    found = story.joined()
    signals = [name for name in whole if name.startswith("layers.")]
    assert set(found) == {f"{name}.{kind}" for name in signals for kind in ("least", "greatest", "mean")}
    for name in signals:
        steps = whole[name][first:last]
        parts = [steps[edge : edge + resolution] for edge in range(0, len(steps), resolution)]
        for kind, values in (
            ("least", [part.min(0) for part in parts]),
            ("greatest", [part.max(0) for part in parts]),
            ("mean", [part.mean(0, dtype=np.float64) for part in parts]),
        ):
            array = found[f"{name}.{kind}"]
            assert array.dtype == np.float32
            np.testing.assert_allclose(array, values, rtol=1e-5, atol=1e-5)


@settings(max_examples=20)
@given(resolution=st.integers(1, 70), bin=st.integers(0, 5), stop=st.integers(0, STEPS))
def test_bins_are_least_greatest_and_mean_of_the_whole_trace(
    long: Running, resolution: int, bin: int, stop: int
) -> None:
    first = min(bin * resolution, stop // resolution * resolution)
    whole = tell(long, numbers(sandbox())).joined()
    story = tell(long, numbers(sandbox(), resolution=resolution, from_step=first, stop_step=stop))
    assert story.header["resolution"] == resolution
    assert story.last["steps"] == stop - first
    if stop > first:
        assert_bins(story, whole, resolution, first, stop)
        assert story.last["agrees"] is True


@pytest.mark.parametrize("kind", ["lstm", "rnn"])
def test_both_directions_of_all_layers_have_bins(long: Running, kind: str) -> None:
    model = sandbox(cell=kind, num_layers=2, bidirectional=True, initial="random")
    whole = rows(tell(long, numbers(model)))
    story = tell(long, numbers(model, resolution=7, from_step=14, stop_step=45))
    assert [text["type"] for text in story.texts] == ["header", "progress", "done"]
    assert_bins(story, whole, 7, 14, 45)


def test_one_sequence_of_a_batch_has_bins_and_states(long: Running) -> None:
    batch = np.stack([VALUES, VALUES[::-1]], 1)
    asked: dict[str, Any] = {"options": {"sequence": 1}}
    alone = tell(long, numbers(sandbox(), VALUES[::-1]))
    assert_bins(tell(long, numbers(sandbox(), batch, resolution=25, **asked)), alone.joined(), 25, 0, STEPS)
    edge = tell(long, numbers(sandbox(), batch, states=True, stop_step=20, **asked)).chunks[-1]
    asked = {"options": {"sequence": 1}, "state": True, "from_step": 20}
    rest = tell(long, numbers(sandbox(), batch, **asked), save(states_of(edge)))
    assert_follows(rest, alone.joined(), 20)


@settings(max_examples=15)
@given(
    resolution=st.integers(1, 25), first=st.integers(0, 40), credits=st.lists(st.integers(0, 30), max_size=6)
)
def test_a_bin_is_sent_when_the_credit_covers_it(
    long: Running, resolution: int, first: int, credits: list[int]
) -> None:
    with long.connect() as socket:
        say(socket, numbers(sandbox(), resolution=resolution, credit=first))
        assert json.loads(socket.recv())["type"] == "header"
        sent, credit = 0, first
        for more in [*credits, 0]:
            while sent < (STEPS if credit >= STEPS else credit // resolution * resolution):
                chunk = read_chunk(socket.recv(decode=False))
                assert chunk.start == sent
                sent = chunk.stop
                assert sent % resolution == 0 or sent == STEPS
                assert sent <= credit
            say(socket, json.dumps({"type": "advance", "steps": more}))
            credit += more
        say(socket, '{"type": "stop"}')
        rest = listen(socket)
    assert all(chunk.stop <= credit for chunk in rest.chunks)
    assert rest.last["steps"] == (rest.chunks[-1].stop if rest.chunks else sent)


def states_of(chunk: Chunk) -> dict[str, Any]:
    return {name: array for name, array in chunk.arrays.items() if name.startswith("states.")}


@pytest.mark.parametrize("resolution", [None, 10])
def test_states_lead_on_from_any_chunk(long: Running, resolution: int | None) -> None:
    whole = tell(long, start("small", TEXT)).joined()
    asked = {} if resolution is None else {"resolution": resolution}
    story = tell(long, start("small", TEXT, states=True, layers=[0], **asked))
    assert len(story.chunks) > 2
    for chunk in story.chunks[:-1]:
        states = states_of(chunk)
        names = {
            f"states.{layer}.forward.{state}" for layer in (0, 1) for state in ("cell_state", "hidden_state")
        }
        assert states.keys() == names
        if resolution is None:
            cell = chunk.arrays["layers.0.forward.cell_state"][-1]
            np.testing.assert_allclose(states["states.0.forward.cell_state"], cell, atol=1e-6)
        rest = tell(long, start("small", TEXT, state=True, from_step=chunk.stop), save(states))
        assert_follows(rest, whole, chunk.stop)


@pytest.mark.parametrize("read", [2, 4, 9, 33])
def test_a_model_writes_on_from_states(long: Running, read: int) -> None:
    asked = {"steps": 30, "temperature": 1.0, "seed": 3}
    whole = tell(long, start("small", "abc", generate=asked))
    edge = tell(long, start("small", "abc", generate=asked, states=True, stop_step=read)).chunks[-1]
    tokens = [token for chunk in whole.chunks for token in json.loads(chunk.metadata.get("tokens", "[]"))]
    drawn = max(0, read - len(whole.header["tokens"]))
    text = "abc" + "".join(token["text"] for token in tokens[:drawn])
    left = {**asked, "steps": 30 - drawn, "drawn": drawn}
    go_on = start("small", text, generate=left, from_step=read, state=True)
    rest = tell(long, go_on, save(states_of(edge)))
    assert_follows(rest, rows(whole), read)


def test_numbers_and_states_come_in_one_buffer(long: Running) -> None:
    model = "small-forecaster"
    whole = tell(long, numbers(model)).joined()
    chunk = tell(long, numbers(model, states=True)).chunks[0]
    asked = start(model, None, sequence={"attached": True}, state=True, from_step=chunk.stop)
    rest = tell(long, asked, save({"values": VALUES, **states_of(chunk)}))
    assert_follows(rest, whole, chunk.stop)


def test_a_bidirectional_model_takes_states_at_its_first_step(long: Running) -> None:
    states = {
        f"states.{layer}.{way}.{state}": np.full(3, 0.5)
        for layer in (0, 1)
        for way in ("forward", "backward")
        for state in ("hidden_state", "cell_state")
    }
    begun = tell(long, start("both", "abc", state=True), save(states))
    assert begun.chunks[0].arrays["initial.1.backward.cell_state"].tolist() == [0.5] * 3
    refused = tell(long, start("both", "abc", state=True, from_step=1), save(states)).problem
    assert refused["where"] == "from_step"


@pytest.mark.parametrize(
    ("model", "text", "fields", "where"),
    [
        ("small", TEXT, {"resolution": 0}, "resolution"),
        ("small", TEXT, {"resolution": 2.5}, "resolution"),
        ("small", TEXT, {"resolution": 4, "from_step": 6}, "from_step"),
        ("small", TEXT, {"resolution": 4, "generate": {"steps": 4}}, "resolution"),
        ("small-translator", "abc", {"resolution": 4}, "resolution"),
        ("small-translator", "abc", {"states": True}, "states"),
        ("both", TEXT, {"states": True}, "states"),
        ("small", TEXT, {"states": 1}, "states"),
    ],
)
def test_impossible_requests_are_a_problem(
    long: Running, model: str, text: str, fields: dict[str, Any], where: str
) -> None:
    refused = tell(long, start(model, text, **fields)).problem
    assert (refused["type"], refused["where"]) == ("/problems/bad-input", where)
    assert refused["expected"]


def test_a_classifier_has_bins_of_its_signals(long: Running) -> None:
    text = "Not good, not bad. " * 5
    whole = tell(long, start("small-classifier", text)).joined()
    assert_bins(
        tell(long, start("small-classifier", text, resolution=4)), whole, 4, 0, len(whole["token_ids"])
    )


STATES = {
    f"states.{layer}.forward.{state}": np.zeros(6, np.float32)
    for layer in (0, 1)
    for state in ("hidden_state", "cell_state")
}
LAST = "states.1.forward.hidden_state"


@pytest.mark.parametrize(
    ("states", "where", "said"),
    [
        ({}, "state", "missing"),
        ({LAST: None}, "state", f"'{LAST}' is missing"),
        ({"states.2.forward.hidden_state": np.zeros(6)}, "state", "unknown"),
        ({LAST: np.zeros(5)}, f"state.{LAST}", "shape [5]"),
        ({LAST: np.zeros((1, 6))}, f"state.{LAST}", "shape [1, 6]"),
        ({LAST: np.zeros(6, np.int64)}, "state", "I64"),
        ({LAST: np.full(6, np.nan)}, "hidden_state", "not finite"),
        ({"values": VALUES}, "sequence.attached", "'values'"),
    ],
)
def test_wrong_states_are_a_problem(long: Running, states: dict[str, Any], where: str, said: str) -> None:
    given = (
        {name: array for name, array in {**STATES, **states}.items() if array is not None} if states else {}
    )
    refused = tell(long, start("small", TEXT, state=True), save(given)).problem
    assert (refused["type"], refused["where"]) == ("/problems/bad-input", where)
    assert said in refused["detail"]
    assert refused["expected"]


def test_states_must_arrive_and_be_expected(long: Running) -> None:
    assert "states" in tell(long, start("small", TEXT, state=True), '{"type": "stop"}').problem["detail"]
    assert "cannot be read" in tell(long, start("small", TEXT, state=True), b"?" * 99).problem["detail"]
    huge = save({"states.0.forward.hidden_state": np.zeros(300_000)})
    assert tell(long, start("small", TEXT, state=True), huge).problem["type"] == "/problems/too-large"
    unwanted = tell(long, start("small", TEXT, credit=1), save(STATES)).problem
    assert unwanted["type"] == "/problems/malformed-message"


def test_a_file_has_every_step_and_may_begin_from_states(long: Running) -> None:
    body = {"model": "small", "sequence": {"text": TEXT}}
    for field, value in (("resolution", 4), ("states", True)):
        answer = long.post("/api/traces", json={**body, field: value})
        assert problem(answer, 422, "bad-input")["where"] == field
    chunk = tell(long, start("small", TEXT, states=True)).chunks[0]
    asked = {**body, "state": True, "from_step": chunk.stop, "signals": ["forget_gate"]}
    parts = {"start": (None, json.dumps(asked)), "values": ("values", save(states_of(chunk)))}
    trace = load(long.post("/api/traces", files=parts).content)
    whole = tell(long, start("small", TEXT)).joined()
    np.testing.assert_allclose(trace[GATE], whole[GATE][chunk.stop :], rtol=1e-5, atol=1e-5)
