"""Rules of the code base: dependencies between its parts, the length of files, and words that no file may hold."""

import ast
import re
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.recurrent import CELLS

ROOT = Path(__file__).parent.parent
FOLDERS = ("app", "benchmarks", "docs", "models", "static", "templates", "tests", ".ci")
WRITTEN = {".css", ".html", ".js", ".md", ".py", ".svg", ".toml", ".txt", ".json", ".csv", ""}
LONGEST = 400  # lines of a module; most are near 140

# Each part of app/ and the parts that it may import, besides itself. Parts not listed here may import everything.
MAY_IMPORT: dict[str, set[str]] = {
    "recurrent": set(),
    "names": set(),
    "buffers": set(),
    "errors": set(),
    "settings": set(),
    "progress": set(),
    "output": {"errors"},
    "analysis": set(),
    "serving": {"settings", "web"},
    "sequences": {"errors"},
    "networks": {"errors", "recurrent", "sequences"},
    "zoo": {"errors", "networks", "recurrent", "sequences"},
    "export": {"buffers", "errors", "networks", "recurrent", "sequences"},
    "training": {"analysis", "errors", "networks", "recurrent", "sequences", "zoo"},
    "web": {
        "analysis",
        "buffers",
        "errors",
        "export",
        "networks",
        "recurrent",
        "sequences",
        "settings",
        "training",
        "zoo",
    },
}


def text_files() -> Iterator[Path]:
    """Every file that a person has written, found without asking git."""
    inside = (path for folder in FOLDERS for path in (ROOT / folder).rglob("*"))
    for path in (*ROOT.iterdir(), *inside):
        hidden = {"__pycache__", "node_modules"} & set(path.parts)
        if path.is_file() and path.suffix in WRITTEN and not hidden and path.name != ".git":
            yield path


def modules() -> list[Path]:
    return sorted((ROOT / "app").rglob("*.py"))


