"""The objective of a translator: the surprise at every token of the true translation, in batches of similar length."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from ..networks.codecs import END, START, UNKNOWN
from ..networks.codecs.translation import TranslationCodec
from ..networks.sequence_to_sequence import SequenceToSequence, Source
from .chance import chance
from .next_token import NOT_COUNTED

Ids = NDArray[np.int32]

ROUND = 16
"""Batch sizes are multiples of this, so that the matrix library sees few different shapes."""

MULTIPLIES_BFLOAT16 = hasattr(torch.cpu, "get_capabilities") and bool(
    torch.cpu.get_capabilities().get("avx512_bf16")
)
"""Whether this processor has bfloat16 instructions; older PyTorch versions cannot tell."""


@dataclass(frozen=True)
class TranslationExample:
    """A source and its target as token ids, without start and end tokens."""

    source: Ids
    target: Ids


@dataclass(frozen=True)
class TranslationBatch:
    """`source` [S, B] with start and end tokens, its `lengths` [B], and the decoder's `read` and `wanted` [T, B]."""

    source: Tensor
    lengths: Tensor
    read: Tensor
    wanted: Tensor


@dataclass(frozen=True)
class Ends:
    """The ids of the start and end tokens, the same on both sides, and of the tokens that are never written."""

    start: int
    end: int
    never: tuple[int, ...] = ()

    @staticmethod
    def of(codec: TranslationCodec) -> Ends:
        """Return the ids of a codec."""
        start, end = codec.source.special(START), codec.source.special(END)
        unknown = codec.target.special(UNKNOWN)
        assert start is not None and end is not None
        return Ends(start, end, () if unknown is None else (unknown,))

    def batch(self, examples: Sequence[TranslationExample]) -> TranslationBatch:
        """Make a batch of examples, padded to the longest."""
        sources = [np.concatenate([[self.start], example.source, [self.end]]) for example in examples]
        targets = [np.concatenate([[self.start], example.target, [self.end]]) for example in examples]
        return TranslationBatch(
            source=_padded(sources, 0),
            lengths=torch.tensor([len(source) for source in sources]),
            read=_padded([target[:-1] for target in targets], 0),
            wanted=_padded([target[1:] for target in targets], NOT_COUNTED),
        )


def _padded(rows: Sequence[NDArray[np.integer]], padding: int) -> Tensor:
    padded = np.full((max(len(row) for row in rows), len(rows)), padding, np.int64)
    for column, row in enumerate(rows):
        padded[: len(row), column] = row
    return torch.from_numpy(padded)


class Batches(Protocol):
    """The training data: a pure function from a step to its batch."""

    def __call__(self, step: int) -> TranslationBatch:
        """Return the batch of a step, counted from 0."""


