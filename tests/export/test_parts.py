"""Files of a model of two parts."""

import json
from itertools import repeat
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from safetensors import safe_open

from app.export import FORMATS, spool, spooled, table
from app.networks.run import Run, RunChunk
from app.sequences import NumericSequence
from tests.networks.two_parts import TwoParts

NUMBERS = NumericSequence(np.arange(8, dtype=np.float64).reshape(4, 2) / 8)


@pytest.fixture(autouse=True)
def _small_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(spool, "BLOCK_STEPS", 3)
    monkeypatch.setattr(table, "BLOCK_STEPS", 2)


def chunks() -> list[RunChunk]:
    return list(Run(TwoParts(), NUMBERS).chunks(repeat(100)))


def test_each_part_has_its_own_steps_and_tokens(tmp_path: Path) -> None:
    done: list[int] = []
    with spooled(Run(TwoParts(), NUMBERS), done.append) as trace:
        assert trace.steps == 9
        FORMATS["safetensors"].write(trace, tmp_path / "a.safetensors")
        for chunk in chunks():
            for name, array in (chunk.arrays | chunk.initial).items():
                np.testing.assert_allclose(trace.arrays[name], array, atol=1e-6)
    assert [steps for steps in done if steps] == [3, 4, 7, 9]  # 0 while a backward layer reads ahead
    with safe_open(tmp_path / "a.safetensors", "np") as file:
        metadata = {name: json.loads(value) for name, value in file.metadata().items()}
    encoder, decoder = metadata["parts"]["encoder"], metadata["parts"]["decoder"]
    assert (decoder["start"], decoder["steps"]) == (0, 5)
    assert [token["text"] for token in decoder["tokens"]] == ["0!", "1!", "2!", "3!", "4!"]
    assert encoder == {name: metadata[name] for name in ("tokens", "start", "steps")}
    assert [token["text"] for token in encoder["tokens"]] == ["0", "1", "2", "3"]


@pytest.mark.parametrize("form", ["csv", "parquet"])
def test_the_table_has_a_column_for_the_part(tmp_path: Path, form: str) -> None:
    path = tmp_path / f"a.{form}"
    with spooled(Run(TwoParts(), NUMBERS, signals=["cell_state"])) as trace:
        FORMATS[form].write(trace, path)
    read = pl.read_csv(path) if form == "csv" else pl.read_parquet(path)
    assert read.columns == ["part", "step", "layer", "direction", "unit", "cell_state"]
    assert read.height == 4 * 2 * 3 + 5 * 6
    for chunk in chunks():
        for direction in ("forward", "backward"):
            expected = chunk.arrays.get(f"{chunk.part}.layers.0.{direction}.cell_state")
            rows = read.filter(part=chunk.part, direction=direction).sort("step", "unit")
            values = np.empty(0) if expected is None else expected.ravel()
            np.testing.assert_allclose(rows["cell_state"].to_numpy(), values, atol=1e-6)


def test_a_stretch_may_be_in_the_second_part_only() -> None:
    with spooled(Run(TwoParts(), NUMBERS, from_step=5, stop_step=7)) as trace:
        assert trace.metadata.keys() >= {"tokens", "start", "steps"}
        (stretch,) = trace.parts.values()
        assert (stretch.start, stretch.steps) == (1, 2)
        assert [token["text"] for token in stretch.tokens] == ["1!", "2!"]
