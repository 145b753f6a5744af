"""The Translate page: what it shows, by real clicks and exact numbers."""

import re
from collections.abc import Callable

import numpy as np
import pytest
from playwright.sync_api import Page, expect

from app.networks.model import Model
from app.settings import Settings
from app.zoo import Zoo
from tests.browser.modules import run
from tests.browser.translate import Translate, address, arrays

Open = Callable[..., Page]
CAR = "She bought a red car."
FRENCH = "Elle a acheté une voiture rouge."


@pytest.fixture(scope="module")
def model() -> Model:
    return Zoo(Settings().models).get("translate-en-fr")


def test_the_first_screen_makes_a_translation(open_page: Open) -> None:
    page = Translate(open_page("/translate"))
    expect(page.sentence).to_have_value(CAR)
    expect(page.transport).to_have_attribute("data-state", "playing")
    page.page.get_by_label("Speed").select_option("8")
    expect(page.written).to_have_text(FRENCH)
    others = page.page.locator("compare-panel option").evaluate_all(
        "(options) => options.map((o) => o.value)"
    )
    assert others == ["translate-en-fr-multiplicative", "translate-en-fr-no-attention", "dates"]


def test_the_page_says_what_attention_gained_when_it_was_measured(open_page: Open, model: Model) -> None:
    blind = Zoo(Settings().models).get("translate-en-fr-no-attention").config.metrics
    without = {metric.on: metric.value for metric in reversed(blind)}
    figures = {metric.on: metric.value for metric in reversed(model.config.metrics)}
    gains = sorted(figures, key=lambda on: figures[on] - without[on])
    said = Translate(open_page(address(text=CAR, t=0))).page.locator("attention-gain")
    for on in (gains[0], gains[-1]):
        expect(said).to_contain_text(f"{figures[on]:.1f} with")
        expect(said).to_contain_text(f"{without[on]:.1f} without on {on}")


def test_a_cell_of_the_map_has_the_servers_number(open_page: Open, model: Model) -> None:
    page = Translate(open_page(address(text=CAR, t=15.9)))
    page.expect_whole()
    weights, scores = (arrays(model, CAR)[name] for name in ("attention", "attention.scores"))
    for target, source in ((0, 1), (5, 5), (6, 4)):
        page.point_at(target, source)
        reading = page.reading
        expect(reading).to_have_attribute("data-cell", f"{target} {source}")
        assert np.float32(reading.get_attribute("data-weight")) == weights[target, source]
        assert np.float32(reading.get_attribute("data-score")) == scores[target, source]


def test_the_map_can_be_read_as_a_table(open_page: Open, model: Model) -> None:
    page = Translate(open_page(address(text=CAR, t=0), reduced_motion="reduce"))
    page.expect_whole()
    page.page.get_by_text("Read this map as a table").click()
    table = page.page.locator("attention-table").first
    expect(table.get_by_role("row")).to_have_count(1)  # nothing is written yet
    page.to_the_end()
    weights = arrays(model, CAR)["attention"]
    rows = table.locator("tbody tr")
    expect(rows).to_have_count(len(weights))
    heads = table.get_by_role("columnheader")
    expect(heads.nth(4)).to_have_text("red")
    expect(rows.nth(5).get_by_role("rowheader")).to_have_text("rouge")
    shown = rows.evaluate_all(
        "(rows) => rows.map((row) => [...row.querySelectorAll('td')].map((cell) => cell.dataset.value))"
    )
    np.testing.assert_array_equal(np.array(shown, np.float32), weights)
    page.page.get_by_role("button", name="One step back").click()
    expect(rows).to_have_count(len(weights) - 1)


def test_in_narrow_columns_only_the_words_that_are_looked_at_are_written(
    open_page: Open, model: Model
) -> None:
    text = " ".join([CAR] * 8)
    page = Translate(open_page(address(text=text, t=0), reduced_motion="reduce"))
    page.expect_whole()
    expect(page.map).to_have_attribute("data-crowded", "")
    words = page.page.locator("div.map-source span:visible")
    expect(words).to_have_count(0)
    weights = arrays(model, text)["attention"]
    target, source = np.unravel_index(weights.argmax(), weights.shape)
    page.page.locator(f".map-target[data-target='{target}']").dispatch_event("click")
    word = page.page.locator("div.map-source").nth(int(source))
    expect(word).to_have_attribute("data-lit", "")
    expect(word.locator("span")).to_be_visible()
    page.translate(CAR)
    expect(words).to_have_count(8)


def test_the_context_vector_is_the_weighted_sum(open_page: Open, model: Model) -> None:
    page = open_page(address(text=CAR, t=13.9))
    context = arrays(model, CAR)["decoder.context"][5]
    panel = page.locator("context-sum")
    expect(panel).to_have_attribute("data-value", re.compile("."))
    panel.get_by_label("Unit", exact=True).fill("200")
    page.keyboard.press("Enter")
    expect(panel).to_have_attribute("data-unit", "200")
    expect(panel).to_have_attribute("data-value", re.compile("."))
    assert np.float32(panel.get_attribute("data-value")) == context[200]


