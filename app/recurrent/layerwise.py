"""Captures a bidirectional module layer by layer, in blocks: its whole trace need not fit into memory.

A layer in both directions must be read to both ends before the next layer begins. So each layer's signals come block
by block, those of the backward direction from the right, and only the layer's output is kept for the next layer.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

from .fast import FAST
from .layers import flipped
from .refusals import refuse_altered
from .source import read_input, read_states, stack_states
from .trace import Parity, Trace
from .weights import RecurrentModule, describe, directions, read_weights


@dataclass(frozen=True)
class Block:
    """The steps [`start`, `start` + T) of one direction of one layer.

    `arrays` maps ``layers.<layer>.<forward|backward>.<signal>`` to a tensor [T, units], and `agreement` is that of
    these steps.
    """

    start: int
    arrays: dict[str, Tensor]
    agreement: Parity

    @property
    def stop(self) -> int:
        """The step after the last."""
        return self.start + len(next(iter(self.arrays.values())))


def can_capture_layerwise(module: RecurrentModule) -> bool:
    """Whether `capture_layerwise` supports the module's cell: all of PyTorch's."""
    return describe(module).kind in FAST


@torch.no_grad()
def capture_layerwise(
    module: RecurrentModule, x: Tensor, steps: int, hx: Any = None, *, pre_activations: bool = False
) -> Iterator[Block]:
    """Yield the trace of `capture` in blocks of at most `steps` steps: layer by layer, direction by direction.

    `x` is [T, I], without a batch; `hx` and `pre_activations` are as in `capture`. The backward direction's blocks come
    from the right. Raises `CaptureError` as `capture` does.
    """
    refuse_altered(module)
    source = read_input(module, x)
    cell, states = describe(module), read_states(module, hx, source)
    wanted = cell.signal_names + (cell.pre_names if pre_activations else ())
    ways, inputs = directions(module), source.x
    for layer, weights in enumerate(read_weights(module)):
        more = layer + 1 < module.num_layers
        output = inputs.new_empty(len(x) if more else 0, 1, module.hidden_size * len(ways))
        for way, (name, w) in enumerate(zip(ways, weights, strict=True)):
            state = states[layer][way]
            units = slice(way * w.units, (way + 1) * w.units)
            for start, stop in _blocks(len(x), steps, backward=name == "backward"):
                block = inputs[start:stop]
                if name == "backward":
                    ran = flipped(FAST[cell.kind](block.flip(0), state, w, pre_activations))
                else:
                    ran = FAST[cell.kind](block.contiguous(), state, w, pre_activations)
                state = ran.final
                if more:
                    output[start:stop, :, units] = ran.signals[cell.output]
                arrays = {
                    f"layers.{layer}.{name}.{signal}": source.shaped(ran.signals[signal]) for signal in wanted
                }
                yield Block(start, arrays, ran.parity)
        inputs = output


def capture_in_pieces(
    module: RecurrentModule, x: Tensor, steps: int, hx: Any = None, *, pre_activations: bool = False
) -> Iterator[Trace | None]:
    """Yield None after every block, and at the end the whole trace of `capture`, whose `final` states are left out.

    The arguments are those of `capture_layerwise`; raises as it does.
    """
    source, cell = read_input(module, x), describe(module)
    arrays: dict[str, Tensor] = {}
    agreement = Parity()
    for block in capture_layerwise(module, x, steps, hx, pre_activations=pre_activations):
        for name, array in block.arrays.items():
            if name not in arrays:
                arrays[name] = x.new_empty(len(x), module.hidden_size)
            arrays[name][block.start : block.stop] = array
        agreement |= block.agreement
        yield None
    last = f"layers.{module.num_layers - 1}"
    outputs = [arrays[f"{last}.{way}.{cell.output}"] for way in directions(module)]
    initial = stack_states(read_states(module, hx, source))
    yield Trace(
        cell=cell.kind,
        layers=module.num_layers,
        directions=directions(module),
        units=module.hidden_size,
        start=0,
        arrays=arrays,
        output=torch.cat(outputs, -1),
        agreement=agreement,
        initial={name: source.shaped(state) for name, state in initial.items()},
    )


def _blocks(total: int, steps: int, *, backward: bool) -> Iterator[tuple[int, int]]:
    starts = range(0, total, steps)
    for start in reversed(starts) if backward else starts:
        yield start, min(start + steps, total)
