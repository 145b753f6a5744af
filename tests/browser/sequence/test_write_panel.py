"""Letting the model write: the same seed, the same text, watched gate by gate."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from app.networks.model import Model
from app.networks.run import Run
from app.networks.writer import Generate
from app.sequences import TextSequence
from app.settings import Settings
from app.zoo import Zoo
from tests.browser.explore import Explore, Oracle, address

Open = Callable[..., Page]

PROMPT = "def main():\n"
STEPS = 40


@pytest.fixture(scope="session")
def zoo(settings: Settings) -> Zoo:
    return Zoo(settings.models)


def let_it_write(page: Page, *, steps: int, seed: int, temperature: str = "0.7") -> None:
    page.get_by_text("Let it write").click()
    panel = page.locator("write-panel")
    panel.get_by_label("Tokens").fill(str(steps))
    panel.get_by_label("Temperature").fill(temperature)
    panel.get_by_label("Seed").fill(str(seed))
    panel.get_by_role("button", name="Write", exact=True).click()


def written(explore: Explore) -> str:
    """The text that the editor would begin with: the given and the written text."""
    explore.button("Your own text").click()
    text = explore.editor.input_value()
    explore.button("Cancel").click()
    return text


def continued(model: Model) -> str:
    """The prompt with what the model writes after it at temperature 0.7 with seed 7."""
    run = Run(model, TextSequence(PROMPT), generate=Generate(STEPS, 0.7, 7))
    return PROMPT + "".join(token.text for chunk in run.chunks([1000]) for token in chunk.tokens)


def test_it_writes_what_the_seed_determines_and_shows_its_gates(open_page: Open, zoo: Zoo) -> None:
    model = zoo.get("python-char-lm")
    expected = continued(model)
    page = open_page(address(model="python-char-lm", text=PROMPT, t=0, unit=3, speed=16))
    explore = Explore(page)
    explore.expect_steps(len(PROMPT) + 1)
    let_it_write(page, steps=STEPS, seed=7)
    explore.expect_state("playing")
    explore.expect_steps(len(PROMPT) + 1 + STEPS)
    assert written(explore) == expected
    last = len(expected)
    expect(explore.token(last)).to_have_attribute("data-written", "")
    assert explore.token(len(PROMPT)).get_attribute("data-written") is None
    explore.button("Last step").click()
    explore.expect_values(Oracle.of(model, expected), step=last, unit=3)


def test_another_seed_writes_another_text_and_the_same_seed_the_same_text(open_page: Open) -> None:
    page = open_page(address(model="python-char-lm", text=PROMPT, t=0, speed=16))
    explore = Explore(page)
    explore.expect_steps(len(PROMPT) + 1)
    texts, steps = [], 12
    for seed in (1, 2, 1):
        let_it_write(page, steps=steps, seed=seed, temperature="1")
        explore.expect_state("playing")
        explore.expect_state("paused")
        explore.expect_steps(len(PROMPT) + 1 + steps)
        texts.append(written(explore))
    assert texts[0] == texts[2] != texts[1]


def test_stopping_stops_it_near_the_current_step(open_page: Open) -> None:
    page = open_page(address(model="python-char-lm", text=PROMPT, t=len(PROMPT), speed=4))
    explore = Explore(page)
    explore.expect_steps(len(PROMPT) + 1)
    let_it_write(page, steps=5000, seed=1)
    explore.wait_for_moment(len(PROMPT) + 3)
    page.get_by_role("button", name="Stop writing").click()
    expect(page.locator("parity-badge")).to_have_attribute("data-complete", "true")
    stop = len(written(explore)) + 1
    explore.expect_steps(stop)
    assert len(PROMPT) < stop < len(PROMPT) + 100
    explore.wait_for_moment(stop)
    explore.expect_state("paused")


def test_the_counter_ends_by_itself(open_page: Open, zoo: Zoo) -> None:
    run = Run(zoo.get("counter"), TextSequence("aaaaab"), generate=Generate(50, 0, 1))
    made = [token for chunk in run.chunks([1000]) for token in chunk.tokens]
    page = open_page(address(model="counter", text="aaaaab", t=0, speed=16))
    explore = Explore(page)
    explore.expect_steps(7)
    let_it_write(page, steps=50, seed=1, temperature="0")
    explore.expect_steps(7 + len(made))
    assert written(explore) == "aaaaabbbbb"
    explore.expect_state("paused")


def test_it_opens_on_a_prompt_that_shows_something_and_shows_what_was_drawn(
    open_page: Open, zoo: Zoo
) -> None:
    model = zoo.get("python-char-lm")
    prompt = 'def average(values):\n    """Return'
    run = Run(model, TextSequence(prompt), generate=Generate(200, 0.6, 18))
    expected = prompt + "".join(token.text for chunk in run.chunks([1000]) for token in chunk.tokens)
    assert expected.count('"""') == 2, "the docstring ends"
    page = open_page(address(t=3))
    explore = Explore(page)
    explore.expect_steps(80)
    page.get_by_text("Let it write").click()
    expect(page.get_by_label("Begin with")).to_have_value(prompt)
    page.locator("write-panel").get_by_role("button", name="Write", exact=True).click()
    explore.expect_state("playing")
    speed = explore.transport.get_by_label("Speed")
    expect(speed).to_have_value("8")
    at = len(prompt) + 6
    explore.wait_for_moment(at)
    explore.button("Pause").click()
    explore.token(at).click()
    candidates = page.get_by_role("group", name="Candidates")
    expect(candidates).to_have_attribute("data-step", str(at))
    expect(candidates.locator("[data-came] .token")).to_have_text(expected[at])
    expect(candidates.locator("output")).to_contain_text("drawn: ")
    likely = page.locator("prediction-bars .probability").all_inner_texts()
    assert candidates.locator(".probability").all_inner_texts()[: len(likely)] == likely
    explore.examples.select_option("comment")
    expect(candidates).to_be_hidden()
    expect(speed).to_have_value("1")


