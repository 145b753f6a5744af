"""The limits of a connection: the size of what arrives, its time, and how long a client may accept no data.

A request's head is limited in size. Head, body and WebSocket message must each arrive in time; larger ones have more
time. A client that accepts no data is dropped: a transport that is closed normally first sends its buffer, which never
ends if the client has stopped reading.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol, RequestResponseCycle
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from websockets.frames import Frame

from ..errors import GatescopeError, HeadTooLarge, Idle, MalformedMessage
from .admission import Budget
from .problems import raw_problem

LIMITS = "gatescope.limits"
"""The key of the lifespan's state that holds the limits."""

REFUSAL = "gatescope.refusal"
"""The key of a message to the application that says why the client's message is refused."""

RATE = 2**14  # bytes that must come in each second, beyond the first seconds
FRAMING = 8  # bytes of framing that each byte of a chunked body may have
WAITING = 32  # requests of one connection that may wait for an answer
SMALL = 2**16  # bytes of an unfinished message that are not counted
PING = 2**6  # bytes that the server itself may write to a client that accepts nothing
FRAGMENT = 100  # bytes that a fragment of a message takes besides its data
ABORT_SECONDS = 2.0  # less than the time that the server gives connections to close on their own
LINGER_SECONDS = 2.0  # so that a client that still sends can read why it is refused


@dataclass(frozen=True)
class ConnectionLimits:
    """The limits of all connections; unfinished messages of the stream count in `memory`."""

    memory: Budget
    head_bytes: int
    request_seconds: float
    stalled_seconds: float


class Stalls:
    """Aborts a connection whose client accepts no data for some seconds."""

    def __init__(self, transport: asyncio.Transport, seconds: float) -> None:
        self._transport = transport
        self._every = seconds / 2
        self._left = self._stalled = 0
        self._timer = asyncio.get_running_loop().call_later(self._every, self._look)

    def end(self) -> None:
        """Stop watching."""
        self._timer.cancel()

    def _look(self) -> None:
        left = self._transport.get_write_buffer_size()
        accepted_nothing = self._left and 0 <= left - self._left <= PING
        self._stalled = self._stalled + 1 if accepted_nothing else 0
        self._left = left
        if self._stalled == 2:
            self._transport.abort()
        else:
            self._timer = asyncio.get_running_loop().call_later(self._every, self._look)


class Deadline:
    """Calls `late` if something does not arrive in time: `seconds`, and one more for every `RATE` bytes."""

    def __init__(self, seconds: float, late: Callable[[], None]) -> None:
        self.received = 0
        self._seconds = seconds
        self._late = late
        self._loop = asyncio.get_running_loop()
        self._began = self._loop.time()
        self._timer = self._loop.call_later(seconds, self._look)

    def end(self) -> None:
        """Stop waiting."""
        self._timer.cancel()

    def _look(self) -> None:
        remaining = self._began + self._seconds + self.received / RATE - self._loop.time()
        if remaining > 0:
            self._timer = self._loop.call_later(remaining, self._look)
        else:
            self._late()


class Requests(HttpToolsProtocol):
    """The HTTP protocol with limits."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Begin to wait for a request."""
        super().connection_made(transport)
        self._limits: ConnectionLimits = self.app_state[LIMITS]
        self._stalls = Stalls(transport, self._limits.stalled_seconds)
        self._head = self._body = 0  # bytes of the request, without and with those of its body
        self._began = self._refused = False
        self._deadline = Deadline(self._limits.request_seconds, self._late)

    def connection_lost(self, exc: Exception | None) -> None:
        """Stop watching."""
        self._stop_watching()
        super().connection_lost(exc)

    def shutdown(self) -> None:
        """Let an answer end while the server stops, but do not wait for a client that accepts nothing."""
        super().shutdown()
        self.loop.call_later(ABORT_SECONDS, self.transport.abort)

    def data_received(self, data: bytes) -> None:
        """Read more of a request; refuse it if its head, or the framing of its body, is too large."""
        if self._refused:
            return
        self._head += len(data)
        super().data_received(data)
        most = self._limits.head_bytes
        if self._head > most + FRAMING * self._body:
            self._refuse(
                HeadTooLarge("the head of the request is too large", expected=f"at most {most:,} bytes")
            )
        elif len(self.pipeline) > WAITING:
            self.transport.abort()

    def send_400_response(self, msg: str) -> None:
        """Refuse what is not HTTP."""
        self._refuse(MalformedMessage("this is not an HTTP request", expected="HTTP/1.1"))

    def handle_websocket_upgrade(self) -> None:
        """Hand the connection over to the protocol of WebSockets."""
        self._stop_watching()
        super().handle_websocket_upgrade()

    def on_message_begin(self) -> None:
        """Begin a request."""
        super().on_message_begin()
        self._began = True
        self._wait_again()

    def on_body(self, body: bytes) -> None:
        """Take a part of the body."""
        self._head -= len(body)
        self._body += len(body)
        self._deadline.received += len(body)
        super().on_body(body)

    def on_message_complete(self) -> None:
        """End the request."""
        super().on_message_complete()
        self._head = self._body = 0
        self._deadline.end()

    def _wait_again(self) -> None:
        self._deadline.end()
        self._deadline = Deadline(self._limits.request_seconds, self._late)

    def _late(self) -> None:
        if self.flow.read_paused:  # it is the server that does not read
            self._wait_again()
        elif self._began:
            self._refuse(_slow("request", self._limits.request_seconds))
        else:
            self.transport.close()

    def _refuse(self, error: GatescopeError) -> None:
        """Answer with a problem, if no answer has begun, and close the connection."""
        self._refused = True
        self._deadline.end()
        cycle: RequestResponseCycle | None = self.cycle
        if cycle is None or cycle.response_complete or not cycle.response_started:
            self.transport.write(raw_problem(error))
        if cycle is not None and not cycle.response_complete:
            cycle.disconnected = True
            cycle.message_event.set()
        asyncio.get_running_loop().call_later(LINGER_SECONDS, self.transport.close)

    def _stop_watching(self) -> None:
        self._deadline.end()
        self._stalls.end()


