"""Decoding: how a decoder's next token is chosen, and a record of each step.

A hypothesis is ranked by its score: the sum of the log-probabilities of all its tokens, including the end token and
given tokens, without length normalisation. It is complete when it ends with the end token or reaches the step limit.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Generator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from ..errors import BadInput
from .sequence_network import State
from .sequence_to_sequence import Decoded, SequenceToSequence, Source
from .writer import draw

Scores = NDArray[np.floating]
Choose = Callable[[int, Scores], int]
"""Takes a step and the scores [tokens] at that step, and returns the chosen token."""

Rows = Mapping[int, Tensor]
"""Attention rows that replace the network's own, [source steps] each, by step."""


@dataclass(frozen=True)
class Greedy:
    """Take the most probable token at every step."""


@dataclass(frozen=True)
class Beam:
    """Keep the `width` best hypotheses at every step."""

    width: int

    def __post_init__(self) -> None:
        if not 1 <= self.width <= 8:
            raise BadInput(
                f"a beam cannot be {self.width} wide", where="options.decoding.width", expected="1 to 8"
            )


@dataclass(frozen=True)
class Sample:
    """Draw every token at `temperature` (0 takes the most probable) with `seed`."""

    temperature: float = 1.0
    seed: int = 0

    def __post_init__(self) -> None:
        if not (math.isfinite(self.temperature) and self.temperature >= 0):
            raise BadInput(
                f"a temperature cannot be {self.temperature}",
                where="options.decoding.temperature",
                expected="0 or more",
            )
        if self.seed < 0:
            raise BadInput(
                f"a seed cannot be {self.seed}", where="options.decoding.seed", expected="0 or more"
            )


@dataclass(frozen=True)
class Vocabulary:
    """The ids of the start token, the end token, and the tokens that a decoder may never write."""

    start: int
    end: int
    never: tuple[int, ...]

    def allowed(self, scores: Scores) -> Scores:
        """Return scores [..., tokens] with −∞ for the tokens that are never written."""
        allowed = scores.copy()
        allowed[..., list(self.never)] = -np.inf
        return allowed


def greedily(vocabulary: Vocabulary) -> Choose:
    """Choose the most probable token."""
    return lambda step, scores: int(vocabulary.allowed(scores).argmax())


def by_chance(vocabulary: Vocabulary, sample: Sample) -> Choose:
    """Choose at random; a single seed determines the choices of all steps."""
    random = np.random.default_rng(sample.seed)
    return lambda step, scores: draw(
        vocabulary.allowed(scores).astype(np.float64), sample.temperature, random
    )


def beginning_with(given: Sequence[int], choose: Choose) -> Choose:
    """Choose the given tokens first, then as `choose` does."""
    return lambda step, scores: int(given[step]) if step < len(given) else choose(step, scores)


@dataclass(frozen=True, eq=False)
class Step:
    """One step: the token fed, what the decoder did, the scores [tokens], and the chosen token."""

    read: int
    decoded: Decoded
    scores: Tensor
    chosen: int

    @property
    def log_probability(self) -> float:
        """The log-probability of the chosen token."""
        return float(self.scores.double().log_softmax(-1)[self.chosen])


class Decoding:
    """Decodes one source, step by step; `steps` holds the steps taken so far.

    It ends with the end token, or after `most_steps`. `forced` attention rows replace the network's own.
    """

    def __init__(
        self,
        network: SequenceToSequence,
        source: Source,
        vocabulary: Vocabulary,
        choose: Choose,
        *,
        most_steps: int,
        forced: Rows | None = None,
    ) -> None:
        self._network = network
        self._source = source
        self._vocabulary = vocabulary
        self._choose = choose
        self._most = most_steps
        self._forced = forced or {}
        self._state = source.initial
        self.steps: list[Step] = []

    @property
    def ended(self) -> bool:
        """Whether the end token was chosen, or no further step is allowed."""
        return len(self.steps) >= self._most or (
            bool(self.steps) and self.steps[-1].chosen == self._vocabulary.end
        )

    @property
    def chosen(self) -> list[int]:
        """The tokens chosen so far."""
        return [step.chosen for step in self.steps]

    @property
    def score(self) -> float:
        """The sum of the log-probabilities of the tokens chosen so far."""
        return math.fsum(step.log_probability for step in self.steps)

    def reach(self, position: int) -> int:
        """Take the steps before `position`; return `position`, or the end if decoding ended earlier."""
        while len(self.steps) < position and not self.ended:
            self._advance()
        return min(position, len(self.steps))

    def _advance(self) -> None:
        step = len(self.steps)
        read = self.steps[-1].chosen if self.steps else self._vocabulary.start
        row = self._forced.get(step)
        decoded, scores = _next(
            self._network, self._source, self._state, [read], None if row is None else row[None]
        )
        self._state = decoded.state
        chosen = self._choose(step, scores[0].numpy())
        self.steps.append(Step(read, decoded, scores[0], chosen))


@dataclass(frozen=True)
class Hypothesis:
    """The chosen tokens, and the sum of their log-probabilities."""

    ids: tuple[int, ...]
    score: float


