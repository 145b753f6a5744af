"""The page's own work in Chromium: a frame while playing, a seek, typing, and the bytes that are loaded.

Work is the time in the page's animation-frame callbacks and event handlers. The browser's own work (styles, layout,
painting without a GPU) is included in the rows "with the browser's own", as a mean, and in the tasks over 50 ms.
"""

import statistics
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

from playwright.sync_api import Browser, Page

from app.main import create_app
from app.settings import Settings
from benchmarks.serving import chromium, serving

STEPS = 1_000
FRAMES = 600
SEEKS = 200
TYPED = 200
KEYS = 20
RANKINGS = 10
TEXT = ("def gates(x, h):\n    return [sigmoid(w @ x + u @ h + b) for w, u, b in weights]\n\n" * 20)[
    : STEPS - 1
]

# Records the time of all animation-frame callbacks in each frame, long tasks, and when playback first moves.
WATCH = """(() => {
  const watch = (window.watch = { frames: [], tasks: [], moved: null });
  const request = window.requestAnimationFrame.bind(window);
  let frame = null;
  window.requestAnimationFrame = (callback) => request((time) => {
    const began = performance.now();
    callback(time);
    const spent = performance.now() - began;
    if (frame !== null && frame.time === time) frame.spent += spent;
    else watch.frames.push((frame = { time, spent }));
    if (watch.moved === null && Number(document.querySelector(".scrubber")?.value) > 0) watch.moved = performance.now();
  });
  new PerformanceObserver((list) => {
    for (const { startTime, duration } of list.getEntries()) watch.tasks.push({ startTime, duration });
  }).observe({ type: "longtask", buffered: true });
})()"""

PLAY = """async (frames) => {
  watch.frames.length = 0;
  const began = performance.now();
  document.querySelector("button[data-action=toggle]").click();
  while (watch.frames.length < frames) await new Promise((resolve) => setTimeout(resolve, 50));
  document.querySelector("button[data-action=toggle]").click();
  const spent = watch.frames.slice(5).map(({ spent }) => spent);
  await new Promise((resolve) => setTimeout(resolve, 200));
  return { spent, long: watch.tasks.filter(({ startTime }) => startTime > began).map(({ duration }) => duration) };
}"""

SEEK = """async (count) => {
  const scrubber = document.querySelector(".scrubber");
  const last = Number(scrubber.max);
  const taken = [];
  for (let k = 0; k < count; k++) {
    const before = watch.frames.length;
    const began = performance.now();
    scrubber.value = String(((k * 0.618034) % 1) * last);
    scrubber.dispatchEvent(new Event("input", { bubbles: true }));
    const handled = performance.now() - began;
    await new Promise((resolve) => setTimeout(resolve, 60));
    taken.push(watch.frames.slice(before).reduce((sum, { spent }) => sum + spent, handled));
  }
  return taken;
}"""

MARK = """async ([first, last]) => {
  const at = (step) => {
    const { x, y, width, height } = document.querySelector(`.token[data-step="${step}"]`).getBoundingClientRect();
    return { clientX: x + width / 2, clientY: y + height / 2, bubbles: true, isPrimary: true, pointerId: 1 };
  };
  const view = document.querySelector(".strip-view");
  view.setPointerCapture = () => {};
  const before = watch.frames.length;
  const began = performance.now();
  view.dispatchEvent(new PointerEvent("pointerdown", at(first)));
  view.dispatchEvent(new PointerEvent("pointermove", at(last)));
  view.dispatchEvent(new PointerEvent("pointerup", at(last)));
  const handled = performance.now() - began;
  await new Promise((resolve) => setTimeout(resolve, 500));
  return watch.frames.slice(before).reduce((sum, { spent }) => sum + spent, handled);
}"""

CLEAR = """async () => {
  document.querySelector("unit-finder [data-find=close]").click();
  await new Promise((resolve) => setTimeout(resolve, 500));
}"""

# How long after each character that is typed, in the page, its own colour is there.
TYPE = """async (count) => {
  const area = document.querySelector("#editor-text");
  const back = document.querySelector(".editor-back");
  const frame = () => new Promise((resolve) => requestAnimationFrame(resolve));
  const write = (text) => {
    area.value = text;
    area.dispatchEvent(new InputEvent("input", { bubbles: true }));
  };
  const coloured = async () => {
    const length = [...area.value].length;
    const end = performance.now() + 10000;
    while (back.children.length !== length || !back.lastElementChild.style.backgroundColor) {
      if (performance.now() > end) throw new Error("the last character has no colour after 10 seconds");
      await frame();
    }
  };
  const text = area.value;
  const taken = [];
  for (let k = 0; k < count; k++) {
    write(text);
    await coloured();
    await new Promise((resolve) => setTimeout(resolve, k % 2 ? 50 : 700));
    const began = performance.now();
    write(text + "'");
    await coloured();
    taken.push(performance.now() - began);
  }
  return taken;
}"""

BYTES = """() => {
  const entries = [performance.getEntriesByType("navigation")[0], ...performance.getEntriesByType("resource")];
  const sum = (some) => some.reduce((total, { transferSize }) => total + transferSize, 0);
  return {
    moving: sum(entries.filter(({ responseEnd }) => responseEnd <= watch.moved)),
    all: sum(entries),
    seconds: watch.moved / 1000,
  };
}"""


