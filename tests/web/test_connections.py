"""The limits of a connection: heads, bodies and messages that are too large or too slow, over a plain socket."""

import json
import socket
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from websockets.frames import Frame, Opcode

from app.settings import Settings
from tests.web.raw import RawReader, everything, last_problem
from tests.web.running import Running, running, wait_until
from tests.web.streaming import start, tell

MIB = 2**20


@pytest.fixture(scope="module")
def strict(models: Path) -> Iterator[Running]:
    """A server with little patience and little memory."""
    settings = Settings(models=models, request_seconds=0.5, stalled_seconds=0.4, max_memory_bytes=16 * MIB)
    with pytest.MonkeyPatch.context() as patched, running(settings) as server:
        patched.setattr("app.web.connections.LINGER_SECONDS", 0.1)
        yield server


def send(server: Running, *pieces: bytes) -> dict[str, Any]:
    """Send bytes on a new connection, and return the problem that the server answers before it closes."""
    with server.raw() as client:
        with suppress(ConnectionError):
            for piece in pieces:
                client.sendall(piece)
        return last_problem(client)


HEADER = b"X-Padding: " + b"a" * 8_000 + b"\r\n"


@pytest.mark.parametrize(
    "head",
    [
        [b"GET /healthz HTTP/1.1\r\n", *[HEADER] * 100],
        [b"GET /healthz HTTP/1.1\r\nX-Padding: ", *[b"a" * 8_000] * 100],
        [b"GET /" + b"a" * 800_000],
        [b"POST /api/orders HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n", b"1;" + b"x" * 800_000],
    ],
    ids=["headers", "a header", "an address", "the framing of a body"],
)
def test_a_head_that_is_too_large_is_refused(strict: Running, head: list[bytes]) -> None:
    refused = send(strict, *head)
    assert (refused["status"], refused["type"]) == (431, "/problems/head-too-large")
    assert refused["expected"] == "at most 65,536 bytes"


def test_what_is_not_http_is_a_problem(strict: Running) -> None:
    refused = send(strict, b"\x16\x03\x01\x02\x00\r\n\r\n")
    assert (refused["status"], refused["type"]) == (400, "/problems/malformed-message")


@pytest.mark.parametrize(
    "begun",
    [
        b"GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\n",
        b"POST /api/orders HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 100\r\n\r\n{",
        b"GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\nGET /healthz HTTP/1.1\r\n",
    ],
    ids=["a head", "a body", "the next head"],
)
def test_a_request_that_does_not_come_in_time_is_refused(strict: Running, begun: bytes) -> None:
    refused = send(strict, begun)
    assert (refused["status"], refused["type"]) == (408, "/problems/idle")
    assert "0.5 seconds" in refused["detail"]


def test_a_connection_without_a_request_is_closed(strict: Running) -> None:
    with strict.raw() as client:
        assert client.recv(1) == b""


def test_a_connection_may_be_used_again(strict: Running) -> None:
    with strict.client() as client:
        assert [client.get("/healthz").status_code for _ in range(3)] == [200] * 3


def test_requests_that_are_sent_without_waiting_are_answered_up_to_a_number(strict: Running) -> None:
    request = f"GET /healthz HTTP/1.1\r\nHost: {strict.host}\r\n\r\n".encode()
    with strict.raw() as client:
        client.sendall(request * 4 + request.replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n"))
        assert everything(client).count(b"HTTP/1.1 200") == 5
    with strict.raw() as client, suppress(ConnectionError):
        client.sendall(request * 1_000)
        assert everything(client).count(b"HTTP/1.1 200") < 1_000


def message(size: int) -> bytes:
    """The beginning of a message of this size, in fragments that do not end it."""
    piece = b"a" * 2**16
    first = Frame(Opcode.TEXT, piece, fin=False).serialize(mask=True)
    more = Frame(Opcode.CONT, piece, fin=False).serialize(mask=True)
    return first + more * (size // len(piece) - 1)


def test_unfinished_messages_of_all_connections_share_a_limit(strict: Running) -> None:
    """A quarter of the memory, 4 MiB, is for what is on its way."""
    incoming = strict.services.incoming
    readers = [RawReader(strict) for _ in range(3)]
    for reader in readers[:2]:
        reader.socket.sendall(message(3 * MIB // 2))
    wait_until(lambda: incoming.held > 2.7 * MIB)
    readers[2].socket.sendall(message(2 * MIB))
    readers[2].read_until(b"/problems/overloaded")
    assert tell(strict, start(text="abc")).last["type"] == "done"
    for reader in readers:
        reader.vanish()
    wait_until(lambda: incoming.held == 0)


def test_a_message_that_alone_is_too_large_for_the_memory_is_refused(strict: Running) -> None:
    reader = RawReader(strict)
    reader.socket.sendall(message(5 * MIB))
    reader.read_until(b"/problems/too-large")
    reader.socket.close()


def test_tiny_fragments_count_with_the_memory_that_they_take(strict: Running) -> None:
    tiny = Frame(Opcode.CONT, b"a", fin=False).serialize(mask=True)
    reader = RawReader(strict)
    reader.socket.sendall(Frame(Opcode.TEXT, b"a", fin=False).serialize(mask=True) + tiny * 60_000)
    reader.read_until(b"/problems/too-large")
    reader.socket.close()


def test_a_message_that_does_not_come_in_time_is_refused(strict: Running) -> None:
    reader = RawReader(strict)
    reader.socket.sendall(Frame(Opcode.TEXT, start().encode()[:50], fin=False).serialize(mask=True))
    reader.read_until(b"/problems/idle")
    reader.socket.close()


def test_the_server_waits_for_a_slow_body_that_keeps_arriving(
    strict: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.web.connections.RATE", 1)
    body = json.dumps(
        {"model": "small", "signal": "hidden_state", "sequence": {"text": "a" * 5_000}}
    ).encode()
    head = f"POST /api/orders HTTP/1.1\r\nHost: {strict.host}\r\nContent-Length: {len(body)}\r\n\r\n"
    with strict.raw() as client:
        client.sendall(head.encode() + body[:-1])
        with strict.raw() as silent:  # it is closed once the time for a request is over
            assert silent.recv(1) == b""
        client.sendall(body[-1:])
        assert client.recv(2**10).startswith(b"HTTP/1.1 200")


def test_an_answer_that_is_not_read_is_dropped(strict: Running) -> None:
    rows = b"1,2,3,4,5,6,7,8,9,0\n" * 80_000
    request = f"POST /api/sequences HTTP/1.1\r\nHost: {strict.host}\r\nContent-Length: {len(rows)}\r\n\r\n"
    with socket.socket() as client:
        client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        client.connect(("127.0.0.1", strict.port))
        client.sendall(request.encode() + rows)
        memory = strict.services.admission.memory
        wait_until(lambda: memory.held > 3 * MIB)
        wait_until(lambda: memory.held == 0)
        wait_until(lambda: strict.connections == 0)
