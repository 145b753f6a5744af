"""Sentences of film reviews, positive and negative (Pang and Lee, 2005), split by the hash of each sentence."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from ..errors import BadInput
from ..networks.codecs.words import split_words
from .corpus import path_number
from .data_folder import VARIABLE, data_folder

CLASSES = ("negative", "positive")
FILES = ("rt-polarity.neg", "rt-polarity.pos")


@dataclass(frozen=True)
class Labelled:
    """Sentences, and the class number of each."""

    sentences: list[str]
    classes: list[int]


@dataclass(frozen=True)
class Reviews:
    """Sentences for training, validation and testing; no sentence is in two of these sets."""

    training: Labelled
    validation: Labelled
    held_out: Labelled


def read_reviews(folder: Path | None = None) -> Reviews:
    """Read `rt-polarity.neg` and `rt-polarity.pos`, with a sentence per line; raises `BadInput`.

    The first 8 bytes of a sentence's SHA-256, read as a number, decide: a last digit of 0 means held-out, 1 means
    validation, a tenth each. A sentence that is in both files is skipped.
    """
    folder = folder or data_folder("rt-polarity")
    seen: dict[str, set[int]] = {}
    for index, name in enumerate(FILES):
        try:
            text = (folder / name).read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as error:
            raise BadInput(
                f"the sentences cannot be read: {error}",
                where=str(folder / name),
                expected=f"a sentence a line, in UTF-8; {VARIABLE} names the folder of rt-polarity",
            ) from None
        for line in filter(None, (line.strip() for line in text.split("\n"))):
            seen.setdefault(line, set()).add(index)
    reviews = Reviews(Labelled([], []), Labelled([], []), Labelled([], []))
    for sentence, classes in seen.items():
        if len(classes) > 1:
            continue
        digit = path_number(sentence) % 10
        part = {0: reviews.held_out, 1: reviews.validation}.get(digit, reviews.training)
        part.sentences.append(sentence)
        part.classes.extend(classes)
    return reviews


def frequent_words(sentences: Iterable[str], at_least: int) -> tuple[str, ...]:
    """Return the words that occur at least `at_least` times in all sentences together, the most frequent first."""
    counts: Counter[str] = Counter()
    for sentence in sentences:
        counts.update(split_words(sentence))
    frequent = ((word, count) for word, count in counts.items() if count >= at_least)
    return tuple(word for word, _ in sorted(frequent, key=lambda pair: (-pair[1], pair[0])))
