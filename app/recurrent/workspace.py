"""Reads an LSTM's gates from the memory in which PyTorch's own kernel keeps them.

On x86 processors, where PyTorch ships oneDNN, `nn.LSTM` runs one oneDNN primitive per layer and direction. When
autograd could need a backward pass, this primitive leaves the activated gates and the cell states of every step in a
workspace. These are the very numbers that h was computed from, and reading them costs next to nothing. The layout of
the workspace is internal to oneDNN (src/cpu/rnn/rnn_utils.cpp): sections begin at pages of 4 KiB; gates come first,
[steps, batch, 4, units] with padded rows, then hidden states, then the states that go from layer to layer, then cell
states, [2 layers, steps + 1, batch, units].

The workspace is read only on tested versions of PyTorch and tested kinds of processors, and is checked on every run:
each cell state and hidden state must follow from the gates, and the gates of the first and the last step must match
the equations; otherwise the caller rebuilds the signals. The environment variable GATESCOPE_WORKSPACE=off turns the
reading off.
"""

import os
from dataclasses import dataclass

import torch
from torch import Tensor

from .blocks import blocks
from .equations import lstm_step
from .rebuild import tanh
from .trace import Parity, compare
from .weights import DirectionWeights

VARIABLE = "GATESCOPE_WORKSPACE"
TESTED_VERSIONS = ("2.13",)
TESTED_PROCESSORS = ("AVX2", "AVX512")

_TESTED_VERSION = ".".join(torch.__version__.split(".")[:2]) in TESTED_VERSIONS
_LSTM_MODE = 2  # ATen's number for an LSTM
_PAGE = 4096 // 4  # floats
_CACHE_LINE = 64 // 4  # floats

CORNER_TOLERANCE = 1e-3
"""How far the gates at the corners may lie from the equations: less than any mix-up gives, more than rounding."""


@dataclass(frozen=True)
class WorkspaceRun:
    """The result for one direction of an LSTM: signals (T, B, H), last states (B, H), and their parity."""

    gates: Tensor  # (4, T, B, H): i, f, g, o
    cell_state: Tensor
    hidden_state: Tensor
    last_hidden_state: Tensor
    last_cell_state: Tensor
    parity: Parity


def is_readable() -> bool:
    """Whether the workspace may be read: on a tested version and processor, with oneDNN and the switch on."""
    return (
        _TESTED_VERSION
        and torch.backends.cpu.get_cpu_capability() in TESTED_PROCESSORS
        and torch.backends.mkldnn.is_available()  # type: ignore[no-untyped-call]
        and bool(torch.backends.mkldnn.enabled)
        and os.environ.get(VARIABLE, "on").lower() not in {"off", "0", "false", "no"}
    )


def read(x: Tensor, h: Tensor, c: Tensor, weights: DirectionWeights) -> WorkspaceRun | None:
    """Run one direction of an LSTM and read its gates; None if the memory read fails the checks.

    Args:
        x: (T, B, I) float32 with T ≥ 1.
        h: (B, H), the hidden state before the first step.
        c: (B, H), the cell state before the first step.
        weights: the weights of this direction.
    """
    run = _run_blocks(x, h, c, weights)
    return run if run is not None and _follows_equations(run, x, h, weights) else None


def _run_blocks(x: Tensor, h: Tensor, c: Tensor, weights: DirectionWeights) -> WorkspaceRun | None:
    steps, batch, _ = x.shape
    cell, hidden = x.new_empty(2, steps, batch, weights.units)
    gates = x.new_empty(4, steps, batch, weights.units)
    total = Parity()
    for block in blocks(steps, batch * weights.units):
        ran = _run(x[block], h, c, weights)
        parity = None if ran is None else _read_block(ran, c, x.shape[2], gates[:, block], cell[block])
        if ran is None or parity is None:
            return None
        hidden[block] = ran.hidden
        h, c = ran.last_hidden, ran.last_cell
        total |= parity
    return WorkspaceRun(gates, cell, hidden, h, c, total)


