"""Concepts of Python source, against cases made by hand: a digit under each character."""

import tokenize

import pytest

from app.analysis.python_source import CONCEPTS, python_marks


def marked(source: str, concept: str) -> str:
    """The values of a concept under the characters that they belong to."""
    return "".join(f"{value:.0f}" for value in python_marks(source)[concept])


@pytest.mark.parametrize(
    ("concept", "source", "values"),
    [
        ("string", "x = 'a#' # [b\n",
                   "00001110000000"),
        ("string", "f(rb'a', '')\n",
                   "0011110001000"),
        ("string", 'a = """b\nc"""\n',
                   "00001111" + "11000" + "0"),
        ("string", 'f"{a[1]}" + b\n',
                   "11111111000000"),
        ("string", "'a' 'b'\n",
                   "11001100"),
        ("docstring", '"a"\nx = "b"\n',
                      "1100" + "00000000"),
        ("docstring", 'def f():\n  "a"\n  "b"\n',
                      "000000000" + "001100" + "000000"),
        ("docstring", 'class A:\n\n  # c\n  "a"\n',
                      "000000000" + "0" + "000000" + "001100"),
        ("docstring", 'async def f():\n "a"\nif x:\n "b"\n',
                      "000000000000000" + "01100" + "000000" + "00000"),
        ("comment", "x = '#' # a\ny\n",
                    "00000000111000"),
        ("number", "a1 = 0x1f + 2.5e-3j\n",
                   "00000111100011111110"),
        ("name", "for x1 in y:\n",
                 "0000110000100"),
        ("keyword", "for x1 in y:\n",
                    "1110000110000"),
        ("attribute", "a.bc = d.e\n",
                      "00110000010"),
        ("attribute", "from . import a\n",
                      "0000000000000000"),
        ("import", "import a\nx = a\n",
                   "111111110" + "000000"),
        ("import", "from a import (b,\n c)\nx\n",
                   "11111111111111111" + "1" + "111" + "000"),
        ("bracket", "f(a[1], {2})\n",
                    "0111111111100"),
        ("depth", "f(a[1], {2})\n",
                  "0112211122100"),
        ("word", "a_1 = 'b'  # c\n",
                 "111000010000010"),
        ("line-start", "a\n  b c\n\nd",
                       "01" + "110001" + "1" + "0"),
        ("indentation", "if a:\n  b\nc\n",
                        "000000" + "1220" + "00"),
        ("position", "ab\n c\n",
                     "120" + "120"),
    ],
)  # fmt: skip
def test_a_concept_is_decided_after_each_character(concept: str, source: str, values: str) -> None:
    assert marked(source, concept) == values


def test_deep_indentation_begins_when_twelve_spaces_have_been_read() -> None:
    source = "if a:\n" + " " * 13 + "b\n"
    assert marked(source, "deep-indentation") == "000000" + "0" * 11 + "11" + "1" + "0"


def test_a_form_feed_is_not_a_line_break() -> None:
    assert marked('\x0ca = "b"\n', "string") == "000001100"


def test_every_concept_has_a_value_for_every_character() -> None:
    found = python_marks("x = (1,\n  'é')  # ok")
    assert found.keys() == {concept.id for concept in CONCEPTS}
    assert {len(values) for values in found.values()} == {20}


@pytest.mark.parametrize("source", ["x = (", "'''a", " a\nb\n  c\n d"])
def test_text_that_is_not_python_is_refused(source: str) -> None:
    with pytest.raises((SyntaxError, tokenize.TokenError)):
        python_marks(source)
