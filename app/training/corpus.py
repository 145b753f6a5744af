"""Training text: the source code of Python's standard library, split by the hash of each file's path."""

from __future__ import annotations

import hashlib
import sysconfig
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

NOT_THE_LIBRARY = {"site-packages", "dist-packages", "test", "tests", "idle_test"}


@dataclass(frozen=True)
class Corpus:
    """Texts for training, validation and testing; no file is in two of these sets."""

    training: list[str]
    validation: list[str]
    held_out: list[str]


def standard_library(root: Path | None = None) -> Corpus:
    """Read every module of the running Python's standard library, without its tests.

    The hash of a file's path, as a decimal number, decides: a last digit of 0 means held-out (a tenth of the files),
    last digits 01 mean validation (a hundredth). Files that are not UTF-8 are skipped.
    """
    root = root or Path(sysconfig.get_path("stdlib"))
    corpus = Corpus([], [], [])
    for path in sorted(root.rglob("*.py")):
        relative = path.relative_to(root)
        if NOT_THE_LIBRARY & set(relative.parts):
            continue
        try:
            text = path.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue
        if not text:
            continue
        number = path_number(relative.as_posix())
        if number % 10 == 0:
            corpus.held_out.append(text)
        elif number % 100 == 1:
            corpus.validation.append(text)
        else:
            corpus.training.append(text)
    return corpus


def path_number(path: str) -> int:
    """Return the first 8 bytes of the SHA-256 of a relative POSIX path as a number."""
    return int.from_bytes(hashlib.sha256(path.encode()).digest()[:8], "big")


def frequent_characters(texts: Iterable[str], at_least: int) -> list[str]:
    """Return, in code point order, the characters that occur at least `at_least` times in all texts together."""
    counts: Counter[str] = Counter()
    for text in texts:
        counts.update(text)
    return sorted(character for character, count in counts.items() if count >= at_least)
