"""What is true of Python source after each of its characters: inside a string, in a comment, how deep, and so on.

Python's own tokenizer decides. Each row describes the moment after its character was read and ignores everything
later: a closing quote ends a string, and an indentation counts the spaces that have been read so far.
"""

from __future__ import annotations

import io
import keyword
import re
import tokenize
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .concept import Concept

Marks = NDArray[np.float64]

DEEP = 12
"""An indentation of at least this many spaces counts as deep."""

TOKEN = "the characters of the tokens that Python's tokenizer calls {}"

CONCEPTS = (
    Concept(
        "string",
        "inside a string",
        "from the prefix or opening quote of a literal to the last character before its closing quotes",
    ),
    Concept(
        "docstring",
        "inside a docstring",
        "as a string, where the literal begins the first statement of a file, class or function",
    ),
    Concept("comment", "in a comment", "from the # to the last character of the line"),
    Concept("number", "in a number", TOKEN.format("NUMBER")),
    Concept("name", "in a name", TOKEN.format("NAME") + ", keywords left out"),
    Concept("keyword", "in a keyword", TOKEN.format("NAME") + " and the language reserves, such as return"),
    Concept("attribute", "in a name after a dot", "as a name, after a dot"),
    Concept(
        "import",
        "in an import",
        "from the first character of a statement that begins with import or from to the last before its line break",
    ),
    Concept(
        "bracket",
        "inside brackets",
        "from an opening bracket of any kind to the last character before it is closed",
    ),
    Concept(
        "word",
        "inside a word",
        "after a letter, a digit or an underscore, in code, strings and comments",
    ),
    Concept(
        "line-start",
        "at the start of a line",
        "from a line break to the last space before the first other character of the next line",
    ),
    Concept(
        "deep-indentation",
        "in a line that is indented deeply",
        f"at least {DEEP} spaces have been read at the beginning of the line",
    ),
    Concept(
        "indentation",
        "how far the line is indented",
        "the spaces at the beginning of the line, as far as they have been read",
        amount=True,
    ),
    Concept(
        "depth", "how many brackets are open", "opening brackets minus closing brackets so far", amount=True
    ),
    Concept("position", "how long the line is", "characters since the last line break", amount=True),
)

LITERAL = re.compile(r"[a-zA-Z]*('''|\"\"\"|'|\")")
OPENING, CLOSING = "([{", ")]}"
SILENT = {tokenize.NL, tokenize.COMMENT, tokenize.INDENT, tokenize.DEDENT}
"""Kinds of tokens that neither begin nor end a statement."""


@dataclass(frozen=True, slots=True)
class _Piece:
    """A token, or a formatted string as a whole: the characters [`start`, `stop`), `closed` where its quotes begin."""

    kind: int
    text: str
    start: int
    stop: int
    closed: int


def python_marks(source: str) -> dict[str, Marks]:
    """Return the value of every concept after each character, [characters] each: 1 and 0, or an amount.

    Raises `SyntaxError` or `tokenize.TokenError` if the source is not Python.
    """
    marks = {concept.id: np.zeros(len(source)) for concept in CONCEPTS}
    _mark_lines(source, marks)
    _mark_tokens(source, marks)
    marks["deep-indentation"][:] = marks["indentation"] >= DEEP
    marks["bracket"][:] = marks["depth"] > 0
    return marks


def _mark_lines(source: str, marks: dict[str, Marks]) -> None:
    """Mark the concepts that depend on lines only, not on tokens."""
    spaces, column, leading = 0, 0, True
    for place, character in enumerate(source):
        if character == "\n":
            spaces, column, leading = 0, 0, True
        else:
            column += 1
            leading = leading and character == " "
            spaces += leading
        marks["indentation"][place] = spaces
        marks["position"][place] = column
        marks["line-start"][place] = leading
        marks["word"][place] = character.isalnum() or character == "_"


def _mark_tokens(source: str, marks: dict[str, Marks]) -> None:
    statement: list[_Piece] = []
    opens_block = True  # a docstring may follow: at the start of a file, class or function
    for piece in _pieces(source):
        begin, stop = piece.start, piece.stop
        if piece.kind == tokenize.STRING:
            marks["string"][begin : piece.closed] = 1
            marks["docstring"][begin : piece.closed] = opens_block and not statement
        elif piece.kind == tokenize.COMMENT:
            marks["comment"][begin:stop] = 1
        elif piece.kind == tokenize.NUMBER:
            marks["number"][begin:stop] = 1
        elif piece.kind == tokenize.NAME:
            reserved = keyword.iskeyword(piece.text)
            marks["keyword" if reserved else "name"][begin:stop] = 1
            after_dot = bool(statement) and statement[-1].text == "." and not reserved
            marks["attribute"][begin:stop] = after_dot
        elif piece.kind == tokenize.OP and piece.text in OPENING:
            marks["depth"][begin:] += 1
        elif piece.kind == tokenize.OP and piece.text in CLOSING:
            marks["depth"][begin:] -= 1
        if piece.kind == tokenize.NEWLINE:
            first = [earlier.text for earlier in statement[:2]]
            if first[:1] in (["import"], ["from"]):
                marks["import"][statement[0].start : begin] = 1
            opens_block = first[:1] in (["def"], ["class"]) or first == ["async", "def"]
            statement = []
        elif piece.kind not in SILENT:
            statement.append(piece)


def _pieces(source: str) -> Iterator[_Piece]:
    """Yield the tokens of the source with their places; a formatted string is one STRING in every version of Python."""
    starts: list[int] = np.cumsum([0, *(len(line) for line in io.StringIO(source))]).tolist()

    def place(row: int, column: int) -> int:
        return min(starts[min(row, len(starts)) - 1] + column, len(source))

    formatted: list[int] = []
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        start, stop = place(*token.start), place(*token.end)
        name = tokenize.tok_name[token.type]
        if name in ("FSTRING_START", "TSTRING_START"):
            formatted.append(start)
        elif name in ("FSTRING_END", "TSTRING_END"):
            first = formatted.pop()
            if not formatted:
                yield _Piece(tokenize.STRING, source[first:stop], first, stop, start)
        elif not formatted:
            literal = LITERAL.match(token.string) if token.type == tokenize.STRING else None
            closed = stop - len(literal[1]) if literal else stop
            yield _Piece(token.type, token.string, start, stop, closed)
