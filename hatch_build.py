"""Lets a clone be installed in place as `gatescope`, although its folder is `app`.

Hatchling can rename a folder in a wheel, but not in an editable installation. There, a small module `gatescope` is
installed, which replaces itself by the package in the folder.
"""

from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

STAND_IN = '''"""Gatescope is installed from a clone: the package in its folder replaces this module."""

import sys
from importlib.util import module_from_spec, spec_from_file_location

spec = spec_from_file_location(__name__, {package!r})
sys.modules[__name__] = module_from_spec(spec)
spec.loader.exec_module(sys.modules[__name__])
'''


class InstalledName(BuildHookInterface[Any]):
    """Adds `gatescope.py` to what `pip install --editable` installs; a wheel has the package itself."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        if version == "editable":
            package = Path(self.root, "app", "__init__.py")
            written = Path(self.directory, "gatescope.py")
            written.parent.mkdir(parents=True, exist_ok=True)
            written.write_text(STAND_IN.format(package=str(package)), encoding="utf-8")
            build_data["force_include_editable"][str(written)] = "gatescope.py"
