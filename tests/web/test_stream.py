"""What the stream sends, over a real socket: the protocol of docs/stream.md."""

import json
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from threading import Event
from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from app.networks.run import RunChunk
from app.recurrent import CELLS, capture
from app.settings import Settings
from app.web import stream
from app.web.messages import SUBPROTOCOL, Start, read_message
from tests.networks.models import language_model
from tests.web.running import PATIENCE, Running, running
from tests.web.streaming import Story, listen, read_chunk, say, start, tell

TEXT = "the quick brown fox jumps over the lazy dog " * 20


def reference(server: Running, model: str, ids: np.ndarray[Any, Any]) -> dict[str, torch.Tensor]:
    network = language_model(server.services.zoo.get(model)).network
    with torch.no_grad():
        return dict(
            capture(network.recurrent, network.embedding(torch.from_numpy(ids.astype(np.int64)))).arrays
        )


def test_the_header_comes_first_and_says_what_follows(server: Running) -> None:
    story = tell(server, start(text="hé!"))
    assert story.header == {
        "type": "header",
        "model": "small",
        "cell": "lstm",
        "layers": [0],
        "directions": ["forward"],
        "units": 6,
        "signals": list(CELLS["lstm"].signal_names),
        "steps": 4,
        "from_step": 0,
        "tokens": [
            {"text": "<start>", "start": None, "end": None, "special": True},
            {"text": "h", "start": 0, "end": 1},
            {"text": "é", "start": 1, "end": 2},
            {"text": "!", "start": 2, "end": 3},
        ],
    }


def test_the_chunks_joined_are_the_trace_of_pytorch_itself(server: Running) -> None:
    for model in ("small", "both", "gated"):
        story = tell(server, start(model, TEXT))
        joined = story.joined()
        expected = reference(server, model, joined["token_ids"])
        assert set(expected) <= set(joined)
        for name, array in expected.items():
            np.testing.assert_allclose(joined[name], array, rtol=1e-5, atol=1e-5)
        assert len(joined["token_ids"]) == len(TEXT) + 1 == story.header["steps"]
        assert joined["inputs"].shape == (len(TEXT) + 1, 5)
        assert joined["prediction.indices"].dtype == np.int32
        assert np.isnan(joined["prediction.actual"]).tolist() == [False] * len(TEXT) + [True]
        assert story.last == {
            "type": "done",
            "steps": len(TEXT) + 1,
            "parity": max(float(chunk.metadata["parity"]) for chunk in story.chunks),
            "agrees": True,
            "stopped": False,
        }
        assert 0 < story.last["parity"] <= 1e-5
        assert story.code == 1000


def test_the_first_chunk_is_small_and_later_ones_grow(server: Running) -> None:
    story = tell(server, start(text=TEXT))
    sizes = [stop - start for start, stop in story.ranges]
    assert sizes[0] == 16
    assert max(sizes) > 16
    assert all(size <= 2 * before for before, size in pairwise(sizes))


def test_chunks_stop_growing_at_a_size_in_bytes(models: Path) -> None:
    with running(Settings(models=models, chunk_bytes=20_000)) as small_chunks:
        story = tell(small_chunks, start(text=TEXT))
    assert story.ranges[0] == (0, 16)
    assert max(chunk.size for chunk in story.chunks) <= 20_000
    assert len(story.chunks) > 6


def test_the_data_of_a_chunk_are_aligned(server: Running) -> None:
    with server.connect() as socket:
        socket.send(start(text="a"))
        socket.recv()
        data = socket.recv()
    assert isinstance(data, bytes)
    length = int.from_bytes(data[:8], "little")
    assert (8 + length) % 8 == 0
    header = json.loads(data[8 : 8 + length])
    assert all(entry["data_offsets"][0] % 4 == 0 for name, entry in header.items() if name != "__metadata__")
    assert read_chunk(data).metadata["part"] == "sequence"


def test_the_subprotocol_is_chosen(server: Running) -> None:
    with server.connect(subprotocols=["something.else", SUBPROTOCOL]) as socket:
        assert socket.subprotocol == SUBPROTOCOL


@settings(max_examples=20)
@given(first=st.integers(0, 40), credits=st.lists(st.integers(0, 30), max_size=6))
def test_no_step_is_ever_sent_beyond_the_credit(server: Running, first: int, credits: list[int]) -> None:
    with server.connect() as socket:
        socket.send(start(text="a" * 99, credit=first))
        assert json.loads(socket.recv())["type"] == "header"
        sent, credit = 0, first
        for more in [*credits, 0]:
            while sent < min(credit, 100):
                chunk = read_chunk(socket.recv(decode=False))
                assert chunk.start == sent
                sent = chunk.stop
                assert sent <= credit
            say(socket, json.dumps({"type": "advance", "steps": more}))
            credit += more
        say(socket, '{"type": "stop"}')
        rest = listen(socket)
    assert all(chunk.stop <= credit for chunk in rest.chunks)
    last = rest.chunks[-1].stop if rest.chunks else sent
    assert rest.last == {**rest.last, "type": "done", "steps": last, "stopped": last < 100}


def test_the_end_needs_no_more_credit(server: Running) -> None:
    story = tell(server, start(text="a" * 9, credit=10))
    assert story.last["steps"] == 10
    assert story.last["stopped"] is False


def test_stop_ends_a_run_that_waits_for_credit(server: Running) -> None:
    story = tell(server, start(text=TEXT, credit=20), '{"type": "stop"}')
    assert story.last["stopped"] is True
    assert story.last["steps"] == (story.ranges[-1][1] if story.ranges else 0)
    assert story.code == 1000


