"""From a file, a paste or typing to a run: what is understood, what is chosen, and what is given to the network."""

import re
from collections.abc import Callable
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from playwright.sync_api import Page, Route, expect

from app.networks.run import Run
from app.networks.tasks.sandbox import Sandbox, SandboxConfig
from app.sequences import NumericSequence
from tests.browser.complaints import Complaints
from tests.browser.explore import Explore, address
from tests.browser.page.test_access import violations_light_and_dark
from tests.browser.problem import expect_problem
from tests.browser.sequence.giving import Giving

Open = Callable[..., Page]

STATION = (
    "Datum;Strom (kWh);Temperatur;Wetter;Nr\n"
    "01.02.2024;1,5;12;Sonne;1\n"
    "02.02.2024;2,5;;Regen;2\n"
    "03.02.2024;-3;11;Nebel;3\n"
    "04.02.2024;4,25;10;Regen;4\n"
)
CHARTS = "gate-heatmaps .heatmap-plot"


@pytest.fixture
def giving(open_page: Open) -> Giving:
    page = open_page(address(model="counter", t=3), reduced_motion="reduce")
    Explore(page).expect_steps(25)
    return Giving(page)


def test_a_table_becomes_the_gates_of_a_network(giving: Giving) -> None:
    giving.pick(STATION, "power.csv")
    expect(giving.understood).to_have_text(
        "A table (CSV), 4 rows, 5 columns, separated by semicolons, decimal comma, the first line holds the names, "
        "UTF-8."
    )
    expect(giving.dialog.get_by_text("power.csv")).to_be_visible()
    figures = giving.columns.locator(".giving-figures").all_inner_texts()
    assert figures == ["dates", "−3 to 4.25", "10 to 12, 1 missing", "text", "1 to 4"]
    expect(giving.rows.locator("tbody tr").nth(1)).to_have_text(
        re.compile(r"^102\.02\.20242\.5missingRegen2$")
    )
    expect(giving.network("Any series, the next value")).to_be_checked()
    giving.expect_ready("4 steps of 1 number")
    giving.network("An untrained network").check()
    giving.expect_ready("1 gap in 1 column: choose what to do, at “Gaps” above.")
    expect(giving.problem).to_be_hidden()
    giving.run.click()
    expect_problem(giving.problem, "line 3, column 3 is a gap")
    expect(giving.gaps).to_be_focused()
    giving.gaps.select_option("interpolate")
    giving.expect_ready("4 steps of 3 numbers")
    expect(giving.problem).to_be_hidden()
    giving.dialog.get_by_label("Units").fill("5")
    given = giving.start()
    sandbox = {"cell": "lstm", "input_size": 3, "hidden_size": 5, "num_layers": 1, "bidirectional": False}
    values = np.array([[1.5, 12, 1], [2.5, 11.5, 2], [-3, 11, 3], [4.25, 10, 4]])
    assert given == {
        "model": {"sandbox": sandbox},
        "shape": [4, 3],
        "values": values.ravel().tolist(),
        "features": ["Strom (kWh)", "Temperatur", "Nr"],
        "labels": [f"0{day}.02.2024" for day in (1, 2, 3, 4)],
    }
    explore = Explore(giving.page)
    explore.expect_steps(4)
    explore.press("End")
    (chunk,) = Run(Sandbox(SandboxConfig(**sandbox)), NumericSequence(values)).chunks([4])  # type: ignore[arg-type]
    for signal, value in explore.values(3, int(explore.unit.input_value())).items():
        expected = chunk.arrays[f"layers.0.forward.{signal}"][3, int(explore.unit.input_value())]
        np.testing.assert_allclose(value, expected, rtol=1e-5, atol=1e-5)
    assert "Strom" not in giving.page.url and "2.5" not in giving.page.url


def test_columns_rows_and_labels_are_chosen(giving: Giving) -> None:
    giving.pick(STATION)
    giving.network("An untrained network").check()
    giving.gaps.select_option("hold")
    giving.button("Nr: one place earlier").click()
    expect(giving.button("Nr: one place earlier")).to_be_focused()
    giving.column("Strom (kWh)").get_by_role("checkbox").uncheck()
    expect(giving.dialog.locator("[data-give=columns]")).to_have_text("2 of 3 chosen, in this order")
    giving.dialog.get_by_label("Rows from").fill("1")
    expect_problem(giving.problem, "no number before it")
    giving.dialog.get_by_label("Rows from").fill("0")
    giving.dialog.get_by_label("to", exact=True).fill("2")
    giving.dialog.get_by_label("Name the steps by").select_option("Wetter")
    giving.expect_ready("3 steps of 2 numbers")
    given = giving.start()
    assert (given["features"], given["labels"]) == (["Nr", "Temperatur"], ["Sonne", "Regen", "Nebel"])
    assert given["values"] == [1, 12, 2, 12, 3, 11]


