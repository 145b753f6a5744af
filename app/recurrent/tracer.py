"""Captures a trace from any nn.LSTM, nn.GRU or nn.RNN, or from the module of any other described cell.

`capture` returns the whole trace at once. `Tracer` continues where it stopped. `capture_chunks` cuts a sequence into
chunks of given sizes and also supports bidirectional modules. `capture_stepwise` follows the textbook, one step at a
time. Dropout between layers is never applied: a trace shows the network in use, not in training.
"""

from collections.abc import Iterable, Iterator
from operator import index
from typing import Any

from torch import Tensor

from .errors import CaptureError
from .layers import LayersRun, run, run_stepwise
from .source import LayerStates, Source, read_input, read_states, stack_states
from .trace import Trace
from .weights import RecurrentModule, describe, directions


def capture(module: RecurrentModule, x: Tensor, hx: Any = None, *, pre_activations: bool = False) -> Trace:
    """Every gate and state of `module` at every step of `x`, at nearly the speed of the module itself.

    Args:
        module: an nn.LSTM, nn.GRU or nn.RNN: any number of layers, one or two directions, with or without bias.
        x: (T, I), or with a batch (T, B, I), or (B, T, I) where the module has batch_first. T may be 0.
        hx: the initial states in the form that the module takes; zeros if omitted.
        pre_activations: also record each gate's value before σ or tanh (`forget_gate.pre`).

    Returns:
        A trace with arrays [T, H], or [T, B, H] if x has a batch.

    Raises:
        CaptureError: the module is of another kind, has a projection, or its own call gives a different result than
            its weights (`refusals`), or x or hx do not fit it.
    """
    source = read_input(module, x)
    initial = read_states(module, hx, source)
    return _trace(module, source, initial, run(module, source.x, initial, pre_activations), start=0)


def capture_stepwise(
    module: RecurrentModule, x: Tensor, hx: Any = None, *, pre_activations: bool = False
) -> Trace:
    """The same trace as `capture`, made with the readable equations one step at a time: slow, and its oracle."""
    source = read_input(module, x)
    initial = read_states(module, hx, source)
    return _trace(module, source, initial, run_stepwise(module, source.x, initial, pre_activations), start=0)


class Tracer:
    """Captures a module chunk by chunk, carrying the states from chunk to chunk.

    Args:
        module: as in `capture`, with one direction.
        hx: the initial states in the form that the module takes; zeros if omitted.
        pre_activations: also record each gate's value before σ or tanh.

    Raises:
        CaptureError: the module reads in both directions (use `capture_chunks`), or cannot be captured at all.
    """

    def __init__(self, module: RecurrentModule, hx: Any = None, *, pre_activations: bool = False) -> None:
        describe(module)
        if module.bidirectional:
            raise CaptureError(
                "expected a module with one direction, but got a bidirectional one, which must have read to the end "
                "first: use capture_chunks"
            )
        self.steps = 0
        self._module = module
        self._hx = hx
        self._pre_activations = pre_activations
        self._batch: int | None = None
        self._states: LayerStates | None = None

    def advance(self, x: Tensor) -> Trace:
        """The trace of the next steps; x as in `capture`."""
        source = read_input(self._module, x)
        if self._states is None:
            states = read_states(self._module, self._hx, source)
        elif source.batch == self._batch:
            states = self._states
        else:
            raise CaptureError(
                f"expected every chunk to have the same batch size, {self._batch}, but got {source.batch}"
            )
        ran = run(self._module, source.x, states, self._pre_activations)
        trace = _trace(self._module, source, states, ran, start=self.steps)
        self.steps, self._batch, self._states = trace.stop, source.batch, ran.final
        return trace


def capture_chunks(
    module: RecurrentModule, x: Tensor, sizes: Iterable[int], hx: Any = None, *, pre_activations: bool = False
) -> Iterator[Trace]:
    """The trace of `capture` in chunks; joined, they equal the whole.

    Args:
        module, x, hx, pre_activations: as in `capture`.
        sizes: the number of steps of each chunk, read one by one just before the chunk is made; the last chunk stops
            at the end of the sequence.

    Yields:
        Consecutive traces. A module with one direction runs only to the end of the current chunk; a bidirectional
        module reads the whole sequence before the first chunk is made.

    Raises:
        CaptureError: as in `capture`, or a size is not a whole number of at least 1.
    """
    source = read_input(module, x)
    states = read_states(module, hx, source)
    total, start = len(source.x), 0
    whole = capture(module, x, hx, pre_activations=pre_activations) if module.bidirectional else None
    for size in sizes:
        if start >= total:
            return
        stop = min(start + _whole_number(size), total)
        if whole is not None:
            yield whole.narrow(start, stop)
        else:
            ran = run(module, source.x[start:stop], states, pre_activations)
            yield _trace(module, source, states, ran, start)
            states = ran.final
        start = stop
        if start >= total:
            return


def _whole_number(size: int) -> int:
    try:
        steps = index(size)
    except TypeError:
        steps = 0
    if steps < 1:
        raise CaptureError(f"expected a chunk of at least 1 step, but got {size}")
    return steps


def _trace(
    module: RecurrentModule, source: Source, initial: LayerStates, ran: LayersRun, start: int
) -> Trace:
    return Trace(
        cell=describe(module).kind,
        layers=module.num_layers,
        directions=directions(module),
        units=module.hidden_size,
        start=start,
        arrays={name: source.shaped(array) for name, array in ran.arrays.items()},
        output=source.shaped(ran.output),
        agreement=ran.agreement,
        initial={name: source.shaped(state) for name, state in stack_states(initial).items()},
        final={name: source.shaped(state) for name, state in stack_states(ran.final).items()},
    )
