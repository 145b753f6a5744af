import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from safetensors import safe_open
from safetensors.numpy import load

from app import export
from app.errors import EmptySequence, UnsupportedFormat
from app.export import FORMATS, WholeTrace, encode_chunk, file_format, spooled
from app.networks.codecs import Token
from app.networks.run import Run, RunChunk
from app.networks.writer import Generate
from app.sequences import TextSequence
from app.zoo import Zoo
from tests.web.models import make_models


@pytest.fixture(scope="module")
def zoo(tmp_path_factory: pytest.TempPathFactory) -> Zoo:
    directory = tmp_path_factory.mktemp("models")
    make_models(directory)
    return Zoo(directory)


def make_run(zoo: Zoo, model: str = "both", text: str = "the quick brown fox", **options: Any) -> Run:
    return Run(zoo.get(model), TextSequence(text), **options)


def chunk_of(arrays: dict[str, np.ndarray[Any, Any]], tokens: list[Token]) -> RunChunk:
    steps = len(next(iter(arrays.values())))
    return RunChunk(start=3, stop=3 + steps, arrays=arrays, parity=1e-7, tokens=tokens)


@given(st.integers(0, 20), st.integers(1, 9), st.text(max_size=9))
def test_a_chunk_survives_the_wire_and_is_aligned(steps: int, units: int, text: str) -> None:
    whole = np.random.default_rng(1).standard_normal((steps, 2 * units)).astype(np.float32)
    arrays: dict[str, np.ndarray[Any, Any]] = {
        "token_ids": np.arange(steps, dtype=np.int32),
        "layers.0.forward.cell_state": whole[:, ::2],  # not contiguous, as a capture's views are
        "prediction.actual": np.full(steps, np.nan, np.float32),
    }
    tokens = [Token(character, 0, 1) for character in text]
    data = encode_chunk(chunk_of(arrays, tokens))
    assert (8 + int.from_bytes(data[:8], "little")) % 8 == 0
    for name, array in load(data).items():
        np.testing.assert_array_equal(array, arrays[name])
        assert array.dtype == arrays[name].dtype
    metadata = json.loads(data[8 : 8 + int.from_bytes(data[:8], "little")])["__metadata__"]
    assert json.loads(metadata.pop("tokens")) == [token.as_dict() for token in tokens]
    assert metadata == {"part": "sequence", "start": "3", "stop": str(3 + steps), "parity": "1e-07"}


def test_a_spooled_trace_is_its_chunks_joined(zoo: Zoo, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(export, "BLOCK_STEPS", 4)
    chunks = list(make_run(zoo).chunks([100]))
    told: list[int] = []
    with spooled(make_run(zoo), told.append) as trace:
        assert (trace.start, trace.steps, len(trace.tokens)) == (0, 20, 20)
        assert trace.parity == pytest.approx(chunks[0].parity, abs=1e-6)
        assert trace.arrays.keys() == chunks[0].arrays.keys()
        for name, array in trace.arrays.items():
            np.testing.assert_allclose(array, chunks[0].arrays[name], rtol=1e-5, atol=1e-6)
    assert told == [4, 8, 12, 16, 20]


def test_a_part_of_a_run_keeps_its_steps_and_tokens(zoo: Zoo, tmp_path: Path) -> None:
    run = make_run(zoo, from_step=5, stop_step=8)
    with spooled(run) as trace:
        assert (trace.start, trace.steps) == (5, 3)
        assert [token["text"] for token in trace.tokens] == list("the quick"[4:7])
        FORMATS["csv"].write(trace, tmp_path / "a.csv")
    assert pl.read_csv(tmp_path / "a.csv")["step"].unique().sort().to_list() == [5, 6, 7]


def test_written_tokens_are_kept(zoo: Zoo) -> None:
    with spooled(make_run(zoo, "small", "ab", generate=Generate(10, 1.0, 3))) as trace:
        assert len(trace.tokens) == trace.steps == 13


def test_nothing_to_write_is_a_problem(zoo: Zoo) -> None:
    with pytest.raises(EmptySequence), spooled(make_run(zoo, from_step=20)):
        pass


def test_the_long_form_is_ordered_and_complete(
    zoo: Zoo, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(export, "BLOCK_STEPS", 7)
    run = make_run(zoo, signals=["cell_state", "forget_gate.pre"], layers=[1])
    signals = run.header()["signals"]
    with spooled(run) as trace:
        FORMATS["parquet"].write(trace, tmp_path / "a.parquet")
        expected = {name: np.array(array) for name, array in trace.arrays.items()}
    table = pl.read_parquet(tmp_path / "a.parquet")
    assert table.columns == ["step", "layer", "direction", "unit", *signals]
    assert table.select("step", "layer", "unit").rows() == [
        (step, 1, unit) for step in range(20) for _ in range(2) for unit in range(3)
    ]
    for step, layer, direction, unit, value in table.select(
        "step", "layer", "direction", "unit", "cell_state"
    ).rows():
        assert value == expected[f"layers.{layer}.{direction}.cell_state"][step, unit]


FLOATS = st.lists(st.floats(width=32), min_size=1, max_size=8)


@given(FLOATS)
def test_json_numbers_round_trip(tmp_path_factory: pytest.TempPathFactory, numbers: list[float]) -> None:
    values = np.array(numbers, np.float32)
    trace = WholeTrace("m", [], 0, len(values), 0.0, {"a": values, "b": values[:, np.newaxis]})
    path = tmp_path_factory.mktemp("json") / "a.json"
    FORMATS["json"].write(trace, path)

    def refuse(constant: str) -> Iterator[None]:
        raise AssertionError(f"{constant} is no JSON")

    document = json.loads(path.read_text(), parse_constant=refuse)
    expected = [float(value) if np.isfinite(value) else None for value in values]
    read = [None if value is None else float(np.float32(value)) for value in document["arrays"]["a"]]
    assert read == expected
    assert document["arrays"]["b"] == [[value] for value in document["arrays"]["a"]]


def test_the_files_read_back_with_their_own_libraries(zoo: Zoo, tmp_path: Path) -> None:
    with spooled(make_run(zoo)) as trace:
        for name in ("safetensors", "npz"):
            FORMATS[name].write(trace, tmp_path / f"a.{name}")
        with safe_open(tmp_path / "a.safetensors", "np") as file:
            assert file.metadata() == trace.metadata
        with np.load(tmp_path / "a.npz", allow_pickle=False) as archive:
            assert set(archive.files) == {*trace.arrays, *trace.metadata}
            assert json.loads(str(archive["tokens"])) == trace.tokens


def test_another_format_is_refused_with_those_there_are() -> None:
    with pytest.raises(UnsupportedFormat, match="safetensors, npz, csv, parquet, json"):
        file_format("xlsx")
