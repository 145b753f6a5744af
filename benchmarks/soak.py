"""A soak: `gatescope serve` streams a million steps to one reader, and its memory must not grow.

Run it with `make soak`, or with fewer steps: `make soak ARGS="--steps 100000"`. The server is measured after its first
two runs, which load the model and settle the memory that Python and the C library keep, and after the last.
"""

import argparse
import json
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from websockets.exceptions import ConnectionClosed
from websockets.sync.client import connect
from websockets.typing import Subprotocol

from benchmarks.readers import server

MODEL = "python-char-lm"
TEXT = Path(__file__).read_text()
RUN = 100_000  # steps
WARM_UP = 2  # runs
WINDOW = 4_096  # steps of credit
GROWTH = 0.05


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.soak", description=__doc__)
    parser.add_argument("--steps", type=int, default=1_000_000, help="steps to stream (1,000,000)")
    parser.add_argument("--seconds", type=float, default=600.0, help="the most seconds (600)")
    arguments = parser.parse_args()
    with server(1) as (address, pid):
        steps, before, after = soak(address, lambda: resident(pid), arguments.steps, arguments.seconds)
    growth = after / before - 1
    print(
        f"{steps:,} steps: the server grew from {before / 1e6:.1f} to {after / 1e6:.1f} MB, {100 * growth:+.1f} %"
    )
    if steps < arguments.steps:
        sys.exit(f"only {steps:,} of {arguments.steps:,} steps in {arguments.seconds:g} seconds")
    if growth > GROWTH:
        sys.exit(f"expected less than {100 * GROWTH:g} %")


def soak(address: str, held: Callable[[], int], steps: int, seconds: float) -> tuple[int, int, int]:
    """Stream steps in runs; return how many came, and what the server held after the warm-up and after the last run."""
    ends, length = time.monotonic() + seconds, min(RUN, steps // 4)
    for _ in range(WARM_UP):
        stream(address, length)
    before, done = held(), 0
    while done < steps and time.monotonic() < ends:
        done += stream(address, min(length, steps - done))
        print(f"{done:,} steps: {held():,} held", flush=True)
    return done, before, held()


def stream(address: str, steps: int) -> int:
    """Stream one run as a page does, with credit a window ahead; return how many steps came."""
    text = (TEXT * (steps // len(TEXT) + 1))[: steps - 1]  # and a start token
    start = {"type": "start", "model": MODEL, "sequence": {"text": text}, "credit": WINDOW}
    received = 0
    with connect(
        address, subprotocols=[Subprotocol("gatescope.v1")], max_size=None, compression=None
    ) as socket:
        socket.send(json.dumps(start))
        for message in socket:
            if isinstance(message, str):
                answer = json.loads(message)
                if answer["type"] == "error":
                    raise RuntimeError(f"the server refused: {answer['problem']}")
                continue
            metadata = json.loads(message[8 : 8 + int.from_bytes(message[:8], "little")])["__metadata__"]
            more, received = int(metadata["stop"]) - received, int(metadata["stop"])
            with suppress(ConnectionClosed):  # the rest may be on its way
                socket.send(json.dumps({"type": "advance", "steps": more}))
    return received


def resident(pid: int) -> int:
    """Return the bytes of memory that a process has (Linux)."""
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return 1024 * int(line.split()[1])
    raise RuntimeError(f"there is no process {pid}")


if __name__ == "__main__":
    main()
