"""What PyTorch does with a sandbox: the lines that make it, its shapes and parameters, where its output ends, and the
same module written as a loop over single cells.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from pydantic import BaseModel
from torch import Tensor, nn

from ..recurrent.trace import compare
from .sandbox_code import code
from .tasks.sandbox import Sandbox, SandboxConfig

SINGLE: dict[str, Callable[..., nn.RNNCellBase]] = {"lstm": nn.LSTMCell, "gru": nn.GRUCell, "rnn": nn.RNNCell}
"""PyTorch's module of a single cell, which reads one step."""

LOOP_CALLS = 4_000
"""The most calls of single cells in a loop: 0.1 s to 1 s."""

LOOP_WORK = 2_000_000_000
"""The most multiplications in a loop."""

RUNS = 3
"""How often the module is timed; the fastest counts."""

CHECKED = 64  # calls of a cell between two checks that the client still waits

Check = Callable[[], None]
States = tuple[Tensor, ...]


class Weights(BaseModel):
    """The weights and biases of one layer and direction: gates · units · (inputs + units + biases) numbers."""

    layer: int
    direction: str
    gates: int
    units: int
    inputs: int
    biases: int
    count: int


class Shapes(BaseModel):
    """The shapes of what goes in and what comes out; `c_n` only for an LSTM."""

    input: list[int]
    output: list[int]
    h_n: list[int]
    c_n: list[int] | None


class End(BaseModel):
    """How far the last layer's final hidden state lies from a direction's half of `output[0]` and of `output[-1]`.

    `row` is the state's row in `h_n`; the largest absolute difference is 0 where they are the same numbers.
    """

    direction: str
    row: int
    first: float
    last: float


class Loop(BaseModel):
    """The module and a loop over single cells with the same weights, both timed on the first `steps` steps."""

    steps: int
    cells: int
    module_seconds: float
    loop_seconds: float
    difference: float | None
    agrees: bool


class SandboxFacts(BaseModel):
    """What PyTorch does with a sandbox on given numbers."""

    code: str
    shapes: Shapes
    weights: list[Weights]
    parameters: int
    ends: list[End]
    loop: Loop


def sandbox_facts(sandbox: Sandbox, values: NDArray[np.float64], check: Check) -> SandboxFacts:
    """Run a sandbox on numbers [steps, features] or [steps, sequences, features], and time it against single cells.

    `check` is called now and then; it raises if the client has disconnected.
    """
    config, module = sandbox.config, sandbox.module
    batch = values.shape[1] if values.ndim == 3 else None
    inputs = torch.from_numpy(values).float()
    initial = sandbox.initial(batch)
    with torch.no_grad():
        output, final = _call(module, inputs, initial)
        check()
        loop = _loop(config, module, inputs, initial, check)
    return SandboxFacts(
        code=code(config, values),
        shapes=Shapes(
            input=list(inputs.shape),
            output=list(output.shape),
            h_n=list(final[0].shape),
            c_n=list(final[1].shape) if len(final) > 1 else None,
        ),
        weights=_weights(config, module),
        parameters=sum(parameter.numel() for parameter in module.parameters()),
        ends=_ends(config, output, final[0]),
        loop=loop,
    )


def _call(module: nn.RNNBase, inputs: Tensor, initial: States) -> tuple[Tensor, States]:
    """Call the module itself; return its output and its final states."""
    given: Any = None
    if initial:
        given = initial if len(initial) > 1 else initial[0]
    output, final = module(inputs, given)
    return output, final if isinstance(final, tuple) else (final,)


def _directions(config: SandboxConfig) -> tuple[str, ...]:
    return ("forward", "backward")[: config.directions]


def _weights(config: SandboxConfig, module: nn.RNNBase) -> list[Weights]:
    found = []
    for layer in range(config.num_layers):
        for direction, suffix in zip(_directions(config), ("", "_reverse"), strict=False):
            mine = {
                name: value
                for name, value in module.named_parameters()
                if name.endswith(f"_l{layer}{suffix}")
            }
            rows, inputs = mine[f"weight_ih_l{layer}{suffix}"].shape
            found.append(
                Weights(
                    layer=layer,
                    direction=direction,
                    gates=rows // config.hidden_size,
                    units=config.hidden_size,
                    inputs=inputs,
                    biases=sum(name.startswith("bias") for name in mine),
                    count=sum(value.numel() for value in mine.values()),
                )
            )
    return found


