"""Predictions in bulk: a file of JSON lines with one object for each sequence, in order."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from .errors import BadInput
from .networks.feed import Asked
from .networks.model import Model
from .sequences import NumericSequence, Sequence
from .sequences.limits import Limits
from .sequences.matrix import matrix
from .sequences.text_file import decode

TOGETHER = 256
"""Number of sequences that are read, predicted and written at a time; a task makes batches of them."""


@dataclass(frozen=True)
class Given:
    """One of the user's sequences, or the error if it cannot be read; `input` names it in the file."""

    input: str | int
    sequence: Sequence | BadInput


def given(name: str | int, read: Callable[[], Sequence]) -> Given:
    """Read a sequence; an error is kept, not raised."""
    try:
        return Given(name, read())
    except BadInput as error:
        return Given(name, error)


def lines_of(data: bytes, model: Model, limits: Limits) -> list[Given]:
    """Return a sequence for each line of a file: a text, or a JSON list for a model that reads numbers.

    The model's examples show which of the two it reads. Raises `BadInput` if the file is not text.
    """
    lines = decode(data).text.removesuffix("\n").split("\n")
    if model.examples[0].text is not None:
        return [given(line, partial(limits.text, line)) for line in lines]
    return [given(number, partial(_numbers, line, limits)) for number, line in enumerate(lines, 1)]


def _numbers(line: str, limits: Limits) -> NumericSequence:
    try:
        document = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise BadInput(
            f"the line is not JSON: {error}", expected="a list of numbers, or a list of such lists"
        ) from None
    return matrix(document, limits)


def predictions(model: Model, sequences: list[Given], options: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """Yield an object for each sequence, in order: its `input`, and the model's prediction or an `error`.

    Raises `BadInput` if the model does not take these options.
    """
    asked = Asked(options=options)
    for start in range(0, len(sequences), TOGETHER):
        block = [_readable(model, each, asked) for each in sequences[start : start + TOGETHER]]
        readable = [each.sequence for each in block if not isinstance(each.sequence, BadInput)]
        predicted = iter(model.predict(readable, options))
        for each in block:
            if isinstance(each.sequence, BadInput):
                yield {"input": each.input, "error": each.sequence.problem()}
            else:
                yield {"input": each.input, **next(predicted)}


def _readable(model: Model, each: Given, asked: Asked) -> Given:
    if isinstance(each.sequence, BadInput):
        return each
    try:
        model.read(each.sequence, asked)
    except BadInput as error:
        if (error.where or "").startswith("options"):
            raise
        return Given(each.input, error)
    return each


def write(
    model: Model,
    sequences: list[Given],
    options: Mapping[str, Any],
    path: Path,
    report: Callable[[int], None],
) -> int:
    """Write the predictions to a file and return how many sequences failed; `report` gets the number done so far."""
    failures = 0
    with path.open("w", encoding="utf-8") as file:
        for done, prediction in enumerate(predictions(model, sequences, options), 1):
            file.write(json.dumps(prediction, ensure_ascii=False) + "\n")
            failures += "error" in prediction
            report(done)
    return failures
