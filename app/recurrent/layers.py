"""Runs all layers and directions of a module over some steps, in the fast way or the stepwise way."""

import copy
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import torch
from torch import Tensor

from .cells import CellDescription
from .equations import STEPS, Signals, States
from .errors import CaptureError
from .fast import FAST, DirectionRun
from .refusals import refuse_altered
from .source import LayerStates, stack_states
from .trace import Parity, compare
from .weights import DirectionWeights, RecurrentModule, describe, directions, read_weights

RunDirection = Callable[[Tensor, States, DirectionWeights, bool], DirectionRun]


@dataclass(frozen=True)
class LayersRun:
    """The result of a module over some steps, and its agreement with PyTorch."""

    arrays: Signals  # layers.<layer>.<direction>.<signal> → (T, B, H)
    output: Tensor  # (T, B, D·H)
    final: LayerStates
    agreement: Parity


@torch.no_grad()
def run(module: RecurrentModule, x: Tensor, initial: LayerStates, pre_activations: bool) -> LayersRun:
    """Read x (T, B, I) from the states `initial`, in the fast way if the cell has one.

    Raises:
        CaptureError: the module's own call would give a different result, or the module cannot be captured.
    """
    cell = describe(module)
    if cell.kind not in FAST:
        return run_stepwise(module, x, initial, pre_activations)
    refuse_altered(module)
    return _run(cell, module, x, initial, pre_activations, FAST[cell.kind])


@torch.no_grad()
def run_stepwise(
    module: RecurrentModule, x: Tensor, initial: LayerStates, pre_activations: bool
) -> LayersRun:
    """Do the same with the readable equations, one step at a time, and compare with the module's own call."""
    cell = describe(module)
    if cell.kind in FAST:
        refuse_altered(module)
    step = STEPS[cell.kind]

    def direction(x: Tensor, states: States, w: DirectionWeights, _: bool) -> DirectionRun:
        rows = []
        for x_t in x:
            rows.append(step(x_t, states, w))
            states = {name: rows[-1][name] for name in cell.states}
        signals = {name: torch.stack([row[name] for row in rows]) for name in rows[0]}
        return DirectionRun(signals, states, Parity())

    ran = _run(cell, module, x, initial, pre_activations, direction)
    if not len(x):
        return ran
    return replace(ran, agreement=_compare_with_call(module, x, initial, ran))


def _run(
    cell: CellDescription,
    module: RecurrentModule,
    x: Tensor,
    initial: LayerStates,
    pre_activations: bool,
    direction: RunDirection,
) -> LayersRun:
    wanted = cell.signal_names + (cell.pre_names if pre_activations else ())
    arrays: Signals = {}
    final: LayerStates = []
    agreement = Parity()
    for layer, weights in enumerate(read_weights(module)):
        outputs = []
        final.append([])
        for name, w, states in zip(directions(module), weights, initial[layer], strict=True):
            if not len(x):
                ran = DirectionRun(
                    dict.fromkeys(wanted, x.new_empty(0, x.shape[1], w.units)), states, Parity()
                )
            elif name == "backward":
                ran = flipped(direction(x.flip(0), states, w, pre_activations))
            else:
                ran = direction(x.contiguous(), states, w, pre_activations)
            for signal in wanted:
                arrays[f"layers.{layer}.{name}.{signal}"] = ran.signals[signal]
            outputs.append(ran.signals[cell.output])
            final[layer].append(ran.final)
            agreement |= ran.parity
        x = outputs[0] if len(outputs) == 1 else torch.cat(outputs, dim=-1)
    return LayersRun(arrays, x, final, agreement)


def flipped(ran: DirectionRun) -> DirectionRun:
    """A run that read the steps backward, with its signals put back in the order of the steps."""
    return replace(ran, signals={name: signal.flip(0) for name, signal in ran.signals.items()})


def _compare_with_call(module: RecurrentModule, x: Tensor, initial: LayerStates, ran: LayersRun) -> Parity:
    """Compare the run with the module's own call in evaluation mode: its output and final states."""
    own: Any = copy.copy(module)  # shares the weights; the mode of the user's module stays unchanged
    own.training = False
    given = tuple(stack_states(initial).values())
    output, final = own(x.transpose(0, 1) if module.batch_first else x, given if len(given) > 1 else given[0])
    pairs = [(ran.output, output.transpose(0, 1) if module.batch_first else output)]
    pairs += zip(stack_states(ran.final).values(), final if len(given) > 1 else [final], strict=True)
    parity = Parity()
    for values, reference in pairs:
        if values.shape != reference.shape:
            raise CaptureError(
                f"expected {type(module).__name__} to return its output and last states as PyTorch's modules do, "
                f"{tuple(values.shape)}, but got {tuple(reference.shape)}"
            )
        parity |= compare(values, reference)
    return parity
