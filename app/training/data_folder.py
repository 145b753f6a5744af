"""Where the files lie that models are trained on. They are read from there, and no copy is made."""

from __future__ import annotations

import os
from pathlib import Path

VARIABLE = "GATESCOPE_DATA"
"""The environment variable that names the folder."""

DEFAULT = Path("../shared/data")


def data_folder(name: str) -> Path:
    """Return one data set's folder: in the folder that `GATESCOPE_DATA` names, or in ../shared/data."""
    return Path(os.environ.get(VARIABLE, DEFAULT)) / name
