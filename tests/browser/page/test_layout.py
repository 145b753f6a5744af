"""Nothing on the page moves unless a person moves it, and each screen begins with what matters."""

import math
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.explore import Explore, address, resize
from tests.browser.translate import Translate

Open = Callable[..., Page]

PHONE = {"width": 390, "height": 844}
ZOOMED = {"width": 720, "height": 450}  # 1440 × 900 at 200 %
# What moved by itself, by the page's own measure: https://web.dev/articles/cls
WATCH = """
  globalThis.shifts = [];
  new PerformanceObserver((list) => {
    for (const { value, hadRecentInput, sources } of list.getEntries()) {
      const names = sources.map(({ node }) => node?.outerHTML?.slice(0, 80) ?? String(node));
      if (!hadRecentInput) shifts.push([value, ...names]);
    }
  }).observe({ type: "layout-shift", buffered: true });
"""
TOPS = """() => ["strip-view", "stage-picture", "transport-buttons"].map((name) =>
  document.querySelector(`.${name}`).getBoundingClientRect().top + scrollY)"""


def watched(open_page: Open, path: str, width: int, height: int) -> Page:
    page = open_page(path="", viewport={"width": width, "height": height})
    page.add_init_script(WATCH)
    page.goto(path)
    return page


def expect_rest(page: Page) -> None:
    shifts = page.evaluate("shifts")
    assert sum(value for value, *_ in shifts) < 0.05, shifts


@pytest.mark.parametrize(("width", "height"), [(360, 640), (720, 450), (1300, 800), (2560, 1440)])
def test_nothing_moves_while_explore_loads(open_page: Open, width: int, height: int) -> None:
    page = watched(open_page, "/", width, height)
    Explore(page).expect_steps(80)
    Explore(page).wait_for_moment(0.2)
    expect_rest(page)


@pytest.mark.parametrize(("width", "height"), [(390, 844), (1440, 900)])
def test_nothing_moves_while_translate_loads(open_page: Open, width: int, height: int) -> None:
    page = watched(open_page, "/translate", width, height)
    Translate(page).expect_whole()
    expect(page.locator("#inside inside-step")).to_have_attribute("data-ready", "")
    expect_rest(page)


def test_another_concept_moves_nothing(open_page: Open) -> None:
    page = open_page(address(t=3), reduced_motion="reduce")
    explore = Explore(page)
    explore.expect_steps(80)
    tops: dict[int, object] = {}
    for concept in page.locator(".story-choices label").all():
        name = concept.inner_text()
        concept.locator("input").check()
        expect(page.locator("[data-readout=story]")).to_contain_text(name)
        for width in (390, 820, 1300):
            resize(page, width)
            found = page.evaluate(TOPS)
            assert found == tops.setdefault(width, found), (width, name)
    assert len(tops) == 3


@pytest.mark.parametrize("width", [390, 1300])
def test_the_meanings_of_words_open_within_the_window(open_page: Open, width: int) -> None:
    page = open_page(address(model="counter", t=3.47), viewport={"width": width, "height": 1600})
    Explore(page).expect_steps(25)
    for place in ("concept-story", "tint-key", ".stage-caption"):
        page.locator(f"{place} .term summary").click()
        expect(page.locator(f"{place} .term .menu-panel")).to_be_in_viewport(ratio=1)
        page.keyboard.press("Escape")


def test_a_problem_moves_nothing(open_page: Open) -> None:
    page = open_page(address(model="counter", text="ab", t=0))
    explore = Explore(page)
    explore.expect_steps(3)
    explore.button("Your own text").click()
    expect(explore.editor).to_be_focused()
    top = "() => document.querySelector('.bench').getBoundingClientRect().top"
    before = page.evaluate(top)
    explore.editor.fill("x")
    explore.press("Control+Enter")
    expect(explore.problem).to_be_in_viewport(ratio=1)
    assert page.evaluate(top) == before


def test_no_row_of_the_text_is_cut(open_page: Open) -> None:
    text = "value = other + 1\n" * 12
    explore = Explore(open_page(address(model="python-char-lm", text=text, t=0)))
    explore.expect_steps(len(text) + 1)
    for step in (100, len(text), 60):
        explore.page.get_by_role("spinbutton", name="Step").fill(str(step))
        explore.press("Enter")
        explore.expect_step(step)
        expect(explore.token(step)).to_be_in_viewport(ratio=1)
        rows = explore.strip.evaluate(
            """(view) => {
              const row = view.querySelector(".strip-row").getBoundingClientRect().height;
              const space = view.clientHeight - parseFloat(getComputedStyle(view).paddingBlockStart);
              return [view.scrollTop / row, space / row];
            }"""
        )
        assert rows == pytest.approx([round(part) for part in rows], abs=0.02), step


