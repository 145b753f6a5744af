"""The sandbox: any recurrent module with random weights, on any numbers. Its weights mean nothing.

These lines give the same module, with weights and initial states equal bit for bit:

    torch.manual_seed(seed)
    m = nn.LSTM(input_size, hidden_size, num_layers, bias=bias, bidirectional=bidirectional)
    h0 = torch.randn(num_layers * directions, hidden_size)  # only with "initial": "random"
    c0 = torch.randn(num_layers * directions, hidden_size)  # and only for an LSTM

With a batch, `h0` and `c0` are (num_layers * directions, batch, hidden_size).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

import torch
from pydantic import BaseModel, ConfigDict, Field, model_validator
from torch import Tensor, nn
from torch.overrides import TorchFunctionMode

from ...errors import BadInput, TooLarge
from ...recurrent import RecurrentModule, describe
from ...sequences import BatchSequence, NumericSequence, Sequence
from ..feed import Arrays, Asked, Reading
from ..place import SEQUENCE
from ..sequence_network import RECURRENT, CellKind
from .numbers import NumbersFeed, numbers_for

SANDBOX = "sandbox"

MOST_PARAMETERS = 20_000_000
"""The most weights and biases in a sandbox: 80 MB of float32."""

Size = Field(ge=1, le=16_384)


class SandboxConfig(BaseModel):
    """The shape of a sandbox; the defaults are PyTorch's, with seed 0 and zeros as initial states."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)

    cell: CellKind
    input_size: int = Size
    hidden_size: int = Size
    num_layers: int = Field(1, ge=1, le=64)
    bidirectional: bool = False
    bias: bool = True
    nonlinearity: Literal["tanh", "relu"] = "tanh"
    seed: int = Field(0, ge=0, le=2**53 - 1)
    initial: Literal["zeros", "random"] = "zeros"

    @model_validator(mode="after")
    def _relu_of_an_rnn_alone(self) -> SandboxConfig:
        if self.cell != "rnn" and self.nonlinearity != "tanh":
            raise ValueError(
                f"tanh, because the cell is {self.cell}; only an rnn can have another nonlinearity"
            )
        return self

    @property
    def directions(self) -> int:
        """The number of directions in which it reads."""
        return 2 if self.bidirectional else 1

    @property
    def parameters(self) -> int:
        """The number of weights and biases."""
        gates = {"lstm": 4, "gru": 3, "rnn": 1}[self.cell]
        inputs = [self.input_size] + [self.hidden_size * self.directions] * (self.num_layers - 1)
        columns = sum(size + self.hidden_size + 2 * self.bias for size in inputs)
        return gates * self.hidden_size * columns * self.directions


class Sandbox:
    """A recurrent module that a user configured on the spot.

    Raises `TooLarge` if it would have more than `MOST_PARAMETERS` weights and biases.
    """

    id = SANDBOX

    def __init__(self, config: SandboxConfig) -> None:
        if config.parameters > MOST_PARAMETERS:
            raise TooLarge(
                f"the sandbox would have {config.parameters:,} weights and biases",
                where="model.sandbox",
                expected=f"at most {MOST_PARAMETERS:,}",
            )
        self.config = config
        self._chance = torch.Generator().manual_seed(config.seed)
        self.module = _module(config, self._chance)
        self._after_weights = self._chance.get_state()

    @property
    def parts(self) -> Mapping[str, RecurrentModule]:
        """Its only recurrent module."""
        return {SEQUENCE: self.module}

    def initial(self, batch: int | None) -> tuple[Tensor, ...]:
        """Return h0 and, for an LSTM, c0: [layers · directions, (batch,) units]; empty if they are zeros."""
        if self.config.initial == "zeros":
            return ()
        chance = torch.Generator()
        chance.set_state(self._after_weights)
        rows = self.config.num_layers * self.config.directions
        between = () if batch is None else (batch,)
        return tuple(
            torch.randn(rows, *between, self.config.hidden_size, generator=chance)
            for _ in describe(self.module).states
        )

    def read(self, sequence: Sequence, asked: Asked) -> Reading:
        """Read numbers, or the sequence of a batch that `options.sequence` selects.

        Raises `TooLarge`, and `BadInput` for a text, the wrong number of features, writing, and other options.
        """
        batch = sequence.values.shape[1] if isinstance(sequence, BatchSequence) else None
        index = _chosen(asked.options, batch)
        if isinstance(sequence, BatchSequence):
            sequence = sequence.sequence(index)
        given = numbers_for(self.id, sequence, asked)
        if given.values.shape[1] != self.config.input_size:
            raise BadInput(
                f"the sandbox has input_size {self.config.input_size}, but got {given.values.shape[1]} features",
                where="sequence",
                expected="as many features as its input_size",
            )
        states = [state if batch is None else state[:, index] for state in self.initial(batch)]
        header = {
            "features": list(given.names),
            "labels": None if given.labels is None else list(given.labels),
        }
        return Reading((SandboxFeed(self.module, given, states),), header)


class SandboxFeed(NumbersFeed):
    """The user's numbers, unscaled."""

    def __init__(self, module: RecurrentModule, sequence: NumericSequence, states: list[Tensor]) -> None:
        initial: Any = None
        if states:
            initial = (states[0], states[1]) if len(states) > 1 else states[0]
        super().__init__(module, sequence.values, initial)

    def inputs(self, start: int, stop: int) -> Tensor:
        """Return the numbers in float32, [steps, features]."""
        return torch.from_numpy(self.values[start:stop]).float()

    def arrays(self, start: int, stop: int, output: Tensor) -> Arrays:
        """Return the user's own `values`; a sandbox has no head, so no predictions."""
        return {"values": self.values[start:stop]}


@dataclass
class _Drawing(TorchFunctionMode):
    """Draws weights from its own generator, so modules made at the same time share no random numbers."""

    chance: torch.Generator

    def __post_init__(self) -> None:
        super().__init__()

    def __torch_function__(
        self, func: Any, types: Any, args: tuple[Any, ...] = (), kwargs: dict[str, Any] | None = None
    ) -> Any:
        own = {"generator": self.chance} if func is nn.init.uniform_ else {}
        return func(*args, **(kwargs or {}) | own)


def _module(config: SandboxConfig, chance: torch.Generator) -> nn.RNNBase:
    more = {"nonlinearity": config.nonlinearity} if config.cell == "rnn" else {}
    with _Drawing(chance):
        module = RECURRENT[config.cell](
            config.input_size,
            config.hidden_size,
            config.num_layers,
            bias=config.bias,
            bidirectional=config.bidirectional,
            **more,
        )
    return module.eval().requires_grad_(False)


def _chosen(options: Mapping[str, Any], batch: int | None) -> int:
    """Return the index of the requested sequence of a batch; raises `BadInput`."""
    for name in options:
        if name != "sequence":
            raise BadInput(
                f"the sandbox has no option {name!r}",
                where=f"options.{name}",
                expected="sequence, or no options",
            )
    index = options.get("sequence", 0)
    count = 1 if batch is None else batch
    if type(index) is not int or not 0 <= index < count:
        raise BadInput(
            f"there is no sequence {index!r}",
            where="options.sequence",
            expected=f"0 to {count - 1}" if count > 1 else "0, as there is one sequence",
        )
    return index