def test_what_was_given_is_kept_with_its_choices_for_another_column(giving: Giving) -> None:
    giving.pick("warm,wet\n1,7\n,8\n3,9\n", "garden.csv")
    giving.network("An untrained network").check()
    giving.column("wet").get_by_role("checkbox").uncheck()
    expect(giving.state).to_contain_text("1 gap in 1 column")
    giving.gaps.select_option("hold")
    giving.expect_ready("3 steps of 1 number")
    assert giving.start()["values"] == [1, 1, 3]
    giving.open()
    expect(giving.dialog.get_by_text("garden.csv")).to_be_visible()
    expect(giving.gaps).to_have_value("hold")
    giving.expect_ready("3 steps of 1 number")
    giving.column("wet").get_by_role("checkbox").check()
    giving.column("warm").get_by_role("checkbox").uncheck()
    giving.expect_ready("3 steps of 1 number")
    given = giving.start()
    assert (given["features"], given["values"]) == (["wet"], [7, 8, 9])
    giving.open()
    giving.button("Another one…").click()
    expect(giving.button("Choose a file…")).to_be_visible()


def test_a_choice_that_is_not_complete_says_what_is_missing(giving: Giving) -> None:
    giving.pick(STATION)
    giving.network("An untrained network").check()
    for box in giving.columns.get_by_role("checkbox").all():
        if box.is_enabled():
            box.uncheck()
    expect(giving.state).to_have_text("Choose at least one column.")
    expect(giving.run).to_be_disabled()
    giving.column("Nr").get_by_role("checkbox").check()
    giving.expect_ready("4 steps of 1 number")
    for first in ("", "-1", "4"):
        giving.dialog.get_by_label("Rows from").fill(first)
        expect(giving.state).to_have_text("Choose the first and the last row, in this order.")
        expect(giving.run).to_be_disabled()
        giving.dialog.get_by_label("Rows from").fill("3")
        giving.expect_ready("1 step of 1 number")
    assert giving.column("Nr").get_by_role("checkbox").is_checked()


def test_a_network_that_knows_the_columns_gets_them(giving: Giving) -> None:
    giving.pick("wind,temp_min,temp_max,precipitation,note\n1,2,3,4,a\n5,6,7,8,b\n")
    expect(giving.network("Tomorrow's temperatures in Seattle")).to_be_checked()
    giving.expect_ready("2 steps of 4 numbers")
    given = giving.start()
    assert given["model"] == "weather-forecaster"
    assert given["features"] == ["precipitation", "temp_max", "temp_min", "wind"]
    assert given["values"] == [4, 3, 2, 1, 8, 7, 6, 5]


def test_a_network_with_other_names_gets_as_many_columns_in_its_order(giving: Giving) -> None:
    giving.pick("w,x,y,z,all\n1,2,3,4,0\n5,6,7,8,0\n")
    giving.network("Tomorrow's temperatures in Seattle").check()
    giving.expect_ready("2 steps of 4 numbers")
    giving.column("z").get_by_role("checkbox").uncheck()
    expect(giving.state).to_have_text("Choose 4 columns.")
    giving.column("all").get_by_role("checkbox").check()
    giving.expect_ready("2 steps of 4 numbers")
    given = giving.start()
    assert given["values"] == [1, 2, 3, 0, 5, 6, 7, 0]
    assert given["features"] == ["precipitation", "temp_max", "temp_min", "wind"]


def test_a_file_is_dropped_over_the_charts(giving: Giving) -> None:
    page = giving.page
    target = page.get_by_text("Drop the file to look at it")
    over = giving.transfer("x")
    page.dispatch_event(CHARTS, "dragenter", {"dataTransfer": over})
    page.dispatch_event(CHARTS, "dragover", {"dataTransfer": over})
    expect(target).to_be_visible()
    page.dispatch_event("html", "dragleave", {"dataTransfer": over})
    expect(target).to_be_hidden()
    page.dispatch_event(CHARTS, "dragover", {"dataTransfer": over})
    giving.drop(CHARTS, "kWh\n3\n4\n5\n", "meter.csv")
    expect(target).to_be_hidden()
    giving.expect_ready("3 steps of 1 number")
    giving.drop("dialog.giving", "[[1, 2], [3, 4]]", "other.json")
    expect(giving.understood).to_have_text("JSON, 2 rows, 2 columns, UTF-8.")
    assert giving.start()["values"] == [1, 3]


