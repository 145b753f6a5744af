"""Readers that are slow, silent or disconnected, and many at once: the server cleans up and keeps serving."""

import gc
import json
import tracemalloc
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from app.networks.run import RunChunk
from app.settings import Settings
from app.web import stream
from app.web.wire import encode_chunk
from tests.web.raw import RawReader
from tests.web.running import Running, running, wait_until
from tests.web.streaming import listen, read_chunk, start, tell

ENDLESS: dict[str, Any] = {"generate": {"steps": 150_000, "temperature": 1.0, "seed": 1}, "credit": 10**9}


@pytest.fixture
def impatient(models: Path) -> Iterator[Running]:
    """A server with one thread, two places and little patience."""
    with running(Settings(models=models, threads=1, max_runs=2, stalled_seconds=0.3)) as server:
        yield server


def serves(server: Running) -> bool:
    return bool(tell(server, start(text="abc")).last["type"] == "done")


def test_a_reader_that_stops_reading_costs_no_memory_and_is_dropped(
    impatient: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[int] = []

    def counting(chunk: RunChunk) -> bytes:
        data = encode_chunk(chunk)
        made.append(len(data))
        return data

    monkeypatch.setattr(stream, "encode_chunk", counting)
    reader = RawReader(impatient, start(text="a" * 190_000, credit=10**9))
    wait_until(lambda: impatient.active == 1)
    assert serves(impatient)
    wait_until(lambda: impatient.active == 0)
    # The whole run has some 60 MB; the system's own buffers of a socket hold a few.
    assert sum(made) < 15e6
    assert serves(impatient)
    reader.socket.close()


@pytest.mark.parametrize(
    ("credit", "mark"),
    [(0, b'"header"'), (20, b'"stop":"20"'), (10**9, b'"stop":"16"')],
    ids=["while the server waits for credit", "when its credit is used", "while chunks are sent"],
)
def test_a_reader_that_vanishes_is_cleaned_up_after(server: Running, credit: int, mark: bytes) -> None:
    reader = RawReader(server, start(**{**ENDLESS, "credit": credit}))
    reader.read_until(mark)
    assert server.active == 1
    reader.vanish()
    wait_until(lambda: server.active == 0)
    assert serves(server)


def test_a_reader_may_close_in_the_middle(server: Running) -> None:
    with server.connect() as socket:
        socket.send(start(**ENDLESS))
        socket.recv()
        read_chunk(socket.recv(decode=False))
        assert server.active == 1
        assert server.get("/healthz").json()["runs"] == 1
    wait_until(lambda: server.active == 0)
    assert server.get("/healthz").json()["runs"] == 0


def test_a_vanished_reader_frees_the_only_thread(impatient: Running) -> None:
    readers = [RawReader(impatient, start(**ENDLESS)) for _ in range(2)]
    wait_until(lambda: impatient.active == 2)
    for reader in readers:
        reader.vanish()
    wait_until(lambda: impatient.active == 0)
    assert serves(impatient)


def test_more_runs_than_places_are_refused(models: Path) -> None:
    with (
        running(Settings(models=models, max_runs=2)) as server,
        server.connect() as first,
        server.connect() as second,
    ):
        for socket in (first, second):
            socket.send(start(text="abc", credit=0))
            socket.recv()
        refused = tell(server, start(text="abc"))
        assert refused.problem["type"] == "/problems/overloaded"
        assert refused.problem["status"] == 503
        assert refused.code == 1008
        assert server.post("/api/traces", content=start(text="abc")).status_code == 503
        first.send('{"type": "stop"}')
        assert listen(first).last["stopped"] is True
        wait_until(lambda: server.active == 1)
        assert serves(server)


def test_a_silent_reader_gets_the_problem_idle(models: Path) -> None:
    with running(Settings(models=models, idle_seconds=1.5)) as server:
        nothing = tell(server)
        assert nothing.problem["type"] == "/problems/idle"
        assert "start" in nothing.problem["detail"]
        no_credit = tell(server, start(text="a" * 99, credit=5))
        assert no_credit.ranges == [(0, 5)]
        assert "advance" in no_credit.problem["detail"]
        assert no_credit.code == 1008


def test_many_readers_share_the_threads(server: Running) -> None:
    text = "many readers at once " * 20
    with ThreadPoolExecutor(24) as threads:
        stories = list(threads.map(lambda _: tell(server, start(text=text)), range(24)))
    assert [story.last["steps"] for story in stories] == [len(text) + 1] * 24
    wait_until(lambda: server.active == 0)


def test_a_short_run_is_not_delayed_by_long_runs(models: Path) -> None:
    with running(Settings(models=models, threads=1)) as server, server.connect() as long_run:
        long_run.send(start(**ENDLESS))
        long_run.recv()
        assert serves(server)
        assert server.active == 1
        long_run.send('{"type": "stop"}')
        assert listen(long_run).last["stopped"] is True


def test_skipped_steps_delay_no_other_reader_and_end_with_their_own(models: Path) -> None:
    late = start(**{**ENDLESS, "from_step": 150_000})
    with running(Settings(models=models, threads=1)) as server:
        readers = [RawReader(server, late) for _ in range(2)]
        for reader in readers:
            reader.read_until(b'"header"')
        assert [serves(server) for _ in range(3)] == [True] * 3
        assert server.active == 2
        for reader in readers:
            reader.vanish()
        wait_until(lambda: server.active == 0)


def test_a_message_in_pieces_is_one_message(server: Running) -> None:
    whole = start(text="hello")
    with server.connect() as socket:
        socket.send(iter([whole[:10], whole[10:]]))
        assert listen(socket).last["steps"] == 6
    assert json.loads(whole)["type"] == "start"


def test_the_connection_of_a_dropped_reader_is_aborted(impatient: Running) -> None:
    reader = RawReader(impatient, start(text="a" * 190_000, credit=10**9))
    wait_until(lambda: impatient.active == 1)
    wait_until(lambda: impatient.connections == 0)
    reader.socket.close()


def test_readers_that_accept_no_data_do_not_delay_the_end_of_the_server(models: Path) -> None:
    with running(Settings(models=models)) as server:
        reader = RawReader(server, start(text="a" * 190_000, credit=10**9))
        wait_until(lambda: server.active == 1)
    reader.socket.close()


def test_many_readers_that_accept_no_data_are_dropped_with_their_connections(models: Path) -> None:
    with running(Settings(models=models, stalled_seconds=0.5)) as server:
        readers = [RawReader(server, start(text="a" * 40_000, credit=10**9)) for _ in range(15)]
        wait_until(lambda: server.active == 0 and server.connections == 0)
        assert server.services.admission.memory.held == 0
        for reader in readers:
            reader.socket.close()


LONG = 60_000  # characters


def test_a_stream_that_waits_holds_little_more_than_its_text(models: Path) -> None:
    """Its header alone, with all tokens, is some 60 bytes for each character."""
    with running(Settings(models=models)) as server:
        settle(server)
        gc.collect()
        tracemalloc.start()
        try:
            with server.connect() as socket:
                socket.send(start(text="ab" * (LONG // 2), credit=20))
                before = tracemalloc.get_traced_memory()[0]
                assert len(socket.recv()) > 8 * LONG
                for _ in range(2):
                    socket.recv()
                memory = server.services.admission.memory
                wait_until(lambda: memory.held < 6 * LONG)
                assert memory.held > 4 * LONG  # a token's id has 4 bytes
                # What wrote the header lets go of it after the account does.
                wait_until(lambda: grown_since(before) < 12 * LONG)
        finally:
            tracemalloc.stop()


def grown_since(before: int) -> int:
    """The traced bytes that this process holds now beyond those before."""
    gc.collect()
    return tracemalloc.get_traced_memory()[0] - before


def settle(server: Running) -> None:
    """Wait until nothing that the server does once, when it starts, is still to come."""
    for path in ("/", "/translate"):
        server.get(path)
    for compressor in (server.services.page_compressor, server.services.file_compressor):
        compressor.submit(gc.collect).result()  # each has one thread: all earlier work is done


def test_runs_that_do_not_fit_beside_others_are_refused_until_those_end(models: Path) -> None:
    """A model that reads backward holds its whole trace: 4,001 steps of 2 layers in both directions."""
    whole = start("both", text="a" * 4_000, credit=1)
    with running(Settings(models=models, max_memory_bytes=3 * 2**20)) as server:
        with server.connect() as first:
            first.send(whole)
            first.recv()
            refused = tell(server, whole).problem
            assert (refused["type"], refused["status"]) == ("/problems/overloaded", 503)
            assert "bytes of memory" in refused["detail"]
            assert serves(server)
        wait_until(lambda: server.services.admission.memory.held == 0)
        assert tell(server, start("both", text="a" * 4_000)).last["type"] == "done"
        assert tell(server, start("both", text="a" * 40_000)).problem["type"] == "/problems/too-large"
