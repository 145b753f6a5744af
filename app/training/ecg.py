"""Five minutes of an electrocardiogram (MIT-BIH Arrhythmia Database, record 208), never used in training."""

from __future__ import annotations

from pathlib import Path

import polars as pl

from ..errors import BadInput
from .data_folder import VARIABLE, data_folder
from .made_series import Series

HERTZ = 360
"""Samples per second."""

FILE = "ecg_mV_360Hz.csv"


def read_ecg(folder: Path | None = None) -> Series:
    """Read `ecg_mV_360Hz.csv`: a header, then a sample per line, in mV. Raises `BadInput`."""
    path = (folder or data_folder("ecg-mitbih-208")) / FILE
    try:
        samples: Series = pl.read_csv(path).to_series().cast(pl.Float64).to_numpy()
    except (OSError, pl.exceptions.PolarsError) as error:
        raise BadInput(
            f"the electrocardiogram cannot be read: {error}",
            where=str(path),
            expected=f"a column of mV at {HERTZ} Hz; {VARIABLE} names the folder of ecg-mitbih-208",
        ) from None
    return samples
