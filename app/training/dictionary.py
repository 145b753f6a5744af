"""A word-for-word dictionary, learned from sentence pairs with IBM model 1 (Brown et al., 1993)."""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from .pairs import Pair

ROUNDS = 8
WORDS = re.compile(r"[\w'-]+|[^\w\s]")


class Dictionary:
    """Maps each English word to its most probable French word; unknown words stay unchanged."""

    def __init__(self, pairs: Sequence[Pair]) -> None:
        sources, targets = (
            [_words(text) for text in texts]
            for texts in zip(*((pair.source, pair.target) for pair in pairs), strict=True)
        )
        english, french = _numbered(sources), _numbered(targets)
        cells = np.array(
            [(english[e], french[f], position) for position, (e, f) in enumerate_targets(sources, targets)],
            np.int64,
        )
        links, link = np.unique(cells[:, 0] * len(french) + cells[:, 1], return_inverse=True)
        probability = np.ones(len(links))
        for _ in range(ROUNDS):
            weight = probability[link]
            share = (
                weight / np.bincount(cells[:, 2], weight)[cells[:, 2]]
            )  # of each target word among its sources
            count = np.bincount(link, share, minlength=len(links))
            probability = count / np.bincount(links // len(french), count)[links // len(french)]
        self._best = _best(list(english), list(french), links, probability)

    def translate(self, texts: Sequence[str]) -> list[str]:
        """Translate each text word by word."""
        return [self._translate(text) for text in texts]

    def _translate(self, text: str) -> str:
        words = [self._best.get(word, word) for word in _words(text)]
        written = re.sub(r" ([.,])", r"\1", " ".join(words))
        return written[:1].upper() + written[1:]


def enumerate_targets(
    sources: list[list[str]], targets: list[list[str]]
) -> list[tuple[int, tuple[str, str]]]:
    """Return every pair of a source and a target word from the same sentence pair, with the target word's number."""
    found, position = [], 0
    for source, target in zip(sources, targets, strict=True):
        for f in target:
            found += [(position, (e, f)) for e in source]
            position += 1
    return found


def _words(text: str) -> list[str]:
    return WORDS.findall(text[:1].lower() + text[1:])


def _numbered(texts: list[list[str]]) -> dict[str, int]:
    words = dict.fromkeys(word for text in texts for word in text)
    return {word: number for number, word in enumerate(words)}


def _best(
    english: list[str], french: list[str], links: NDArray[np.int64], probability: NDArray[np.float64]
) -> dict[str, str]:
    """Return the most probable French word for every English word."""
    order = np.lexsort((-probability, links // len(french)))
    first = np.unique((links // len(french))[order], return_index=True)[1]
    return {english[link // len(french)]: french[link % len(french)] for link in links[order[first]].tolist()}