@dataclass(frozen=True)
class Search:
    """What a beam found: the best complete `hypotheses`, best first, and in `tree` every hypothesis it kept."""

    hypotheses: tuple[Hypothesis, ...]
    tree: tuple[Hypothesis, ...]


def found_by(pieces: Generator[None, None, Search]) -> Search:
    """Return what a search finds, after all its steps."""
    while True:
        try:
            next(pieces)
        except StopIteration as end:
            found: Search = end.value
            return found


def search(
    network: SequenceToSequence,
    source: Source,
    vocabulary: Vocabulary,
    width: int,
    *,
    most_steps: int,
    given: Sequence[int] = (),
    forced: Rows | None = None,
) -> Generator[None, None, Search]:
    """Search step by step: yield after every step, and return the best complete hypotheses.

    Every live hypothesis may also end at each step. All begin with the `given` tokens. The greedy hypothesis is always
    a candidate. Log-probabilities are never above 0, so a live hypothesis that scores less than the complete ones
    cannot beat them; the search ends when no other is left.
    """
    greedy = Decoding(
        network,
        source,
        vocabulary,
        beginning_with(given, greedily(vocabulary)),
        most_steps=most_steps,
        forced=forced,
    )
    for step in range(most_steps):
        if greedy.reach(step + 1) <= step:
            break
        yield
    tree = _prefixes(greedy)
    complete = {tuple(greedy.chosen): greedy.score}
    live, state = [Hypothesis((), 0.0)], source.initial
    for step in range(most_steps):
        rows = torch.zeros(len(live), dtype=torch.int64)
        row = None if forced is None else forced.get(step)
        read = [hypothesis.ids[-1] if hypothesis.ids else vocabulary.start for hypothesis in live]
        decoded, scores = _next(
            network, source.of(rows), state, read, None if row is None else row.expand(len(live), -1)
        )
        wanted = given[step] if step < len(given) else None
        following = _continuations(live, scores, vocabulary, wanted, width)
        ending = [(parent, h) for parent, h in following if h.ids[-1] == vocabulary.end]
        going_on = sorted(
            ((parent, h) for parent, h in following if h.ids[-1] != vocabulary.end),
            key=lambda pair: -pair[1].score,
        )[:width]
        if step + 1 == most_steps:
            ending, going_on = ending + going_on, []
        for _, hypothesis in sorted(ending, key=lambda pair: -pair[1].score)[:width]:
            complete.setdefault(hypothesis.ids, hypothesis.score)
            tree.setdefault(hypothesis.ids, hypothesis.score)
        best = sorted(complete.values(), reverse=True)[:width]
        enough = best[-1] if len(best) == width else -math.inf
        going_on = [(parent, h) for parent, h in going_on if h.score > enough]
        if not going_on:
            break
        for _, hypothesis in going_on:
            tree.setdefault(hypothesis.ids, hypothesis.score)
        yield
        live = [hypothesis for _, hypothesis in going_on]
        state = _rows_of(decoded.state, torch.tensor([parent for parent, _ in going_on]))
    ranked = sorted((Hypothesis(*item) for item in complete.items()), key=lambda found: -found.score)
    return Search(tuple(ranked[:width]), tuple(Hypothesis(*item) for item in tree.items()))


def _next(
    network: SequenceToSequence, source: Source, state: State, read: Sequence[int], rows: Tensor | None
) -> tuple[Decoded, Tensor]:
    """Feed a token to each row of a batch; return what the decoder did, and the next token's scores [B, tokens]."""
    with torch.no_grad():
        embedded = network.decoder.embedding(torch.tensor([list(read)]))
        decoded = network.decode(embedded, source, state, {} if rows is None else {0: rows})
        return decoded, network.score(decoded.features[0])


def _continuations(
    live: list[Hypothesis], scores: Tensor, vocabulary: Vocabulary, wanted: int | None, width: int
) -> list[tuple[int, Hypothesis]]:
    """Return the candidate continuations with their parents' indices: the end token, and the best `width` others.

    With `wanted`, that token is the only candidate.
    """
    log_probabilities = scores.double().log_softmax(-1).numpy()
    allowed = vocabulary.allowed(log_probabilities)
    allowed[:, vocabulary.end] = -np.inf
    found = []
    for parent, hypothesis in enumerate(live):
        others = np.argsort(-allowed[parent], kind="stable")[:width]
        tokens = (
            [vocabulary.end, *others[allowed[parent, others] > -np.inf].tolist()]
            if wanted is None
            else [wanted]
        )
        for token in tokens:
            score = hypothesis.score + float(log_probabilities[parent, token])
            found.append((parent, Hypothesis((*hypothesis.ids, token), score)))
    return found


def _prefixes(decoding: Decoding) -> dict[tuple[int, ...], float]:
    """Return every prefix of the chosen tokens, with its score."""
    found, score = {}, 0.0
    for index, step in enumerate(decoding.steps):
        score += step.log_probability
        found[tuple(decoding.chosen[: index + 1])] = score
    return found


def _rows_of(state: State, rows: Tensor) -> State:
    return state[:, rows] if isinstance(state, Tensor) else (state[0][:, rows], state[1][:, rows])
