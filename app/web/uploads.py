"""A parsed file as the page wants it: the sequence as a run takes it, and a preview."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel

from ..sequences import NumericSequence, TextSequence
from ..sequences.read import Format, ReadFile

PREVIEW_CHARACTERS = 200
PREVIEW_STEPS = 10


class Column(BaseModel):
    """What the numbers of one feature are like."""

    name: str
    least: float
    greatest: float
    mean: float


class Preview(BaseModel):
    """The beginning of a sequence; for numbers, also what each feature is like."""

    text: str | None = None
    values: list[list[float]] | None = None
    columns: list[Column] | None = None


class SequenceBody(BaseModel):
    """A sequence as a `start` message takes it."""

    text: str | None = None
    values: list[list[float]] | None = None


class ParsedSequence(BaseModel):
    """A file as it was understood: `steps` are the characters of a text, or the rows of numbers."""

    format: Format
    kind: Literal["text", "numbers"]
    steps: int
    features: int | None = None
    preview: Preview
    sequence: SequenceBody


def described(file: ReadFile) -> ParsedSequence:
    """Describe a file that was read."""
    sequence = file.sequence
    if isinstance(sequence, TextSequence):
        return ParsedSequence(
            format=file.format,
            kind="text",
            steps=len(sequence.text),
            preview=Preview(text=sequence.text[:PREVIEW_CHARACTERS]),
            sequence=SequenceBody(text=sequence.text),
        )
    steps, features = sequence.values.shape
    return ParsedSequence(
        format=file.format,
        kind="numbers",
        steps=steps,
        features=features,
        preview=Preview(values=sequence.values[:PREVIEW_STEPS].tolist(), columns=_columns(sequence)),
        sequence=SequenceBody(values=sequence.values.tolist()),
    )


def _columns(sequence: NumericSequence) -> list[Column]:
    values = sequence.values
    names = sequence.features or [f"feature {index}" for index in range(values.shape[1])]
    figures = zip(names, values.min(0), values.max(0), values.mean(0), strict=True)
    return [
        Column(name=name, least=least, greatest=greatest, mean=mean)
        for name, least, greatest, mean in figures
    ]
