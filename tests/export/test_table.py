from pathlib import Path

import numpy as np
import polars as pl
import pytest

from app.export import FORMATS, spooled, table
from app.zoo import Zoo
from tests.export.runs import make_run


def test_the_long_form_is_ordered_and_complete(
    zoo: Zoo, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(table, "BLOCK_STEPS", 7)
    run = make_run(zoo, signals=["cell_state", "forget_gate.pre"], layers=[1])
    signals = run.header()["signals"]
    with spooled(run) as trace:
        FORMATS["parquet"].write(trace, tmp_path / "a.parquet")
        expected = {name: np.array(array) for name, array in trace.arrays.items()}
    read = pl.read_parquet(tmp_path / "a.parquet")
    assert read.columns == ["step", "layer", "direction", "unit", *signals]
    assert read.select("step", "layer", "unit").rows() == [
        (step, 1, unit) for step in range(20) for _ in range(2) for unit in range(3)
    ]
    for step, layer, direction, unit, value in read.select(
        "step", "layer", "direction", "unit", "cell_state"
    ).rows():
        assert value == expected[f"layers.{layer}.{direction}.cell_state"][step, unit]
