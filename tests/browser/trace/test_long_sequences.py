"""Sequences too long to hold every value: an overview of all steps, and exact values where they are wanted."""

import json
import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import torch
from playwright.sync_api import Page, expect
from torch import nn

from app.settings import Settings
from app.zoo import Zoo
from tests.browser.explore import Explore, Oracle, address
from tests.browser.modules import run

Open = Callable[..., Page]

STEPS, UNITS = 100_000, 192
SANDBOX = {"cell": "rnn", "input_size": 1, "hidden_size": UNITS, "seed": 2}

# What goes to the server is recorded. While `holding`, the runs for values of some steps wait.
BETWEEN = """
  window.sent = [];
  window.kept = [];
  window.holding = false;
  window.starving = false;
  const { send } = WebSocket.prototype;
  WebSocket.prototype.send = function (data) {
    const message = typeof data === "string" ? JSON.parse(data) : null;
    window.sent.push(message ?? data.byteLength);
    if (window.starving && message?.type === "advance") return;
    if (window.holding && (this.held || message?.stop_step !== undefined)) {
      this.held = true;
      window.kept.push(() => send.call(this, data));
    } else send.call(this, data);
  };
"""
GIVE = """([sandbox, steps]) => {
  const data = Float64Array.from({ length: steps }, (_, step) => Math.sin(step * step / 1e4));
  document.querySelector("main").dispatchEvent(new CustomEvent("give", { bubbles: true, detail: {
    model: { sandbox }, sequence: { values: { shape: [steps, 1], data } } } }));
}"""

# Whether the values of the step have come and are shown.
SHOWS = """(step) => {
  const readouts = document.querySelector("signal-readouts");
  const value = readouts.querySelector("[data-signal=hidden_state] output").dataset.value;
  return Number(readouts.dataset.step) === step && Number.isFinite(Number(value));
}"""

# Seeks, and counts the drawings of heatmaps until the step's values are there, and in two frames more.
SEEK_AND_COUNT = """async (step) => {
  const shows = SHOWS;
  let drawings = 0;
  const { putImageData } = CanvasRenderingContext2D.prototype;
  CanvasRenderingContext2D.prototype.putImageData = function (...all) {
    if (this.canvas.closest("gate-heatmaps")) drawings += 1;
    putImageData.apply(this, all);
  };
  const frame = () => new Promise((resolve) => requestAnimationFrame(resolve));
  const scrubber = document.querySelector(".scrubber");
  scrubber.value = String(step);
  scrubber.dispatchEvent(new Event("input", { bubbles: true }));
  while (!shows(step)) await frame();
  await frame();
  await frame();
  CanvasRenderingContext2D.prototype.putImageData = putImageData;
  return drawings;
}""".replace("SHOWS", SHOWS)


@pytest.fixture(scope="module")
def zoo(settings: Settings) -> Zoo:
    return Zoo(settings.models)


@pytest.fixture
def page(open_page: Open) -> Page:
    # With reduced motion it does not play by itself.
    page = open_page(address(model="counter", t=0), BETWEEN, reduced_motion="reduce")
    Explore(page).expect_steps(25)
    return page


@pytest.fixture(scope="module")
def hidden() -> np.ndarray[Any, Any]:
    """Every hidden state of the sandbox, by PyTorch itself."""
    with torch.random.fork_rng():
        torch.manual_seed(2)
        module = nn.RNN(1, UNITS)
    steps = np.arange(STEPS, dtype=np.float64)
    with torch.no_grad():
        output, _ = module(torch.from_numpy(np.sin(steps * steps / 1e4)[:, None]).float())
    found: np.ndarray[Any, Any] = output.numpy()
    return found


def expect_hidden(explore: Explore, hidden: np.ndarray[Any, Any], step: int, unit: int) -> None:
    value = explore.values(step, unit)["hidden_state"]
    np.testing.assert_allclose(value, hidden[step, unit], rtol=1e-5, atol=1e-5)


def ask_for(explore: Explore, step: int) -> None:
    field = explore.transport.locator("input[data-readout=step]")
    field.fill(str(step))
    field.press("Enter")


def go_to(explore: Explore, step: int) -> None:
    ask_for(explore, step)
    explore.page.wait_for_function(SHOWS, arg=step)
    expect(explore.page.locator(".reading-step")).to_have_text("")


