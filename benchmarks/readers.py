"""How many readers a server holds: the pattern of real pages, played by client processes against `gatescope serve`.

A reader plays `python-char-lm` at 16 steps a second. With a given text, one after another, it asks for thousands of
steps ahead; while the model writes, it gives credit for two seconds ahead of its clock, half of it at a time
(static/js/trace/credit.js). A chunk is late if it comes after the clock has reached its first step; a written one, if
it comes later than its credit was given. The processor time of clients and server is counted separately.
"""

import asyncio
import json
import math
import multiprocessing
import os
import random
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from websockets.asyncio.client import ClientConnection, connect
from websockets.typing import Subprotocol

MODEL = "python-char-lm"
SPEED = 16.0  # steps a second
WINDOW, AHEAD_SECONDS = 4_096, 2.0  # as in static/js/trace/credit.js
TEXT = Path(__file__).read_text()
GIVEN, BEGINNING = 80, 40  # characters of a given text (5 seconds), and of one that is continued
WARM_UP, SECONDS = 5.0, 6.0  # only what comes after the warm-up counts
CLIENTS = 2  # processes that play the readers
LIMIT = 0.25  # seconds; where more than 5 % of the chunks are later, no more readers are tried
READERS = {False: (25, 100, 200, 500, 800), True: (25, 80, 200, 400)}
"""How many readers are tried with given text, and writing."""

PLACES = 4_000  # runs that the server admits


@dataclass(frozen=True)
class Played:
    """What the readers of one client process saw."""

    late: list[float]  # seconds, of each chunk
    steps: int
    errors: int
    processor_seconds: float


class Clock:
    """Says when each step may come, and when it is due."""

    def __init__(self, writes: bool) -> None:
        self.began = time.monotonic()
        self.received = 0
        self._writes = writes
        self._granted = 0
        self._grants: list[tuple[int, float]] = []  # up to which step, and when

    def grant(self) -> int:
        """Return how much credit to give now."""
        now = time.monotonic()
        allowed, least = self.received + WINDOW, 1
        if self._writes:
            allowed = math.ceil((now - self.began) * SPEED) + math.ceil(SPEED * AHEAD_SECONDS)
            least = math.ceil(SPEED * AHEAD_SECONDS / 2)
        more = allowed - self._granted
        if more < least:
            return 0
        self._granted = allowed
        self._grants.append((allowed, now))
        return more

    def due(self, step: int) -> float:
        """When a chunk that begins with this step is due."""
        if not self._writes:
            return self.began + step / SPEED
        return next(when for granted, when in self._grants if granted > step)


class Reader:
    """A page that plays text after text: it takes chunks as they come, and gives credit as its clock moves on."""

    def __init__(self, address: str, writes: bool, ends: float) -> None:
        self.address = address
        self.writes = writes
        self.ends = ends
        self.late: list[float] = []
        self.steps = self.errors = 0

    async def play(self) -> None:
        """Read until the end."""
        await asyncio.sleep(random.random() * WARM_UP)
        while time.monotonic() < self.ends:
            try:
                async with connect(
                    self.address,
                    subprotocols=[Subprotocol("gatescope.v1")],
                    max_size=None,
                    compression=None,
                    open_timeout=20,
                ) as connection:
                    await self._read(connection)
            except (OSError, TimeoutError):
                self.errors += 1
                await asyncio.sleep(1)

    async def _read(self, connection: ClientConnection) -> None:
        """Play one text until the clock is at its end."""
        clock = Clock(self.writes)
        await connection.send(self._start(clock))
        granting = asyncio.create_task(self._grant(connection, clock))
        try:
            async with asyncio.timeout(self.ends - clock.began):
                async for message in connection:
                    self._take(message, clock)
                await asyncio.sleep(clock.began + GIVEN / SPEED - time.monotonic())
        except TimeoutError:
            pass
        finally:
            granting.cancel()

    def _start(self, clock: Clock) -> str:
        """Each text begins at another place of the same file, so that no two runs are the same."""
        begin = random.randrange(len(TEXT) - GIVEN)
        message: dict[str, Any] = {"type": "start", "model": MODEL, "credit": clock.grant()}
        message["sequence"] = {"text": TEXT[begin : begin + (BEGINNING if self.writes else GIVEN)]}
        if self.writes:
            message["generate"] = {"steps": 4_000, "temperature": 0.8, "seed": begin}
        return json.dumps(message)

    async def _grant(self, connection: ClientConnection, clock: Clock) -> None:
        """Give more credit as soon as the clock allows it."""
        while True:
            await asyncio.sleep(1 / SPEED)
            if more := clock.grant():
                await connection.send(json.dumps({"type": "advance", "steps": more}))

    def _take(self, message: str | bytes, clock: Clock) -> None:
        now = time.monotonic()
        if isinstance(message, str):
            self.errors += json.loads(message)["type"] == "error"
            return
        metadata = json.loads(message[8 : 8 + int.from_bytes(message[:8], "little")])["__metadata__"]
        start, clock.received = int(metadata["start"]), int(metadata["stop"])
        if now > self.ends - SECONDS:
            self.steps += clock.received - start
            self.late.append(max(0.0, now - clock.due(start)))