def rows() -> Iterator[dict[str, Any]]:
    """A row per figure: what it is, its value, its unit, and the aim."""
    with serving(create_app(Settings())) as address, chromium() as browser:
        yield from opening(browser, address)
        yield from playing(browser, address)
        yield from typing(browser, address)
        yield from ranking(browser, address)


def opening(browser: Browser, address: str) -> Iterator[dict[str, Any]]:
    """The page on a first visit, with an empty cache."""
    page = open_page(browser, address)
    chunks: list[int] = []
    page.on("websocket", lambda socket: socket.on("framereceived", lambda frame: chunks.append(len(frame))))
    page.goto(address)
    wait_until_still(page)
    taken = page.evaluate(BYTES)
    yield row("bytes before the first moving picture", taken["moving"] / 1e3, "kB compressed", 300)
    yield row(
        "bytes until all has come, Plotly too", (taken["all"] + sum(chunks)) / 1e6, "MB compressed", 1.8
    )
    yield row("until the first moving picture", taken["seconds"], "s", None)
    page.close()


def playing(browser: Browser, address: str) -> Iterator[dict[str, Any]]:
    """The page with 1,000 steps of 128 units, played at the highest speed."""
    page = open_page(browser, address)
    page.goto(f"{address}#model=python-char-lm&speed=16&text={quote(TEXT)}")
    wait_until_still(page)
    page.keyboard.press("Home")
    busy = Busy(page)
    played = page.evaluate(PLAY, FRAMES)
    ordered = sorted(played["spent"])
    beside = busy.spent() / FRAMES
    yield row(f"a frame while playing {STEPS} steps", statistics.median(ordered), "ms median", 4)
    yield row("the same, 99 of 100 frames within", ordered[int(0.99 * len(ordered))], "ms", None)
    yield row("the same, with the browser's own", beside, "ms mean", None)
    yield row("tasks over 50 ms while playing", len(played["long"]), "tasks", 0)
    yield row("longest of them", max(played["long"], default=0.0), "ms", None)
    busy = Busy(page)
    seeks = page.evaluate(SEEK, SEEKS)
    beside = busy.spent() / SEEKS
    yield row("a seek to any moment", statistics.median(seeks), "ms median", 16)
    yield row("the same, 99 of 100 within", sorted(seeks)[int(0.99 * len(seeks))], "ms", None)
    yield row("the same, with the browser's own", beside, "ms mean", None)
    page.close()


def ranking(browser: Browser, address: str) -> Iterator[dict[str, Any]]:
    """All units ranked for marks in 1,000 steps × 128 units × 2 signals: for the first marks, and for more marks."""
    page = open_page(browser, address)
    page.goto(f"{address}#model=python-char-lm&t=0&text={quote(TEXT)}")
    wait_until_still(page)
    page.evaluate(MARK, [2, 30])  # loads the list
    page.wait_for_selector(".finder-unit")
    first, more = [], []
    for _ in range(RANKINGS):
        page.evaluate(CLEAR)
        first.append(page.evaluate(MARK, [2, 30]))
        more.append(page.evaluate(MARK, [40, 60]))
    yield row(
        f"to rank all units for the first marks in {STEPS} steps", statistics.median(first), "ms median", 50
    )
    yield row("the same for more marks", statistics.median(more), "ms median", 50)
    page.close()


def typing(browser: Browser, address: str) -> Iterator[dict[str, Any]]:
    """A text that is read while it is typed: its last character gets its colour."""
    page = open_page(browser, address)
    page.goto(f"{address}#model=python-char-lm&t=0&text={quote(TEXT[: TYPED - 1])}")
    wait_until_still(page)
    page.get_by_role("button", name="Your own text").click()
    taken = sorted(page.evaluate(TYPE, KEYS))
    yield row(
        f"the colour of a character typed, in a text of {TYPED}", statistics.median(taken), "ms median", 100
    )
    yield row("the same, 9 of 10 within", taken[int(0.9 * len(taken))], "ms", None)
    page.close()


class Busy:
    """Measures a page's main-thread work since this object was made, in milliseconds."""

    def __init__(self, page: Page) -> None:
        self.session = page.context.new_cdp_session(page)
        self.session.send("Performance.enable")
        self.began = self.total()

    def total(self) -> float:
        metrics = self.session.send("Performance.getMetrics")["metrics"]
        return 1e3 * float(next(metric["value"] for metric in metrics if metric["name"] == "TaskDuration"))

    def spent(self) -> float:
        return self.total() - self.began


def open_page(browser: Browser, address: str) -> Page:
    """A new page in its own context, with the recorder installed."""
    page = browser.new_context(viewport={"width": 1440, "height": 900}, base_url=address).new_page()
    page.add_init_script(WATCH)
    return page


def wait_until_still(page: Page) -> None:
    """Wait until the whole trace is there, Plotly has drawn every chart, and playback is paused."""
    page.wait_for_selector("parity-badge[data-complete=true]", state="attached")
    if page.locator("transport-bar").get_attribute("data-state") != "paused":
        page.keyboard.press("Space")
    page.wait_for_selector("transport-bar[data-state=paused]", state="attached")
    page.wait_for_function(
        "() => [...document.querySelectorAll('.chart')].every((chart) => chart.hasAttribute('data-drawn'))",
        timeout=60_000,
    )


def row(what: str, figure: float, unit: str, aim: float | None) -> dict[str, Any]:
    """A row of the table; without an aim, the figure is only informative."""
    return {"what": what, "figure": figure, "unit": unit, "aim": "" if aim is None else f"≤ {aim:g}"}
