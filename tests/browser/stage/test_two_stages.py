"""Two stages with two scenes side by side on one page: each has its own data and time, and ends by itself."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from playwright.sync_api import Locator, Page, expect

from app.settings import Settings
from app.zoo import Zoo
from tests.browser.explore import Oracle, fixed

Open = Callable[..., Page]

READ = {"counter": "aaabbb", "python-char-lm": "def f(x):"}

# Empties the page except for two copies of its stage, and gives each its own scene, filled by the real stream.
MOUNT = """async (read) => {
  const base = document.querySelector('script[src$="explore.js"]').src.replace("explore.js", "");
  const [{ Clock }, { Scene }, { mount }, { CellStage }, { Reading }, { askModel }, { Trace }] = await Promise.all(
    ["time/clock", "page/scene", "page/part", "stage/cell-stage", "trace/reading", "trace/api", "trace/trace"]
      .map((name) => import(`${base}${name}.js`)));
  const { cells } = await (await fetch("/api/cells")).json();
  const copies = [1, 2].map(() => document.querySelector("section.stage").cloneNode(true));
  document.querySelector("main").replaceChildren(...copies);

  // The objects outside the stages, and how many listeners they have.
  const outside = new Map([[document, 0], [window, 0]]);
  const add = EventTarget.prototype.addEventListener;
  EventTarget.prototype.addEventListener = function (type, listener, options) {
    if (outside.has(this)) {
      outside.set(this, outside.get(this) + 1);
      options?.signal?.addEventListener("abort", () => outside.set(this, outside.get(this) - 1));
    }
    return add.call(this, type, listener, options);
  };
  let onThePage = 0;
  const scenes = await Promise.all(Object.entries(read).map(async ([id, text], index) => {
    const model = await askModel(id);
    const clock = new Clock();
    const scene = new Scene(clock);
    outside.set(clock, 0).set(scene, 0);
    const source = { model: id, sequence: { text } };
    const reading = new Reading(
      source,
      () => ({ t: clock.t, speed: clock.speed }),
      (header) => new Trace(header),
    );
    await new Promise((done) => { reading.addEventListener("done", done); reading.connect(); });
    const before = outside.get(document) + outside.get(window);
    mount(copies[index], { "cell-stage": CellStage }, scene);
    onThePage += outside.get(document) + outside.get(window) - before;
    const cell = cells.find(({ kind }) => kind === reading.trace.header.cell);
    scene.paint("light");
    scene.show({ trace: reading.trace, model, cell, source }, { unit: index + 1 });
    return scene;
  }));
  const listeners = ({ clock }, scene) => outside.get(clock) + outside.get(scene);
  window.two = { scenes, onThePage, listeners: (index) => listeners(scenes[index], scenes[index]) };
}"""


@pytest.fixture(scope="module")
def oracles() -> list[Oracle]:
    zoo = Zoo(Settings().models)
    return [Oracle.of(zoo.get(model), text) for model, text in READ.items()]


@pytest.fixture
def stages(open_page: Open) -> list[Locator]:
    page = open_page(viewport={"width": 1280, "height": 1400}, reduced_motion="reduce")
    expect(page.locator("parity-badge")).to_have_attribute("data-complete", "true")
    page.evaluate(MOUNT, READ)
    return [page.locator("cell-stage").nth(index) for index in range(2)]


def run(stages: list[Locator], index: int, what: str) -> Any:
    return stages[0].page.evaluate(f"(index) => window.two.scenes[index].clock.{what}", index)


def expect_values(stage: Locator, oracle: Oracle, step: int, unit: int) -> None:
    expect(stage.locator("[data-stage=step]")).to_have_text(str(step))
    for signal in ("forget_gate", "cell_candidate", "cell_state", "hidden_state"):
        value = fixed(oracle.value(signal, step, unit))
        value = "0.000" if float(value.replace("−", "-")) == 0 else value
        strip = stage.locator(f".strip[data-part={signal}]")
        expect(strip).to_have_attribute("aria-valuetext", f"unit {unit}: {value}")


def test_two_stages_play_side_by_side_on_their_own_data(stages: list[Locator], oracles: list[Oracle]) -> None:
    for index, (stage, oracle) in enumerate(zip(stages, oracles, strict=True)):
        run(stages, index, f"seek({3 + index}.99)")
        expect_values(stage, oracle, step=3 + index, unit=index + 1)
    assert not np.isclose(
        oracles[0].value("cell_state", 3, 1), oracles[1].value("cell_state", 4, 2), atol=1e-3
    )
    before = [stage.get_attribute("data-moment") or "" for stage in stages]
    for index in range(2):
        run(stages, index, "play()")
    for index, stage in enumerate(stages):
        expect(stage).not_to_have_attribute("data-moment", before[index])
        run(stages, index, "pause()")
        run(stages, index, f"seek({5 - index}.99)")
    for index, (stage, oracle) in enumerate(zip(stages, oracles, strict=True)):
        expect_values(stage, oracle, step=5 - index, unit=index + 1)


def test_choosing_in_one_stage_leaves_the_other_alone(stages: list[Locator], oracles: list[Oracle]) -> None:
    for index in range(2):
        run(stages, index, "seek(2.99)")
    expect_values(stages[0], oracles[0], step=2, unit=1)
    stages[0].locator(".strip[data-part=cell_state]").press("ArrowLeft")
    expect_values(stages[0], oracles[0], step=2, unit=0)
    expect_values(stages[1], oracles[1], step=2, unit=2)


def test_a_removed_stage_no_longer_listens(stages: list[Locator], oracles: list[Oracle]) -> None:
    page = stages[0].page
    for index in range(2):
        run(stages, index, "seek(1.99)")
        expect_values(stages[index], oracles[index], step=1, unit=index + 1)
    first = stages[0].element_handle()
    listeners = "(index) => window.two.listeners(index)"
    assert page.evaluate(listeners, 0) > 1
    both = page.evaluate(listeners, 1)
    page.locator("section.stage").first.evaluate("(section) => section.remove()")
    assert page.evaluate(listeners, 0) == 0
    assert page.evaluate(listeners, 1) == both
    assert page.evaluate("() => window.two.onThePage") == 0
    run(stages, 0, "seek(4.99)")
    run(stages, 1, "seek(4.99)")
    expect_values(stages[0], oracles[1], step=4, unit=2)  # only the second is left
    assert first.get_attribute("data-moment") == "1.99"
