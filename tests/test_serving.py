"""The server in its own process: settings reach every worker, and every worker answers."""

import json
import os
import re
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from http.client import HTTPConnection
from pathlib import Path

import httpx
import numpy as np
import pytest
from websockets.sync.client import connect
from websockets.typing import Subprotocol

from app.serving import uvicorn_options
from app.settings import Settings
from app.web.messages import SUBPROTOCOL
from tests.web.models import make_model
from tests.web.running import PATIENCE, wait_until
from tests.web.streaming import Story, listen, say, start

HOST = "127.0.0.1"
WORKERS = 2
TEXT = "hello world"
pytestmark = pytest.mark.slow


class Served:
    """`gatescope serve`, its address, and the processes that answer there."""

    def __init__(self, process: subprocess.Popen[str], port: int) -> None:
        self.process = process
        self.port = port
        self.host = f"{HOST}:{port}"
        self.workers: list[int] = []

    def wait_until_started(self, workers: int) -> None:
        assert self.process.stderr is not None
        complete = 0
        for line in self.process.stderr:
            if begun := re.search(r"Started server process \[(\d+)\]", line):
                self.workers.append(int(begun[1]))
            complete += "Application startup complete" in line
            if complete == workers:
                break
        # The rest of the output is read too, so that no worker blocks on a full pipe.
        threading.Thread(target=self.process.stderr.read, daemon=True).start()

    def connections(self) -> dict[int, list[socket.socket]]:
        """Connections that each worker has accepted, at least two."""
        accepted: dict[int, list[socket.socket]] = {worker: [] for worker in self.workers}
        while min(map(len, accepted.values())) < 2:
            connection = socket.create_connection((HOST, self.port), timeout=PATIENCE)
            accepted[self.wait_until_accepted(connection)].append(connection)
        return accepted

    def wait_until_accepted(self, connection: socket.socket) -> int:
        peer = connection.getsockname()[1]
        wait_until(lambda: self.accepting(peer) is not None)
        worker = self.accepting(peer)
        assert worker is not None
        return worker

    def accepting(self, peer: int) -> int | None:
        """The worker that has accepted the connection from a port of this machine, or None before."""
        ends = (line.split() for line in Path("/proc/net/tcp").read_text().splitlines()[1:])
        ports = f"{self.port:04X}", f"{peer:04X}"
        inodes = {end[9] for end in ends if (end[1].split(":")[1], end[2].split(":")[1]) == ports}
        for worker in self.workers:
            for open_file in Path(f"/proc/{worker}/fd").iterdir():
                with suppress(FileNotFoundError):
                    if str(open_file.readlink()) in {f"socket:[{inode}]" for inode in inodes}:
                        return worker
        return None

    def get(self, connection: socket.socket, path: str) -> str:
        client = HTTPConnection(self.host)
        client.sock = connection
        client.request("GET", path)
        answer = client.getresponse()
        assert answer.status == 200
        return answer.read().decode()

    def read(self, connection: socket.socket, text: str) -> Story:
        protocols = [Subprotocol(SUBPROTOCOL)]
        with connect(f"ws://{self.host}/api/stream", sock=connection, subprotocols=protocols) as stream:
            say(stream, start(text=text))
            return listen(stream)


@contextmanager
def serving(models: Path, workers: int, **environment: str) -> Iterator[Served]:
    """A server of one small model, once it has started."""
    make_model(models, "small", cell="lstm", units=6)
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    command = [sys.executable, "-c", "from app.cli import main; main()", "serve", "--workers", str(workers)]
    command += ["--port", str(port), "--models", str(models)]
    with subprocess.Popen(
        command, stderr=subprocess.PIPE, text=True, env=os.environ | environment
    ) as process:
        served = Served(process, port)
        try:
            served.wait_until_started(workers)
            yield served
        finally:
            process.terminate()
            process.wait(timeout=PATIENCE)


@pytest.fixture
def served(tmp_path: Path) -> Iterator[Served]:
    with serving(tmp_path / "models", WORKERS) as served:
        yield served


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells which process has a connection")
def test_each_of_two_workers_serves_the_page_and_the_stream_and_ends(served: Served) -> None:
    pages, traces = [], []
    for for_page, for_stream, *others in served.connections().values():
        page = served.get(for_page, "/")
        (script,) = re.findall(r'<script type="module" src="(.*?)"', page)
        assert "import " in served.get(for_page, script)
        story = served.read(for_stream, TEXT)
        assert story.last["type"] == "done" and story.last["steps"] == len(TEXT) + 1
        pages.append(page)
        traces.append(story.joined())
        for connection in (for_page, *others):
            connection.close()
    assert pages[0] == pages[1]  # so that a page known from one worker is not sent again by the other
    assert traces[0].keys() == traces[1].keys()
    for name in traces[0]:
        np.testing.assert_allclose(traces[0][name], traces[1][name], rtol=1e-5, atol=1e-5, err_msg=name)

    served.process.terminate()
    assert served.process.wait(timeout=PATIENCE) is not None
    with pytest.raises(httpx.TransportError):
        httpx.get(f"http://{served.host}/healthz", timeout=5)
    for worker in served.workers:
        with pytest.raises(ProcessLookupError):
            os.kill(worker, 0)


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGHUP")
def test_a_server_whose_terminal_closes_leaves_no_temporary_files(tmp_path: Path) -> None:
    folder = tmp_path / "temporary"
    folder.mkdir()
    text = json.dumps({"model": "small", "sequence": {"text": "ab" * 20_000}})
    with (
        serving(tmp_path / "models", 1, TMPDIR=str(folder)) as served,
        socket.socket() as client,
    ):
        client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        wait_until(lambda: client.connect_ex((HOST, served.port)) == 0)
        head = f"POST /api/traces HTTP/1.1\r\nHost: {served.host}\r\nContent-Length: {len(text)}\r\n\r\n"
        client.sendall(head.encode() + text.encode())
        wait_until(lambda: list(folder.iterdir()) != [])
        served.process.send_signal(signal.SIGHUP)
        assert served.process.wait(timeout=PATIENCE) is not None
    assert list(folder.iterdir()) == []


def test_a_setting_of_none_is_written_as_an_empty_string(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GATESCOPE_CACHE", "/somewhere")
    monkeypatch.setenv("GATESCOPE_ALLOWED_ORIGINS", "")
    run: list[dict[str, object]] = []
    monkeypatch.setattr("app.serving.uvicorn.run", lambda *given, **options: run.append(options))
    from app.serving import serve

    given = Settings(cache=None, allowed_origins=["https://a.example", "https://b.example"], port=0)
    serve(given)
    assert os.environ["GATESCOPE_CACHE"] == ""
    assert Settings().model_dump() == given.model_dump()
    assert run[0]["workers"] == 1
    assert uvicorn_options(given).items() <= run[0].items()
