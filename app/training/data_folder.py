"""Where the training files are. They are read in place, without making a copy."""

from __future__ import annotations

import os
from pathlib import Path

VARIABLE = "GATESCOPE_DATA"
"""The environment variable that names the folder."""

DEFAULT = Path("../shared/data")


def data_folder(name: str) -> Path:
    """Return a data set's folder, inside the folder that `GATESCOPE_DATA` names, or inside ../shared/data."""
    return Path(os.environ.get(VARIABLE, DEFAULT)) / name
