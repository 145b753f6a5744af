"""The documentation is complete, its links work, and its examples run."""

import contextlib
import io
import json
import re
from pathlib import Path

import pytest
import typer
from jinja2 import Environment, FileSystemLoader

import app
from app.cli import application
from app.recurrent import CELLS, CellDescription, Signal, workspace
from app.settings import Settings
from app.training import data_folder

ROOT = Path(__file__).parent.parent
DOCS = ROOT / "docs"
PAGES = sorted([*ROOT.glob("*.md"), *DOCS.glob("*.md"), *ROOT.glob("models/*/README.md")])


def name(page: Path) -> str:
    return str(page.relative_to(ROOT))


def headings(page: Path) -> set[str]:
    """The fragments under which a page's headings can be reached."""
    outside_code = re.sub(r"^```.*?^```", "", page.read_text(), flags=re.MULTILINE | re.DOTALL)
    titles = re.findall(r"^#+ (.*)$", outside_code, re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", title).strip().lower().replace(" ", "-") for title in titles}


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_links_lead_somewhere(page: Path) -> None:
    for target in re.findall(r"\]\(([^)\s]+)\)", page.read_text()):
        if re.match(r"[a-z]+:", target):
            continue
        path, _, fragment = target.partition("#")
        there = (page.parent / path).resolve() if path else page
        assert there.exists(), f"{target} in {name(page)}"
        assert not fragment or fragment in headings(there), f"{target} in {name(page)}"


EXAMPLE = re.compile(
    r"^(?P<indent> *)```python\n(?P<code>.*?)^ *```\n(?:\n *```text\n(?P<shown>.*?)^ *```)?",
    re.MULTILINE | re.DOTALL,
)


@pytest.mark.parametrize("page", [page for page in PAGES if EXAMPLE.search(page.read_text())], ids=name)
def test_examples_run_and_print_what_the_page_shows(page: Path) -> None:
    namespace: dict[str, object] = {"__name__": "example"}
    for example in EXAMPLE.finditer(page.read_text()):
        code = re.sub(f"^{example['indent']}", "", example["code"], flags=re.MULTILINE)
        printed = io.StringIO()
        with contextlib.redirect_stdout(printed):
            exec(compile(code, name(page), "exec"), namespace)
        assert printed.getvalue() == (example["shown"] or ""), code


def test_the_public_names_are_documented_and_no_others() -> None:
    section = (DOCS / "python.md").read_text().partition("\n## The public names\n")[2].partition("\n## ")[0]
    rows = re.findall(r"^\| (`.*?`) \|", section, re.MULTILINE)
    assert sorted(re.findall(r"`(\w+)`", " ".join(rows))) == sorted(app.__all__)


def as_row(signal: Signal) -> str:
    if signal.low is None or signal.high is None:
        reach = "unbounded"
    else:
        reach = f"{signal.low:g} to {signal.high:g}".replace("-", "−")
    return f"| `{signal.name}` | {signal.symbol} | {reach} | {signal.meaning} |"


@pytest.mark.parametrize("cell", CELLS.values(), ids=lambda cell: cell.kind)
def test_a_cell_is_documented_as_it_is_described(cell: CellDescription) -> None:
    text = (DOCS / "cells.md").read_text()
    section = text.partition(f"\n## {cell.title} (`{cell.kind}`)\n")[2].partition("\n## ")[0]
    table = "\n".join(as_row(signal) for signal in cell.signals)
    equations = "\n".join(equation.text for equation in cell.equations)
    phases = "\n".join(
        f"{k}. **{phase.title}**: {phase.meaning}" for k, phase in enumerate(cell.phases, start=1)
    )
    for part in (table, equations, phases, *cell.pre_names):
        assert part in section


def as_default(value: object) -> str:
    """A setting's default as the documentation writes it."""
    if value in ("", []):
        return "none"
    if isinstance(value, list | str):
        return f"`{value if isinstance(value, str) else ','.join(value)}`"
    assert isinstance(value, int | float)
    return f"{value:,}" if value > 9999 else f"{value:g}"


@pytest.mark.parametrize("setting", Settings.model_fields)
def test_every_setting_is_documented_with_its_default_and_meaning(setting: str) -> None:
    text = (DOCS / "serving.md").read_text()
    (row,) = re.findall(rf"^\| `GATESCOPE_{setting.upper()}` \| (.*?) \| (.*) \|$", text, re.MULTILINE)
    field = Settings.model_fields[setting]
    assert field.default_factory or row[0] == as_default(field.default)
    assert row[1].replace("`", "") == field.description


def test_no_setting_is_documented_that_does_not_exist() -> None:
    named = {found for page in PAGES for found in re.findall(r"GATESCOPE_[A-Z_]+", page.read_text())}
    of_the_server = {f"GATESCOPE_{setting.upper()}" for setting in Settings.model_fields}
    assert named <= of_the_server | {data_folder.VARIABLE, workspace.VARIABLE}


def test_every_command_of_make_is_documented() -> None:
    text = (ROOT / "CONTRIBUTING.md").read_text()
    for command in re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE):
        assert command == "help" or f"make {command}" in text


