"""The stream: a run over a WebSocket, chunk by chunk, never beyond the client's credit.

docs/stream.md is its specification.
"""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from enum import Enum, auto
from functools import partial
from typing import Any

import anyio
from starlette.types import Message
from starlette.websockets import WebSocket, WebSocketDisconnect

from ..errors import BadInput, Idle, MalformedMessage
from ..export.long_json import encode
from ..networks.run import Run, RunChunk
from .admission import Share
from .attached import WITH_STATES, has_buffer
from .connections import REFUSAL
from .messages import SUBPROTOCOL, Advance, ClientMessage, Start, read_message
from .oversized import oversized
from .problems import problem_of
from .services import Services
from .wire import encode_chunk

NORMAL, REFUSED = 1000, 1008
CHUNK_SECONDS, CROWDED_SECONDS = 0.1, 0.01  # of a chunk at most: alone, and where many runs share a thread
COMPACT = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))
READS_AHEAD = "a layer reads backward, so the whole sequence is read before the first step is shown"


class State(Enum):
    """The state of a connection."""

    WAITING = auto()  # for its start message
    RUNNING = auto()  # chunks are sent as far as the credit goes
    STOPPING = auto()  # the client asked for the end
    ENDED = auto()  # done, refused or disconnected; further messages are ignored


class NoChunk(Enum):
    """Why a piece of a run gave no chunk."""

    SKIPPED = auto()  # its steps come before `from_step`
    END = auto()  # the run is at its end


class ChunkSizes:
    """The number of steps of the next chunk: few at first, doubled each time, up to a limit.

    The limit is in bytes, and in the time that a chunk takes, because other runs wait for the same threads: the more
    of them, the less time. It is a power of two, because PyTorch keeps what it prepares for each number of steps.
    """

    def __init__(self, first: int, most_bytes: int) -> None:
        self.planned = first
        self.allowed = 0
        self._most_bytes = most_bytes

    def __iter__(self) -> Iterator[int]:
        while True:
            yield min(self.planned, self.allowed)

    def plan(self, steps: int, size: int, seconds: float, crowd: float) -> None:
        """Plan the next chunk by the bytes and the time of the last, and by how many runs share a thread."""
        longest = max(CHUNK_SECONDS / crowd, CROWDED_SECONDS)
        most = steps * min(self._most_bytes / size, longest / seconds)
        if steps >= self.planned:
            self.planned = 1 << max(0, int(min(self.planned * 2, most)).bit_length() - 1)