def _ends(config: SandboxConfig, output: Tensor, h_n: Tensor) -> list[End]:
    ends = []
    for index, direction in enumerate(_directions(config)):
        row = (config.num_layers - 1) * config.directions + index
        half = output[..., index * config.hidden_size : (index + 1) * config.hidden_size]
        first, last = (float((half[step] - h_n[row]).abs().max()) for step in (0, -1))
        ends.append(End(direction=direction, row=row, first=first, last=last))
    return ends


def _loop(config: SandboxConfig, module: nn.RNNBase, inputs: Tensor, initial: States, check: Check) -> Loop:
    """Time the module and the loop on the same first steps, and compare all that they give."""
    cells = config.num_layers * config.directions
    sequences = inputs.shape[1] if inputs.ndim == 3 else 1
    most = min(LOOP_CALLS // cells, LOOP_WORK // (config.parameters * sequences))
    inputs = inputs[: max(most, 1)]
    single = [
        _single(config, module, layer, index)
        for layer in range(config.num_layers)
        for index in range(config.directions)
    ]
    states = initial or _zeros(config, inputs)
    seconds = []
    for _ in range(RUNS):
        check()
        started = time.perf_counter()
        output, final = _call(module, inputs, initial)
        seconds.append(time.perf_counter() - started)
    started = time.perf_counter()
    looped, ended = _by_cells(config, single, inputs, states, check)
    took = time.perf_counter() - started
    parity = compare(looped, output)
    for one, other in zip(ended, final, strict=True):
        parity |= compare(one, other)
    return Loop(
        steps=len(inputs),
        cells=cells,
        module_seconds=min(seconds),
        loop_seconds=took,
        difference=parity.difference,
        agrees=parity.agrees,
    )


def _zeros(config: SandboxConfig, inputs: Tensor) -> States:
    shape = (config.num_layers * config.directions, *inputs.shape[1:-1], config.hidden_size)
    return tuple(torch.zeros(shape) for _ in range(2 if config.cell == "lstm" else 1))


def _single(config: SandboxConfig, module: nn.RNNBase, layer: int, index: int) -> nn.RNNCellBase:
    """Make a single cell with the weights of one layer and direction."""
    suffix = f"_l{layer}" + ("_reverse" if index else "")
    more = {"nonlinearity": config.nonlinearity} if config.cell == "rnn" else {}
    inputs = config.input_size if layer == 0 else config.hidden_size * config.directions
    cell = SINGLE[config.cell](inputs, config.hidden_size, bias=config.bias, device="meta", **more)
    mine = {
        name.removesuffix(suffix): value for name, value in module.named_parameters() if name.endswith(suffix)
    }
    cell.load_state_dict(mine, assign=True)
    return cell


def _by_cells(
    config: SandboxConfig, single: list[nn.RNNCellBase], inputs: Tensor, initial: States, check: Check
) -> tuple[Tensor, States]:
    """Do the module's work with single cells: layer by layer, direction by direction, step by step."""
    final: list[States] = []
    calls = 0
    for layer in range(config.num_layers):
        outputs = []
        for index in range(config.directions):
            row = layer * config.directions + index
            cell, state = single[row], tuple(each[row] for each in initial)
            rows = []
            for x in inputs.flip(0) if index else inputs:
                calls += 1
                if calls % CHECKED == 0:
                    check()
                after = cell(x, state if len(state) > 1 else state[0])
                state = after if isinstance(after, tuple) else (after,)
                rows.append(state[0])
            outputs.append(torch.stack(rows[::-1] if index else rows))
            final.append(state)
        inputs = torch.cat(outputs, -1)
    return inputs, tuple(torch.stack(states) for states in zip(*final, strict=True))
