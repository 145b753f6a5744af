"""Decoding, questions to the attention, teacher forcing and comparing, by real clicks and exact numbers."""

import math
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from playwright.sync_api import Page, expect

from app import zoo
from app.networks.model import Model
from app.networks.run import Run
from app.sequences import TextSequence
from app.settings import Settings
from tests.browser.complaints import Complaints
from tests.browser.conftest import serving
from tests.browser.explore import fixed
from tests.browser.problem import expect_problem
from tests.browser.sequence.giving import PASTE, TRANSFER
from tests.browser.translate import Translate, address, arrays
from tests.networks.translators import small_translator
from tests.sequences.files import npy, parquet

Open = Callable[..., Page]
TEXT = "fade"


@pytest.fixture(scope="module")
def model() -> Model:
    return small_translator()


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A server with small translators: with additive attention, and without any."""
    directory: Path = tmp_path_factory.mktemp("models")
    zoo.save(small_translator(), directory)
    zoo.save(small_translator(None, name="no-attention"), directory)
    zoo.save(small_translator("general", name="general"), directory)
    with serving(Settings(models=directory, cache=None)) as address:
        yield address


def opened(open_page: Open, **view: str | int | float) -> Translate:
    page = Translate(
        open_page(address(**{"model": "small-translator", "text": TEXT, **view}), reduced_motion="reduce")
    )
    page.expect_whole()
    return page


def result(model: Model, **options: object) -> dict[str, object]:
    run = Run(model, TextSequence(TEXT), options=options)
    for _ in run.chunks(iter(lambda: 64, None)):
        pass
    return run.result()


def test_a_beams_tree_is_drawn_and_a_branch_continues(open_page: Open, model: Model) -> None:
    page = opened(open_page, most=6)
    page.page.get_by_text("How words are chosen").click()
    page.page.get_by_label("Width of the beam").fill("3")
    page.page.get_by_role("button", name="Translate this way").click()
    beam = result(model, decoding={"kind": "beam", "width": 3}, most_steps=6)["beam"]
    assert isinstance(beam, dict)
    scores = page.page.locator(".tree-hypotheses b")
    expect(scores).to_have_count(len(beam["hypotheses"]))
    shown = [float(item.get_attribute("data-value") or "nan") for item in scores.all()]
    np.testing.assert_allclose(shown, [found["score"] for found in beam["hypotheses"]], rtol=1e-6)
    expect(page.page.get_by_text("it is not divided by the length")).to_be_visible()
    node = page.page.locator("button.tree-node:not([data-winning])").last
    prefix = beam["nodes"][int(node.get_attribute("data-node") or -1)]["text"]
    node.click()
    expect(page.page.locator("[data-asked=prefix]")).to_contain_text(prefix)
    expect(page.page.locator("[data-readout=written]")).to_have_text(
        str(result(model, decoding={"kind": "beam", "width": 3}, most_steps=6, prefix=prefix)["text"])
    )
    assert "prefix=" in page.page.url


def test_a_word_is_replaced_and_the_rest_follows(open_page: Open, model: Model) -> None:
    page = opened(open_page, most=6, t=8.99)  # six encoder steps, and two decoder steps
    page.page.locator(".choice").first.wait_for()
    step = int(page.page.locator("word-choices").get_attribute("data-step") or -1)
    choice = page.page.locator(".choice").first
    text = choice.get_attribute("data-text") or ""
    before = str(result(model, most_steps=6)["text"])[:step]
    choice.click()
    expected = result(model, most_steps=6, prefix=before + text)["text"]
    assert step == 2
    expect(page.page.locator("[data-asked=prefix]")).to_contain_text(before + text)
    expect(page.page.locator("[data-readout=written]")).to_have_text(str(expected))
    page.page.locator("[data-asked=prefix] button").click()
    expect(page.page.locator("[data-asked=prefix]")).to_be_hidden()
    expect(page.page.locator("[data-readout=written]")).to_have_text(str(result(model, most_steps=6)["text"]))


def test_pointing_at_the_map_does_not_change_which_word_is_replaced(open_page: Open, model: Model) -> None:
    page = opened(open_page, most=6)
    choices = page.page.locator("word-choices")
    page.page.locator(".map-target[data-target='4']").click()
    expect(choices).to_have_attribute("data-step", "4")
    page.point_at(1, 2)
    expect(page.reading).to_have_attribute("data-cell", "1 2")
    expect(choices.locator(".choices-words")).to_contain_text("Step 4 wrote")
    before = str(result(model, most_steps=6)["text"])[:4]
    choice = choices.locator(".choice").first
    prefix = before + (choice.get_attribute("data-text") or "")
    choice.click()
    expect(page.page.locator("[data-asked=prefix]")).to_contain_text(f"“{prefix}”")


def test_typing_another_word_stops_at_the_word_that_it_replaces(open_page: Open) -> None:
    page = opened(open_page, most=6, t=8.5)
    page.page.get_by_role("button", name="Play", exact=True).click()
    expect(page.transport).to_have_attribute("data-state", "playing")
    page.page.get_by_label("Another word in its place").fill("a")
    expect(page.transport).to_have_attribute("data-state", "paused")
    step = page.page.locator("word-choices").get_attribute("data-step") or ""
    expect(page.page.locator("attention-map")).to_have_attribute("data-row", step)


def test_a_translation_is_ended_by_hand_and_continues_where_it_ended(open_page: Open, model: Model) -> None:
    page = opened(open_page, most=6, attention="1:uniform;4:uniform", t=8.99)
    written, asked = page.page.locator("[data-readout=written]"), page.page.locator("[data-asked=target]")
    choices = page.page.locator("word-choices")
    expect(choices).to_have_attribute("data-step", "2")
    rows = [{"step": 1, "weights": "uniform"}]
    begun = str(result(model, most_steps=6, attention=rows)["text"])[:2]
    choices.get_by_role("button", name="<end>").click()
    ended = result(model, target=begun, attention=rows)
    expect(written).to_have_text(begun)
    expect(asked).to_have_text(f"Ended after “{begun}” Undo")
    expect(page.page.locator("written-line [data-readout=score]")).to_have_text(
        f"log-probability {fixed(float(str(ended['score'])))}"
    )
    expect(page.page.locator("[data-asked=attention]")).to_have_text("Attention forced at step 1 Undo all")
    page.page.wait_for_url("**whole=**")

    expect(choices).to_have_attribute("data-step", "2")
    expect(choices.locator(".choices-words")).to_contain_text("Step 2 ended the translation")
    expect(choices.get_by_role("button", name="<end>")).to_have_count(0)
    choice = choices.locator(".choice").first
    prefix = begun + (choice.get_attribute("data-text") or "")
    choice.click()
    expect(written).to_have_text(str(result(model, most_steps=6, attention=rows, prefix=prefix)["text"]))
    expect(asked).to_be_hidden()
    page.page.go_back()
    expect(written).to_have_text(begun)
    asked.get_by_role("button").click()
    expect(written).to_have_text(str(result(model, most_steps=6, attention=rows)["text"]))


def test_attention_is_forced_marked_and_undone(open_page: Open, model: Model) -> None:
    page = opened(open_page, most=6)
    page.page.locator(".map-target[data-target='1']").click()
    page.plot.click(position={"x": 4, "y": 4})
    page.page.get_by_text("Question the attention").click()
    force = page.page.locator("force-attention")
    expect(force).to_have_attribute("data-step", "0")
    page.page.get_by_role("button", name="One step forward").click()
    expect(force).to_have_attribute("data-step", "1")  # the clock's, whatever is chosen in the map
    page.page.get_by_role("button", name="Play", exact=True).click()
    for source in (1, 3):
        page.page.locator(f".force-source[data-source='{source}']").click()
        expect(page.transport).to_have_attribute("data-state", "paused")
    step = int(force.get_attribute("data-step") or -1)
    expect(page.map).to_have_attribute("data-row", str(step))
    page.page.get_by_role("button", name="Look only at these").click()
    expect(page.page.locator(f".map-target[data-target='{step}']")).to_have_attribute("data-forced", "")
    weights = [0.0, 0.5, 0.0, 0.5, 0.0, 0.0]
    rows = [{"step": step, "weights": weights}]
    assert arrays(model, TEXT, most_steps=6, attention=rows)["attention"][step].tolist() == weights
    expect(page.page.locator("[data-readout=written]")).to_have_text(
        str(result(model, most_steps=6, attention=rows)["text"])
    )
    page.page.get_by_role("button", name="Undo all").click()
    expect(page.page.locator("[data-forced]")).to_have_count(0)


def test_the_true_translation_is_fed_and_every_word_has_its_loss(open_page: Open, model: Model) -> None:
    page = opened(open_page, most=6)
    page.page.locator("compare-panel summary").click()
    page.page.locator("compare-panel input[name=target]").fill("xyz")
    page.page.get_by_role("button", name="Feed the true words").click()
    cells = page.page.locator("[data-row=given] td:not(.teacher-total)[data-loss]")
    expect(cells).to_have_count(4)
    given = -np.log(arrays(model, TEXT, target="xyz")["prediction.actual"].astype(np.float64))
    shown = [float(cell.get_attribute("data-loss") or "nan") for cell in cells.all()]
    np.testing.assert_allclose(shown, given, rtol=1e-6)
    total = page.page.locator("[data-row=given] .teacher-total").get_attribute("data-loss")
    assert math.isclose(float(total or "nan"), float(given.sum()), rel_tol=1e-6)
    page.page.get_by_role("button", name="Stop comparing").click()
    expect(page.page.locator("teacher-rows")).to_have_count(0)
    expect(page.page.locator("attention-map")).to_have_count(1)


def test_the_true_translation_goes_with_its_sentence(open_page: Open) -> None:
    page = opened(open_page, most=6, target="xyz")
    field = page.page.locator("compare-panel input[name=target]")
    expect(page.page.locator("teacher-rows")).to_have_count(1)
    page.page.locator("compare-panel summary").click()
    field.fill("xyz")
    page.translate("bad")
    expect(page.page.locator("unrolled-run span.source")).to_have_count(5)
    expect(page.page.locator("teacher-rows")).to_have_count(0)
    expect(field).to_have_value("")
    page.page.wait_for_url(lambda url: "target=" not in url)


def test_two_models_are_shown_side_by_side_on_one_clock(open_page: Open) -> None:
    page = Translate(open_page(address(model="small-translator", text=TEXT, most=6, t=8.9)))
    page.expect_whole()
    page.page.get_by_label("Speed").select_option("0.0625")  # it plays for minutes, on a slow machine, too
    page.page.locator("compare-panel summary").click()
    page.page.locator("compare-panel select").select_option("general")
    page.page.get_by_role("button", name="Compare models").click()
    runs = page.page.locator("unrolled-run")
    expect(runs).to_have_count(2)
    # Both are made together, from the first step on.
    expect(page.transport).to_have_attribute("data-state", "playing")
    page.page.get_by_role("button", name="First step").click()
    for index in (1, 0):
        expect(runs.nth(index)).to_have_attribute("data-source", "0")
    page.box("decoder", 2).click()
    for index in (0, 1):
        expect(runs.nth(index)).to_have_attribute("data-target", "2")
    page.page.wait_for_url("**with=general**")
    expect(page.page.locator("h2.rival:visible")).to_have_text(["Small translator", "General"])


def test_a_box_of_the_second_translation_opens_in_a_cell_of_its_own(open_page: Open) -> None:
    page = opened(open_page, **{"with": "general"}).page
    second = page.locator(".translation.second")
    expect(second.locator("unrolled-run button[data-part=decoder]").first).to_be_visible()
    inside = page.locator("#second-inside")
    expect(inside).to_be_hidden()
    second.locator("unrolled-run button[data-part=encoder][data-step='2'][data-direction=backward]").click()
    expect(inside).to_be_in_viewport()
    expect(inside.get_by_role("heading", level=2).first).to_have_text(
        "Inside this step of the second encoder"
    )
    readouts = inside.locator("[data-part=encoder] signal-readouts")
    expect(readouts).to_have_attribute("data-step", "2")
    expect(readouts).to_have_attribute("data-direction", "backward")
    unit = int(readouts.get_attribute("data-unit") or "-1")
    shown = readouts.locator("[data-signal=hidden_state] output").get_attribute("data-value")
    expected = arrays(small_translator("general", name="general"), TEXT)[
        "encoder.layers.0.backward.hidden_state"
    ]
    np.testing.assert_allclose(float(shown or "nan"), expected[2, unit], rtol=1e-5, atol=1e-5)
    page.get_by_role("button", name="Stop comparing").click()
    expect(page.locator("section.inside")).to_have_count(1)


def test_without_attention_the_bottleneck_is_all_that_the_decoder_gets(open_page: Open) -> None:
    page = opened(open_page, model="no-attention", most=6).page
    expect(page.get_by_role("heading", name="The bottleneck")).to_be_visible()
    expect(page.locator(".context-row")).to_have_count(2)
    expect(page.locator(".context-words")).to_contain_text("12 numbers")
    for gone in ("attention-map", "score-arithmetic", "force-attention", ".look-attention"):
        expect(page.locator(gone)).to_be_hidden()
    expect(page.locator(".look-bottleneck")).to_be_visible()


def test_a_sentence_that_cannot_be_read_is_a_clear_problem(open_page: Open) -> None:
    page = opened(open_page)
    for text, said in (("", "the text is empty"), ("a" * 1_001, "1,001 characters")):
        submit(page, text)
        expect_problem(page.problem, said)
        expect(page.page.locator("[data-readout=written]")).not_to_be_empty()
        page.translate("ab")
        expect(page.problem).to_be_hidden()


def submit(page: Translate, text: str) -> None:
    """Asks for a translation of a text that cannot be typed as it is."""
    page.page.evaluate("(text) => document.querySelector('#sentence-text').value = text", text)
    page.page.get_by_role("button", name="Translate", exact=True).click()


ODD = {
    "?!…": "“?”, “!”, “…”",
    "你好": "“你”, “好”",
    "<b>fade</b>": "“<”, “>”, “/”",
    "\x00\x1b[2J": "“␀”, “␛”, “[”, “2”, “J”",
    "\u202efade\u202c": "“U+202E”, “U+202C”",
    "uvwxyzuv": "“u”, “v”, “w”, “x”, “y”…",
    "fade": "",
}
"""Punctuation, another script, markup, control characters, turned text and many letters; and what is not known."""


def test_odd_sentences_are_translated_with_a_warning(open_page: Open) -> None:
    page = opened(open_page, text="b")
    for text, strange in ODD.items():
        submit(page, text)
        warning = f"This model does not know {strange}. It translates anyway, but the result means little."
        expect(page.page.locator("sentence-form [data-readout=note]")).to_have_text(
            warning if strange else ""
        )
        expect(page.page.locator("unrolled-run span.source")).to_have_count(len(text) + 2)
        expect(page.problem).to_be_hidden()
        assert page.page.locator("main b:text-is('fade')").count() == 0


@pytest.fixture(scope="module")
def not_sentences() -> dict[str, tuple[bytes, str]]:
    """Files that are no sentence, and a part of what is said."""
    return {
        "table.csv": (b"a;b\n1,5;2\n", "table.csv holds numbers (csv)"),
        "array.txt": (npy(np.ones(3)), "array.txt holds numbers (npy)"),
        "table.parquet": (parquet(a=[1, 2]), "table.parquet holds numbers (parquet)"),
        "empty.txt": (b"", "the file is empty"),
        "picture.txt": (b"\x89PNG\r\n", "a PNG picture"),
        "long.txt": (b"a" * 1_001, "1,001 characters. Expected: at most 1,000 characters."),
        "book.txt": (b"a" * 5_000, "book.txt has 5,000 bytes. Expected: a text of at most 1,000 characters."),
    }


def test_a_text_file_becomes_the_sentence(
    open_page: Open, complaints: Complaints, not_sentences: dict[str, tuple[bytes, str]]
) -> None:
    complaints.expected.append("status of 4")
    page = opened(open_page)
    note = page.page.locator("sentence-form [data-readout=note]")
    transfer = page.page.evaluate_handle(TRANSFER, ["words.csv", "bad\ncab, ace\n"])
    page.page.dispatch_event("attention-map", "drop", {"dataTransfer": transfer})
    expect(page.sentence).to_have_value("bad cab, ace")
    expect(note).to_contain_text("“,”")
    for name, (content, said) in not_sentences.items():
        page.pick(content, name)
        expect_problem(page.problem, said, of=name)
        expect(page.sentence).to_have_value("bad cab, ace")
    page.pick("café\n".encode("utf-16"), "latin.txt")
    expect(page.sentence).to_have_value("café")
    expect(page.problem).to_be_hidden()
    page.pick(b"cab", "cab.txt")
    expect(note).to_contain_text("a link to the page does not include it")
    page.page.wait_for_function("() => location.hash.startsWith('#model=small-translator&t=')")
    page.page.evaluate(PASTE, ["body", "a bad\tcab"])
    expect(page.sentence).to_have_value("a bad cab")
