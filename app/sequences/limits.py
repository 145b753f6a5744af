"""The limits of a sequence, and the checks that every reader ends with."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..errors import BadInput, EmptySequence, TooLarge
from .sequence import NumericSequence, TextSequence

# Everything is computed in float32.
LARGEST = float(np.finfo(np.float32).max)
FINITE = f"finite numbers between -{LARGEST:.4g} and {LARGEST:.4g}"
SURROGATE = re.compile("[\ud800-\udfff]")
ESCAPED = 6  # the most bytes of a character in JSON
FRAMING = 3  # bytes of JSON around each label
WORDS = 1_000  # the most characters of a feature's name or a step's label


@dataclass(frozen=True)
class Limits:
    """Limits of a user's input; every error names its limit. A cell is one number: steps × features.

    `label_bytes` limits the labels of all steps together, written as JSON: the message that begins a run contains them.
    """

    characters: int = 200_000
    steps: int = 200_000
    features: int = 1_024
    cells: int = 4_000_000
    nesting: int = 8
    bytes: int = 16 * 2**20
    label_bytes: int = 7 * 2**20

    def text(self, text: str) -> TextSequence:
        """Return the text as a sequence with \\n as newlines; raises `EmptySequence`, `TooLarge`, `BadInput`."""
        text = text.replace("\r\n", "\n").replace("\r", "\n")
        if not text:
            raise EmptySequence("the text is empty", expected="at least one character")
        if len(text) > self.characters:
            raise TooLarge(
                f"the text has {len(text):,} characters", expected=f"at most {self.characters:,} characters"
            )
        if half := SURROGATE.search(text):
            index = half.start()
            raise BadInput(
                f"character {index} of the text is half of a surrogate pair (U+{ord(text[index]):04X})",
                where=f"character {index}",
                expected="whole Unicode characters",
            )
        return TextSequence(text)

    def shape(self, steps: int, features: int) -> None:
        """Refuse a matrix by its shape alone, before its numbers are read."""
        if steps == 0 or features == 0:
            raise EmptySequence(
                f"the numbers have {steps} steps of {features} features", expected="at least one of each"
            )
        if steps > self.steps:
            raise TooLarge(f"the numbers have {steps:,} steps", expected=f"at most {self.steps:,} steps")
        if features > self.features:
            raise TooLarge(
                f"the numbers have {features:,} features", expected=f"at most {self.features:,} features"
            )
        if steps * features > self.cells:
            raise TooLarge(
                f"{steps:,} steps of {features:,} features are {steps * features:,} cells",
                expected=f"at most {self.cells:,} cells",
            )

    def labels(self, labels: tuple[str, ...], called: str) -> None:
        """Refuse labels that are too long in total; raises `TooLarge`, which names them as `called`."""
        most = self.label_bytes
        if sum(map(len, labels)) * ESCAPED + len(labels) * FRAMING <= most:
            return
        size = len(json.dumps(labels, ensure_ascii=False, separators=(",", ":")).encode())
        if size > most:
            raise TooLarge(
                f"{called} have {size:,} bytes together",
                where="labels",
                expected=f"at most {most:,} bytes: shorter labels, or none",
            )

    def numbers(
        self,
        values: NDArray[np.float64],
        features: tuple[str, ...] | None = None,
        labels: tuple[str, ...] | None = None,
    ) -> NumericSequence:
        """Return a matrix [steps, features] as a sequence; raises as `shape` does, and `BadInput` for a wrong cell.

        Every number must be finite, also as a float32. There must be a name for each feature, a label for each step.
        """
        self.shape(*values.shape)
        wrong = ~(np.abs(values) <= LARGEST)  # NaN compares false
        if wrong.any():
            step, feature = (int(index) for index in np.argwhere(wrong)[0])
            raise BadInput(
                f"the number at step {step}, feature {feature} is {json.dumps(float(values[step, feature]))}",
                where=f"values[{step}][{feature}]",
                expected=FINITE,
            )
        check_words("features", features, values.shape[1])
        check_words("labels", labels, values.shape[0])
        if labels is not None:
            self.labels(labels, "the labels")
        return NumericSequence(values, features, labels)


def check_words(field: str, words: tuple[Any, ...] | None, count: int) -> None:
    """Refuse names of features or labels of steps that are not `count` strings of a sensible length."""
    if words is None:
        return
    if len(words) != count:
        raise BadInput(f"there are {len(words):,} {field}", where=field, expected=f"{count:,}")
    short = set(map(type, words)) <= {str} and max(map(len, words), default=0) <= WORDS
    if short and not SURROGATE.search("\n".join(words)):
        return
    for index, word in enumerate(words):
        where = f"{field}[{index}]"
        if not isinstance(word, str):
            raise BadInput(f"{where} is a {type(word).__name__}", where=where, expected="a string")
        if len(word) > WORDS:
            raise TooLarge(
                f"{where} has {len(word):,} characters", where=where, expected=f"at most {WORDS:,} characters"
            )
        if SURROGATE.search(word):
            raise BadInput(
                f"{where} holds half of a surrogate pair", where=where, expected="whole Unicode characters"
            )
