"""In a clone the package has two names: `app`, its folder, and `gatescope`. An installed wheel has only `gatescope`.

The name that is imported first is the real one. The other becomes an alias of the same modules, so that a process
never holds two copies of a class.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from importlib import import_module
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec, PathFinder
from importlib.util import find_spec
from pathlib import Path
from types import ModuleType

FOLDER, INSTALLED = "app", "gatescope"


def share(name: str) -> None:
    """Make the package, imported as `name`, available under its other name too; does nothing in an installed wheel."""
    package = sys.modules[name]
    other = INSTALLED if name == FOLDER else FOLDER
    if Path(__file__).parent.name == FOLDER and name in (FOLDER, INSTALLED) and other not in sys.modules:
        sys.meta_path.insert(0, OtherName(package, other))


class OtherName(MetaPathFinder, Loader):
    """Finds the modules of a package under another name; ignores an unrelated package of that name."""

    def __init__(self, package: ModuleType, other: str) -> None:
        self._package = package
        self._other = other

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        top, _, below = fullname.partition(".")
        if top != self._other:
            return None
        if below:
            ours = sys.modules.get(top) is self._package and find_spec(self._real(fullname)) is not None
        else:
            ours = top == INSTALLED or self._is_at(PathFinder.find_spec(top))
        return ModuleSpec(fullname, self) if ours else None

    def exec_module(self, module: ModuleType) -> None:
        # The import system returns the entry of sys.modules; the real module keeps its own __spec__.
        sys.modules[module.__name__] = import_module(self._real(module.__name__))

    def _real(self, name: str) -> str:
        return self._package.__name__ + name.removeprefix(self._other)

    def _is_at(self, spec: ModuleSpec | None) -> bool:
        """Return whether an ordinary import would load this package, rather than a user's own app.py."""
        files = [spec.origin if spec else None, self._package.__file__]
        here, there = (Path(file).resolve() if file else None for file in files)
        return here is not None and here == there