def test_a_phone_plays_beside_the_text_and_beside_the_diagram(open_page: Open) -> None:
    page = open_page(address(t=3), viewport=PHONE)
    explore = Explore(page)
    explore.expect_steps(80)
    bar, strip = explore.transport.bounding_box(), explore.strip.bounding_box()
    assert bar
    assert strip
    assert strip["y"] + strip["height"] <= bar["y"]
    assert math.isclose(bar["y"] + bar["height"], PHONE["height"], abs_tol=1)
    page.locator(".stage-picture").evaluate("(stage) => stage.scrollIntoView({ block: 'end' })")
    expect(explore.strip).not_to_be_in_viewport()
    expect(explore.button("Play")).to_be_in_viewport(ratio=1)
    stage = page.locator(".stage-picture").bounding_box()
    assert stage
    assert stage["y"] + stage["height"] <= bar["y"]


def test_zoomed_in_the_first_screen_has_the_sentence_the_text_and_the_diagram(open_page: Open) -> None:
    page = open_page(address(t=3), viewport=ZOOMED)
    explore = Explore(page)
    explore.expect_steps(80)
    boxes = [
        page.locator(name).bounding_box()
        for name in (".story-line", ".strip-view", ".stage-picture .strip >> nth=0", "transport-bar")
    ]
    tops = [box["y"] for box in boxes if box]
    assert tops == sorted(tops)
    assert len(tops) == 4
    assert page.evaluate("scrollY") == 0
    first, bar = boxes[2:]
    assert first
    assert bar
    assert first["y"] + first["height"] <= bar["y"], "the first grid of the diagram"


def test_every_gate_has_its_name(open_page: Open) -> None:
    page = open_page(address(t=3))
    Explore(page).expect_steps(80)
    titles = ("Forget gate", "Input gate", "Cell candidate", "Output gate")
    for width in (390, 820, 1300, 1440):
        resize(page, width)
        heads = page.locator("[data-role=gate] .card-head").evaluate_all(
            """(heads) => heads.map((head) => {
              const card = head.closest(".card").querySelector(".card-frame").getBoundingClientRect();
              const { left, right } = head.getBoundingClientRect();
              const names = [...head.querySelectorAll(".card-title")].map((part) => part.textContent);
              return [names.join(" "), left >= card.left && right <= card.right];
            })"""
        )
        assert heads == [[title, True] for title in titles], width


def test_a_projector_has_large_words_and_a_wide_text(open_page: Open) -> None:
    page = open_page(address(t=3), viewport={"width": 2560, "height": 1440})
    explore = Explore(page)
    explore.expect_steps(80)
    assert page.locator(".stage-wires").evaluate("(svg) => svg.getScreenCTM().a") > 1.5
    row = page.locator(".strip-row").nth(2).bounding_box()
    assert row
    assert row["width"] > 2560 / 2
    explore.models.select_option("counter")
    expect(page.locator("sequence-strip")).to_have_attribute("data-large", "")
    row = page.locator(".strip-row").first.bounding_box()
    assert row
    assert row["width"] > 2560 * 0.7


def test_a_skip_link_leads_to_the_diagram(open_page: Open) -> None:
    view = address(model="counter", text="aabb", t=2)
    page = open_page(view)
    explore = Explore(page)
    explore.expect_steps(5)
    explore.press("Tab", "Tab")
    expect(page.get_by_role("link", name="Skip to the diagram")).to_be_focused()
    explore.press("Enter")
    expect(page.locator("#stage")).to_be_focused()
    expect(page.locator(".stage-picture")).to_be_in_viewport()
    explore.press("Tab")
    expect(page.locator(".phase").first).to_be_focused()
    assert "text=aabb" in page.url
    explore.expect_step(2)


def test_a_skip_link_leads_to_the_unrolled_network(open_page: Open) -> None:
    page = open_page("/translate")
    Translate(page).expect_whole()
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator("#unrolled")).to_be_focused()
    assert "unrolled" not in page.url
