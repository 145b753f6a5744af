"""What the page says about a sandbox, against PyTorch itself."""

from typing import Any

import numpy as np
import pytest
import torch

from app.networks.run import Run
from app.networks.sandbox_code import arguments
from app.networks.sandbox_facts import sandbox_facts
from app.networks.tasks.sandbox import Sandbox, SandboxConfig
from app.sequences import BatchSequence, NumericSequence
from tests.networks.runs import everything

CONFIGS: list[dict[str, Any]] = [
    {"cell": "lstm", "num_layers": 2},
    {"cell": "lstm", "num_layers": 2, "bidirectional": True, "initial": "random", "seed": 3},
    {"cell": "gru", "bidirectional": True, "bias": False},
    {"cell": "gru", "num_layers": 3, "initial": "random"},
    {"cell": "rnn", "nonlinearity": "relu", "num_layers": 2, "bidirectional": True},
]


def sandbox(config: dict[str, Any]) -> Sandbox:
    return Sandbox(SandboxConfig(input_size=5, hidden_size=6, **config))


def numbers(*shape: int) -> Any:
    return np.random.default_rng(0).normal(size=shape).round(2)


@pytest.mark.parametrize("config", CONFIGS)
@pytest.mark.parametrize("shape", [(4, 5), (1, 3, 5), (20, 2, 5)])
def test_the_code_gives_the_numbers_of_the_run(config: dict[str, Any], shape: tuple[int, ...]) -> None:
    made, values = sandbox(config), numbers(*shape)
    facts = sandbox_facts(made, values, lambda: None)
    names: dict[str, Any] = {"values": values.tolist()}
    with torch.random.fork_rng():
        exec(facts.code, names)
    whole = [BatchSequence(values), NumericSequence(values)][values.ndim == 2]
    for index in range(shape[1] if values.ndim == 3 else 1):
        trace = everything(Run(made, whole, options={"sequence": index}))
        top, directions = made.config.num_layers - 1, ("forward", "backward")[: made.config.directions]
        halves = [trace[f"layers.{top}.{direction}.hidden_state"] for direction in directions]
        output = names["output"] if values.ndim == 2 else names["output"][:, index]
        np.testing.assert_allclose(output.numpy(), np.concatenate(halves, 1), rtol=1e-5, atol=1e-5)
    assert facts.shapes.output == list(names["output"].shape)
    assert facts.shapes.input == list(names["x"].shape) == list(shape)
    assert facts.shapes.h_n == list(names["h_n"].shape)
    assert facts.shapes.c_n == (list(names["c_n"].shape) if made.config.cell == "lstm" else None)


@pytest.mark.parametrize("config", CONFIGS)
def test_the_loop_over_cells_gives_the_same_numbers_and_is_timed(config: dict[str, Any]) -> None:
    loop = sandbox_facts(sandbox(config), numbers(30, 2, 5), lambda: None).loop
    assert loop.agrees
    assert loop.difference is not None and loop.difference < 1e-5
    assert loop.steps == 30
    assert loop.module_seconds > 0 and loop.loop_seconds > 0


def test_a_long_loop_is_cut_and_can_be_cancelled() -> None:
    made = sandbox({"cell": "gru", "num_layers": 2, "bidirectional": True})
    assert sandbox_facts(made, numbers(3000, 5), lambda: None).loop.steps == 1000

    class Gone(Exception):
        pass

    checks = iter(range(8))

    def check() -> None:
        if next(checks, None) is None:
            raise Gone

    with pytest.raises(Gone):
        sandbox_facts(made, numbers(3000, 5), check)


@pytest.mark.parametrize("config", CONFIGS)
def test_the_parameters_are_counted_by_layer_and_direction(config: dict[str, Any]) -> None:
    made = sandbox(config)
    facts = sandbox_facts(made, numbers(2, 5), lambda: None)
    assert sum(each.count for each in facts.weights) == facts.parameters == made.config.parameters
    for each in facts.weights:
        assert each.count == each.gates * each.units * (each.inputs + each.units + each.biases)
    one_way = SandboxConfig(input_size=5, hidden_size=6, **config | {"bidirectional": False, "num_layers": 1})
    both = SandboxConfig(input_size=5, hidden_size=6, **config | {"bidirectional": True, "num_layers": 1})
    assert both.parameters == 2 * one_way.parameters


def test_the_ends_of_the_output_are_the_final_state() -> None:
    facts = sandbox_facts(
        sandbox({"cell": "lstm", "num_layers": 2, "bidirectional": True}), numbers(9, 5), lambda: None
    )
    forward, backward = facts.ends
    assert (forward.direction, forward.row, forward.last) == ("forward", 2, 0)
    assert (backward.direction, backward.row, backward.first) == ("backward", 3, 0)
    assert forward.first > 0.01 and backward.last > 0.01


def test_defaults_are_left_out_of_the_code() -> None:
    assert arguments(sandbox({"cell": "lstm"}).config) == "5, 6"
    config = sandbox(
        {"cell": "rnn", "num_layers": 2, "nonlinearity": "relu", "bias": False, "bidirectional": True}
    ).config
    assert arguments(config) == '5, 6, 2, nonlinearity="relu", bias=False, bidirectional=True'
