"""Reading an LSTM's gates out of the memory in which PyTorch's own kernel keeps them.

On the x86 processors for which PyTorch carries oneDNN, `nn.LSTM` runs one oneDNN primitive per layer and direction.
When that primitive is run so that it could be differentiated, it leaves the activated gates and the cell states of
every step in a workspace for the backward pass. They are the numbers with which h was computed, and reading them
costs next to nothing. How the workspace is laid out is an internal matter of oneDNN (src/cpu/rnn/rnn_utils.cpp):
sections begin at pages of 4 KiB; gates come first, [steps, batch, 4, units] with a padded row; cell states are
[2 layers, steps + 1, batch, units]. Nothing here is believed without proof: once a process the layout is tested
against the equations, and on every run the cell states must follow from the gates, or the caller rebuilds the
signals instead.
"""

from functools import cache

import torch
from torch import Tensor

from app.recurrent.equations import lstm_step
from app.recurrent.trace import ABSOLUTE_TOLERANCE, RELATIVE_TOLERANCE
from app.recurrent.weights import DirectionWeights

_LSTM_MODE = 2  # how ATen numbers the kinds of recurrent cells
_PAGE = 4096 // 4  # floats
_CACHE_LINE = 64 // 4  # floats
_PROBE = 8  # values by which the section of the cell states is found

Gates = tuple[Tensor, Tensor, Tensor, Tensor, Tensor]  # i, f, g, o, c
Run = tuple[Gates, Tensor, Tensor, Tensor]  # gates and c of all steps, h of all steps, last h, last c


@cache
def is_readable() -> bool:
    """Whether this build of PyTorch keeps gates where they are looked for; tested against the equations."""
    generator = torch.Generator().manual_seed(0)
    return all(
        _agrees_with_equations(*shape, generator) for shape in ((4, 1, 3, 16), (5, 3, 2, 20), (3, 2, 4, 64))
    )


def _agrees_with_equations(
    steps: int, batch: int, inputs: int, units: int, generator: torch.Generator
) -> bool:
    def draw(*shape: int) -> Tensor:
        return torch.randn(*shape, generator=generator)

    weights = DirectionWeights(
        draw(4 * units, inputs), draw(4 * units, units) / units**0.5, draw(4 * units), draw(4 * units)
    )
    x, h, c = draw(steps, batch, inputs), draw(batch, units), draw(batch, units)
    run = read(x, h, c, weights)
    if run is None:
        return False
    gates = run[0]
    for t in range(steps):
        expected = lstm_step(x[t], {"hidden_state": h, "cell_state": c}, weights)
        h, c = expected["hidden_state"], expected["cell_state"]
        names = ("input_gate", "forget_gate", "cell_candidate", "output_gate", "cell_state")
        if not all(
            torch.allclose(gate[t], expected[name], atol=1e-5)
            for gate, name in zip(gates, names, strict=True)
        ):
            return False
    return True


def read(x: Tensor, h: Tensor, c: Tensor, weights: DirectionWeights) -> Run | None:
    """Run one direction of an LSTM and read its gates.

    Args:
        x: (T, B, I) float32 with T ≥ 1.
        h: (B, H), the hidden state before the first step.
        c: (B, H), the cell state before the first step.

    Returns:
        ((i, f, g, o, c), h, h_n, c_n) with (T, B, H) for the signals and (B, H) for the last states; c is rebuilt from
        the gates and the kernel's own cell state of the step before. None where the workspace cannot be read.
    """
    ran = _run(x, h, c, weights)
    if ran is None:
        return None
    hidden, last_hidden, last_cell, workspace = ran
    steps, batch, units = hidden.shape
    row = _padded(4 * units)
    size = steps * batch * row
    if size > workspace.numel():
        return None
    packed = workspace.as_strided((4, steps, batch, units), (units, batch * row, row, 1)).contiguous()
    i, f, g, o = packed.unbind()
    written = i * g
    before = _cell_states_before(workspace, size, torch.addcmul(written[0], f[0], c), steps)
    if before is None:
        return None
    before[0] = c
    cell = written.addcmul_(f, before)
    gap = float((cell[:-1] - before[1:]).abs_().max()) if steps > 1 else 0.0
    if not gap <= ABSOLUTE_TOLERANCE and not torch.allclose(
        cell[:-1], before[1:], atol=ABSOLUTE_TOLERANCE, rtol=RELATIVE_TOLERANCE
    ):
        return None
    return (i, f, g, o, cell), hidden, last_hidden, last_cell


def _run(
    x: Tensor, h: Tensor, c: Tensor, w: DirectionWeights
) -> tuple[Tensor, Tensor, Tensor, Tensor] | None:
    if x.dtype != torch.float32 or not torch.backends.mkldnn.enabled:  # type: ignore[truthy-bool]
        return None
    bias_ih, bias_hh = (w.zero_bias() if bias is None else bias for bias in (w.bias_ih, w.bias_hh))
    # The workspace exists only where autograd could ask for it; no input requires a gradient, so that nothing is kept.
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
    return hidden, last_hidden[0], last_cell[0], workspace.view(torch.float32)


def _padded(width: int) -> int:
    """oneDNN's leading dimension for rows of `width` floats: whole cache lines, and never a multiple of 256."""
    rounded = -(-width // _CACHE_LINE) * _CACHE_LINE
    return rounded + _CACHE_LINE if rounded % 256 == 0 else rounded


def _cell_states_before(workspace: Tensor, gates: int, first: Tensor, steps: int) -> Tensor | None:
    """The cell state before each step (T, B, H), as a view of the workspace; the first row is not filled.

    The section is found by the cell state after the first step, `first` (B, H), which the gates determine.
    """
    batch, units = first.shape
    plane = batch * units
    if steps == 1:
        return first.new_empty(1, batch, units)
    into_section = (steps + 2) * plane  # the second layer's states, of which the first is the initial one
    probe = min(_PROBE, units)
    start = -(-gates // _PAGE) * _PAGE
    candidates = (workspace.numel() - into_section - (steps - 1) * plane - start) // _PAGE + 1
    if candidates < 1:
        return None
    offsets = workspace.as_strided((candidates, probe), (_PAGE, 1), start + into_section)
    near = (offsets - first[0, :probe]).abs_().amax(dim=1) <= ABSOLUTE_TOLERANCE * (
        1 + first[0, :probe].abs().max()
    )
    found = near.nonzero()
    if not len(found):
        return None
    offset = start + int(found[0]) * _PAGE + into_section - plane
    return workspace.as_strided((steps, batch, units), (plane, units, 1), offset)