class TranslationBatches:
    """Batch `step` of an endless training over `examples`, a pure function of (seed, step).

    Each epoch reads the examples in a new random order. A window of `window` examples is cut into `pieces` batches of
    similar length and about the same number of tokens, in random order. A share `joined` of the examples is read two to
    four at a time as one text, so that the network learns texts longer than a sentence.
    """

    def __init__(
        self,
        examples: Sequence[TranslationExample],
        ends: Ends,
        *,
        seed: int,
        window: int,
        pieces: int,
        joined: float,
    ) -> None:
        self._examples = examples
        self._ends = ends
        self._seed = seed
        self._size = window
        self._pieces = pieces
        self._joined = joined
        self._window = -1
        self._batches: list[list[TranslationExample]] = []

    def __call__(self, step: int) -> TranslationBatch:
        """Return one batch."""
        window, piece = divmod(step, self._pieces)
        if window != self._window:
            self._batches = self._cut(window)
            self._window = window
        return self._ends.batch(self._batches[piece])

    def _cut(self, window: int) -> list[list[TranslationExample]]:
        random = np.random.default_rng((self._seed, window))
        examples = self._join([self._examples[index] for index in self._indices(window)], random)
        tie = random.permutation(len(examples))
        order = sorted(
            range(len(examples)), key=lambda k: (len(examples[k].source), len(examples[k].target), tie[k])
        )
        costs = np.cumsum([len(examples[index].source) + len(examples[index].target) + 4 for index in order])
        edges = np.searchsorted(costs, costs[-1] * np.arange(1, self._pieces) / self._pieces)
        edges = edges // ROUND * ROUND
        batches = [[examples[index] for index in part] for part in np.split(np.array(order), edges)]
        return [batches[index] for index in random.permutation(self._pieces)]

    def _indices(self, window: int) -> list[int]:
        """Return the indices of a window's examples; each epoch has its own order."""
        count = len(self._examples)
        first, last = window * self._size, (window + 1) * self._size
        read: list[int] = []
        for time in range(first // count, (last - 1) // count + 1):
            order = np.random.default_rng((self._seed, time, 1)).permutation(count)
            read += order[max(0, first - time * count) : last - time * count].tolist()
        return read

    def _join(
        self, examples: list[TranslationExample], random: np.random.Generator
    ) -> list[TranslationExample]:
        """Join the first examples, two to four at a time, until the share is used up."""
        joined, position = [], 0
        while position < self._joined * len(examples):
            parts = examples[position : position + int(random.integers(2, 4, endpoint=True))]
            joined.append(
                TranslationExample(
                    np.concatenate([part.source for part in parts]),
                    np.concatenate([part.target for part in parts]),
                )
            )
            position += len(parts)
        return joined + examples[position:]


class TranslationLoss:
    """The mean cross entropy of the tokens of the true translation, read with teacher forcing.

    `dropout` drops that share of the coordinates of embeddings and of the head's inputs, `token_dropout` that share of
    whole embeddings; `smoothing` is label smoothing (Szegedy et al., 2016). A step's random numbers depend on the seed
    and the step. With `half`, a processor with bfloat16 instructions multiplies matrices in bfloat16 (the weights stay
    float32), which is twice as fast. `teacher` is the share of tokens that the decoder is fed from the true
    translation; otherwise it is fed its own choices (scheduled sampling; Bengio et al., 2015). `hidden` is the share of
    sentences that the decoder reads from empty initial states, so that it has to learn from attention.
    """

    def __init__(
        self,
        network: SequenceToSequence,
        batches: Batches,
        *,
        seed: int,
        dropout: float = 0.0,
        token_dropout: float = 0.0,
        smoothing: float = 0.0,
        half: bool = False,
        teacher: float = 1.0,
        hidden: float = 0.0,
    ) -> None:
        self._network = network
        self._batches = batches
        self._seed = seed
        self._dropout = dropout
        self._token_dropout = token_dropout
        self._smoothing = smoothing
        self._half = half
        self._teacher = teacher
        self._hidden = hidden

    def __call__(self, step: int, carried: None) -> tuple[Tensor, None]:
        """Return the loss of a step, in nats per token; nothing is carried to the next step."""
        batch = self._batches(step)
        with chance(self._seed, step), self._precision():
            return self._loss(batch), None

    def _precision(self) -> AbstractContextManager[object]:
        return torch.autocast("cpu", torch.bfloat16) if self._half and MULTIPLIES_BFLOAT16 else nullcontext()

    def _loss(self, batch: TranslationBatch) -> Tensor:
        network = self._network
        source = network.encode(self._thinned(network.encoder.embedding(batch.source)), batch.lengths)
        if self._hidden:
            source = source.with_initial(torch.rand(len(batch.lengths)) >= self._hidden)
        if self._teacher < 1:
            features = self._read_partly_freely(batch.read, source)
        else:
            read = self._thinned(network.decoder.embedding(batch.read))
            features = self._dropped(network.decode(read, source, source.initial).features)
        counted = batch.wanted != NOT_COUNTED
        return smoothed_loss(network.score(features[counted]), batch.wanted[counted], self._smoothing)

    def _read_partly_freely(self, read: Tensor, source: Source) -> Tensor:
        """Feed each true token [T, B] or, at random, the decoder's own choice; return the features."""
        network, state = self._network, source.initial
        features: list[Tensor] = []
        for step, true in enumerate(read):
            fed = true
            if step:
                own = network.score(features[-1]).argmax(-1)
                fed = torch.where(torch.rand(len(true)) < self._teacher, true, own)
            decoded = network.decode(network.decoder.embedding(fed)[None], source, state)
            state = decoded.state
            features.append(decoded.features[0])
        return torch.stack(features)

    def _thinned(self, embedded: Tensor) -> Tensor:
        """Drop coordinates and whole tokens of embeddings [T, B, embedding]."""
        kept = torch.rand(embedded.shape[:2]) >= self._token_dropout
        return self._dropped(embedded) * (kept / (1 - self._token_dropout))[..., None]

    def _dropped(self, vectors: Tensor) -> Tensor:
        """Drop the same coordinates of vectors [T, B, units] at every step (Gal and Ghahramani, 2016)."""
        kept = torch.rand(vectors.shape[1:]) >= self._dropout
        return vectors * (kept / (1 - self._dropout))


def smoothed_loss(scores: Tensor, wanted: Tensor, smoothing: float) -> Tensor:
    """Return the mean cross entropy of scores [N, tokens] with smoothed labels.

    This equals `cross_entropy(scores, wanted, label_smoothing=smoothing)`. It does not build the log-probabilities, so
    it needs fewer passes over memory.
    """
    scores = scores.float()
    right = scores.gather(1, wanted[:, None]).squeeze(1)
    return (scores.logsumexp(1) - (1 - smoothing) * right - smoothing * scores.mean(1)).mean()


def surprise(network: SequenceToSequence, examples: Sequence[TranslationExample], ends: Ends) -> float:
    """Return the mean cross entropy of the true translations, in nats per token, without dropout or smoothing."""
    total, count = 0.0, 0
    for first in range(0, len(examples), 128):
        batch = ends.batch(examples[first : first + 128])
        counted = batch.wanted != NOT_COUNTED
        with torch.no_grad():
            source = network.encode(network.encoder.embedding(batch.source), batch.lengths)
            decoded = network.decode(network.decoder.embedding(batch.read), source, source.initial)
            scores = network.score(decoded.features[counted])
            total += float(nn.functional.cross_entropy(scores, batch.wanted[counted], reduction="sum"))
        count += int(counted.sum())
    return total / count