class Stream:
    """One connection and its one run."""

    def __init__(self, websocket: WebSocket, services: Services) -> None:
        self.websocket = websocket
        self.settings = services.settings
        self._admission = services.admission
        self._threads = services.threads
        self._reading = services.reading
        self._prepare = services.runs.prepare
        self.state = State.WAITING
        self.credit = 0
        self.sent = 0
        self._news = anyio.Event()  # set when the credit grows or the state changes
        self._fault: Exception | None = None
        self._asked: Start | None = None
        self._buffer: bytes | None = None

    async def serve(self) -> None:
        """Handle the connection from the handshake to the close; also returns when the client disconnects."""
        offered = self.websocket.scope["subprotocols"]
        await self.websocket.accept(SUBPROTOCOL if SUBPROTOCOL in offered else None)
        try:
            if SUBPROTOCOL not in offered:
                names = ", ".join(offered)[:200] or "none"
                raise BadInput(
                    f"the subprotocols offered are: {names}",
                    where="Sec-WebSocket-Protocol",
                    expected=SUBPROTOCOL,
                )
            await self._receive_start()
            with self._admission.admitted() as place:
                await self._receive_attached()
                ending = await self._run(place.memory)
        except WebSocketDisconnect:
            self.state = State.ENDED
        except Exception as error:
            await self._end({"type": "error", "problem": problem_of(error)}, REFUSED)
        else:
            await self._end({"type": "done", "steps": self.sent, **ending}, NORMAL)

    async def _receive_start(self) -> None:
        with self._patience("start message"):
            message = await self._receive()
        if not isinstance(message, Start):
            raise MalformedMessage(f"the first message is {message.type!r}", where="type", expected="'start'")
        self.credit = message.credit
        self.state = State.RUNNING
        self._asked = message

    async def _receive_attached(self) -> None:
        """Receive the binary message that holds the sequence, states, or both, if anything is attached."""
        assert self._asked is not None
        if not has_buffer(self._asked):
            return
        with self._patience("binary message that is attached"):
            message = await self._next()
        data = message.get("bytes")
        if data is None:
            raise MalformedMessage(
                "values or states are attached, but the next message is text", expected=WITH_STATES
            )
        self._buffer = bytes(data)

    async def _run(self, memory: Share) -> dict[str, Any]:
        """Run from the header to the last chunk, and return the fields of `done`."""
        run: Run | None = None
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(self._listen, tasks.cancel_scope)
            try:
                run = await self._make(memory)
                await self._send_header(run, memory)
                await self._send_chunks(run, memory)
            except Exception as error:
                self._fault = self._fault or error
            tasks.cancel_scope.cancel()
        if self._fault is not None:
            raise self._fault
        assert run is not None  # otherwise `fault` is set
        end = run.from_step + self.sent
        return await self._threads.compute(partial(_ending, run, end, self.state is State.STOPPING))

    async def _listen(self, run: anyio.CancelScope) -> None:
        """Receive the client's messages during the run; a wrong message ends the run."""
        try:
            while True:
                message = await self._receive()
                if isinstance(message, Start):
                    raise MalformedMessage(
                        "the run of this connection has begun",
                        where="type",
                        expected="one run per connection",
                    )
                if isinstance(message, Advance):
                    self.credit += message.steps
                else:
                    self.state = State.STOPPING
                self._news.set()
        except Exception as error:
            self._fault = error
            run.cancel()

    async def _make(self, memory: Share) -> Run:
        """Make the run. The request is forgotten: while a client waits, only the run is needed."""
        asked, buffer = self._asked, self._buffer
        assert asked is not None
        self._asked = self._buffer = None
        return await self._prepare(asked, memory, buffer)

    async def _send_header(self, run: Run, memory: Share) -> None:
        header = await self._threads.begin(lambda: _json(run.header()))
        with memory.grown(len(header)):
            await self._send(header)
        if run.reads_ahead is not None:
            progress = {"part": run.parts[0], "steps": run.reads_ahead, "detail": READS_AHEAD}
            await self._send(_json({"type": "progress", **progress}))

    async def _send_chunks(self, run: Run, memory: Share) -> None:
        sizes = ChunkSizes(self.settings.first_chunk_steps, self.settings.chunk_bytes)
        pieces = run.pieces(sizes)
        position = run.from_step
        while await self._may_send(position, run):
            sizes.allowed = self.credit
            steps = await self._send_piece(pieces, sizes, memory)
            if steps is None:
                return
            position += steps

    async def _send_piece(
        self, pieces: Iterator[RunChunk | None], sizes: ChunkSizes, memory: Share
    ) -> int | None:
        """Compute and send the next piece of a run; return how many steps were sent, or None at the end."""
        piece = await self._threads.compute(partial(_next_piece, pieces))
        if piece is NoChunk.END:
            return None
        if piece is NoChunk.SKIPPED:
            return 0
        steps, data, seconds = piece
        self.credit -= steps
        sizes.plan(steps, len(data), seconds, self._threads.crowd)
        with memory.grown(len(data)):
            await self._send(data)
        self.sent += steps
        return steps

    async def _may_send(self, position: int, run: Run) -> bool:
        """Wait for credit for a step or a bin; return False if the run has ended or the client has stopped it."""
        with self._patience("advance message"):
            while self.state is State.RUNNING and (run.steps is None or position < run.steps):
                if self.credit >= run.least_chunk(position):
                    return True
                self._news = anyio.Event()
                await self._news.wait()
        return False

    @contextmanager
    def _patience(self, awaited: str) -> Iterator[None]:
        seconds = self.settings.idle_seconds
        try:
            with anyio.fail_after(seconds):
                yield
        except TimeoutError:
            raise Idle(
                f"no {awaited} came for {seconds:g} seconds", expected="a message before that"
            ) from None

    async def _next(self) -> Message:
        message = await self.websocket.receive()
        if message["type"] == "websocket.disconnect":
            raise WebSocketDisconnect(message.get("code", 1005))
        if REFUSAL in message:
            raise message[REFUSAL]
        return message

    async def _receive(self) -> ClientMessage:
        message = await self._next()
        text, most = message.get("text"), self.settings.max_message_bytes
        if text is None:
            raise MalformedMessage("the message is binary", expected="a text message with a JSON object")
        if len(text) > most or len(text.encode()) > most:
            raise oversized("message", f"{len(text):,} characters", text, most)
        return await self._reading.read(read_message, text)

    async def _send(self, data: str | bytes) -> None:
        """Send a message; a client that does not accept it in time counts as disconnected."""
        try:
            with anyio.fail_after(self.settings.stalled_seconds):
                if isinstance(data, str):
                    await self.websocket.send_text(data)
                else:
                    await self.websocket.send_bytes(data)
        except TimeoutError:
            raise WebSocketDisconnect(1006) from None

    async def _end(self, message: dict[str, Any], code: int) -> None:
        self.state = State.ENDED
        with suppress(WebSocketDisconnect):
            await self._send(_json(message))
            await self.websocket.close(code)


def _json(message: dict[str, Any]) -> str:
    return encode(message, COMPACT)


def _ending(run: Run, end: int, asked_to_stop: bool) -> dict[str, Any]:
    """Return the fields of `done` for a run that was sent up to the step `end`."""
    stopped = asked_to_stop and not run.ends_at(end)
    agreement = run.agreement
    return {
        "parity": agreement.difference,
        "agrees": agreement.agrees,
        **run.result(),
        "stopped": stopped,
    }


def _next_piece(pieces: Iterator[RunChunk | None]) -> tuple[int, bytes, float] | NoChunk:
    """Compute the next piece of a run: the steps of a chunk, its bytes and the seconds it took, or no chunk."""
    began = time.perf_counter()
    chunk = next(pieces, NoChunk.END)
    if chunk is None:
        return NoChunk.SKIPPED
    if isinstance(chunk, NoChunk):
        return chunk
    return chunk.stop - chunk.start, encode_chunk(chunk), time.perf_counter() - began
