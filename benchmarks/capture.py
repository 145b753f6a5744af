"""A full capture against the bare module, the loop over PyTorch's single-step cell and the hand-written gate loop."""

import statistics
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from itertools import product
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn.functional import linear

from app.recurrent import capture
from benchmarks.timing import in_turn, ratio

UNITS = (16, 64, 128, 256, 512, 1024)
STEPS = (100, 1_000)
BATCHES = (1, 8, 64)


@dataclass(frozen=True)
class Row:
    """A shape's results: median milliseconds, and how the capture compares (median of the rounds)."""

    cell: str
    units: int
    steps: int
    batch: int
    rounds: int
    bare_ms: float
    capture_ms: float
    times_bare: float
    faster_than_cell_loop: float
    faster_than_gate_loop: float

    as_dict = asdict


def rows(units: tuple[int, ...] = UNITS, budget: float = 4.0) -> Iterator[Row]:
    """Measure every shape: one layer with as many inputs as units, on torch's current number of threads."""
    for kind, (size, steps, batch) in product(CELLS, product(units, STEPS, BATCHES)):
        yield measure(kind, size, steps, batch, budget=budget)


def measure(kind: str, units: int, steps: int, batch: int, budget: float) -> Row:
    torch.manual_seed(0)
    sequence, single, gate_loop = CELLS[kind]
    module, cell = sequence(units, units).eval(), single(units, units).eval()
    x = torch.randn(steps, batch, units)
    taken = in_turn(
        {
            "bare": lambda: bare(module, x),
            "capture": lambda: capture(module, x),
            "cell_loop": lambda: cell_loop(cell, x),
            "gate_loop": lambda: gate_loop(module, x),
        },
        budget,
        rounds=(1, 50),
    )
    return Row(
        kind,
        units,
        steps,
        batch,
        rounds=len(taken["bare"]),
        bare_ms=1e3 * statistics.median(taken["bare"]),
        capture_ms=1e3 * statistics.median(taken["capture"]),
        times_bare=ratio(taken["capture"], taken["bare"]),
        faster_than_cell_loop=ratio(taken["cell_loop"], taken["capture"]),
        faster_than_gate_loop=ratio(taken["gate_loop"], taken["capture"]),
    )


@torch.inference_mode()
def bare(module: nn.RNNBase, x: Tensor) -> Tensor:
    """The module's own call, for the prediction only."""
    output: Tensor = module(x)[0]
    return output


@torch.inference_mode()
def cell_loop(cell: nn.RNNCellBase, x: Tensor) -> list[Tensor]:
    """The usual way to get every state; it shows no gates."""
    state = None
    states = []
    for x_t in x:
        state = cell(x_t, state)
        states.append(state if isinstance(state, tuple) else (state,))
    return [torch.stack(values) for values in zip(*states, strict=True)]


@torch.inference_mode()
def lstm_gate_loop(module: nn.LSTM, x: Tensor) -> list[Tensor]:
    """The usual way to get every gate: the equations step by step, with all inputs weighted at once."""
    h = c = x.new_zeros(x.shape[1], module.hidden_size)
    weight_ih, weight_hh, bias_ih, bias_hh = module.parameters()
    from_input = linear(x, weight_ih, bias_ih)
    rows = []
    for pre_x in from_input:
        i, f, g, o = (pre_x + linear(h, weight_hh, bias_hh)).chunk(4, dim=-1)
        i, f, g, o = i.sigmoid(), f.sigmoid(), g.tanh(), o.sigmoid()
        c = f * c + i * g
        h = o * c.tanh()
        rows.append((i, f, g, o, c, h))
    return [torch.stack(signal) for signal in zip(*rows, strict=True)]


@torch.inference_mode()
def gru_gate_loop(module: nn.GRU, x: Tensor) -> list[Tensor]:
    """The same for a GRU."""
    h = x.new_zeros(x.shape[1], module.hidden_size)
    weight_ih, weight_hh, bias_ih, bias_hh = module.parameters()
    from_input = linear(x, weight_ih, bias_ih)
    rows = []
    for pre_x in from_input:
        r_x, z_x, n_x = pre_x.chunk(3, dim=-1)
        r_h, z_h, n_h = linear(h, weight_hh, bias_hh).chunk(3, dim=-1)
        r, z = (r_x + r_h).sigmoid(), (z_x + z_h).sigmoid()
        n = (n_x + r * n_h).tanh()
        h = n + z * (h - n)
        rows.append((r, z, n, h))
    return [torch.stack(signal) for signal in zip(*rows, strict=True)]


CELLS: dict[str, tuple[Callable[..., Any], Callable[..., Any], Callable[[Any, Tensor], list[Tensor]]]] = {
    "lstm": (nn.LSTM, nn.LSTMCell, lstm_gate_loop),
    "gru": (nn.GRU, nn.GRUCell, gru_gate_loop),
}
