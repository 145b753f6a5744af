"""The package has one name when installed and two in a clone, and no module is ever loaded twice."""

import subprocess
import sys
from pathlib import Path

import pytest

import app
from app import recurrent

ROOT = Path(__file__).parent.parent
BOTH = ("import app.sequences.limits", "import gatescope.sequences.limits")


def run(code: str, cwd: Path = ROOT) -> str:
    """The output of a fresh Python that can import the clone as `app`, or the installed package."""
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=cwd, capture_output=True, text=True, check=False, timeout=300
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


@pytest.mark.parametrize("imports", [BOTH, BOTH[::-1]], ids=["app first", "gatescope first"])
def test_both_names_lead_to_the_same_modules(imports: tuple[str, str]) -> None:
    code = f"""
import sys
{"; ".join(imports)}
assert app is gatescope
assert sys.modules["app.sequences.limits"] is sys.modules["gatescope.sequences.limits"]
import gatescope.recurrent.trace, app.recurrent.trace, gatescope.errors, app.errors
from app import settings
from gatescope import settings as installed
assert settings is installed
assert gatescope.recurrent.trace is app.recurrent.trace
assert sys.modules["app.errors"] is sys.modules["gatescope.errors"]

by_file = {{}}
for name, module in list(sys.modules.items()):
    if name.partition(".")[0] in ("app", "gatescope"):
        by_file.setdefault(module.__file__, set()).add(id(module))
        assert module.__spec__.name == module.__name__ and module.__spec__.origin == module.__file__, name
assert len(by_file) > 10
assert all(len(modules) == 1 for modules in by_file.values())
"""
    assert run(code) == ""


@pytest.mark.parametrize(("made", "checked"), [("app", "gatescope"), ("gatescope", "app")])
def test_a_class_is_the_same_under_both_names(made: str, checked: str) -> None:
    code = f"""
import torch
from {made}.recurrent import capture, CaptureError
from {checked}.recurrent import Trace
from {checked}.errors import BadInput
lstm = torch.nn.LSTM(2, 3)
assert isinstance(capture(lstm, torch.zeros(4, 2)), Trace)
try:
    capture(lstm, torch.zeros(4, 5))
except __import__("{checked}").CaptureError as error:
    print(error)
"""
    assert run(code) == "expected x with 2 features, but got (4, 5)"


@pytest.mark.parametrize("name", ["app", "gatescope"])
def test_a_missing_module_is_reported_under_the_requested_name(name: str) -> None:
    other = "app" if name == "gatescope" else "gatescope"
    code = f"""
import {other}
try:
    import {name}.nothing
except ModuleNotFoundError as error:
    print(error.name)
"""
    assert run(code) == f"{name}.nothing"


@pytest.mark.parametrize("imports", ["import gatescope, app", "import app, gatescope"])
@pytest.mark.parametrize("own", ["app.py", "app/__init__.py"])
def test_a_users_own_app_is_not_touched(tmp_path: Path, own: str, imports: str) -> None:
    for name, text in ((own, "mine = True"), ("app/errors.py", "animals = 3")):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text)
    code = f"""
{imports}
import gatescope.errors
assert app.mine and app is not gatescope
assert "animals" not in vars(gatescope.errors)
if {own != "app.py"}:
    from app.errors import animals
    assert animals == 3
print(gatescope.errors.BadInput.__module__)
"""
    assert run(code, cwd=tmp_path) == "gatescope.errors"


@pytest.mark.parametrize("name", ["app", "gatescope"])
def test_importing_it_loads_nothing_heavy_until_a_name_is_used(name: str) -> None:
    code = f"""
import sys
import {name}, {name}.cli
assert "capture" in dir({name}) and {name}.__version__
print(*(heavy for heavy in ("torch", "numpy", "fastapi", "polars") if heavy in sys.modules))
from {name} import *
assert Tracer and "torch" in sys.modules
"""
    assert run(code) == ""


def test_the_public_names_are_those_of_the_heart() -> None:
    assert set(app.__all__) == {*recurrent.__all__, "__version__"}
    for name in recurrent.__all__:
        assert getattr(app, name) is getattr(recurrent, name)


def test_an_unknown_name_is_refused() -> None:
    with pytest.raises(AttributeError, match=r"module '(app|gatescope)' has no attribute 'nothing'"):
        app.nothing  # type: ignore[attr-defined] # noqa: B018