COMMANDS = typer.main.get_group(application).commands


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_is_documented_with_every_option(command: str) -> None:
    section = (
        (DOCS / "command-line.md")
        .read_text()
        .partition(f"\n## gatescope {command}\n")[2]
        .partition("\n## ")[0]
    )
    documented = set(re.findall(r"^\| `(--[a-z-]+)", section, re.MULTILINE))
    assert documented == {
        name for option in COMMANDS[command].params for name in option.opts if name.startswith("--")
    }


def test_every_control_that_a_link_can_hide_is_documented() -> None:
    templates = "".join(path.read_text() for path in (ROOT / "templates").rglob("*.html"))
    section = (DOCS / "guide.md").read_text().partition("\n## In class\n")[2].partition("\n## ")[0]
    documented = set(re.findall(r"`([a-z]+)`", section))
    assert set(re.findall(r'data-control="([a-z]+)"', templates)) <= documented


def test_the_docs_and_the_pages_share_one_glossary() -> None:
    words = json.loads((ROOT / "templates" / "partials" / "glossary.json").read_text())
    rows = [f"| {word} | {meaning} |" for word, meaning in words.values()]
    assert (DOCS / "glossary.md").read_text().splitlines()[6:] == rows
    templates = "".join(path.read_text() for path in (ROOT / "templates").rglob("*.html"))
    assert {name for name in words if f'"{name}"' in templates} >= words.keys() - {
        "step",
        "held-out",
        "parity",
    }


def test_every_key_is_documented() -> None:
    templates = Environment(loader=FileSystemLoader(ROOT / "templates"), autoescape=True)
    dialog = templates.get_template("partials/keys.html").render(page="explore")
    meanings = re.findall(r"<dd>(.*?)</dd>", dialog)
    assert meanings
    for meaning in meanings:
        assert f"| {meaning} |" in (DOCS / "guide.md").read_text()


def test_every_control_of_playback_is_documented() -> None:
    bar = (ROOT / "templates" / "partials" / "transport.html").read_text()
    section = (DOCS / "guide.md").read_text().partition("\n## Moving through time\n")[2].partition("\n## ")[0]
    text = " ".join(section.split())
    labels = re.findall(r'<(?:button|summary|input)[^>]*aria-label="(.*?)"', bar)
    labels += re.findall(r'data-action="[a-z-]+">([A-Z][a-z ]+)<', bar)
    assert {"Play", "Jump", "Next word", "To here", "Moment"} <= set(labels)
    assert [label for label in labels if f"*{label}*" not in text] == []


@pytest.mark.parametrize("distance", ["Network", "Cell", "Unit"])
def test_every_distance_is_documented(distance: str) -> None:
    assert f"<b>{distance}</b>" in (ROOT / "templates" / "partials" / "network.html").read_text()
    section = (DOCS / "guide.md").read_text().partition("\n## Three distances\n")[2].partition("\n## ")[0]
    assert f"*{distance}*" in section
