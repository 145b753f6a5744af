"""How a model reads a sequence: a feed for each of its parts, in the order in which they run."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from numpy.typing import NDArray
from torch import Tensor

from ..errors import BadInput
from ..recurrent import RecurrentModule
from ..sequences import Sequence as GivenSequence
from .codecs import Token
from .writer import Begin, Generate

Arrays = dict[str, NDArray[Any]]


class Feed(Protocol):
    """Feeds one part of a model step by step, and says what its outputs mean.

    A feed may be lazy: a model that writes draws its next token when `reach` needs it, and a decoder decodes when its
    `initial` states or its first step are needed. Steps count from 0.
    """

    @property
    def part(self) -> str:
        """`sequence`, or `encoder` or `decoder` in a model of two parts."""

    @property
    def module(self) -> RecurrentModule:
        """The PyTorch module that is run and traced."""

    @property
    def initial(self) -> Any:
        """The initial states in the form that the module takes; None for zeros."""

    @property
    def least_steps(self) -> int:
        """The smallest possible number of steps; equal to `most_steps` where the end is known beforehand."""

    @property
    def most_steps(self) -> int:
        """The largest possible number of steps. Only the last part of a model may have fewer."""

    @property
    def given(self) -> Sequence[Token]:
        """The tokens of the first steps, as far as they are known before the run."""

    @property
    def held_bytes(self) -> int:
        """About how many bytes it holds at most during the run, besides the traces."""

    def prepare(self) -> Iterator[None]:
        """Do what must be done before the first step, in short pieces; most feeds have nothing to do."""

    def reach(self, position: int) -> int:
        """Make the inputs of the steps before `position` known; return `position`, or the end if it comes earlier."""

    def inputs(self, start: int, stop: int) -> Tensor:
        """Return the first layer's inputs at the known steps [`start`, `stop`), [steps, input size]."""

    def arrays(self, start: int, stop: int, output: Tensor) -> Arrays:
        """Return the codec's arrays and the predictions of these steps, named as on the wire.

        `output` is the module's output at these steps, [steps, units × directions].
        """

    def tokens(self, start: int, stop: int) -> list[Token]:
        """Return the tokens of the known steps [`start`, `stop`), without those in `given`."""


@dataclass(frozen=True)
class Asked:
    """What a user asks of a model besides the sequence. A task refuses what it cannot do.

    `top` is how many of the most probable predictions are kept, `most_steps` limits the steps of the sequence
    together with those written after it, without start and end tokens; `options` are specific to the task. If the
    run begins in the middle, `begin` says where.
    """

    top: int = 5
    most_steps: int | None = None
    generate: Generate | None = None
    options: Mapping[str, Any] = field(default_factory=dict)
    begin: Begin | None = None

    def refuse_writing(self, model: str) -> None:
        """Raise `BadInput` if writing is asked of a model that cannot write."""
        if self.generate:
            raise BadInput(f"{model} cannot continue a sequence", where="generate", expected="no such field")

    def refuse_options(self, model: str) -> None:
        """Raise `BadInput` if options are given to a model that has none."""
        if self.options:
            raise BadInput(f"{model} takes no options", where="options", expected="no options, or {}")


@dataclass(frozen=True)
class Reading:
    """What a model makes of a sequence.

    `header` holds the task's extra header fields (`features`, `outputs`, `classes`), JSON-ready; `result` returns its
    extra fields at the end of a run (`text`, `score`).
    """

    feeds: tuple[Feed, ...]
    header: Mapping[str, Any] = field(default_factory=dict)
    result: Callable[[], dict[str, Any]] = dict


class Runnable(Protocol):
    """What can be run over a sequence: a model, or a sandbox."""

    @property
    def id(self) -> str:
        """Its name."""

    @property
    def parts(self) -> Mapping[str, RecurrentModule]:
        """The recurrent modules by part name, in the order in which they run."""

    def read(self, sequence: GivenSequence, asked: Asked) -> Reading:
        """Return how the sequence is fed to each part; raises `BadInput` if it cannot be."""
