from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest

from app.settings import Settings
from app.web import parsing, processes
from tests.web import parsers
from tests.web.running import Running, problem, running, wait_until


@pytest.fixture(scope="module")
def single(models: Path) -> Iterator[Running]:
    """A server that parses one file at a time."""
    with running(Settings(models=models, parsers=1)) as server:
        yield server


@pytest.mark.parametrize("work", [parsers.greedy, parsers.dying])
def test_a_file_that_takes_too_much_memory_is_refused(
    single: Running, work: Callable[..., bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patched:
        patched.setattr(parsing, "answer", work)
        assert "memory" in problem(single.post("/api/sequences", content=b"1,2"), 413, "too-large")["detail"]
    assert single.post("/api/sequences", content=b"1,2").json()["steps"] == 1


def test_a_file_that_takes_too_long_is_refused(single: Running, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patched:
        patched.setattr(parsing, "answer", parsers.endless)
        patched.setattr(processes, "SECONDS", 0.1)
        document = problem(single.post("/api/sequences", content=b"1,2"), 413, "too-large")
        assert "0.1 seconds" in document["detail"]
    assert single.post("/api/sequences", content=b"1,2").json()["steps"] == 1


def test_a_client_that_disconnects_frees_its_parser(single: Running, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patched:
        patched.setattr(parsing, "answer", parsers.endless)
        with single.client() as client, pytest.raises(httpx.ReadTimeout):
            client.post("/api/sequences", content=b"1,2", timeout=1.0)
    assert single.post("/api/sequences", content=b"1,2").json()["steps"] == 1


def test_the_server_answers_while_all_parsers_are_busy(
    single: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(parsing, "answer", parsers.endless)
    monkeypatch.setattr(processes, "MOST_WAITING", 1)
    taken = single.services.parsing.processes
    request = f"POST /api/sequences HTTP/1.1\r\nHost: {single.host}\r\nContent-Length: 3\r\n\r\n1,2"
    with single.raw() as first, single.raw() as second:
        first.sendall(request.encode())
        wait_until(lambda: taken.busy == 1)
        second.sendall(request.encode())
        wait_until(lambda: taken.waiting == 1)
        assert (
            "1 files or large messages are already waiting"
            in problem(single.post("/api/sequences", content=b"1,2"), 503, "overloaded")["detail"]
        )
        assert single.get("/healthz").status_code == 200
    wait_until(lambda: taken.busy == 0)
