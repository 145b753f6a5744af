"""Sending a finished trace of 1,000 steps × 128 units × 6 signals to the page: the stream's chunk against JSON.

Both are encoded when the page asks, sent over a real server's WebSocket, and decoded in Chromium into a Float32Array
per signal. Each has its own page, and they take turns; the page measures the time. JSON is written by the standard
library, as flat lists.
"""

import json
import statistics
from collections.abc import Iterator
from typing import Any

import torch
from starlette.applications import Starlette
from starlette.responses import HTMLResponse
from starlette.routing import Mount, Route, WebSocketRoute
from starlette.staticfiles import StaticFiles
from starlette.websockets import WebSocket
from torch import nn

from app.networks.run import RunChunk
from app.recurrent import capture
from app.settings import asset_directory
from app.web.wire import encode_chunk
from benchmarks.serving import chromium, serving
from benchmarks.timing import ratio

STEPS, UNITS, ROUNDS, WARM_UP = 1_000, 128, 30, 3

OPEN = """async (way) => {
  const { parseSafetensors } = await import("/static/js/trace/safetensors.js");
  const decode = {
    binary: (data) => [...parseSafetensors(data).tensors.values()].map(({ values }) => values),
    json: (data) => Object.values(JSON.parse(data)).map((values) => Float32Array.from(values)),
  }[way];
  const socket = new WebSocket(`ws://${location.host}/${way}`);
  socket.binaryType = "arraybuffer";
  await new Promise((resolve) => (socket.onopen = resolve));
  window.once = () => new Promise((resolve) => {
    const began = performance.now();
    socket.onmessage = ({ data }) => {
      const arrays = decode(data);
      const sum = arrays[0][7] + arrays[5][9];
      resolve({ ms: performance.now() - began, arrays: arrays.length, sum });
    };
    socket.send("go");
  });
}"""


def rows() -> Iterator[dict[str, Any]]:
    """One row: milliseconds and bytes of both ways, and the stream's speed-up."""
    torch.manual_seed(0)
    trace = capture(nn.LSTM(UNITS, UNITS), torch.randn(STEPS, UNITS))
    chunk = RunChunk(0, STEPS, {name: array.numpy() for name, array in trace.arrays.items()}, trace.agreement)

    def as_json() -> str:
        return json.dumps({name: array.ravel().tolist() for name, array in chunk.arrays.items()})

    async def binary(socket: WebSocket) -> None:
        await socket.accept()
        async for _ in socket.iter_text():
            await socket.send_bytes(encode_chunk(chunk))

    async def text(socket: WebSocket) -> None:
        await socket.accept()
        async for _ in socket.iter_text():
            await socket.send_text(as_json())

    app = Starlette(
        routes=[
            Route("/", lambda _: HTMLResponse("<!doctype html><title>bench</title>")),
            WebSocketRoute("/binary", binary),
            WebSocketRoute("/json", text),
            Mount("/static", StaticFiles(directory=asset_directory("static"))),
        ]
    )
    with serving(app) as address, chromium() as browser:
        pages = {way: browser.new_page() for way in ("binary", "json")}
        for way, page in pages.items():
            page.goto(address)
            page.evaluate(OPEN, way)
        taken: dict[str, list[dict[str, float]]] = {way: [] for way in pages}
        for _ in range(WARM_UP + ROUNDS):
            for way, page in pages.items():
                taken[way].append(page.evaluate("once()"))
        if any(result["arrays"] != len(chunk.arrays) for results in taken.values() for result in results):
            raise RuntimeError(f"expected {len(chunk.arrays)} arrays both ways, but got {taken}")
    milliseconds = {way: [result["ms"] for result in results[WARM_UP:]] for way, results in taken.items()}
    yield {
        "steps": STEPS,
        "units": UNITS,
        "rounds": ROUNDS,
        "stream_ms": statistics.median(milliseconds["binary"]),
        "json_ms": statistics.median(milliseconds["json"]),
        "stream_bytes": len(encode_chunk(chunk)),
        "json_bytes": len(as_json()),
        "times_faster": ratio(milliseconds["json"], milliseconds["binary"]),
    }
