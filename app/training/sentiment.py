"""The objective of a sentence classifier, its batches, and its accuracy."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from ..networks.classifier import Classifier
from ..networks.codecs import WordCodec
from .chance import chance
from .reviews import Labelled

UNKNOWN = 0
TOGETHER = 256


@dataclass(frozen=True)
class SentenceBatch:
    """Sentences of one length as token ids [T, B], and their classes [B], both int64."""

    ids: Tensor
    classes: Tensor


class SentenceBatches:
    """Batch `step` holds up to `lanes` sentences of the same length, so no padding is needed.

    Each epoch reads every sentence once, in new random batches: a pure function of (seed, step).
    """

    def __init__(
        self, sentences: Sequence[NDArray[np.int32]], classes: Sequence[int], lanes: int, seed: int
    ) -> None:
        self._sentences = sentences
        self._classes = np.array(classes, np.int64)
        self._lanes = lanes
        self._seed = seed
        self._same_length = [
            np.array(places)
            for _, places in sorted(by_length([len(sentence) for sentence in sentences]).items())
        ]
        self.each_time = sum(-(-len(places) // lanes) for places in self._same_length)
        self._time = -1
        self._batches: list[NDArray[np.int64]] = []

    def __call__(self, step: int) -> SentenceBatch:
        """Return a batch."""
        time, number = divmod(step, self.each_time)
        if time != self._time:
            self._time, self._batches = time, self._cut(np.random.default_rng((self._seed, time)))
        places = self._batches[number]
        ids = np.stack([self._sentences[place] for place in places], 1).astype(np.int64)
        return SentenceBatch(torch.from_numpy(ids), torch.from_numpy(self._classes[places]))

    def _cut(self, random: np.random.Generator) -> list[NDArray[np.int64]]:
        shuffled = [random.permutation(places) for places in self._same_length]
        batches = [
            places[start : start + self._lanes]
            for places in shuffled
            for start in range(0, len(places), self._lanes)
        ]
        return [batches[number] for number in random.permutation(len(batches))]


class SentenceClass:
    """The mean cross entropy of the classes; a random share `forgotten` of the words becomes the unknown token."""

    def __init__(
        self, network: Classifier, batches: Callable[[int], SentenceBatch], *, seed: int, forgotten: float
    ) -> None:
        self._network = network
        self._batches = batches
        self._seed = seed
        self._forgotten = forgotten

    def __call__(self, step: int, carried: None) -> tuple[Tensor, None]:
        """Return the loss of a step, in nats per sentence; nothing is carried to the next step."""
        batch = self._batches(step)
        with chance(self._seed, step):
            ids = batch.ids.masked_fill(torch.rand(batch.ids.shape) < self._forgotten, UNKNOWN)
            return nn.functional.cross_entropy(self._network(ids), batch.classes), None


def by_length(lengths: Sequence[int]) -> dict[int, list[int]]:
    """Return the indices of the items of each length."""
    places: dict[int, list[int]] = {}
    for place, length in enumerate(lengths):
        places.setdefault(length, []).append(place)
    return places


def log_odds(sentences: Sequence[NDArray[np.int32]], classes: Sequence[int], tokens: int) -> Tensor:
    """Return how much more often each token occurs in sentences of class 1 than of class 0, float32 [tokens].

    This is the log-count ratio of Wang and Manning (2012), with each token counted once per sentence and 1 added to
    every count; 0 for the unknown token.
    """
    counts = np.ones((2, tokens))
    for sentence, number in zip(sentences, classes, strict=True):
        counts[number, np.unique(sentence)] += 1
    counts /= counts.sum(1, keepdims=True)
    ratio = np.log(counts[1] / counts[0])
    ratio[UNKNOWN] = 0.0
    return torch.from_numpy(ratio.astype(np.float32))


def network_accuracy(network: Classifier, codec: WordCodec, labelled: Labelled) -> float:
    """Return a network's accuracy: the share of sentences whose true class is the most probable."""
    sentences = [codec.ids(sentence).astype(np.int64) for sentence in labelled.sentences]
    right = 0
    for places in by_length([len(sentence) for sentence in sentences]).values():
        for start in range(0, len(places), TOGETHER):
            together = places[start : start + TOGETHER]
            with torch.no_grad():
                scores = network(torch.from_numpy(np.stack([sentences[place] for place in together], 1)))
            right += int((scores.argmax(-1).numpy() == np.array(labelled.classes)[together]).sum())
    return right / len(sentences)