def test_text_that_is_dragged_is_left_alone(giving: Giving) -> None:
    text = giving.page.evaluate_handle(
        "() => { const data = new DataTransfer(); data.setData('text/plain', 'words'); return data; }"
    )
    giving.page.dispatch_event(CHARTS, "dragover", {"dataTransfer": text})
    expect(giving.page.locator(".drop-target")).to_be_hidden()


def test_a_table_is_pasted_from_a_spreadsheet(giving: Giving) -> None:
    giving.paste("1", ".strip-view")
    expect(giving.dialog).to_be_visible()
    giving.paste("day\tkWh\n2024-02-01\t1.5\n2024-02-02\t2.5\n")
    expect(giving.dialog.get_by_text("What you pasted")).to_be_visible()
    expect(giving.understood).to_have_text(
        re.compile(r"^A table \(TSV\), 2 rows, 2 columns, separated by tabs")
    )
    giving.expect_ready("2 steps of 1 number")
    given = giving.start()
    assert (given["model"], given["values"]) == ("series-forecaster", [1.5, 2.5])


def test_a_paste_into_a_field_stays_there(giving: Giving) -> None:
    Explore(giving.page).button("Your own text").click()
    giving.paste("1,2\n3,4", "textarea")
    giving.page.evaluate("() => new Promise(requestAnimationFrame)")
    expect(giving.dialog).to_be_hidden()


def test_a_list_is_typed_and_read_with_the_keyboard_only(giving: Giving) -> None:
    page = giving.page
    page.get_by_role("button", name="Your own sequence…").focus()
    page.keyboard.press("Enter")
    expect(giving.button("Choose a file…")).to_be_visible()
    for _ in range(3):
        page.keyboard.press("Tab")
    page.keyboard.type("[1, 2, 4, 8]")
    page.keyboard.press("Control+Enter")
    giving.expect_ready("4 steps of 1 number")
    expect(giving.dialog.get_by_text("What you typed")).to_be_visible()
    for _ in range(12):
        page.keyboard.press("Tab")
        if giving.run.evaluate("(button) => button === document.activeElement"):
            break
    page.keyboard.press("Enter")
    expect(giving.dialog).to_be_hidden()
    expect(page.get_by_role("button", name="Your own sequence…")).to_be_focused()
    Explore(page).expect_steps(4)


def test_a_text_goes_to_a_language_model_and_not_into_the_address(giving: Giving) -> None:
    giving.pick("if x:\n    secret()\n", "program.py")
    expect(giving.dialog.locator("pre")).to_have_text("if x:\n    secret()\n")
    expect(giving.network("Counter (aⁿbⁿ)")).to_be_disabled()
    expect(giving.dialog.get_by_text("Knows only a b, but the text has i.")).to_be_visible()
    giving.network("Python, character by character").check()
    giving.expect_ready("19 characters")
    assert giving.start() == {"model": "python-char-lm", "text": "if x:\n    secret()\n"}
    explore = Explore(giving.page)
    explore.expect_steps(20)
    explore.press("End")
    explore.expect_step(19)
    giving.page.wait_for_function("() => location.hash.includes('t=19')")
    assert "secret" not in giving.page.url
    expect(giving.page.locator("[data-readout=note]")).to_contain_text("It stays on this page")
    explore.models.select_option("sentiment-bilstm")
    expect(explore.models).to_have_value("sentiment-bilstm")
    giving.page.wait_for_function("() => location.hash.includes('sentiment-bilstm')")
    assert "secret" not in giving.page.url


def test_samples_are_downloaded_or_tried_with_one_click(giving: Giving) -> None:
    giving.open()
    with giving.page.expect_download() as download:
        giving.dialog.get_by_role("link", name="Download station.json", exact=True).click()
    assert download.value.suggested_filename == "station.json"
    for name in ("CSV", "NumPy .npz", "Parquet"):
        giving.dialog.locator(".giving-samples").get_by_text(name, exact=True).click()
        giving.expect_ready("96 steps of 1 number")
        giving.button("Another one…").click()


def test_the_dialog_says_what_a_network_refuses_and_the_picture_stays(giving: Giving) -> None:
    giving.pick("word " * 600, "words.txt")
    giving.network("Does a sentence speak well of a film?").check()
    giving.expect_ready("3,000 characters")
    giving.run.click()
    expect_problem(giving.problem, "600 words and punctuation marks are too many")
    expect(giving.dialog).to_be_visible()
    giving.expect_ready("")
    explore = Explore(giving.page)
    expect(explore.models).to_have_value("counter")
    explore.expect_steps(25)


