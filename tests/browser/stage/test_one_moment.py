"""One moment says one thing: transport, caption, diagram, panel, formula and prediction; and nothing too early."""

import re
from collections.abc import Callable

from playwright.sync_api import Page, expect

from app.settings import Settings
from tests.browser.explore import SIGNALS, fixed
from tests.browser.stage.test_cell_stage import SEEK, TEXT, opened, seek, traced

Open = Callable[..., Page]

VALVE = ".node-control[data-node=valve][data-signal=forget_gate]"


def test_no_number_is_shown_before_it_is_computed(open_page: Open) -> None:
    page = opened(open_page, 3.47, unit=1, signal="cell_state")  # in the phase forget
    readouts = page.locator("signal-readouts")
    result, operand = (
        page.locator("cell-arithmetic .result"),
        page.locator("[data-operand=forget_gate] .number"),
    )
    for t, coming in ((3.47, ["cell_state", "hidden_state"]), (3.05, list(SIGNALS)), (3, []), (3.95, [])):
        seek(page, t)
        empty = readouts.locator(".readout[data-coming]")
        expect(empty).to_have_count(len(coming))
        found = empty.evaluate_all("rows => rows.map((row) => row.dataset.signal)")
        assert sorted(found) == sorted(coming)
        for signal in SIGNALS:
            there = signal not in coming
            output = readouts.locator(f"[data-signal={signal}] output")
            expect(output).to_be_visible(visible=there)
        number = page.locator('cell-stage [data-part="cell_state"] .card-number')
        expect(number).to_have_text(re.compile("^$" if "cell_state" in coming else r"\d"))
        expect(result).to_be_visible(visible="cell_state" not in coming)
        expect(operand).to_be_visible(visible="forget_gate" not in coming)
        expect(page.locator("prediction-bars .probability").first).to_be_visible(visible=not coming)


def test_transport_diagram_caption_and_numbers_say_the_same_about_a_moment(open_page: Open) -> None:
    page = opened(open_page, 3, unit=1, signal="cell_state")
    transport, caption = page.locator("[data-readout=phase]"), page.locator("[data-stage=meaning]")
    current = page.locator("cell-stage .phase[aria-current=true]")
    whole = "The whole step. Click a phase to see it happen."
    for t, phase, words in (
        (3, "", whole),
        (3.05, "Read", "The input xₜ comes in"),
        (3.7, "Write", "The input gate lets"),
        (3.96, "Predict", "The hidden state goes to the head"),
        (len(TEXT) + 1, "", whole),  # the end
    ):
        page.evaluate(SEEK, t)
        expect(transport).to_have_text(phase)
        expect(current).to_have_text([phase] if phase else [])
        expect(caption).to_contain_text(words)
        expect(page.locator("prediction-bars .probability").first).to_be_visible(
            visible=phase in ("", "Predict")
        )
        expect(page.locator("cell-arithmetic .result")).to_be_visible(visible=phase not in ("Read", "Write"))


def test_an_empty_place_shows_no_number(open_page: Open) -> None:
    page = opened(open_page, 3.05, unit=1)
    strip, valve = (page.locator(f"cell-stage {name}") for name in (".strip[data-part=forget_gate]", VALVE))
    told = page.locator("value-tip [data-tip=value]")
    valve.hover()
    for t, number in ((3.05, "not computed yet"), (3, None)):
        seek(page, t)  # the pointer rests, and what it tells goes with the time
        exact = traced(Settings().models, "counter", TEXT)["layers.0.forward.forget_gate"][3, 1].item()
        said = number or fixed(exact)
        expect(strip).to_have_attribute("aria-valuetext", f"unit 1: {said}")
        expect(valve).to_have_accessible_name(re.compile(re.escape(said)))
        expect(told).to_have_text(number or re.compile(re.escape(f"{exact:.4f}"[:5])))


def test_the_words_of_a_caption_are_explained_beside_it(open_page: Open) -> None:
    page = opened(open_page, 3.47)
    words = page.locator("[data-stage=words]")
    words.locator("summary").click()
    expect(words.locator("dt")).to_have_text(["gate", "forget gate f", "cell state c"])
    expect(words.locator("dd").nth(1)).to_have_text("How much of the old memory is kept.")
    place = words.bounding_box()
    seek(page, 3.95)
    expect(words.locator("dt")).to_have_text(["hidden state h", "head"])
    assert words.bounding_box() == place, "it stays under the pointer"
