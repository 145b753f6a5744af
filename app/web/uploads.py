"""A parsed file for the page: the sequence in the form that a run takes, how it was understood, and a preview."""

from __future__ import annotations

import json
import math
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel
from safetensors.numpy import save

from ..errors import UnsupportedFormat
from ..sequences import NumericSequence, TextSequence
from ..sequences.choices import Choices
from ..sequences.choose import chosen_columns, label_column
from ..sequences.limits import Limits
from ..sequences.read import Format, ReadFile, read_sequence
from ..sequences.table import NUMERIC, Kind, Table
from ..sequences.table import Column as TableColumn

PREVIEW_CHARACTERS = 200
PREVIEW_STEPS = 10
PLOT_BINS = 300

Answer = Literal["json", "safetensors"]
MEDIA_TYPES: dict[Answer, str] = {"json": "application/json", "safetensors": "application/octet-stream"}


class Column(BaseModel):
    """A column of the table; `missing` counts gaps. A column without numbers has no `least`, `greatest` and `mean`."""

    name: str
    type: Kind
    missing: int
    chosen: bool
    least: float | None = None
    greatest: float | None = None
    mean: float | None = None


class Plot(BaseModel):
    """A small picture of the chosen columns: the least and greatest value of every `every` steps, [bins][features]."""

    every: int
    least: list[list[float]]
    greatest: list[list[float]]


class Preview(BaseModel):
    """The beginning of a sequence; for numbers also the beginning of the table, and a small picture."""

    text: str | None = None
    values: list[list[float]] | None = None
    labels: list[str] | None = None
    columns: list[Column] | None = None
    rows: list[list[float | bool | str | None]] | None = None
    plot: Plot | None = None


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

    Raises `UnsupportedFormat` if the file is a text and safetensors was asked for.
    """
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
    return save({"values": np.ascontiguousarray(sequence.values)}, metadata)


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
    labels = label_column(file.table, choices.labels)
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
        labels=None if labels is None else file.table.columns[labels].name,
        preview=_preview(sequence, file.table, choices),
        sequence=body,
    )


def _preview(sequence: NumericSequence, table: Table, choices: Choices) -> Preview:
    chosen = chosen_columns(table, choices)
    beginnings = [_beginning(column) for column in table.columns]
    return Preview(
        values=sequence.values[:PREVIEW_STEPS].tolist(),
        labels=_listed(sequence.labels and sequence.labels[:PREVIEW_STEPS]),
        columns=[_column(column, index in chosen) for index, column in enumerate(table.columns)],
        rows=[list(row) for row in zip(*beginnings, strict=True)],
        plot=_plot(sequence.values),
    )


def _column(column: TableColumn, chosen: bool) -> Column:
    described = Column(name=column.name, type=column.kind, missing=column.missing, chosen=chosen)
    if column.kind not in NUMERIC:
        return described
    numbers = column.cells.filter(column.cells.is_finite()).to_numpy()
    if not len(numbers):
        return described
    figures = {"least": numbers.min(), "greatest": numbers.max(), "mean": numbers.mean()}
    return described.model_copy(update={name: float(figure) for name, figure in figures.items()})


def _beginning(column: TableColumn) -> list[float | bool | str | None]:
    cells = column.cells.head(PREVIEW_STEPS).to_list()
    if column.kind == "boolean":
        return [None if cell is None else bool(cell) for cell in cells]
    if column.kind == "number":
        return [cell if cell is not None and math.isfinite(cell) else None for cell in cells]
    return [None if cell is None else cell[:PREVIEW_CHARACTERS] for cell in cells]


def _plot(values: NDArray[np.float64]) -> Plot:
    every = -(-len(values) // PLOT_BINS)
    starts = np.arange(0, len(values), every)
    return Plot(
        every=every,
        least=np.minimum.reduceat(values, starts).tolist(),
        greatest=np.maximum.reduceat(values, starts).tolist(),
    )


def _listed(words: tuple[str, ...] | None) -> list[str] | None:
    return None if words is None else list(words)
