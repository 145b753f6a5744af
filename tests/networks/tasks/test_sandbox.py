"""The sandbox against the documented lines of PyTorch."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np
import pytest
import torch
from pydantic import ValidationError
from torch import nn

from app.errors import BadInput, TooLarge
from app.networks.run import Run
from app.networks.tasks.sandbox import MOST_PARAMETERS, Sandbox, SandboxConfig
from app.networks.writer import Generate
from app.recurrent import CELLS
from app.sequences import BatchSequence, NumericSequence, TextSequence
from tests.networks.runs import assert_close, everything

MODULES: dict[str, Any] = {"lstm": nn.LSTM, "gru": nn.GRU, "rnn": nn.RNN}
VALUES = np.random.default_rng(0).normal(size=(9, 5))
BATCH = np.random.default_rng(1).normal(size=(9, 3, 5))


def sandbox(**config: Any) -> Sandbox:
    return Sandbox(SandboxConfig.model_validate({"cell": "lstm", "input_size": 5, "hidden_size": 6} | config))


def of_these_lines(seed: int, cell: str, batch: int | None, **options: Any) -> tuple[Any, list[torch.Tensor]]:
    """The module and the initial states of the documented lines."""
    with torch.random.fork_rng():
        torch.manual_seed(seed)
        m = MODULES[cell](5, 6, 2, **options)
        rows = 4 if options.get("bidirectional") else 2
        shape = (rows, 6) if batch is None else (rows, batch, 6)
        h0 = torch.randn(*shape)
        c0 = torch.randn(*shape)
    return m, [h0, c0] if cell == "lstm" else [h0]


@pytest.mark.parametrize("cell", CELLS)
@pytest.mark.parametrize("bidirectional", [True, False])
@pytest.mark.parametrize("bias", [True, False])
@pytest.mark.parametrize("batch", [None, 3])
def test_weights_and_initial_states_equal_the_documented_lines_bit_for_bit(
    cell: str, bidirectional: bool, bias: bool, batch: int | None
) -> None:
    made = sandbox(cell=cell, num_layers=2, bidirectional=bidirectional, bias=bias, seed=7, initial="random")
    module, states = of_these_lines(7, cell, batch, bidirectional=bidirectional, bias=bias)
    expected, got = module.state_dict(), made.module.state_dict()
    assert list(expected) == list(got)
    assert all(torch.equal(expected[name], got[name]) for name in expected)
    for _ in range(2):
        initial = made.initial(batch)
        assert len(initial) == len(states)
        assert all(torch.equal(one, other) for one, other in zip(initial, states, strict=True))
    assert made.config.parameters == sum(tensor.numel() for tensor in expected.values())


def test_sandboxes_made_at_the_same_time_share_no_random_numbers() -> None:
    def made(seed: int) -> torch.Tensor:
        box = sandbox(seed=seed, hidden_size=64, initial="random")
        return torch.cat([box.module.state_dict()["weight_hh_l0"].flatten(), box.initial(None)[1].flatten()])

    expected = {seed: made(seed) for seed in range(4)}
    before = torch.get_rng_state()
    with ThreadPoolExecutor(8) as threads:
        for number, got in enumerate(threads.map(made, [seed % 4 for seed in range(200)])):
            assert torch.equal(got, expected[number % 4])
    assert torch.equal(torch.get_rng_state(), before)


@pytest.mark.parametrize("cell", CELLS)
@pytest.mark.parametrize("initial", ["zeros", "random"])
def test_a_run_equals_the_module_of_the_documented_lines(cell: str, initial: str) -> None:
    made = sandbox(cell=cell, num_layers=2, bidirectional=True, initial=initial)
    module, states = of_these_lines(0, cell, None, bidirectional=True)
    given = (tuple(states) if cell == "lstm" else states[0]) if initial == "random" else None
    output, _ = module(torch.from_numpy(VALUES).float(), given)
    run = Run(made, NumericSequence(VALUES, labels=tuple("abcdefghi")))
    arrays = everything(run)
    both = [arrays[f"layers.1.{direction}.hidden_state"] for direction in ("forward", "backward")]
    assert_close(np.concatenate(both, 1), output.detach())
    np.testing.assert_array_equal(arrays["values"], VALUES)
    np.testing.assert_array_equal(arrays["inputs"], VALUES.astype(np.float32))
    assert not any(name.startswith("prediction") for name in arrays)
    header = run.header()
    assert header["model"] == "sandbox"
    assert header["features"] == [f"feature {index}" for index in range(5)]
    assert header["labels"] == list("abcdefghi")
    assert header["tokens"] == []
    assert "outputs" not in header


@pytest.mark.parametrize("sequence", [0, 2])
def test_one_sequence_of_a_batch_is_streamed_with_the_batchs_own_states(sequence: int) -> None:
    made = sandbox(num_layers=2, initial="random")
    module, (h0, c0) = of_these_lines(0, "lstm", 3)
    output, _ = module(torch.from_numpy(BATCH).float(), (h0, c0))
    arrays = everything(Run(made, BatchSequence(BATCH), options={"sequence": sequence}))
    assert_close(arrays["layers.1.forward.hidden_state"], output[:, sequence].detach())
    np.testing.assert_array_equal(arrays["values"], BATCH[:, sequence])
    if sequence == 0:
        assert_close(everything(Run(made, BatchSequence(BATCH)))["inputs"], arrays["inputs"])


def test_the_first_example_reads_three_sequences_of_one_step() -> None:
    values = np.random.default_rng(2).normal(size=(1, 3, 5))
    run = Run(sandbox(num_layers=2), BatchSequence(values), options={"sequence": 1})
    assert run.steps == 1
    m, _ = of_these_lines(0, "lstm", 3)
    output, (h_n, _) = m(torch.from_numpy(values).float())
    arrays = everything(run)
    assert_close(arrays["layers.1.forward.hidden_state"][-1], h_n[-1, 1].detach())
    assert_close(arrays["layers.1.forward.hidden_state"][-1], output[-1, 1].detach())


def test_only_an_rnn_can_use_relu() -> None:
    assert sandbox(cell="rnn", nonlinearity="relu").module.nonlinearity == "relu"
    with pytest.raises(ValidationError, match="tanh, because the cell is lstm"):
        sandbox(nonlinearity="relu")


@pytest.mark.parametrize(
    "config",
    [
        {"cell": "lstmm"}, {"input_size": 0}, {"hidden_size": -1}, {"num_layers": 0}, {"seed": -1},
        {"initial": "ones"}, {"dropout": 0.5}, {"bidirectional": 1}, {"hidden_size": "6"},
    ],
)  # fmt: skip
def test_invalid_configurations_are_refused(config: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        sandbox(**config)


def test_too_many_parameters_are_refused_before_they_are_made() -> None:
    with pytest.raises(TooLarge, match=rf"weights and biases .*expected at most {MOST_PARAMETERS:,}"):
        sandbox(hidden_size=16_384, num_layers=64, bidirectional=True)


def test_unreadable_sequences_are_refused() -> None:
    made = sandbox()
    with pytest.raises(BadInput, match="reads numbers, but got a text"):
        Run(made, TextSequence("hello"))
    with pytest.raises(BadInput, match="input_size 5, but got 2 features"):
        Run(made, NumericSequence(VALUES[:, :2]))
    with pytest.raises(BadInput, match="cannot continue a sequence"):
        Run(made, NumericSequence(VALUES), generate=Generate(2))
    with pytest.raises(BadInput, match="no option 'decoding'"):
        Run(made, NumericSequence(VALUES), options={"decoding": {}})
    for wrong in (3, -1, True, "0", 1.0):
        with pytest.raises(BadInput, match=r"there is no sequence .*expected 0 to 2"):
            Run(made, BatchSequence(BATCH), options={"sequence": wrong})
    with pytest.raises(BadInput, match="there is one sequence"):
        Run(made, NumericSequence(VALUES), options={"sequence": 1})
    with pytest.raises(TooLarge):
        Run(made, NumericSequence(VALUES), most_steps=8)
