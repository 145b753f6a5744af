"""Capturing a trace from any nn.LSTM, nn.GRU or nn.RNN.

`capture` is the whole trace at once, `Tracer` goes on where it stopped, `capture_chunks` cuts a sequence in chunks of
wished sizes and also serves bidirectional modules, and `capture_stepwise` follows the textbook one step at a time.
Dropout between layers is never applied: a trace shows the network as it is used, not as it is trained.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import torch
from torch import Tensor

from .equations import STEPS
from .errors import CaptureError
from .fast import native, run_direction
from .rebuild import Signals, States
from .trace import Parity, Trace, compare
from .weights import DirectionWeights, RecurrentModule, describe, directions, read_weights


def capture(module: RecurrentModule, x: Tensor, hx: Any = None, *, pre_activations: bool = False) -> Trace:
    """Every gate and state of `module` at every step of `x`, at nearly the speed of the module itself.

    Args:
        module: an nn.LSTM, nn.GRU or nn.RNN: any number of layers, one or two directions, with or without bias.
        x: (T, I), or with a batch (T, B, I), or (B, T, I) where the module has batch_first. T may be 0.
        hx: the initial states as the module takes them; zeros if left out.
        pre_activations: also hold each gate's value before σ or tanh (`forget_gate.pre`).

    Returns:
        A trace with arrays [T, H], or [T, B, H] where x has a batch.

    Raises:
        CaptureError: the module is of another kind, has a projection, or x or hx do not fit it.
    """
    source = _Source(module, x, hx)
    runner = _Runner(module, source.initial, pre_activations)
    return source.trace(runner.run(source.x), start=0)


class Tracer:
    """A module that is read forward, chunk by chunk, and remembers where it is.

    Args:
        module: an nn.LSTM, nn.GRU or nn.RNN with one direction.
        hx: the initial states as the module takes them; zeros if left out.
        pre_activations: also hold each gate's value before σ or tanh.

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
        self._module = module
        self._hx = hx
        self._runner: _Runner | None = None
        self._pre_activations = pre_activations
        self.steps = 0

    def advance(self, x: Tensor) -> Trace:
        """The trace of the next steps, x as in `capture`; the states are carried on."""
        source = _Source(self._module, x, self._hx)
        if self._runner is None:
            self._runner = _Runner(self._module, source.initial, self._pre_activations)
        elif source.initial[0][0]["hidden_state"].shape != self._runner.states[0][0]["hidden_state"].shape:
            raise CaptureError("expected every chunk to have the same batch size, but got another")
        trace = source.trace(self._runner.run(source.x), start=self.steps)
        self.steps = trace.stop
        return trace


def capture_chunks(
    module: RecurrentModule, x: Tensor, sizes: Iterable[int], hx: Any = None, *, pre_activations: bool = False
) -> Iterator[Trace]:
    """The trace of `capture`, in chunks that joined equal the whole.

    Args:
        module, x, hx, pre_activations: as in `capture`.
        sizes: the wished number of steps of each chunk, asked for one by one just before the chunk is made; the last
            chunk is cut where the sequence ends.

    Yields:
        Traces that follow one another. A module with one direction is run as far as the chunk goes and no further; a
        bidirectional one has read the sequence to its end before the first chunk is made.

    Raises:
        CaptureError: as in `capture`, or a size below 1.
    """
    source = _Source(module, x, hx)
    runner = _Runner(module, source.initial, pre_activations)
    total = source.x.shape[0]
    whole = source.trace(runner.run(source.x), start=0) if module.bidirectional else None
    start = 0
    for size in sizes:
        if size < 1:
            raise CaptureError(f"expected a chunk of at least 1 step, but got {size}")
        if start >= total:
            return
        stop = min(start + size, total)
        if whole is not None:
            yield whole.narrow(start, stop)
        else:
            yield source.trace(runner.run(source.x[start:stop]), start=start)
        start = stop
        if start >= total:
            return


def capture_stepwise(
    module: RecurrentModule, x: Tensor, hx: Any = None, *, pre_activations: bool = False
) -> Trace:
    """The trace of `capture`, made with the readable equations one step at a time: slow, and its oracle."""
    source = _Source(module, x, hx)
    runner = _StepwiseRunner(module, source.initial, pre_activations)
    return source.trace(runner.run(source.x), start=0)


LayerStates = list[list[States]]  # [layer][direction] → state name → (B, H)


