"""Sentence pairs for translation: read from a file, split by the hash of the English sentence."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from ..errors import BadInput
from ..networks.codecs.subwords import normalise
from .corpus import path_number
from .data_folder import VARIABLE, data_folder

FOLDER, FILE = "tatoeba-eng-fra", "eng-fra.tsv"


@dataclass(frozen=True)
class Pair:
    """A sentence and its translation, both normalised."""

    source: str
    target: str


@dataclass(frozen=True)
class Pairs:
    """Pairs for training, validation and testing; no source sentence is in two of these sets."""

    training: list[Pair]
    validation: list[Pair]
    held_out: list[Pair]


def sentence_pairs(path: Path | None = None) -> Pairs:
    """Read `english<TAB>french` lines, as in the public file fra.txt (further columns are ignored).

    The file is `path`, or tatoeba-eng-fra/eng-fra.tsv in the folder that the environment variable GATESCOPE_DATA
    names (by default ../shared/data). The hash of the English sentence, as a number, decides: multiples of 20 are held
    out (a twentieth), and numbers ending in 01 or 51 are for validation (a fiftieth). Raises `BadInput` if the file is
    missing or a line is not a pair.
    """
    path = path or data_folder(FOLDER) / FILE
    try:
        text = path.read_text(encoding="utf-8")
    except OSError as error:
        raise BadInput(
            f"the sentence pairs cannot be read: {error}",
            where=str(path),
            expected=f"{FOLDER}/{FILE} in the folder that {VARIABLE} names, or the public fra.txt in its place",
        ) from None
    pairs = Pairs([], [], [])
    for number, line in enumerate(text.splitlines(), 1):
        columns = line.split("\t")
        if len(columns) < 2:
            raise BadInput(f"{path} has no tab", where=f"line {number}", expected="english<TAB>french")
        pair = Pair(normalise(columns[0]), in_french(normalise(columns[1])))
        _part_of(pairs, pair.source).append(pair)
    return pairs


def _part_of(pairs: Pairs, source: str) -> list[Pair]:
    number = path_number(source)
    if number % 20 == 0:
        return pairs.held_out
    return pairs.validation if number % 50 == 1 else pairs.training


def in_french(text: str) -> str:
    """Add the space that French needs before `?`, `!`, `;` and `:` where the file lacks it."""
    return re.sub(r"(?<=[^\s?!;:])([?!]+|[;:](?=\s|$))", r" \1", text)
