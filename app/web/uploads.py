"""A parsed file for the page: the sequence in the form that a run takes, how it was understood, and a preview."""

from __future__ import annotations

import json
from typing import Literal

from pydantic import BaseModel

from ..buffers import as_bytes
from ..errors import UnsupportedFormat
from ..sequences import TextSequence
from ..sequences.choices import Choices
from ..sequences.limits import Limits
from ..sequences.read import Format, ReadFile, read_sequence
from .previews import PREVIEW_CHARACTERS, Preview, label_name, preview_file, preview_numbers

Answer = Literal["json", "safetensors", "preview"]
MEDIA_TYPES: dict[Answer, str] = {
    "json": "application/json",
    "safetensors": "application/octet-stream",
    "preview": "application/json",
}


class SequenceBody(BaseModel):
    """A sequence in the form that a `start` message takes."""

    text: str | None = None
    values: list[list[float]] | None = None
    features: list[str] | None = None
    labels: list[str] | None = None


class ParsedSequence(BaseModel):
    """A file and how it was understood: `steps` is the number of characters of a text, or of rows of numbers.

    `labels` is the name of the column that labels the steps.
    """

    format: Format
    kind: Literal["text", "numbers"]
    understood: dict[str, str | bool]
    steps: int
    features: int | None = None
    labels: str | None = None
    preview: Preview
    sequence: SequenceBody


def wanted_form(accept: str) -> Answer:
    """Return the format that a client's `Accept` header asks for: safetensors if it names only that, else JSON."""
    kinds = {item.partition(";")[0].strip().lower() for item in accept.split(",")}
    return (
        "safetensors" if MEDIA_TYPES["safetensors"] in kinds and MEDIA_TYPES["json"] not in kinds else "json"
    )


def answer(data: bytes, choices: Choices, limits: Limits, form: Answer) -> bytes:
    """Read a file and return the body of the answer; raises what `read_sequence` raises.

    Raises `UnsupportedFormat` if the file is a text and safetensors was asked for. A preview describes a table even if
    the choices are refused.
    """
    if form == "preview":
        return preview_file(data, choices, limits).model_dump_json(exclude_none=True).encode()
    file = read_sequence(data, limits, choices)
    if form == "safetensors":
        return buffer_of(file)
    return described(file, choices).model_dump_json(exclude_none=True).encode()


def buffer_of(file: ReadFile) -> bytes:
    """Return the numbers of a file as safetensors: `values` [steps, features], with names and labels as metadata."""
    sequence = file.sequence
    if isinstance(sequence, TextSequence):
        raise UnsupportedFormat("the file is a text", where="Accept", expected="numbers, or application/json")
    words = {"features": sequence.names, "labels": sequence.labels, "format": file.format}
    metadata = {name: json.dumps(value, ensure_ascii=False) for name, value in words.items()}
    return as_bytes({"values": sequence.values}, metadata)


def described(file: ReadFile, choices: Choices) -> ParsedSequence:
    """Describe a file that was read with these choices."""
    sequence = file.sequence
    if isinstance(sequence, TextSequence):
        return ParsedSequence(
            format=file.format,
            kind="text",
            understood=dict(file.understood),
            steps=len(sequence.text),
            preview=Preview(text=sequence.text[:PREVIEW_CHARACTERS]),
            sequence=SequenceBody(text=sequence.text),
        )
    assert file.table is not None
    steps, features = sequence.values.shape
    # The numbers, perhaps millions, have just been checked.
    body = SequenceBody.model_construct(
        values=sequence.values.tolist(), features=list(sequence.names), labels=_listed(sequence.labels)
    )
    return ParsedSequence.model_construct(
        format=file.format,
        kind="numbers",
        understood=dict(file.understood),
        steps=steps,
        features=features,
        labels=label_name(file.table, choices),
        preview=preview_numbers(sequence, file.table, choices),
        sequence=body,
    )


def _listed(words: tuple[str, ...] | None) -> list[str] | None:
    return None if words is None else list(words)