def test_a_hundred_thousand_steps_can_be_looked_at(page: Page, hidden: np.ndarray[Any, Any]) -> None:
    page.evaluate(GIVE, [SANDBOX, STEPS])
    explore = Explore(page)
    received = page.locator("[data-readout=received]")
    expect(received).to_have_text(f"{STEPS} of {STEPS} steps", timeout=120_000)
    expect(page.locator("parity-badge")).to_have_attribute("data-complete", "true")
    explore.unit.fill("7")
    explore.unit.press("Enter")

    for step in (0, 50_000, STEPS - 1):
        go_to(explore, step)
        expect_hidden(explore, hidden, step, 7)
        given = page.locator("input-panel td").last
        expect(given).not_to_have_attribute("data-value", "NaN")
        value = float(given.get_attribute("data-value") or "nan")
        assert value == pytest.approx(math.sin(step * step / 1e4), abs=1e-6)
    starts = page.evaluate("() => window.sent.filter((message) => message?.type === 'start')")
    assert len(page.evaluate("(bytes) => window.sent.filter((size) => size > bytes)", STEPS * 8)) == 1
    assert [start["resolution"] for start in starts if "resolution" in start] == [32]
    windows = [start for start in starts if "stop_step" in start]
    assert any(start.get("state") for start in windows)
    assert max(start["stop_step"] - start.get("from_step", 0) for start in windows) < 5_000

    assert page.evaluate(SEEK_AND_COUNT, 30_000) == 0

    page.evaluate("() => (window.holding = true)")
    ask_for(explore, 60_000)
    status = explore.page.locator(".reading-step")
    expect(status).to_have_text("Step 60000 is being read…")
    page.evaluate("() => { window.holding = false; window.kept.forEach((go) => go()); }")
    expect(status).to_have_text("")
    page.wait_for_function(SHOWS, arg=60_000)
    expect_hidden(explore, hidden, 60_000, 7)

    binning = page.locator("[data-readout=binning]")
    expect(binning).to_contain_text("Each column is the mean of")
    page.get_by_label("Show the").select_option("greatest")
    expect(binning).to_contain_text("Each column is the greatest value of")
    for _ in range(10):
        explore.button("Zoom in around the current step").click()
    expect(binning).to_have_text("")


def test_the_text_around_a_stretch_gives_the_predictions_of_the_whole_text(page: Page, zoo: Zoo) -> None:
    line = "def area(self): return self.width * self.height  # a line\n"
    text = (line * 400)[:22_000]
    page.goto(address(model="python-char-lm", text="x = 1", t=0, unit=5))
    explore = Explore(page)
    explore.expect_steps(6)
    explore.read(text)
    received = page.locator("[data-readout=received]")
    expect(received).to_have_text("22001 of 22001 steps", timeout=120_000)
    oracle = Oracle.of(zoo.get("python-char-lm"), text)
    go_to(explore, 12_000)
    explore.expect_values(oracle, step=12_000, unit=5)
    starts = page.evaluate("() => window.sent.filter((message) => message?.state && message.stop_step)")
    assert starts
    assert all(len(start["sequence"]["text"]) < 5_000 for start in starts), json.dumps(starts)[:200]


def test_reading_can_be_stopped_and_what_was_read_stays(page: Page, hidden: np.ndarray[Any, Any]) -> None:
    page.evaluate("() => (window.starving = true)")
    page.evaluate(GIVE, [SANDBOX, STEPS])
    explore = Explore(page)
    progress = page.get_by_role("progressbar", name="Reading the sequence")
    expect(progress).to_be_visible()
    page.set_viewport_size({"width": 390, "height": 844})  # the deck is higher than this screen
    expect(page.locator("reading-progress")).to_be_in_viewport(ratio=1)
    page.set_viewport_size({"width": 1280, "height": 900})
    explore.button("Stop reading").click()
    expect(progress).to_be_hidden()
    expect(page.locator("parity-badge")).to_have_attribute("data-complete", "true")
    last = int(explore.transport.locator("[data-readout=steps]").inner_text())
    assert 0 < last < STEPS - 1
    go_to(explore, last)
    expect_hidden(explore, hidden, last, int(explore.unit.input_value()))