def _follows_equations(run: WorkspaceRun, x: Tensor, h: Tensor, weights: DirectionWeights) -> bool:
    """Whether the gates at the corners match the equations, up to rounding.

    The corners are the first and the last step of the first and the last sequence; all others lie between them in
    the same layout. Checking that c and h follow from the gates is not enough: it cannot distinguish i from g, nor
    check f where c is 0.
    """
    steps, batch, _ = x.shape
    edges, ends = slice(None, None, max(1, steps - 1)), slice(None, None, max(1, batch - 1))
    before = torch.cat([h[ends], run.hidden_state[-2, ends]]) if steps > 1 else h[ends]
    states = {"hidden_state": before, "cell_state": torch.zeros_like(before)}  # no gate depends on c
    expected = lstm_step(x[edges, ends].flatten(0, 1), states, weights)
    gates = torch.cat(
        [expected[name] for name in ("input_gate", "forget_gate", "cell_candidate", "output_gate")]
    )
    read = run.gates[:, edges, ends].flatten(0, 2)
    difference = compare(read, gates).difference
    return difference is not None and difference <= CORNER_TOLERANCE


def _read_block(ran: "_KernelRun", before: Tensor, inputs: int, gates: Tensor, cell: Tensor) -> Parity | None:
    """Fill `gates` (4, n, B, H) and `cell` (n, B, H), and compare every c and h that follows from them with the kernel.

    The cell state is rebuilt from the gates and the kernel's previous cell state. Returns None if a cell state or a
    hidden state differs from the kernel's own, because then something else was read.
    """
    steps, batch, units = ran.hidden.shape
    row = _padded(4 * units)
    states = _cell_states(ran.workspace, inputs, steps, batch, units)
    if states is None:
        return None
    gates.copy_(ran.workspace.as_strided(gates.shape, (units, batch * row, row, 1)))
    i, f, g, o = gates.unbind()
    # The kernel keeps the first and the last state elsewhere.
    states[0] = before
    states[-1] = ran.last_cell
    torch.mul(i, g, out=cell).addcmul_(f, states[:-1])
    parity = compare(cell, states[1:]) | compare(tanh(cell).mul_(o), ran.hidden)
    return parity if parity.agrees else None


@dataclass(frozen=True)
class _KernelRun:
    hidden: Tensor  # (n, B, H)
    last_hidden: Tensor  # (B, H)
    last_cell: Tensor  # (B, H)
    workspace: Tensor  # flat


def _run(x: Tensor, h: Tensor, c: Tensor, w: DirectionWeights) -> _KernelRun | None:
    bias_ih, bias_hh = (w.zero_bias() if bias is None else bias for bias in (w.bias_ih, w.bias_hh))
    # The workspace exists only if autograd could need it; no input requires a gradient, so nothing is kept.
    with torch.inference_mode(False), torch.enable_grad():
        try:
            hidden, last_hidden, last_cell, workspace = torch.ops.aten.mkldnn_rnn_layer(
                x, w.weight_ih, w.weight_hh, bias_ih, bias_hh, h[None], c[None],
                False, [], _LSTM_MODE, w.units, 1, True, False, False, True,
            )  # fmt: skip
        except (AttributeError, RuntimeError):
            return None
    if workspace is None or workspace.dtype != torch.uint8 or workspace.numel() % 4:
        return None
    return _KernelRun(hidden, last_hidden[0], last_cell[0], workspace.view(torch.float32))


def _padded(width: int) -> int:
    """oneDNN's leading dimension for rows of `width` floats: whole cache lines, and never a multiple of 256."""
    rounded = -(-width // _CACHE_LINE) * _CACHE_LINE
    return rounded + _CACHE_LINE if rounded % 256 == 0 else rounded


def _pages(floats: int) -> int:
    return -(-floats // _PAGE) * _PAGE


def _cell_states(workspace: Tensor, inputs: int, steps: int, batch: int, units: int) -> Tensor | None:
    """The memory of the cell states before and after each step (steps + 1, B, H), as a view of the workspace."""
    gates = _pages(steps * batch * _padded(4 * units))
    hidden = _pages(steps * batch * _padded(units))
    layers = _pages(2 * (steps + 1) * batch * _padded(max(inputs, units)))
    plane = batch * units
    offset = gates + hidden + layers + (steps + 1) * plane
    if offset + (steps + 1) * plane > workspace.numel():
        return None
    return workspace.as_strided((steps + 1, batch, units), (plane, units, 1), offset)
