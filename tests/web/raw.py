"""Clients of raw bytes, which can misbehave in ways that no library allows."""

import json
import socket as sockets
import struct
from typing import Any

from websockets.frames import Frame, Opcode

from tests.web.running import HOST, PATIENCE, Running


class RawReader:
    """A reader of the stream that may stop reading, vanish, or send what it likes."""

    def __init__(self, server: Running, *messages: str) -> None:
        self.socket = sockets.socket()
        self.socket.setsockopt(sockets.SOL_SOCKET, sockets.SO_RCVBUF, 4096)
        self.socket.settimeout(PATIENCE)
        self.socket.connect((HOST, server.port))
        request = (
            f"GET /api/stream HTTP/1.1\r\nHost: {server.host}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
            "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n"
            "Sec-WebSocket-Protocol: gatescope.v1\r\n\r\n"
        )
        self.socket.sendall(request.encode())
        self.read_until(b"\r\n\r\n")
        for message in messages:
            self.socket.sendall(Frame(Opcode.TEXT, message.encode()).serialize(mask=True))

    def read_until(self, mark: bytes) -> None:
        """Read until these bytes have arrived."""
        read = b""
        while mark not in read:
            more = self.socket.recv(1024)
            assert more, f"the server closed after {read[-200:]!r}"
            read += more

    def vanish(self) -> None:
        """Reset the connection without a close message."""
        self.socket.setsockopt(sockets.SOL_SOCKET, sockets.SO_LINGER, struct.pack("ii", 1, 0))
        self.socket.close()


def everything(client: sockets.socket) -> bytes:
    """Read until the server closes."""
    read = b""
    while more := client.recv(2**16):
        read += more
    return read


def last_problem(client: sockets.socket) -> dict[str, Any]:
    """Read until the server closes, and return the problem in its last answer."""
    problem: dict[str, Any] = json.loads(everything(client).rpartition(b"\r\n\r\n")[2])
    return problem
