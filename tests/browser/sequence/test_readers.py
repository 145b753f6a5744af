"""Which models can read a file, which columns of it they take, and the small pictures of columns."""

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.modules import call, run
from tests.browser.sequence.giving import Giving

MODELS: list[dict[str, Any]] = [
    {
        "id": "python",
        "title": "P",
        "task": "language-model",
        "codec": {"kind": "characters", "unknown": "replace"},
    },
    {
        "id": "ab",
        "title": "C",
        "task": "language-model",
        "codec": {"kind": "characters", "unknown": "refuse", "symbols": "ab"},
    },
    {"id": "film", "title": "F", "task": "classifier", "codec": {"kind": "words"}},
    {"id": "dates", "title": "D", "task": "translator", "codec": {"kind": "pair"}},
    {
        "id": "weather",
        "title": "W",
        "task": "forecaster",
        "codec": {"kind": "fixed-scaler", "features": ["sun", "rain"]},
    },
    {"id": "series", "title": "S", "task": "forecaster", "codec": {"kind": "running-scaler", "columns": 1}},
]


@pytest.fixture(scope="module")
def page(browser: Browser, server: str) -> Iterator[Page]:
    """A page that knows the sentences of the dialog."""
    page = browser.new_page(base_url=server, reduced_motion="reduce")
    page.goto("/#t=0")
    Giving(page).open()
    yield page
    page.close()


def column(name: str, type: str = "number") -> dict[str, Any]:
    return {"name": name, "type": type, "missing": 0, "chosen": True}


def table(*columns: dict[str, Any]) -> dict[str, Any]:
    return {"kind": "numbers", "understood": {}, "preview": {"columns": list(columns), "rows": []}}


def text(beginning: str) -> dict[str, Any]:
    return {"kind": "text", "understood": {}, "preview": {"text": beginning}}


FIRST = "({ readersOf, firstReader }, file, models, current) => firstReader(readersOf(file, models), current)"


@pytest.mark.parametrize(
    ("file", "expected"),
    [
        (text("abba"), {"python": "text", "ab": "text", "film": "text"}),
        (text("abc"), {"python": "text", "film": "text", "ab": None}),
        (table(column("a")), {"series": "one", None: "any", "weather": None}),
        (table(column("a"), column("b", "boolean")), {"weather": "exactly", "series": "one", None: "any"}),
        (
            table(column("rain"), column("x"), column("sun")),
            {"weather": "named", "series": "one", None: "any"},
        ),
        (table(column("a", "text")), {"weather": None, "series": None}),
    ],
)
def test_every_model_says_whether_it_reads_a_file(
    page: Page, file: dict[str, Any], expected: dict[str | None, str | None]
) -> None:
    readers = call(page, "sequence/readers.js", "readersOf", file, MODELS)
    takes = {reader["model"]: reader["takes"] and reader["takes"]["kind"] for reader in readers}
    assert takes == expected
    assert list(takes) == list(expected), "those that can read it come first"
    assert all(reader["note"] for reader in readers)


@pytest.mark.parametrize(
    ("file", "current", "first"),
    [
        (table(column("a")), "python", "series"),
        (table(column("a"), column("b")), "python", "series"),
        (table(column("a"), column("b")), "weather", "weather"),
        (table(column("sun"), column("rain")), "series", "weather"),
        (text("ab"), "film", "film"),
        (text("ab"), "series", "python"),
    ],
)
def test_one_that_can_read_it_is_chosen(page: Page, file: dict[str, Any], current: str, first: str) -> None:
    reader = run(page, "sequence/readers.js", FIRST, file, MODELS, current)
    assert reader["model"] == first


CHOICE = """({ ColumnChoice }, columns, rows, takes) => {
  const choice = new ColumnChoice(columns, rows, rows.length);
  return [choice.chosen(takes), choice.query(takes)];
}"""


@pytest.mark.parametrize(
    ("takes", "expected"),
    [
        ({"kind": "any"}, [[0, 2, 3], None]),
        ({"kind": "one"}, [[2], ["2"]]),
        ({"kind": "exactly", "names": ["u", "v"]}, [[2, 3], ["2", "0"]]),
        ({"kind": "exactly", "names": ["u", "v", "w"]}, [[0, 2, 3], None]),
    ],
)
def test_a_column_that_counts_the_rows_is_chosen_last(
    page: Page, takes: dict[str, Any], expected: list[Any]
) -> None:
    columns = [
        {**column("row"), "least": 1, "greatest": 3},
        column("3", "text"),
        {**column("kWh"), "least": 1, "greatest": 3},
        {**column("0"), "least": 5, "greatest": 9},
    ]
    rows = [[1, "a", 1, 5], [2, "b", 3, 9], [3, "c", 2, 7]]
    assert run(page, "sequence/column-choice.js", CHOICE, columns, rows, takes) == expected


def test_a_band_reaches_from_the_least_to_the_greatest_and_is_broken_at_gaps(page: Page) -> None:
    plot = {"every": 2, "least": [0, 2, None, 4], "greatest": [1, 3, None, 4]}
    path = call(page, "sequence/column-plot.js", "bandPath", plot, 40, 24)
    assert path == "M5 17L15 7L15 12L5 22ZM35 2L40 2L35 2Z"
    constant = {"every": 1, "least": [3, 3], "greatest": [3, 3]}
    assert call(page, "sequence/column-plot.js", "bandPath", constant, 4, 20) == "M1 10L3 10L3 10L1 10Z"
    nothing = {"every": 1, "least": [None], "greatest": [None]}
    assert call(page, "sequence/column-plot.js", "bandPath", nothing, 4, 20) == ""
