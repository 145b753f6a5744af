"""Files that cannot be read: the dialog says what is wrong, where, and what would be right; the picture stays."""

import io
import pickle
import zipfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from playwright.sync_api import Page, expect

from tests.browser.complaints import Complaints
from tests.browser.explore import Explore, address
from tests.browser.problem import expect_problem
from tests.browser.sequence.giving import Giving
from tests.sequences.files import npy, parquet

Open = Callable[..., Page]


def bomb() -> bytes:
    """An archive of a few kilobytes that unpacks to 200 MB of zeros."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        archive.writestr("values.npy", npy(np.zeros((200_000, 1_024), np.int8)))
    return file.getvalue()


def misplaced() -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("../../values.npy", npy(np.ones(2)))
    return file.getvalue()


def refused() -> dict[str, tuple[bytes, str]]:
    """Files that are refused whole, and a part of what is said."""
    return {
        "empty.csv": (b"", "the file is empty"),
        "truncated.parquet": (parquet(a=[1, 2, 3])[:-20], "broken"),
        "truncated.json": (b"[1, 2,", "line 1, column 7"),
        "truncated.npy": (npy(np.zeros(200))[:-8], "ends after"),
        "document.csv": (b"%PDF-1.7", "a PDF document"),
        "cyrillic.txt": ("Привет, мир".encode("cp1251"), "byte 0"),
        "ragged.csv": (b"a,b\n1,2\n3\n4,5\n", "line 3"),
        "ragged.json": (b"[[1, 2], [3]]", "step 1 has 1 features"),
        "deep.json": (b"[" * 10_000 + b"]" * 10_000, "at most 8 lists"),
        "wide.csv": (b",".join([b"1"] * 2_000), "at most 1,024 features"),
        "bomb.npz": (bomb(), "at most 4,000,000 cells"),
        "pickled.npy": (npy(np.array([{}]), allow_pickle=True), "object"),
        "pickle.pkl": (pickle.dumps([1, 2]), "never opened"),
        "../../etc/passwd.npz": (misplaced(), "../../values"),
    }


SHOWN = {
    "formula.csv": ("a,b\n1,2\n=1+1,3\n4,5\n", "line 3, column 1 holds '=1+1'"),
    "words.csv": ("a,b\n1,2\n3,four\n4,5\n", "line 3, column 2 holds 'four'"),
    "infinite.json": ("[1, 1e999]", "values[1] is inf"),
    "infinite.csv": ("a,b\n1,2\n-inf,3\n", "line 3, column 1 is -inf"),
}
"""Tables with a cell that cannot be used: they are shown, with what is said."""


@pytest.fixture
def giving(open_page: Open, complaints: Complaints) -> Giving:
    complaints.expected.append("status of 4")
    page = open_page(address(model="counter", t=3), reduced_motion="reduce")
    Explore(page).expect_steps(25)
    return Giving(page)


def test_a_file_that_cannot_be_read_is_a_problem_in_the_dialog(giving: Giving, tmp_path: Path) -> None:
    for name, (content, said) in refused().items():
        giving.pick(content, name)
        expect_problem(giving.problem, said, of=name)
    # From the disk: content goes to the browser far more slowly.
    huge = tmp_path / "huge.csv"
    huge.write_bytes(b"1\n" * 9_000_000)
    giving.pick(huge)
    expect_problem(giving.problem, "18,000,000 bytes. Expected: at most 16,777,216 bytes.")
    Explore(giving.page).expect_steps(25)
    giving.pick("1\n2\n")
    giving.expect_ready("2 steps of 1 number")
    expect(giving.problem).to_be_hidden()


def test_a_table_with_a_wrong_cell_is_shown_with_the_problem(giving: Giving) -> None:
    giving.pick("a,b\n1,2\nnan,3\n", "nan.csv")
    giving.network("An untrained network").check()
    giving.expect_ready("1 gap in 1 column: choose what to do, at “Gaps” above.")
    giving.run.click()
    expect_problem(giving.problem, "line 3, column 1 is a gap")
    for name, (content, said) in SHOWN.items():
        giving.pick(content, name)
        expect(giving.dialog.locator("[data-give=name]")).to_have_text(name)
        giving.network("An untrained network").check()
        expect_problem(giving.problem, said, of=name)
        expect(giving.run).to_be_disabled()
    giving.column("a").get_by_role("checkbox").uncheck()
    giving.expect_ready("2 steps of 1 number")
    assert giving.start()["values"] == [2, 3]


def test_several_files_are_refused(giving: Giving) -> None:
    transfer = giving.transfer("1\n", "a.csv")
    transfer.evaluate("(transfer) => transfer.items.add(new File(['1'], 'b.csv'))")
    giving.page.dispatch_event("body", "drop", {"dataTransfer": transfer})
    expect_problem(giving.problem, "2 files came at once. Expected: one file.")


def test_a_table_without_numbers_says_that_no_network_reads_it(giving: Giving) -> None:
    giving.pick(parquet(name=["ann", "bob"]), "names.parquet")
    expect(giving.dialog.get_by_text("No network here reads these numbers.")).to_be_visible()
    expect(giving.run).to_be_disabled()
    expect(giving.rows).to_contain_text("ann")
