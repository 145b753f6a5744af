"""What a file holds, for the page: its columns with their types, its first rows, and small pictures."""

from __future__ import annotations

import math
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel

from ..errors import BadInput, Gap, GatescopeError
from ..sequences import NumericSequence, TextSequence
from ..sequences.choices import Choices
from ..sequences.choose import chosen_columns, label_column
from ..sequences.limits import Limits
from ..sequences.read import Format, chosen_from, read_content
from ..sequences.table import NUMERIC, Kind, Table
from ..sequences.table import Column as TableColumn

PREVIEW_CHARACTERS = 200
PREVIEW_STEPS = 10
PLOT_BINS = 300
COLUMN_BINS = 120
FEWEST_BINS = 20
ALL_BINS = 40_000  # of all columns together


class ColumnPlot(BaseModel):
    """A small picture of a column: the least and greatest number of every `every` rows; null where there is none."""

    every: int
    least: list[float | None]
    greatest: list[float | None]


class Column(BaseModel):
    """A column of the table; `missing` counts gaps. A column without numbers has no `least`, `greatest` and `mean`."""

    name: str
    type: Kind
    missing: int
    chosen: bool
    least: float | None = None
    greatest: float | None = None
    mean: float | None = None
    plot: ColumnPlot | None = None


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


class FilePreview(BaseModel):
    """A file and how it was understood, without its numbers; `rows` counts the rows in the chosen range.

    If the choices from the table are refused, `problem` says why, and there are no `steps` and `features`. `undecided`
    is true if only a way to handle gaps is missing.
    """

    format: Format
    kind: Literal["text", "numbers"]
    understood: dict[str, str | bool]
    rows: int | None = None
    steps: int | None = None
    features: int | None = None
    labels: str | None = None
    preview: Preview
    problem: dict[str, Any] | None = None
    undecided: bool | None = None


def preview_file(data: bytes, choices: Choices, limits: Limits) -> FilePreview:
    """Describe a file; a choice that is refused becomes the `problem`. Raises what `read_content` raises."""
    content = read_content(data, limits, choices.rows)
    held = content.held
    shown = FilePreview(
        format=content.format,
        kind="text" if isinstance(held, TextSequence) else "numbers",
        understood=dict(content.understood),
        preview=Preview(text=held.text[:PREVIEW_CHARACTERS])
        if isinstance(held, TextSequence)
        else Preview(columns=_pictured(held, choices), rows=_rows(held)),
    )
    if isinstance(held, Table):
        shown.rows = held.rows
        shown.labels = label_name(held, choices)
    try:
        sequence = chosen_from(content, limits, choices).sequence
    except GatescopeError as error:
        shown.problem = error.problem()
        shown.undecided = isinstance(error, Gap) or None
        return shown
    if isinstance(sequence, TextSequence):
        shown.steps = len(sequence.text)
    else:
        shown.steps, shown.features = sequence.values.shape
    return shown


def preview_numbers(sequence: NumericSequence, table: Table, choices: Choices) -> Preview:
    """Return the beginning of a sequence and of the table that it was chosen from."""
    return Preview(
        values=sequence.values[:PREVIEW_STEPS].tolist(),
        labels=None if sequence.labels is None else list(sequence.labels[:PREVIEW_STEPS]),
        columns=_columns(table, choices),
        rows=_rows(table),
        plot=_plot(sequence.values),
    )


def label_name(table: Table, choices: Choices) -> str | None:
    """Return the name of the column of labels, if there is one."""
    try:
        labels = label_column(table, choices.labels)
    except BadInput:
        return None
    return None if labels is None else table.columns[labels].name


def _columns(table: Table, choices: Choices) -> list[Column]:
    try:
        chosen = chosen_columns(table, choices)
    except BadInput:
        chosen = frozenset()
    return [_column(column, index in chosen) for index, column in enumerate(table.columns)]


def _column(column: TableColumn, chosen: bool) -> Column:
    described = Column(name=column.name, type=column.kind, missing=column.missing, chosen=chosen)
    if column.kind not in NUMERIC:
        return described
    numbers = column.cells.filter(column.cells.is_finite()).to_numpy()
    if not len(numbers):
        return described
    figures = {"least": numbers.min(), "greatest": numbers.max(), "mean": numbers.mean()}
    return described.model_copy(update={name: float(figure) for name, figure in figures.items()})


def _pictured(table: Table, choices: Choices) -> list[Column]:
    """Describe all columns, those of numbers with a plot."""
    columns = _columns(table, choices)
    numeric = [index for index, column in enumerate(columns) if column.type in NUMERIC]
    bins = min(COLUMN_BINS, max(FEWEST_BINS, ALL_BINS // max(len(numeric), 1)))
    for index in numeric:
        columns[index].plot = _column_plot(table.columns[index], bins)
    return columns


def _column_plot(column: TableColumn, bins: int) -> ColumnPlot:
    numbers = column.cells.fill_null(float("nan")).to_numpy()
    numbers = np.where(np.isfinite(numbers), numbers, np.nan)
    every = -(-len(numbers) // bins)
    starts = np.arange(0, len(numbers), every)
    return ColumnPlot(
        every=every,
        least=_or_null(np.fmin.reduceat(numbers, starts)),
        greatest=_or_null(np.fmax.reduceat(numbers, starts)),
    )


def _or_null(numbers: NDArray[np.float64]) -> list[float | None]:
    return [None if math.isnan(number) else number for number in numbers.tolist()]


def _rows(table: Table) -> list[list[float | bool | str | None]]:
    return [list(row) for row in zip(*map(_beginning, table.columns), strict=True)]


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
