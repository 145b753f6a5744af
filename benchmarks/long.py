"""Sequences of 100,000 steps: streamed whole, as an overview, a window of 1,000 steps, and the same on the page.

The server has its own process; its memory is the most that it held during the run, minus what it held before. The
page's memory is that of its process, minus that of the page with the opening example.
"""

import json
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import httpx
import numpy as np
from playwright.sync_api import Browser, Page
from safetensors.numpy import load, save
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import connect
from websockets.typing import Subprotocol

from app.web.messages import SUBPROTOCOL
from benchmarks.page import row
from benchmarks.serving import chromium

STEPS, FEATURES = 100_000, 8
WINDOW, WINDOWS = 1_000, 20
RESOLUTION = 32
VALUES = np.random.default_rng(0).normal(size=(STEPS, FEATURES))

GIVE = """([sandbox, steps, features]) => {
  const data = Float64Array.from({ length: steps * features }, (_, at) => Math.sin(at * at / 1e4));
  document.querySelector("main").dispatchEvent(new CustomEvent("give", { bubbles: true, detail: {
    model: { sandbox }, sequence: { values: { shape: [steps, features], data } } } }));
}"""

# Milliseconds from a seek until the values of the step are shown.
SEEK = """async (step) => {
  const began = performance.now();
  const scrubber = document.querySelector(".scrubber");
  scrubber.value = String(step);
  scrubber.dispatchEvent(new Event("input", { bubbles: true }));
  const there = () => document.querySelector("signal-readouts").dataset.step === String(step)
    && document.querySelector(".reading-step").textContent === "";
  while (!there()) await new Promise((resolve) => requestAnimationFrame(resolve));
  return performance.now() - began;
}"""


def rows() -> Iterator[dict[str, Any]]:
    """A row per figure: what it is, its value, its unit, and the aim."""
    with server() as (process, address):
        for units in (128, 512):
            yield from streaming(process, address, units)
        yield from windows(address)
        with chromium() as browser:
            for units in (128, 512):
                yield from on_the_page(browser, address, units)


@contextmanager
def server() -> Iterator[tuple[int, str]]:
    """Serve in a separate process; yield its id and its address."""
    command = [str(Path(sys.executable).with_name("gatescope")), "serve", "--port", "0"]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True) as process:
        assert process.stderr is not None
        try:
            line = next(line for line in process.stderr if "running on" in line)
            address = line.split("running on ")[1].split()[0]
            httpx.get(address, timeout=90).raise_for_status()
            yield process.pid, address
        finally:
            process.terminate()


def model(units: int) -> dict[str, Any]:
    return {"sandbox": {"cell": "lstm", "input_size": FEATURES, "hidden_size": units}}


def read(address: str, start: dict[str, Any], buffer: bytes) -> tuple[float, list[bytes]]:
    """Read a run to its end, giving credit as the page does; return the seconds, and the last chunk of it."""
    began = time.perf_counter()
    last: list[bytes] = []
    url = f"ws{address.removeprefix('http')}/api/stream"
    with connect(url, subprotocols=[Subprotocol(SUBPROTOCOL)], max_size=None) as socket:
        socket.send(json.dumps({"type": "start", "credit": 4096, **start}))
        socket.send(buffer)
        stop = start.get("from_step", 0)
        while True:
            message = socket.recv()
            if isinstance(message, bytes):
                size = int.from_bytes(message[:8], "little")
                metadata = json.loads(message[8 : 8 + size])["__metadata__"]
                with suppress(ConnectionClosed):  # after the last chunk
                    socket.send(json.dumps({"type": "advance", "steps": int(metadata["stop"]) - stop}))
                stop, last = int(metadata["stop"]), [message]
            elif json.loads(message)["type"] in ("done", "error"):
                return time.perf_counter() - began, last


def streaming(process: int, address: str, units: int) -> Iterator[dict[str, Any]]:
    """Every value, then the overview: time and the server's memory."""
    start = {"model": model(units), "sequence": {"attached": True}}
    buffer = save({"values": VALUES})
    read(address, {**start, "stop_step": 2_000}, buffer)  # the libraries' own memory
    for what, more in (("every value", {}), ("overview", {"resolution": RESOLUTION, "states": True})):
        Path(f"/proc/{process}/clear_refs").write_text("5")  # the highest memory counts from here
        before = memory(process, "VmRSS")
        seconds, _ = read(address, {**start, **more}, buffer)
        named = f"{what}, {STEPS:,} × {units}"
        yield row(f"streaming {named}", seconds, "s", None)
        yield row(f"server memory over the start, {named}", memory(process, "VmHWM") - before, "MB", 200)


def memory(process: int, field: str) -> float:
    """A field of a process's status in MB."""
    text = Path(f"/proc/{process}/status").read_text()
    return int(next(line.split()[1] for line in text.splitlines() if line.startswith(field))) / 1e3


def windows(address: str) -> Iterator[dict[str, Any]]:
    """Windows of 1,000 steps from states, as the page asks for them."""
    kept = {"model": model(128), "sequence": {"attached": True}, "states": True, "stop_step": WINDOW}
    _, chunks = read(address, kept, save({"values": VALUES}))
    states = {name: array for name, array in load(chunks[-1]).items() if name.startswith("states.")}
    taken = []
    for index in range(WINDOWS):
        part = VALUES[index * WINDOW : (index + 1) * WINDOW]
        buffer = save({"values": np.ascontiguousarray(part), **states})
        start = {"model": model(128), "sequence": {"attached": True}, "state": True}
        taken.append(1e3 * read(address, start, buffer)[0])
    yield row(f"a window of {WINDOW:,} steps × 128 from states", statistics.median(taken), "ms median", 150)


def on_the_page(browser: Browser, address: str, units: int) -> Iterator[dict[str, Any]]:
    """The page with 100,000 steps: reading, memory, and seeks to steps that are not held."""
    named = f"{STEPS:,} × {units}"
    page = browser.new_context(viewport={"width": 1440, "height": 900}, reduced_motion="reduce").new_page()
    page.goto(address)
    page.wait_for_selector("parity-badge[data-complete=true]", state="attached")
    before = renderer(browser, page)
    began = time.perf_counter()
    page.evaluate(GIVE, [model(units)["sandbox"], STEPS, FEATURES])
    page.wait_for_selector("reading-progress:not([hidden])")
    page.wait_for_selector("parity-badge[data-complete=true]", state="attached", timeout=600_000)
    yield row(f"the page reads {named}", time.perf_counter() - began, "s", None)
    steps = [int(STEPS * ((index * 0.618034) % 1)) for index in range(1, WINDOWS + 1)]
    taken = sorted(page.evaluate(SEEK, step) for step in steps)
    yield row(f"a seek to a step that is not held, {named}", statistics.median(taken), "ms median", 150)
    yield row(f"the longest of them, {named}", taken[-1], "ms", None)
    yield row(f"page memory over the opening example, {named}", renderer(browser, page) - before, "MB", 300)
    page.context.close()


def renderer(browser: Browser, page: Page) -> float:
    """The memory of the page's own process in MB, after a garbage collection."""
    page.context.new_cdp_session(page).send("HeapProfiler.collectGarbage")
    processes = browser.new_browser_cdp_session().send("SystemInfo.getProcessInfo")["processInfo"]
    return max(memory(process["id"], "VmRSS") for process in processes if process["type"] == "renderer")
