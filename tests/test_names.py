"""The package has one name when installed and two in a clone, and no module is ever loaded twice."""

import subprocess
import sys
from pathlib import Path

import pytest

import app
from app import recurrent

ROOT = Path(__file__).parent.parent


def run(code: str, cwd: Path = ROOT) -> str:
    """The output of a fresh Python that can import the clone as `app`, or the installed package."""
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=cwd, capture_output=True, text=True, check=False, timeout=300
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


@pytest.mark.parametrize(("first", "second"), [("app", "gatescope"), ("gatescope", "app")])
def test_nothing_heavy_is_loaded_until_a_name_is_used_and_then_both_names_lead_to_it(
    first: str, second: str
) -> None:
    # All in one process: each that loads PyTorch takes seconds.
    code = f"""
import sys
import {first}, {first}.cli
assert "capture" in dir({first}) and {first}.__version__
assert not {{"torch", "numpy", "fastapi", "polars"}} & sys.modules.keys()

import {first}.sequences.limits, {second}.sequences.limits
assert app is gatescope
assert sys.modules["app.sequences.limits"] is sys.modules["gatescope.sequences.limits"]
import {first}.recurrent.trace, {second}.recurrent.trace, {second}.errors, {first}.errors
from {second} import settings
from {first} import settings as the_same
assert settings is the_same
assert gatescope.recurrent.trace is app.recurrent.trace
assert sys.modules["app.errors"] is sys.modules["gatescope.errors"]

from {first} import *
assert Tracer and "torch" in sys.modules

import torch
from {first}.recurrent import capture, CaptureError
from {second}.recurrent import Trace
from {second}.errors import BadInput
lstm = torch.nn.LSTM(2, 3)
assert isinstance(capture(lstm, torch.zeros(4, 2)), Trace)
try:
    capture(lstm, torch.zeros(4, 5))
except {second}.CaptureError as error:
    assert isinstance(error, CaptureError)
    print(error)

by_file = {{}}
for name, module in list(sys.modules.items()):
    if name.partition(".")[0] in ("app", "gatescope"):
        by_file.setdefault(module.__file__, set()).add(id(module))
        assert module.__spec__.name == module.__name__ and module.__spec__.origin == module.__file__, name
assert len(by_file) > 10
assert all(len(modules) == 1 for modules in by_file.values())
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


def test_the_public_names_are_those_of_the_heart() -> None:
    assert set(app.__all__) == {*recurrent.__all__, "__version__"}
    for name in recurrent.__all__:
        assert getattr(app, name) is getattr(recurrent, name)


def test_an_unknown_name_is_refused() -> None:
    with pytest.raises(AttributeError, match=r"module '(app|gatescope)' has no attribute 'nothing'"):
        app.nothing  # type: ignore[attr-defined] # noqa: B018
