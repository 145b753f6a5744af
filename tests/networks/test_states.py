"""Runs that begin from given states."""

from itertools import repeat
from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from app.errors import BadInput
from app.networks.run import Run
from app.recurrent import capture
from tests.networks.models import small_model
from tests.networks.runs import STEPS, TEXT, assert_close, everything


def states_before(model: Any, step: int) -> dict[str, torch.Tensor]:
    ids = torch.from_numpy(model.codec.encode(TEXT.text)[1])
    final = capture(model.network.recurrent, model.network.embedding(ids[:step])).final
    assert final is not None
    return dict(final)


@given(
    cell=st.sampled_from(["lstm", "gru", "rnn"]),
    layers=st.integers(1, 2),
    step=st.integers(0, STEPS - 1),
    size=st.integers(1, 9),
)
def test_a_run_continues_from_given_states_at_any_step(cell: str, layers: int, step: int, size: int) -> None:
    model = small_model(cell=cell, layers=layers)
    states = states_before(model, step)
    whole = everything(Run(model, TEXT))
    chunks = list(Run(model, TEXT, from_step=step, states=states).chunks(repeat(size)))
    assert [chunk.start for chunk in chunks] == list(range(step, STEPS, size))
    for name in whole:
        assert_close(np.concatenate([chunk.arrays[name] for chunk in chunks]), whole[name][step:])
    expected = {
        f"initial.{layer}.forward.{state}": states[state][layer]
        for layer in range(layers)
        for state in states
        if step
    }
    assert chunks[0].initial.keys() == expected.keys()
    for name, state in expected.items():
        assert_close(chunks[0].initial[name], state)
    assert not any(chunk.initial for chunk in chunks[1:])


def test_states_make_a_difference_in_both_directions() -> None:
    model = small_model(bidirectional=True)
    states = {name: torch.full((2, 5), 0.5) for name in ("hidden_state", "cell_state")}
    x = model.network.embedding(torch.from_numpy(model.codec.encode(TEXT.text)[1]))
    expected, _ = model.network.recurrent(x, (states["hidden_state"], states["cell_state"]))
    arrays = everything(Run(model, TEXT, states=states))
    sides = [arrays[f"layers.0.{side}.hidden_state"] for side in ("forward", "backward")]
    assert_close(np.concatenate(sides, axis=1), expected)


ZEROS = {"hidden_state": torch.zeros(1, 5), "cell_state": torch.zeros(1, 5)}


@pytest.mark.parametrize(
    ("states", "message"),
    [
        ({}, "the states are: none"),
        ({"hidden_state": torch.zeros(1, 5)}, "the states are: hidden_state"),
        (ZEROS | {"forget_gate": torch.zeros(1, 5)}, "expected hidden_state, cell_state"),
        (ZEROS | {"cell_state": torch.zeros(5)}, r"cell_state has the shape \[5\].*expected \[1, 5\]"),
        (ZEROS | {"cell_state": torch.full((1, 5), float("nan"))}, "cell_state holds numbers that are not"),
    ],
)
def test_states_of_another_network_are_refused(states: dict[str, torch.Tensor], message: str) -> None:
    with pytest.raises(BadInput, match=message):
        Run(small_model(), TEXT, states=states)


def test_a_bidirectional_model_cannot_begin_in_the_middle() -> None:
    model = small_model(bidirectional=True)
    states = {name: torch.zeros(2, 5) for name in ZEROS}
    with pytest.raises(BadInput, match="small also reads backward"):
        Run(model, TEXT, from_step=1, states=states)