class _Source:
    """The user's input and initial states in one form: x (T, B, I) and states (B, H)."""

    def __init__(self, module: RecurrentModule, x: Tensor, hx: Any) -> None:
        self.cell = describe(module)
        self.module = module
        if not isinstance(x, Tensor) or x.dim() not in (2, 3):  # type: ignore[redundant-expr]
            raise CaptureError(
                f"expected x of shape (T, I) or with a batch in 3 dimensions, but got {_shape(x)}"
            )
        dtype = module.weight_ih_l0.dtype
        if x.shape[-1] != module.input_size:
            raise CaptureError(f"expected x with {module.input_size} features, but got {_shape(x)}")
        if x.dtype != dtype:
            raise CaptureError(f"expected x of {dtype} as the module's weights, but got {x.dtype}")
        self.batched = x.dim() == 3
        x = x.detach()
        if not self.batched:
            self.x = x[:, None]
        else:
            self.x = x.transpose(0, 1) if module.batch_first else x
        if self.batched and self.x.shape[1] == 0:
            raise CaptureError(f"expected a batch of at least 1 sequence, but got {_shape(x)}")
        self.initial = self._states(hx)

    def _states(self, hx: Any) -> LayerStates:
        directions_ = len(directions(self.module))
        shape = (self.module.num_layers * directions_, self.x.shape[1], self.module.hidden_size)
        given: Sequence[Any]
        if hx is None:
            given = [self.x.new_zeros(shape)] * len(self.cell.states)
        elif len(self.cell.states) == 1:
            given = [hx]
        elif isinstance(hx, tuple | list) and len(hx) == len(self.cell.states):
            given = hx
        else:
            raise CaptureError(f"expected hx as (h0, c0), but got {type(hx).__name__}")
        wanted = shape if self.batched else (shape[0], shape[2])
        for name, state in zip(self.cell.states, given, strict=True):
            if hx is not None and (not isinstance(state, Tensor) or tuple(state.shape) != wanted):
                raise CaptureError(f"expected an initial {name} of shape {wanted}, but got {_shape(state)}")
            if state.dtype != self.x.dtype:
                raise CaptureError(f"expected an initial {name} of {self.x.dtype}, but got {state.dtype}")
        stacked = [state.detach().reshape(self.module.num_layers, directions_, *shape[1:]) for state in given]
        return [
            [
                {
                    name: state[layer, d].contiguous()
                    for name, state in zip(self.cell.states, stacked, strict=True)
                }
                for d in range(directions_)
            ]
            for layer in range(self.module.num_layers)
        ]

    def trace(self, runner: "_Runner", start: int) -> Trace:
        def shaped(array: Tensor) -> Tensor:
            return array if self.batched else array[:, 0]

        def stacked(states: LayerStates) -> dict[str, Tensor]:
            return {
                name: shaped_state(torch.stack([direction[name] for layer in states for direction in layer]))
                for name in self.cell.states
            }

        def shaped_state(state: Tensor) -> Tensor:
            return state if self.batched else state[:, 0]

        return Trace(
            cell=self.cell.kind,
            layers=self.module.num_layers,
            directions=directions(self.module),
            units=self.module.hidden_size,
            start=start,
            arrays={name: shaped(array) for name, array in runner.arrays.items()},
            output=shaped(runner.output),
            agreement=runner.agreement,
            initial=stacked(runner.initial),
            final=stacked(runner.states),
        )


def _shape(value: Any) -> str:
    return str(tuple(value.shape)) if isinstance(value, Tensor) else type(value).__name__


class _Runner:
    """Runs all layers and directions over chunks of steps, carrying the states from chunk to chunk."""

    def __init__(self, module: RecurrentModule, initial: LayerStates, pre_activations: bool) -> None:
        self.cell = describe(module)
        self.weights = read_weights(module)
        self.names = directions(module)
        self.initial = self.states = initial
        self.pre_activations = pre_activations
        self.agreement = Parity()
        self.arrays: dict[str, Tensor] = {}
        self.output = torch.empty(0)

    @torch.no_grad()
    def run(self, x: Tensor) -> "_Runner":
        """Read x (T, B, I); afterwards `arrays`, `output`, `states` and `agreement` speak of it."""
        self.agreement = Parity()
        self.arrays = {}
        self.initial = self.states
        states: LayerStates = []
        for layer, weights in enumerate(self.weights):
            outputs = []
            states.append([])
            for name, w, initial in zip(self.names, weights, self.states[layer], strict=True):
                signals, final = self._direction(x, initial, w, backward=name == "backward")
                self.arrays |= {f"layers.{layer}.{name}.{signal}": array for signal, array in signals.items()}
                outputs.append(signals["hidden_state"])
                states[layer].append(final)
            x = outputs[0] if len(outputs) == 1 else torch.cat(outputs, dim=-1)
        self.states = states
        self.output = x
        return self

    def _direction(
        self, x: Tensor, initial: States, w: DirectionWeights, *, backward: bool
    ) -> tuple[Signals, States]:
        wanted = self.cell.signal_names + (self.cell.pre_names if self.pre_activations else ())
        if not x.shape[0]:
            empty = x.new_empty(0, x.shape[1], w.units)
            return dict.fromkeys(wanted, empty), initial
        signals, final = self._forward(x.flip(0) if backward else x, initial, w)
        if backward:
            signals = {name: signal.flip(0) for name, signal in signals.items()}
        return {name: signals[name] for name in wanted}, final

    def _forward(self, x: Tensor, initial: States, w: DirectionWeights) -> tuple[Signals, States]:
        run = run_direction(self.cell.kind, x, initial, w, self.pre_activations)
        self.agreement |= run.parity
        return run.signals, run.final


class _StepwiseRunner(_Runner):
    """The same with the readable equations; the native kernel is run beside them for the parity alone."""

    def _forward(self, x: Tensor, initial: States, w: DirectionWeights) -> tuple[Signals, States]:
        step = STEPS[self.cell.kind]
        rows = []
        states = initial
        for x_t in x:
            rows.append(step(x_t, states, w))
            states = {name: rows[-1][name] for name in self.cell.states}
        signals = {name: torch.stack([row[name] for row in rows]) for name in rows[0]}
        hidden, final = native(self.cell.kind, x.contiguous(), initial, w)
        self.agreement |= compare(signals["hidden_state"], hidden)
        if "cell_state" in final:
            self.agreement |= compare(states["cell_state"], final["cell_state"])
        return signals, states