def test_another_prompt_is_continued(open_page: Open, zoo: Zoo) -> None:
    run = Run(zoo.get("counter"), TextSequence("aab"), generate=Generate(9, 0, 1))
    made = "".join(token.text for chunk in run.chunks([1000]) for token in chunk.tokens if not token.special)
    page = open_page(address(model="counter", text="aaaaab", t=0, speed=16))
    explore = Explore(page)
    explore.expect_steps(7)
    page.get_by_text("Let it write").click()
    page.get_by_label("Begin with").fill("aab")
    page.keyboard.press("Escape")
    let_it_write(page, steps=9, seed=1, temperature="0")
    explore.expect_steps(1 + len("aab" + made))
    explore.expect_state("paused")
    assert written(explore) == "aab" + made == "aabb"


# Keeps the page's connections, and what it sends, in `sockets` and `sent`.
KEPT = """() => {
  const Socket = WebSocket;
  globalThis.sockets = [];
  globalThis.sent = [];
  globalThis.WebSocket = class extends Socket {
    constructor(...all) {
      super(...all);
      sockets.push(this);
    }
    send(message) {
      if (typeof message === "string") sent.push(JSON.parse(message));
      super.send(message);
    }
  };
}"""


def test_after_a_lost_connection_only_what_is_missing_is_written(open_page: Open, zoo: Zoo) -> None:
    model = zoo.get("python-char-lm")
    expected = continued(model)
    page = open_page(address(model="python-char-lm", text=PROMPT, t=0, unit=3, speed=1))
    explore = Explore(page)
    explore.expect_steps(len(PROMPT) + 1)
    page.evaluate(KEPT)
    let_it_write(page, steps=STEPS, seed=7)
    page.wait_for_function(
        "() => performance.getEntriesByType('resource').some(({ name }) => /resuming/.test(name))"
    )
    page.wait_for_function("() => document.querySelectorAll('.token[data-written]').length > 0")
    page.evaluate("sockets[0].close()")
    page.wait_for_function("() => sent.filter(({ type }) => type === 'start').length === 2")
    first, again = page.evaluate("sent.filter(({ type }) => type === 'start')")
    drawn = again["generate"].pop("drawn")
    assert 0 < drawn < STEPS
    assert again["generate"].pop("steps") == STEPS - drawn
    assert first["generate"] == {"steps": STEPS, **again["generate"]}
    assert (again["from_step"], again["state"]) == (len(PROMPT) + 1 + drawn, True)
    assert again["sequence"]["text"] == expected[: len(PROMPT) + drawn]
    page.get_by_label("Speed").select_option("16")
    explore.expect_steps(len(PROMPT) + 1 + STEPS)
    assert written(explore) == expected
    explore.button("Last step").click()
    explore.expect_values(Oracle.of(model, expected), step=len(expected), unit=3)
