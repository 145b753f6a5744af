"""A reader of the stream for tests."""

import json
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray
from safetensors.numpy import load
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection

from tests.web.running import PATIENCE


@dataclass
class Chunk:
    """A parsed binary message."""

    size: int
    metadata: dict[str, str]
    arrays: dict[str, NDArray[Any]]

    @property
    def start(self) -> int:
        return int(self.metadata["start"])

    @property
    def stop(self) -> int:
        return int(self.metadata["stop"])


@dataclass
class Story:
    """Everything that a server sent until it closed."""

    texts: list[dict[str, Any]] = field(default_factory=list)
    chunks: list[Chunk] = field(default_factory=list)
    code: int | None = None

    @property
    def header(self) -> dict[str, Any]:
        assert self.texts[0]["type"] == "header"
        return self.texts[0]

    @property
    def last(self) -> dict[str, Any]:
        return self.texts[-1]

    @property
    def problem(self) -> dict[str, Any]:
        assert self.last["type"] == "error", self.last
        problem: dict[str, Any] = self.last["problem"]
        return problem

    @property
    def ranges(self) -> list[tuple[int, int]]:
        return [(chunk.start, chunk.stop) for chunk in self.chunks]

    def joined(self) -> dict[str, NDArray[Any]]:
        names = self.chunks[0].arrays
        return {name: np.concatenate([chunk.arrays[name] for chunk in self.chunks]) for name in names}


def start(model: str = "small", text: str | None = "hello world", credit: int = 10_000, **fields: Any) -> str:
    sequence = {} if text is None else {"sequence": {"text": text}}
    return json.dumps({"type": "start", "model": model, "credit": credit, **sequence, **fields})


def read_chunk(data: bytes) -> Chunk:
    header = json.loads(data[8 : 8 + int.from_bytes(data[:8], "little")])
    return Chunk(len(data), header["__metadata__"], load(data))


def listen(socket: ClientConnection) -> Story:
    """Read until the server closes."""
    story = Story()
    try:
        while True:
            message = socket.recv(timeout=PATIENCE)
            if isinstance(message, str):
                story.texts.append(json.loads(message))
            else:
                story.chunks.append(read_chunk(message))
    except ConnectionClosed:
        story.code = socket.close_code
    return story


def tell(server: Any, *messages: str | bytes, **options: Any) -> Story:
    """Connect, send messages, and read until the server closes."""
    with server.connect(**options) as socket:
        say(socket, *messages)
        return listen(socket)


def say(socket: ClientConnection, *messages: str | bytes) -> None:
    """Send messages; stop if the server has already closed."""
    with suppress(ConnectionClosed):
        for message in messages:
            socket.send(message)