# The runs [from, to) that are asked for, with every run answered in turn; a run that is given up is marked.
WINDOWS = """async ({ Windows }, Stretches) => {
  const { WebSocket } = window;
  const sockets = [];
  window.WebSocket = class extends EventTarget {
    static OPEN = 1;
    readyState = 1;
    constructor() {
      super();
      sockets.push(this);
      queueMicrotask(() => this.dispatchEvent(new Event("open")));
    }
    send(data) {
      if (typeof data === "string") this.run = [JSON.parse(data).from_step ?? 0, JSON.parse(data).stop_step];
    }
    close() {
      this.run.push("given up");
    }
  };
  const stretches = new Stretches(12, 1e6);
  for (let step = 12; step <= 48; step += 12) stretches.mark(step, new Map(), step === 48);
  const sequence = { values: { shape: [48, 1], data: new Float64Array(48) } };
  const answers = { came: () => {}, failed: () => {}, refused: () => {} };
  const header = { tokens: [], directions: ["forward"] };
  const windows = new Windows({ model: "any", sequence }, header, stretches, answers);
  const answer = async () => {
    await Promise.resolve();
    const [start, stop] = sockets.at(-1).run;
    const values = new Float32Array(stop - start);
    const tensors = new Map([["a", { shape: [stop - start, 1], values }]]);
    stretches.add({ metadata: { start, stop }, tensors }, 0);
    sockets.at(-1).dispatchEvent(new MessageEvent("message", { data: JSON.stringify({ type: "done" }) }));
    await Promise.resolve();
  };
  windows.want("charts", 0, 48);
  await Promise.resolve();
  windows.want("clock", 30, 31);
  windows.want("around", 20, 40);
  await Promise.resolve();
  windows.want("clock", 5, 6);
  for (let runs = 0; runs !== sockets.length;) {
    runs = sockets.length;
    await answer();
  }
  const runs = sockets.map(({ run }) => run);

  // A step is told as soon as its chunk has come, before its run ends.
  const told = [];
  const others = new Stretches(12, 1e6);
  for (let step = 12; step <= 48; step += 12) others.mark(step, new Map(), step === 48);
  const came = () => told.push(others.at(30)?.filled);
  new Windows({ model: "any", sequence }, header, others, { ...answers, came }).want("clock", 30, 31);
  for (const start of [24, 28, 32]) {
    const a = { dtype: "F32", shape: [4, 1], data_offsets: [0, 16] };
    const text = JSON.stringify({ __metadata__: { start: `${start}`, stop: `${start + 4}` }, a });
    const data = new Uint8Array(8 + text.length + 16);
    new DataView(data.buffer).setBigUint64(0, BigInt(text.length), true);
    data.set(new TextEncoder().encode(text), 8);
    sockets.at(-1).dispatchEvent(new MessageEvent("message", { data: data.buffer }));
  }
  window.WebSocket = WebSocket;
  return [...runs, told];
}"""


def test_the_step_that_is_shown_is_read_first(still: Page) -> None:
    script = f"""async (windows) => {{
      const explore = document.querySelector("script[type=module]").src;
      const {{ Stretches }} = await import(explore.replace("explore.js", "trace/stretches.js"));
      return ({WINDOWS})(windows, Stretches);
    }}"""
    everything, *others, told = run(still, "trace/windows.js", script)
    assert told == [32]
    assert everything == [0, 48, "given up"]
    assert others == [[24, 36], [0, 12], [12, 24], [36, 48]]


STRETCHES = """({ Stretches }, steps, budget) => {
  const stretches = new Stretches(10, budget);
  for (let step = 4; step <= steps; step += 4) stretches.mark(step, new Map(), step === steps);
  const read = (from, to) => {
    const gap = stretches.missing(from, to);
    if (!gap) return null;
    const [start, stop] = [gap.from.step, gap.to.step];
    const values = Float32Array.from({ length: (stop - start) * 2 }, (_, at) => start * 2 + at);
    const tensors = new Map([["a", { shape: [stop - start, 2], values }]]);
    stretches.add({ metadata: { start: 0, stop: stop - start }, tensors }, start);
    return [start, stop];
  };
  const at = (step) => {
    const stretch = stretches.at(step);
    return stretch && stretch.columns.get("a").values[(step - stretch.start) * 2];
  };
  return eval(what);
}"""


def stretched(still: Page, what: str, steps: int = 48, budget: float = 1e6) -> Any:
    return run(still, "trace/stretches.js", STRETCHES.replace("eval(what)", what), steps, budget)


def test_stretches_begin_where_states_are_known_and_are_read_side_by_side(still: Page) -> None:
    around = "[0, 11, 12, 47, 48].map((step) => stretches.around(step)?.from.step ?? null)"
    assert stretched(still, around) == [0, 0, 12, 36, None]
    values = "[read(13, 25), read(13, 25), at(12), at(35), at(36)]"
    assert stretched(still, values) == [[12, 36], None, 24, 70, None]
    gaps = "[read(20, 30), read(0, 48), read(0, 48), read(0, 48)]"
    assert stretched(still, gaps) == [[12, 36], [0, 12], [36, 48], None]


def test_what_was_used_least_recently_is_dropped(still: Page) -> None:
    # A stretch of 12 steps has 96 bytes.
    reads = "[read(0, 1), stretches.use(12, 13), read(12, 13), stretches.use(24, 25), read(24, 25),"
    held = f"{reads} [0, 12, 24].map(at), stretches.bytes]"
    assert stretched(still, held, budget=200)[-2:] == [[None, 24, 48], 192]


def test_forecasts_of_a_long_series_are_drawn_where_they_are_held(still: Page) -> None:
    script = """({ linePoints }) => {
      const value = (name, step) => (step < 10 || step > 12 ? NaN : step / 2);
      const trace = { column: () => undefined, bins: () => undefined, most: 100, value };
      const points = (size) => linePoints(trace, "prediction.values", 0, { first: 4, size, count: 20 });
      return [[...points(2).x], [...points(2).y], points(6)];
    }"""
    assert run(still, "charts/overview.js", script) == [[10.5, 11.5, 12.5], [5, 5.5, 6], None]