def imports(module: Path) -> Iterator[str]:
    """The dotted names that a module of app/ imports, anywhere in it."""
    package = module.relative_to(ROOT).parent.parts
    for node in ast.walk(ast.parse(module.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            above = package[: len(package) - node.level + 1] if node.level else ()
            origin = ".".join((*above, *([node.module] if node.module else ())))
            yield origin
            if origin == "app":
                yield from (f"app.{alias.name}" for alias in node.names)


@pytest.mark.parametrize("module", modules(), ids=lambda path: str(path.relative_to(ROOT)))
def test_dependencies_point_one_way(module: Path) -> None:
    part = module.relative_to(ROOT / "app").parts[0].removesuffix(".py")
    if part not in MAY_IMPORT:
        return
    parts = {name.split(".")[1] for name in imports(module) if name.startswith("app.")}
    assert parts - {part} <= MAY_IMPORT[part]


@pytest.mark.parametrize("part", MAY_IMPORT)
def test_every_part_with_a_rule_exists(part: str) -> None:
    assert (ROOT / "app" / part).is_dir() or (ROOT / "app" / f"{part}.py").is_file()


def test_the_heart_imports_only_torch() -> None:
    known = set(sys.stdlib_module_names) | {"torch", "app"}
    for module in (ROOT / "app" / "recurrent").glob("*.py"):
        assert {name.split(".")[0] for name in imports(module)} <= known, module.name


def test_nothing_is_unpickled() -> None:
    for module in modules():
        assert not {"pickle", "joblib", "shelve"} & set(imports(module)), module
        text = module.read_text()
        assert "torch.load(" not in text or "weights_only=True" in text, module
        assert "allow_pickle=True" not in text, module


def test_no_file_is_too_long_to_be_read() -> None:
    read = [path for path in text_files() if path.suffix in {".py", ".js", ".css", ".html"}]
    too_long = {str(path.relative_to(ROOT)): len(path.read_text().splitlines()) for path in read}
    assert {name: lines for name, lines in too_long.items() if lines > LONGEST} == {}


def test_no_module_is_called_utils_or_helpers() -> None:
    drawers = {"utils", "util", "helpers", "helper", "misc", "common"}
    assert [path for path in text_files() if path.stem in drawers] == []


def test_no_file_names_a_package_registry_or_a_machine() -> None:
    registry = "|".join(("pypi" + r"\.org", "python" + r"hosted\.org", "npm" + r"js\.(org|com)"))
    network = "|".join(("jsdelivr" + r"\.net", "unpkg" + r"\.com", "cdnjs" + r"\.", "googleapis" + r"\.com"))
    home = r"(?<![\w.\-/])/(home|root|work|Users)/\w"
    named = {
        str(path.relative_to(ROOT)): found[0]
        for path in text_files()
        if (found := re.search(f"{registry}|{network}|{home}", path.read_text(errors="replace")))
    }
    assert named == {}


def test_only_the_readme_and_the_dockerfile_name_another_index() -> None:
    named = {
        path.name for path in text_files() if "download." + "pytorch.org" in path.read_text(errors="replace")
    }
    assert named <= {"README.md", "Dockerfile"}


def signal_names() -> set[str]:
    """Names that only a signal has: `candidate` is also a word."""
    names = {signal.name for cell in CELLS.values() for signal in cell.signals if "_" in signal.name}
    assert {"hidden_state", "cell_state"} <= names
    return names


def test_no_script_names_the_signals_of_a_cell() -> None:
    """The cell's description says which signals are its states, and which one is its output."""
    names = signal_names()
    named = {
        f"{path.relative_to(ROOT)}: {name}"
        for path in (ROOT / "static" / "js").rglob("*.js")
        for name in re.findall(r"\w+", re.sub(r"/\*.*?\*/|//[^\n]*", "", path.read_text(), flags=re.DOTALL))
        if name in names
    }
    assert named == set()


def spoken(module: Path) -> Iterator[str]:
    """The names in a module's code, and the words of its strings; sentences for people are left out."""
    for node in ast.walk(ast.parse(module.read_text())):
        for field in ("id", "attr", "arg", "name"):
            if isinstance(name := getattr(node, field, None), str):
                yield name
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and " " not in node.value.strip():
            yield from re.findall(r"\w+", node.value)


def test_no_python_outside_the_heart_names_the_signals_of_a_cell() -> None:
    names = signal_names()
    heart = ROOT / "app" / "recurrent"
    named = {
        f"{module.relative_to(ROOT)}: {name}"
        for module in modules()
        if heart not in module.parents
        for name in spoken(module)
        if name in names
    }
    assert named == set()


def test_the_parts_of_a_page_know_only_their_own_element() -> None:
    """The document as a whole belongs to the page: its script, and the room page/."""
    scripts = ROOT / "static" / "js"
    reaching = re.compile(
        r"\bdocument\b(?!\.(?:create|importNode|head\.append))|\b(?:local|session)Storage\b"
    )
    found = {
        f"{path.relative_to(scripts)}: {match[0]}"
        for path in scripts.rglob("*.js")
        if path.parent != scripts and path.parent.name != "page"
        for match in reaching.finditer(re.sub(r"/\*.*?\*/|//[^\n]*", "", path.read_text(), flags=re.DOTALL))
    }
    assert found == set()


def requirements() -> list[str]:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    return [*project["dependencies"], *project["optional-dependencies"]["dev"]]


def test_every_requirement_is_a_range_with_one_tested_version() -> None:
    constraints = [
        line for line in (ROOT / "constraints.txt").read_text().splitlines() if line[:1] not in "#"
    ]
    assert all(re.fullmatch(r"[A-Za-z0-9_.-]+==[0-9][\w.]*", line) for line in constraints)
    pinned = {re.sub("[-_.]+", "-", line.split("==")[0]).lower() for line in constraints}
    for requirement in requirements():
        name, _, version = re.sub(r"\[.*?\]", "", requirement).partition(">=")
        assert version, f"{requirement} must be a range"
        assert re.sub("[-_.]+", "-", name).lower() in pinned, (
            f"{requirement} must be pinned in constraints.txt"
        )