def test_a_stop_that_comes_during_the_last_chunk_stops_nothing(
    server: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    computing, heard = Event(), Event()
    next_piece = stream._next_piece

    def slow_piece(pieces: Iterator[RunChunk | None]) -> Any:
        made = next_piece(pieces)
        computing.set()
        heard.wait(PATIENCE)
        return made

    def listening(text: str) -> Any:
        message = read_message(text)
        if not isinstance(message, Start):
            heard.set()
        return message

    monkeypatch.setattr(stream, "_next_piece", slow_piece)
    monkeypatch.setattr(stream, "read_message", listening)
    with server.connect() as socket:
        say(socket, start(text="a" * 9))
        assert computing.wait(PATIENCE)
        say(socket, '{"type": "stop"}')
        story = listen(socket)
    assert heard.is_set()
    assert story.last["steps"] == 10
    assert story.last["stopped"] is False


def test_messages_after_the_end_are_ignored(server: Running) -> None:
    after = ('{"type": "advance", "steps": 5}', '{"type": "stop"}')
    story = tell(server, start(text="abc"), *after)
    assert story.last["type"] == "done"
    assert story.code == 1000


def test_a_run_continues_after_a_broken_connection(server: Running) -> None:
    whole = tell(server, start(text=TEXT)).joined()
    for first in (0, 1, 17, 880, 881):
        rest = tell(server, start(text=TEXT, from_step=first))
        assert rest.header["from_step"] == first
        assert rest.last["steps"] == 881 - first
        if rest.chunks:
            assert rest.ranges[0] == (first, min(first + 16, 881))
            for name, array in rest.joined().items():
                np.testing.assert_allclose(array, whole[name][first:], rtol=1e-5, atol=1e-6)


def test_a_run_stops_at_stop_step(server: Running) -> None:
    story = tell(server, start(text=TEXT, from_step=10, stop_step=15))
    assert story.ranges == [(10, 15)]
    assert story.header["steps"] == 15
    assert len(story.header["tokens"]) == 881


def test_only_requested_signals_and_places_are_sent(server: Running) -> None:
    asked: dict[str, Any] = {
        "signals": ["cell_state", "forget_gate.pre"],
        "layers": [1],
        "directions": ["backward"],
    }
    story = tell(server, start("both", "abc", **asked))
    names = {name for name in story.chunks[0].arrays if name.startswith("layers.")}
    assert names == {"layers.1.backward.cell_state", "layers.1.backward.forget_gate.pre"}
    assert {name: story.header[name] for name in asked} == {
        "signals": ["cell_state", "forget_gate.pre"],
        "layers": [1],
        "directions": ["backward"],
    }


def test_a_gru_sends_its_recurrent_candidate_on_request(server: Running) -> None:
    story = tell(server, start("gated", "abc", signals=["candidate.recurrent", "hidden_state"]))
    assert "layers.0.forward.candidate.recurrent" in story.chunks[0].arrays


def test_reading_backward_sends_progress(server: Running) -> None:
    story = tell(server, start("both", "abc"))
    assert [text["type"] for text in story.texts] == ["header", "progress", "done"]
    assert story.texts[1]["steps"] == 4
    assert [text["type"] for text in tell(server, start("small", "abc")).texts] == ["header", "done"]


def written(story: Story) -> str:
    tokens = [token for chunk in story.chunks for token in json.loads(chunk.metadata.get("tokens", "[]"))]
    return "".join(token["text"] for token in tokens)


def test_a_model_continues_writing(server: Running) -> None:
    generate = {"steps": 40, "temperature": 0.8, "seed": 7}
    story = tell(server, start(text="hello ", generate=generate))
    assert story.last["steps"] == 7 + 40 == story.header["steps"]
    text = written(story)
    assert len(text) == 40
    assert written(tell(server, start(text="hello ", generate=generate))) == text
    assert written(tell(server, start(text="hello ", generate={**generate, "seed": 8}))) != text
    again = tell(server, start(text="hello " + text))
    assert again.header["steps"] == story.header["steps"]
    for name, array in again.joined().items():
        np.testing.assert_allclose(story.joined()[name], array, rtol=1e-5, atol=1e-6)


def test_writing_continues_after_a_broken_connection(server: Running) -> None:
    generate = {"steps": 30, "temperature": 1.0, "seed": 3}
    whole = tell(server, start(text="abc", generate=generate))
    rest = tell(server, start(text="abc", generate=generate, from_step=20))
    assert rest.ranges[0][0] == 20
    np.testing.assert_array_equal(rest.joined()["token_ids"], whole.joined()["token_ids"][20:])


def test_a_model_that_ends_by_itself_does_not_know_its_steps(server: Running) -> None:
    story = tell(server, start("strict", "ab", generate={"steps": 500, "temperature": 1.0, "seed": 1}))
    assert story.header["steps"] is None
    assert story.last["type"] == "done"
    assert story.last["steps"] == story.ranges[-1][1] < 502


@pytest.mark.parametrize("credit", [0, 3])
def test_many_small_advances_make_many_small_chunks(server: Running, credit: int) -> None:
    with server.connect() as socket:
        socket.send(start(text="a" * 19, credit=credit))
        for _ in range(20 - credit):
            say(socket, '{"type": "advance", "steps": 1}')
        story = listen(socket)
    assert story.last["steps"] == 20
    assert [start for start, _ in story.ranges] == [0, *(stop for _, stop in story.ranges[:-1])]


def test_chunks_are_shorter_where_many_runs_share_a_thread() -> None:
    def next_after(crowd: float) -> int:
        sizes = stream.ChunkSizes(first=1_000, most_bytes=10**9)
        sizes.plan(1_000, size=1, seconds=0.1, crowd=crowd)
        return sizes.planned

    assert [next_after(crowd) for crowd in (1.0, 3.0, 100.0)] == [512, 256, 64]