def play(address: str, writes: bool, readers: int, ends: float, results: Any) -> None:
    """Play readers in this process, and put what they saw into `results`."""

    async def together() -> list[Reader]:
        every = [Reader(address, writes, ends) for _ in range(readers)]
        await asyncio.gather(*(reader.play() for reader in every))
        return every

    every = asyncio.run(together())
    late = [late for reader in every for late in reader.late]
    steps, errors = sum(reader.steps for reader in every), sum(reader.errors for reader in every)
    results.put(Played(late, steps, errors, time.process_time()))


@contextmanager
def server(workers: int) -> Iterator[tuple[str, int]]:
    """`gatescope serve` in its own processes: its address, and the process that began it."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    command = [sys.executable, "-c", "from app.cli import main; main()"]
    command += ["serve", "--port", str(port), "--workers", str(workers)]
    environment = os.environ | {"GATESCOPE_MAX_RUNS": str(PLACES)}
    with (
        Path(os.devnull).open("w") as nowhere,
        subprocess.Popen(command, env=environment, stdout=nowhere, stderr=nowhere) as process,
    ):
        try:
            _wait_for(port, process)
            yield f"ws://127.0.0.1:{port}/api/stream", process.pid
        finally:
            process.terminate()


def _wait_for(port: int, process: "subprocess.Popen[bytes]") -> None:
    while process.poll() is None:
        with socket.socket() as client:
            if client.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    raise RuntimeError(f"the server ended with code {process.returncode}")


def processor_seconds(pid: int) -> float:
    """Return the seconds that a process and its children have spent on the processor so far (Linux)."""
    seconds = 0.0
    for each in [pid, *map(int, Path(f"/proc/{pid}/task/{pid}/children").read_text().split())]:
        fields = Path(f"/proc/{each}/stat").read_text().rpartition(") ")[2].split()
        seconds += (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
    return seconds


def rows(
    numbers: tuple[int, ...] | None = None, workers: tuple[int, ...] = (1, 2)
) -> Iterator[dict[str, Any]]:
    """A row for each number of readers, until too many chunks are late: with given text and writing."""
    for processes in workers:
        for writes in (False, True):
            for readers in numbers or READERS[writes]:
                row = measured(readers, processes, writes)
                yield row
                if row["late_p95_ms"] > 1e3 * LIMIT or row["errors"]:
                    break


def measured(readers: int, workers: int, writes: bool) -> dict[str, Any]:
    """Play this many readers against their own server."""
    context = multiprocessing.get_context("spawn")
    results: Any = context.Queue()
    with server(workers) as (address, pid):
        ends = time.monotonic() + WARM_UP + SECONDS
        shares = [readers // CLIENTS + (index < readers % CLIENTS) for index in range(CLIENTS)]
        clients = [
            context.Process(target=play, args=(address, writes, each, ends, results)) for each in shares
        ]
        for client in clients:
            client.start()
        time.sleep(WARM_UP)
        before = processor_seconds(pid)
        time.sleep(SECONDS)
        spent = processor_seconds(pid) - before
        played = [results.get(timeout=60) for _ in clients]
        for client in clients:
            client.join(60)
    late = sorted(late for each in played for late in each.late)
    steps = sum(each.steps for each in played)
    return {
        "readers": readers,
        "text": "written" if writes else "given",
        "workers": workers,
        "late_p95_ms": 1e3 * (late[int(0.95 * len(late))] if late else SECONDS),
        "errors": sum(each.errors for each in played),
        "steps_per_second": steps / SECONDS,
        "chunks_per_second": len(late) / SECONDS,
        "server_ms_per_chunk": 1e3 * spent / max(1, len(late)),
        "server_ms_per_step": 1e3 * spent / max(1, steps),
        "server_cores": spent / SECONDS,
        "client_cores": sum(each.processor_seconds for each in played) / (WARM_UP + SECONDS),
    }
