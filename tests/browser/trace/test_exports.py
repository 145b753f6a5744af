"""The trace of the user's own numbers as a file: the same from page, API and command, and read as the docs say."""

import io
import json
import re
from collections.abc import Callable
from pathlib import Path

import httpx
import numpy as np
import polars as pl
import pytest
from playwright.sync_api import Page
from safetensors.numpy import load
from typer.testing import CliRunner

from app.cli import application
from app.export import FORMATS
from tests.browser.explore import Explore, address
from tests.browser.sequence.giving import Giving

Open = Callable[..., Page]
MODEL, STEPS, UNITS = "series-forecaster", 48, 64
DOCS = Path(__file__).parents[3] / "docs" / "command-line.md"


@pytest.fixture
def table(tmp_path: Path) -> Path:
    """A file with a column of dates, one of numbers with a decimal comma and a gap, and one of words."""
    values = 12 + 5 * np.sin(np.arange(STEPS) / 4)
    days = [f"{1 + step % 28:02}.{1 + step // 28:02}.2024" for step in range(STEPS)]
    cells = [f"{value:.2f}".replace(".", ",") for value in values]
    cells[7] = ""
    lines = [f"{day};{cell};calm" for day, cell in zip(days, cells, strict=True)]
    file = tmp_path / "wind.csv"
    file.write_text("\n".join(["Tag;Wind (m/s);Notiz", *lines]))
    return file


def by_the_api(server: str, table: Path, form: str) -> bytes:
    """The same trace by two requests."""
    choices = {"columns": "Wind (m/s)", "gaps": "hold", "labels": "Tag"}
    asked = httpx.post(f"{server}/api/sequences", params=choices, content=table.read_bytes())
    start = {"model": MODEL, "sequence": asked.raise_for_status().json()["sequence"]}
    answer = httpx.post(f"{server}/api/traces", params={"format": form}, json=start, timeout=60)
    return answer.raise_for_status().content


def reading(form: str) -> str:
    """What docs/command-line.md says about reading a format: three lines of Python."""
    section = DOCS.read_text().partition("\n### Reading a trace\n")[2].partition("\n## ")[0]
    blocks = re.findall(r"^```\n(.*?)^```", section, re.MULTILINE | re.DOTALL)
    (block,) = [block for block in blocks if f'"trace.{form}"' in block]
    return str(block)


def content(form: str, data: bytes) -> object:
    """What a file holds, without what its container adds, such as the time."""
    if form == "npz":
        with np.load(io.BytesIO(data), allow_pickle=False) as archive:
            return {name: (archive[name].dtype.str, archive[name].tolist()) for name in archive.files}
    if form == "parquet":
        return pl.read_parquet(io.BytesIO(data)).to_dict(as_series=False), pl.read_parquet_metadata(
            io.BytesIO(data)
        )
    return data


@pytest.mark.filterwarnings("ignore:unclosed file:ResourceWarning")  # the docs' shortest line for JSON
def test_every_format_holds_the_trace_of_a_dropped_table(
    open_page: Open, server: str, table: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = open_page(address(model="counter", t=3), reduced_motion="reduce")
    explore = Explore(page)
    explore.expect_steps(25)
    giving = Giving(page)
    giving.pick(table)
    giving.network("Any series, the next value").check()
    giving.dialog.get_by_label("Where a number is missing").select_option("hold")
    giving.expect_ready(f"{STEPS} steps of 1 number")
    giving.start()
    explore.expect_steps(STEPS)

    expected = load(by_the_api(server, table, "safetensors"))["layers.0.forward.forget_gate"]
    assert expected.shape == (STEPS, UNITS)
    monkeypatch.chdir(tmp_path)
    for form in FORMATS:
        page.get_by_text("Download this trace").click()
        with page.expect_download() as download:
            page.locator(f"export-menu button[data-format={form}]").click()
        assert download.value.suggested_filename == f"wind.{MODEL}.{form}"
        download.value.save_as(tmp_path / f"trace.{form}")
        of_the_page = content(form, (tmp_path / f"trace.{form}").read_bytes())
        assert of_the_page == content(form, by_the_api(server, table, form)), form

        code = reading(form)
        assert len([line for line in code.splitlines() if line]) == 3
        found: dict[str, object] = {}
        exec(code, found)
        gate = np.array(found["forget_gate"], np.float32)
        np.testing.assert_array_equal(gate, expected if gate.ndim == 2 else expected[:, 0], err_msg=form)

    command = ["trace", MODEL, "--file", table.name, "--columns", "1", "--gaps", "hold", "--out", "own.json"]
    assert CliRunner().invoke(application, command).exit_code == 0
    assert Path("own.json").read_bytes() == Path("trace.json").read_bytes()
    values = json.loads(Path("own.json").read_text())["arrays"]["values"]
    assert values[7] == values[6]
    named = json.loads(Path("own.json").read_text())
    assert (named["features"], named["outputs"]) == (["Wind (m/s)"], ["Wind (m/s)"])
    assert named["labels"][:2] == ["01.01.2024", "02.01.2024"] and len(named["labels"]) == STEPS
