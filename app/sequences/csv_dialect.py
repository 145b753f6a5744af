"""How a table is written as text: the separator of its cells, the decimal mark, and whether there is a header."""

from __future__ import annotations

import csv
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice

from .cells import MISSING, is_date, is_number

SEPARATORS = ",;\t|"
SPACE = " "
SAMPLE_LINES = 50
SAMPLE_CHARACTERS = 2**16
SPACES = re.compile(r"[ \t]+")
COMMA_DECIMAL = re.compile(r"[-+]?\d*,\d+(e[-+]?\d+)?", re.ASCII | re.IGNORECASE)

SEPARATOR_LINE = re.compile(r"sep=[,;\t|]\n")  # Excel's
COMMENTS = re.compile(r"(?:#[^\n]*\n)+")

Record = tuple[int, list[str]]  # the number of its first line in the file, from 1, and its cells


@dataclass(frozen=True)
class Dialect:
    """A way to write a table as text.

    `header` is the cells of its first line, or None if these are values; `numbers` says for each column whether it
    seems to hold numbers.
    """

    separator: str
    decimal: str
    header: tuple[str, ...] | None
    columns: int
    numbers: tuple[bool, ...]

    def records(self, text: str) -> Iterator[Record]:
        """Yield the records of a text, including the header; empty lines are skipped. Raises `csv.Error`."""
        return records(text, self.separator)

    def as_dict(self) -> dict[str, str | bool]:
        """Return the dialect for the user: delimiter, decimal mark and header."""
        return {"delimiter": self.separator, "decimal": self.decimal, "header": self.header is not None}


def records(text: str, separator: str) -> Iterator[Record]:
    """Yield the records of a text with this separator; a space means any number of spaces."""
    lines = _lines(text)
    if separator == SPACE:
        lines = (SPACES.sub(SPACE, line.strip()) for line in lines)
    reader = csv.reader(lines, delimiter=separator, skipinitialspace=True)
    line = 1
    for record in reader:
        if record and record != [""]:
            yield line, [cell.strip() for cell in record]
        line = reader.line_num + 1


def _lines(text: str) -> Iterator[str]:
    """Yield the lines of a text lazily."""
    start = 0
    while (end := text.find("\n", start)) >= 0:
        yield text[start : end + 1]
        start = end + 1
    yield text[start:]


def table_in(text: str) -> tuple[str, Dialect] | None:
    """Return the table in a text and its dialect; None if it is not meant as a table of numbers.

    A first line such as `sep=;`, or comments above the table, become empty lines, so that lines keep their numbers.
    """
    if found := SEPARATOR_LINE.match(text):
        text = "\n" + text[found.end() :]
    dialect = sniff(text)
    if dialect is None and (found := COMMENTS.match(text)):
        text = "\n" * found[0].count("\n") + text[found.end() :]
        dialect = sniff(text)
    return (text, dialect) if dialect else None


def sniff(text: str) -> Dialect | None:
    """Return the dialect of a text that is meant as a table of numbers, else None.

    It is a table if more than half of its first cells are numbers, or if its rows have equal lengths and a column
    holds numbers. A single line of words and numbers between spaces is a text.
    """
    sample = text.lstrip("\n")[:SAMPLE_CHARACTERS]
    lines = sample.split("\n", SAMPLE_LINES)[:SAMPLE_LINES]
    whole = "\n".join(lines if len(lines) == 1 or len(sample) == len(text) else lines[:-1] or lines)
    first = lines[0]
    found = [_weigh(whole, separator) for separator in (*SEPARATORS, SPACE) if separator in first.strip(" ")]
    found = [each for each in found if each is not None] or [_weigh(whole, ","), _weigh(whole, ";")]
    best = max((each for each in found if each), key=lambda each: each.rank, default=None)
    return best.dialect if best and best.is_table else None


@dataclass(frozen=True)
class _Weighed:
    """A sample, split with one separator."""

    dialect: Dialect
    even: float  # the share of rows with the most common length
    numbers: float  # the share of cells that are numbers
    rows: int

    @property
    def rank(self) -> tuple[float, float, int]:
        return self.even, self.numbers, self.dialect.columns

    @property
    def is_table(self) -> bool:
        if self.dialect.separator == SPACE:
            sentence = self.rows == 1 and self.numbers < 1  # such as "14 July 1789"
            return self.even == 1 and self.numbers > 0.5 and not sentence
        level = self.even >= 0.9 and self.dialect.columns > 1 and self.rows > 1
        return self.numbers > 0.5 or (level and any(self.dialect.numbers))


def _weigh(sample: str, separator: str) -> _Weighed | None:
    try:
        rows = [cells for _, cells in islice(records(sample, separator), SAMPLE_LINES)]
    except csv.Error:
        return None
    if not rows:
        return None
    decimal = _decimal([cell for row in rows for cell in row])
    header = _header(rows, decimal)
    body = rows[1:] if header else rows
    width = len(header) if header else Counter(map(len, body)).most_common(1)[0][0]
    level = [row for row in body if len(row) == width]
    shares = [_share(column, decimal) for column in zip(*level, strict=True)] or [0.0] * width
    return _Weighed(
        Dialect(separator, decimal, header, width, tuple(share > 0.5 for share in shares)),
        even=len(level) / len(body),
        numbers=_share([cell for row in body for cell in row], decimal),
        rows=len(body),
    )


def _share(cells: Iterable[str], decimal: str) -> float:
    """Return the share of numbers among the cells that are not gaps."""
    present = [cell for cell in cells if cell.lower() not in MISSING]
    return sum(is_number(cell, decimal) for cell in present) / max(1, len(present))


def _header(rows: list[list[str]], decimal: str) -> tuple[str, ...] | None:
    """Return the first row if most of its cells above columns of numbers are names, else None."""
    first, body = rows[0], rows[1:]
    columns = list(zip(*(row for row in body if len(row) == len(first)), strict=True))
    numeric = [cell for cell, column in zip(first, columns, strict=False) if _share(column, decimal) > 0.5]
    names = [cell for cell in numeric or first if not _is_value(cell, decimal)]
    return tuple(first) if body and len(names) * 2 > len(numeric or first) else None


def _decimal(cells: list[str]) -> str:
    commas = sum(1 for cell in cells if COMMA_DECIMAL.fullmatch(cell))
    points = sum(1 for cell in cells if "." in cell and is_number(cell, "."))
    return "," if commas > points else "."


def _is_value(cell: str, decimal: str) -> bool:
    return is_number(cell, decimal) or is_date(cell) or cell.lower() in MISSING - {""}