def test_the_score_of_a_pair_is_made_from_the_attentions_weights(open_page: Open, model: Model) -> None:
    page = Translate(open_page(address(text=CAR, t=15.9)))
    page.expect_whole()
    page.point_at(5, 4)
    panel = page.page.locator("score-arithmetic")
    expect(panel).to_have_attribute("data-cell", "5 4")
    total = panel.locator("[data-score=sum]").get_attribute("data-value")
    np.testing.assert_allclose(float(total or "nan"), arrays(model, CAR)["attention.scores"][5, 4], rtol=1e-5)
    expect(panel.locator("tbody tr")).to_have_count(7)


def test_a_box_opens_its_step_in_the_cell(open_page: Open, model: Model) -> None:
    page = Translate(open_page(address(text=CAR, t=0)))
    page.expect_whole()
    values = arrays(model, CAR)
    expect(page.page.locator("inside-step")).to_have_attribute("data-ready", "")
    for part, step, direction in (
        ("decoder", 3, "forward"),
        ("encoder", 2, "forward"),
        ("encoder", 6, "backward"),
    ):
        page.box(part, step, direction).click()
        readouts = page.page.locator(f".bench[data-part={part}] signal-readouts")
        expect(readouts).to_be_visible()
        expect(readouts).to_have_attribute("data-step", str(step))
        expect(readouts).to_have_attribute("data-direction", direction)
        unit = int(readouts.get_attribute("data-unit") or -1)
        shown = readouts.locator("[data-signal=forget_gate] output").get_attribute("data-value")
        array = values[f"{part}.layers.0.{direction}.forget_gate"]
        assert np.float32(shown) == array[step, unit]
        phases = page.page.locator(f".bench[data-part={part}] .stage-phases button")
        expect(phases.last).to_have_text("Predict" if part == "decoder" else "Pass on")


def test_the_transport_names_what_is_read_and_then_what_is_fed(open_page: Open) -> None:
    page = Translate(open_page(address(text=CAR, t=5)))
    page.expect_whole()
    token = page.transport.locator("[data-readout=token]")
    expect(token).to_have_text("␣car")
    page.box("decoder", 0).click()
    expect(token).to_have_text("start")
    page.box("decoder", 5).click()
    expect(token).to_have_text("␣voiture")


def test_a_word_that_is_not_written_yet_is_not_seen_in_forced_colours_either(open_page: Open) -> None:
    page = Translate(open_page(address(text=CAR, t=5), forced_colors="active"))
    page.expect_whole()
    word = page.page.locator(".map-target[data-target='1'] span")
    expect(word).to_have_css("opacity", "0")
    page.box("decoder", 5).click()
    expect(word).to_have_css("opacity", "1")


def test_a_step_at_rest_is_whole_and_the_cell_waits_while_attention_looks_back(open_page: Open) -> None:
    page = Translate(open_page(address(text=CAR, t=2), reduced_motion="reduce"))
    page.expect_whole()
    phase = page.transport.locator("[data-readout=phase]")
    for box, caption in (
        (page.box("encoder", 2), "The whole step. Click a phase to see it happen."),
        (page.box("decoder", 2), "The whole step. Click a phase to see it happen."),
    ):
        box.click()
        expect(box).to_have_attribute("data-there", "")
        part = box.get_attribute("data-part")
        bench = page.page.locator(f".bench[data-part={part}]")
        expect(bench.locator("[data-stage=meaning]")).to_have_text(caption)
        expect(bench.locator(".readout[data-coming]")).to_have_count(0)
        expect(phase).to_have_text("")
    expect(page.written).to_have_text("Elle a acheté")
    current = bench.locator(".phase[aria-current=true]")
    for name in ("Score", "Weigh", "Gather"):
        page.page.keyboard.press("Shift+ArrowRight")
        expect(phase).to_have_text(name)
        expect(current).to_have_count(0)
        expect(bench.locator("[data-stage=meaning]")).to_have_text(
            "The cell waits while attention looks back at the source."
        )
        expect(bench.locator(".readout[data-coming]")).not_to_have_count(0)
    expect(page.written).to_have_text("Elle a")
    page.page.keyboard.press("Shift+ArrowRight")
    expect(phase).to_have_text("Read")
    expect(current).to_have_text("Read")


def test_a_sentence_without_a_word_gets_a_warning(open_page: Open) -> None:
    script = """({ cautionOf }, text) => cautionOf({
      trace: { part: () => ({ tokens: [...text].map((text) => ({ text })), value: () => 9 }) },
      model: { vocabulary: [] }, source: { sequence: { text } } })"""
    page = open_page(address(text=CAR, t=0))
    assert run(page, "attention/caution.js", script, "?! -").startswith("There is no word in this sentence.")
    assert run(page, "attention/caution.js", script, "a ?") == ""


def test_a_date_without_a_year_that_was_learned_gets_a_warning(open_page: Open) -> None:
    page = Translate(open_page(address(model="dates", text="le 14 juillet 1789", t=0)))
    note = page.page.locator("sentence-form [data-readout=note]")
    expect(note).to_have_text(re.compile("^There is no year from 1900 to 2099 here"))
    page.translate("le 14 juillet 1989")
    expect(page.page.locator("span.source").nth(16)).to_have_text("9")
    expect(note).to_have_text("")
