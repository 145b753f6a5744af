"""How a model reads a sequence: a feed for each of its parts, in the order in which they run."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from numpy.typing import NDArray
from torch import Tensor

from ..errors import BadInput
from ..recurrent import RecurrentModule
from ..sequences import Sequence as GivenSequence
from .codecs import Token
from .writer import Generate

Arrays = dict[str, NDArray[Any]]


class Feed(Protocol):
    """Feeds one part of a model step by step, and says what its outputs mean.

    A feed may find out how it goes on only when it is asked: a model that writes draws its next token when `reach`
    needs it, and a decoder decodes when its `initial` states or its first step are wanted. Steps count from 0.
    """

    @property
    def part(self) -> str:
        """`sequence`, or `encoder` or `decoder` in a model of two parts."""

    @property
    def module(self) -> RecurrentModule:
        """PyTorch's own module, which is run and traced."""

    @property
    def initial(self) -> Any:
        """The states that the part begins with, as the module takes them; None for zeros."""

    @property
    def least_steps(self) -> int:
        """How many steps there are for certain; equal to `most_steps` where the end is known beforehand."""

    @property
    def most_steps(self) -> int:
        """How many steps there can be. Only the last part of a model may have fewer."""

    @property
    def given(self) -> Sequence[Token]:
        """The tokens of the first steps, as far as they are known before the run."""

    def reach(self, position: int) -> int:
        """Make the inputs of the steps before `position` known; return it, or where the sequence ends before it."""

    def inputs(self, start: int, stop: int) -> Tensor:
        """Return what the first layer receives at the known steps [`start`, `stop`), [steps, input size]."""

    def arrays(self, start: int, stop: int, output: Tensor) -> Arrays:
        """Return the codec's arrays and the predictions of these steps, named as on the wire.

        `output` is what the module gave at them, [steps, units × directions].
        """

    def tokens(self, start: int, stop: int) -> list[Token]:
        """Return the tokens of the known steps [`start`, `stop`), none of them among `given`."""


@dataclass(frozen=True)
class Asked:
    """What is asked of a model besides a sequence. Each task takes what it knows of, and refuses what it cannot do.

    `top` is how many of the most probable predictions are kept, `most_steps` a limit, and `options` are the task's
    own.
    """

    top: int = 5
    most_steps: int | None = None
    generate: Generate | None = None
    options: Mapping[str, Any] = field(default_factory=dict)

    def refuse_writing(self, model: str) -> None:
        """Raise `BadInput` where a model that cannot write is asked to."""
        if self.generate:
            raise BadInput(f"{model} cannot go on writing", where="generate", expected="no such field")

    def refuse_options(self, model: str) -> None:
        """Raise `BadInput` where a model without options is given any."""
        if self.options:
            raise BadInput(f"{model} takes no options", where="options", expected="no options, or {}")


@dataclass(frozen=True)
class Reading:
    """What a model makes of a sequence.

    `header` is what a run's header says besides (`features`, `outputs`, `classes`), JSON-ready; `result` returns what
    its end says besides (`text`, `score`).
    """

    feeds: tuple[Feed, ...]
    header: Mapping[str, Any] = field(default_factory=dict)
    result: Callable[[], dict[str, Any]] = dict


class Runnable(Protocol):
    """What can be run over a sequence: a model, or a network that somebody has just made up."""

    @property
    def id(self) -> str:
        """Its name."""

    @property
    def parts(self) -> Mapping[str, RecurrentModule]:
        """Its recurrent modules by their part's name, in the order in which they run."""

    def read(self, sequence: GivenSequence, asked: Asked) -> Reading:
        """Say how the sequence is fed to each part; raises `BadInput` where it cannot be."""