class Sockets(WebSocketsSansIOProtocol):
    """WebSockets with limits; the connection is aborted if the application ends without a close message."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Take over the connection."""
        super().connection_made(transport)
        self._limits: ConnectionLimits = self.app_state[LIMITS]
        self._stalls = Stalls(self.transport, self._limits.stalled_seconds)
        self._share = self._limits.memory.share()
        self._deadline: Deadline | None = None
        self._fragments = 0  # bytes of the unfinished message in whole frames
        self._refused = False

    def connection_lost(self, exc: Exception | None) -> None:
        """Hold nothing more."""
        self._stalls.end()
        self._count(0)
        super().connection_lost(exc)

    def shutdown(self) -> None:
        """Close while the server stops, but do not wait for a client that accepts nothing."""
        super().shutdown()
        self.loop.call_later(ABORT_SECONDS, self.transport.abort)

    def data_received(self, data: bytes) -> None:
        """Read more of a message; refuse it if the unfinished messages of all connections take too much memory."""
        if self._refused:
            return
        super().data_received(data)
        try:
            self._count(self._fragments + len(self.conn.reader.buffer))
        except GatescopeError as error:
            self._refuse(error)

    def handle_text(self, event: Frame) -> None:
        """Begin a text message."""
        self._fragments = len(event.data) + FRAGMENT
        super().handle_text(event)

    def handle_bytes(self, event: Frame) -> None:
        """Begin a binary message."""
        self._fragments = len(event.data) + FRAGMENT
        super().handle_bytes(event)

    def handle_cont(self, event: Frame) -> None:
        """Continue a message."""
        self._fragments += len(event.data) + FRAGMENT
        super().handle_cont(event)

    def send_receive_event_to_app(self) -> None:
        """Hand a whole message over to the application."""
        self._fragments = 0
        super().send_receive_event_to_app()

    async def send(self, message: Any) -> None:
        """Send a message, and wait until the client has accepted nearly all of it."""
        await super().send(message)
        await self.writable.wait()

    async def run_asgi(self) -> None:
        """Run the application for one connection."""
        await super().run_asgi()
        if not self.close_sent:
            self.transport.abort()
        elif self._refused:
            self.loop.call_later(LINGER_SECONDS, self.transport.abort)

    def _count(self, size: int) -> None:
        """Count the bytes of an unfinished message, and limit the time that it takes."""
        if self._deadline is not None and not size:
            self._deadline.end()
            self._deadline = None
        elif self._deadline is None and size:
            self._deadline = Deadline(self._limits.request_seconds, self._late)
        if self._deadline is not None:
            self._deadline.received = size
        change = max(0, size - SMALL) - self._share.held
        if change > 0:
            self._share.grow(change)
        else:
            self._share.shrink(-change)

    def _late(self) -> None:
        self._deadline = None
        if self.read_paused:  # it is the server that does not read
            self._count(self._share.held)
        else:
            self._refuse(_slow("message", self._limits.request_seconds))

    def _refuse(self, error: GatescopeError) -> None:
        """Let the application refuse the message; what has arrived is discarded, and nothing more is read."""
        self._refused = True
        self.frames = []
        self.conn.reader.buffer.clear()
        self._count(0)
        message: Any = {"type": "websocket.receive", REFUSAL: error}
        self.queue.put_nowait(message)


def _slow(what: str, seconds: float) -> Idle:
    return Idle(
        f"the {what} did not come within {seconds:g} seconds",
        expected=f"all of it, or at least {RATE:,} bytes of it in each further second",
    )
