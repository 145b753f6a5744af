"""A full capture against the bare module, the LSTMCell loop and the hand-written gate loop."""

import statistics
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from itertools import product

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
    for shape in product(units, STEPS, BATCHES):
        yield measure(*shape, budget=budget)


def measure(units: int, steps: int, batch: int, budget: float) -> Row:
    torch.manual_seed(0)
    module = nn.LSTM(units, units).eval()
    cell = nn.LSTMCell(units, units).eval()
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
def bare(module: nn.LSTM, x: Tensor) -> Tensor:
    """The module's own call, for the prediction only."""
    output: Tensor = module(x)[0]
    return output


@torch.inference_mode()
def cell_loop(cell: nn.LSTMCell, x: Tensor) -> tuple[Tensor, Tensor]:
    """The usual way to get every cell state; it shows no gates."""
    h = c = x.new_zeros(x.shape[1], cell.hidden_size)
    hidden, cells = [], []
    for x_t in x:
        h, c = cell(x_t, (h, c))
        hidden.append(h)
        cells.append(c)
    return torch.stack(hidden), torch.stack(cells)


@torch.inference_mode()
def gate_loop(module: nn.LSTM, x: Tensor) -> list[Tensor]:
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
