"""A real server on a real socket, in a thread of the test's process."""

import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, cast

import httpx
import uvicorn
from fastapi import FastAPI
from websockets.sync.client import ClientConnection, connect

from app.main import create_app
from app.serving import uvicorn_options
from app.settings import Settings
from app.web.messages import SUBPROTOCOL
from app.web.services import Services

HOST = "127.0.0.1"
PATIENCE = 60.0  # seconds


class Running:
    """A server under test, with its address and its counters."""

    def __init__(self, app: FastAPI, port: int, server: uvicorn.Server) -> None:
        self.app = app
        self._server = server
        self.host = f"{HOST}:{port}"
        self.url = f"http://{self.host}"
        self.port = port

    @property
    def services(self) -> Services:
        services: Services = self.app.state.services
        return services

    @property
    def active(self) -> int:
        """The number of active runs."""
        return self.services.admission.active

    @property
    def connections(self) -> int:
        """The number of open connections."""
        return len(self._server.server_state.connections)

    def client(self, **options: Any) -> httpx.Client:
        return httpx.Client(base_url=self.url, timeout=PATIENCE, **options)

    def get(self, path: str, **options: Any) -> httpx.Response:
        with self.client() as client:
            return client.get(path, **options)

    def post(self, path: str, **options: Any) -> httpx.Response:
        with self.client() as client:
            return client.post(path, **options)

    def raw(self) -> socket.socket:
        """A plain TCP connection."""
        return socket.create_connection((HOST, self.port), PATIENCE)

    def connect(self, path: str = "/api/stream", **options: Any) -> ClientConnection:
        options = {"subprotocols": [SUBPROTOCOL], "max_size": None, "open_timeout": PATIENCE, **options}
        return cast(ClientConnection, connect(f"ws://{self.host}{path}", **options))


def problem(answer: httpx.Response, status: int, slug: str) -> dict[str, Any]:
    """Return the problem document of an answer; asserts its status and type."""
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    document: dict[str, Any] = answer.json()
    assert document["type"] == f"/problems/{slug}"
    assert document["status"] == status
    assert document["title"]
    assert document["detail"]
    return document


def wait_until(condition: Callable[[], bool]) -> None:
    """Wait for a condition, and fail after some seconds without it."""
    end = time.monotonic() + PATIENCE
    pause = threading.Event()
    while not condition():
        assert time.monotonic() < end, "the condition did not come true"
        pause.wait(0.01)


@contextmanager
def running(settings: Settings, **uvicorn_overrides: Any) -> Iterator[Running]:
    """Run a server within the context; asserts that it stops afterwards."""
    app = create_app(settings)
    with socket.create_server((HOST, 0)) as listener:
        options = {
            **uvicorn_options(settings),
            "log_level": "warning",
            "ws_ping_interval": None,
            **uvicorn_overrides,
        }
        server = uvicorn.Server(uvicorn.Config(app, **options))
        thread = threading.Thread(
            target=server.run, kwargs={"sockets": [listener]}, name="gatescope-under-test"
        )
        thread.start()
        try:
            wait_until(lambda: server.started or not thread.is_alive())
            yield Running(app, listener.getsockname()[1], server)
        finally:
            server.should_exit = True
            thread.join(PATIENCE)
        assert not thread.is_alive(), "the server did not stop"
