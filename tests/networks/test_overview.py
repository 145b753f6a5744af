"""Runs at a resolution, and runs that keep their states, against runs of every step."""

from itertools import repeat
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.errors import BadInput
from app.networks.run import Run
from app.networks.states import named
from app.networks.writer import Generate
from tests.networks.models import small_model
from tests.networks.runs import STEPS, TEXT, assert_close, everything
from tests.networks.translators import small_translator


def bins_of(values: np.ndarray[Any, Any], resolution: int) -> dict[str, Any]:
    parts = [
        values[edge : edge + resolution].astype(np.float64) for edge in range(0, len(values), resolution)
    ]
    return {
        "least": [part.min(0) for part in parts],
        "greatest": [part.max(0) for part in parts],
        "mean": [part.mean(0) for part in parts],
    }


@given(
    cell=st.sampled_from(["lstm", "gru"]),
    both=st.booleans(),
    resolution=st.integers(1, STEPS + 3),
    sizes=st.lists(st.integers(1, 9), min_size=1),
    bounds=st.tuples(st.integers(0, 4), st.integers(0, STEPS)),
    block=st.sampled_from([1, 3, 1024]),
)
def test_the_bins_are_those_of_every_step(
    cell: str, both: bool, resolution: int, sizes: list[int], bounds: tuple[int, int], block: int
) -> None:
    model = small_model(cell=cell, layers=2, bidirectional=both)
    stop = bounds[1]
    start = min(bounds[0] * resolution, stop // resolution * resolution)
    signals = ["hidden_state"]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("app.networks.part.Part.block", block)
        run = Run(model, TEXT, from_step=start, stop_step=stop, resolution=resolution, signals=signals)
        chunks = list(run.chunks([*sizes, *repeat(5, STEPS)]))
    expected = everything(Run(model, TEXT, signals=signals))
    assert [chunk.start for chunk in chunks] == [start, *(chunk.stop for chunk in chunks)][: len(chunks)]
    assert all(chunk.stop % resolution == 0 for chunk in chunks[:-1])
    assert (chunks[-1].stop if chunks else start) == stop
    for name in (name for name in expected if name.startswith("layers.")):
        for kind, values in bins_of(expected[name][start:stop], resolution).items():
            found = [chunk.arrays[f"{name}.{kind}"] for chunk in chunks]
            if found:
                assert_close(np.concatenate(found), np.array(values))
    assert {name.split(".")[0] for chunk in chunks for name in chunk.arrays} <= {"layers"}
    assert run.agreement.agrees


def test_a_chunk_has_no_more_steps_than_its_size_unless_a_bin_has() -> None:
    run = Run(small_model(), TEXT, resolution=4)
    assert [chunk.stop for chunk in run.chunks([1, 9, 3, 4, 8])] == [4, 12, 16, 20, STEPS]


def test_within_a_long_bin_the_run_makes_way(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.networks.part.Part.block", 10)
    for both in (False, True):
        run = Run(small_model(bidirectional=both), TEXT, resolution=1_000)
        pieces = list(run.pieces(repeat(16)))
        blocks = -(-STEPS // 10) * (1 + both)
        assert [piece is None for piece in pieces] == [True] * (blocks - (not both)) + [False]


@given(step=st.integers(1, STEPS - 1), layers=st.integers(1, 2), resolution=st.sampled_from([None, 3]))
def test_a_run_continues_from_the_states_of_a_chunk(step: int, layers: int, resolution: int | None) -> None:
    model = small_model(layers=layers)
    kept = Run(model, TEXT, keep_states=True, resolution=resolution, layers=[0])
    chunk = next(chunk for chunk in kept.chunks(repeat(4)) if chunk.stop >= min(step, STEPS - 1))
    states = named(model, chunk.states)
    whole = everything(Run(model, TEXT))
    rest = list(Run(model, TEXT, from_step=chunk.stop, states=states).chunks(repeat(50)))
    for name in whole:
        if rest:
            assert_close(np.concatenate([part.arrays[name] for part in rest]), whole[name][chunk.stop :])


def test_states_are_only_kept_on_request() -> None:
    assert not any(chunk.states for chunk in Run(small_model(), TEXT).chunks(repeat(9)))


@pytest.mark.parametrize(
    ("asked", "where"),
    [
        ({"resolution": 0}, "resolution"),
        ({"resolution": 3, "from_step": 4}, "from_step"),
        ({"resolution": 3, "generate": Generate(steps=5)}, "resolution"),
    ],
)
def test_runs_that_cannot_have_bins_are_refused(asked: dict[str, Any], where: str) -> None:
    with pytest.raises(BadInput) as caught:
        Run(small_model(), TEXT, **asked)
    assert caught.value.where == where
    assert caught.value.expected


def test_models_that_cannot_begin_in_the_middle_keep_no_states() -> None:
    with pytest.raises(BadInput, match="also reads backward"):
        Run(small_model(bidirectional=True), TEXT, keep_states=True)
    asked: list[dict[str, Any]] = [{"keep_states": True}, {"resolution": 2}]
    for more in asked:
        with pytest.raises(BadInput, match="several parts"):
            Run(small_translator(), TEXT, **more)
