"""The sequence that the options of a command give."""

from __future__ import annotations

from pathlib import Path

from .errors import BadInput
from .sequences import Sequence
from .sequences.choices import ALL, Choices
from .sequences.limits import Limits
from .sequences.read import read_sequence


def generous_limits() -> Limits:
    """Return generous limits: the command line runs on the user's own machine."""
    return Limits(
        characters=10**9,
        steps=10**9,
        features=10**5,
        cells=10**9,
        nesting=8,
        bytes=2**30,
        label_bytes=2**30,
    )


def check_choices(choices: Choices, what: str, file: Path | None) -> None:
    """Raise `BadInput` if there are choices without a file; `what` was given in its place, such as `a text`."""
    if choices != ALL and file is None:
        raise BadInput(f"{what} has no columns and rows", expected="--file with a table")


def given_sequence(text: str | None, file: Path | None, choices: Choices) -> Sequence:
    """Return the sequence that the options give; raises `BadInput`."""
    if (text is None) == (file is None):
        raise BadInput("expected either --text or --file")
    if file is not None:
        return read_sequence(file.read_bytes(), generous_limits(), choices).sequence
    assert text is not None
    check_choices(choices, "a text", file)
    return generous_limits().text(text)