def test_an_upload_is_cancelled(giving: Giving) -> None:
    waiting: list[Route] = []
    giving.page.route("**/api/sequences/preview", lambda route: waiting.append(route))
    giving.pick(STATION)
    expect(giving.state).to_have_text(re.compile("Reading the file…|Uploading…"))
    expect(giving.dialog.get_by_role("progressbar")).to_be_visible()
    giving.button("Cancel").click()
    expect(giving.button("Choose a file…")).to_be_visible()
    expect(giving.dialog.get_by_role("progressbar")).to_be_hidden()
    expect(giving.problem).to_be_hidden()
    giving.page.unroute_all()
    giving.pick(STATION)
    giving.expect_ready("4 steps of 1 number")


def test_a_hundred_thousand_rows_arrive_as_a_buffer(giving: Giving, tmp_path: Path) -> None:
    steps = 100_000
    values = np.random.default_rng(0).normal(size=(steps, 8)).round(3)
    file = tmp_path / "long.csv"
    pl.DataFrame(values, schema=[f"c{k}" for k in range(8)]).write_csv(file)
    giving.pick(file)
    giving.network("An untrained network").check()
    giving.expect_ready("100,000 steps of 8 numbers")
    accepted: list[str] = []
    giving.page.on("request", lambda request: accepted.append(request.headers.get("accept", "")))
    giving.page.evaluate("() => { window.given.length = 0; }")
    giving.run.click()
    expect(giving.dialog).to_be_hidden()
    assert "application/octet-stream" in accepted
    shape, last = giving.page.evaluate(
        "() => { const { shape, data } = given[0].sequence.values; return [shape, [...data.slice(-8)]]; }"
    )
    assert shape == [steps, 8]
    assert last == values[-1].tolist()
    expect(giving.page.locator("[data-readout=received]")).to_contain_text(f"of {steps}")


def test_a_table_that_is_too_long_shows_its_beginning(giving: Giving, complaints: Complaints) -> None:
    complaints.expected.append("status of 413")
    giving.pick("1\n2\n" * 100_001)
    expect_problem(giving.problem, "at most 200,000 steps")
    expect(giving.dialog.get_by_label("to", exact=True)).to_have_value("999")
    giving.dialog.get_by_label("to", exact=True).fill("1999")
    giving.expect_ready("2,000 steps of 1 number")
    expect(giving.problem).to_be_hidden()


def test_axe_finds_nothing_in_the_dialog(giving: Giving) -> None:
    giving.open()
    assert violations_light_and_dark(giving.page, "give-dialog") == []
    giving.page.emulate_media(color_scheme="light")
    giving.pick(STATION)
    giving.network("An untrained network").check()
    expect(giving.gaps).to_be_visible()
    giving.run.click()
    expect(giving.problem).to_be_visible()
    assert violations_light_and_dark(giving.page, "give-dialog") == []


@pytest.mark.parametrize("width", [360, 768])
def test_the_dialog_fits_without_sideways_scrolling(open_page: Open, width: int) -> None:
    page = open_page(address(model="counter", t=3), viewport={"width": width, "height": 700})
    Explore(page).expect_steps(25)
    giving = Giving(page)
    giving.pick(STATION)
    giving.network("An untrained network").check()
    expect(giving.gaps).to_be_visible()
    giving.run.click()
    expect(giving.problem).to_be_visible()
    body = giving.dialog.locator(".giving-body")
    assert body.evaluate("(body) => body.scrollWidth <= body.clientWidth")
    outside = giving.dialog.evaluate(
        """(dialog) => [...dialog.querySelectorAll("*")]
          .filter((element) => element.checkVisibility() && !element.closest(".giving-rows table"))
          .filter((element) => element.getBoundingClientRect().right > innerWidth + 0.5)
          .map((element) => element.outerHTML.slice(0, 80))"""
    )
    assert outside == []
    small = giving.dialog.evaluate(
        """(dialog) => [...dialog.querySelectorAll("button, select, input:not([type=checkbox], [type=radio]), a")]
          .filter((element) => element.checkVisibility({ visibilityProperty: true }))
          .filter((element) => Math.min(element.offsetWidth, element.offsetHeight) < 24)
          .map((element) => element.outerHTML.slice(0, 80))"""
    )
    assert small == []
