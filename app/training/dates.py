"""Dates as people write them in many languages, formatted by Babel, and the same dates in ISO 8601."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
from babel.dates import format_date

from ..networks.codecs import CharactersConfig
from ..networks.codecs.translation import TranslationCodec, TranslationConfig
from ..networks.sequence_to_sequence import SequenceToSequence, TranslatorSizes
from .chance import chance
from .corpus import path_number
from .loop import Plan
from .translation import Ends, TranslationBatch, TranslationExample, TranslationLoss

DATES_TOGETHER = 64

YEARS = (1900, 2099)
FIRST = datetime.date(YEARS[0], 1, 1)
DAYS = (datetime.date(YEARS[1] + 1, 1, 1) - FIRST).days

LANGUAGES = tuple(
    "en_US en_GB fr de es it pt nl sv da nb fi pl cs sk hu ro ca tr id ru uk bg el ja zh ko".split()  # noqa: SIM905
)
"""Babel's names of the languages; the same text never means different dates in two of them."""

PATTERNS = (
    "full",
    "long",
    "medium",
    "d MMMM y",
    "d. MMMM y",
    "d MMM y",
    "dd MMM y",
    "d-MMM-y",
    "d MMMM, y",
    "EEEE d MMMM y",
    "EEEE, d MMMM y",
    "EEE d MMM y",
    "EEE, d MMM y",
    "MMMM d, y",
    "MMM d, y",
    "EEEE, MMMM d, y",
    "y MMMM d",
    "y, d MMMM",
    "d.M.y",
    "dd.MM.y",
    "y-MM-dd",
    "y/MM/dd",
)
"""Babel's named lengths, which each language defines itself, and patterns that any language may use."""

CASES: tuple[Callable[[str], str], ...] = (str, str.lower, str.upper)
SHARE_OF_CASES = (0.7, 0.2, 0.1)


@dataclass(frozen=True)
class Style:
    """A way of writing dates: a language and a pattern."""

    language: str
    pattern: str

    @property
    def held_out(self) -> bool:
        """Whether training never uses this style; false for styles with only numbers, which many languages share."""
        words = "MMM" in self.pattern
        return words and path_number(f"{self.language} {self.pattern}") % 8 == 0

    def write(self, date: datetime.date) -> str:
        """Write a date in this style."""
        return format_date(date, self.pattern, locale=self.language)


STYLES = tuple(Style(language, pattern) for language in LANGUAGES for pattern in PATTERNS)
TRAINED = tuple(style for style in STYLES if not style.held_out)
HELD_OUT = tuple(style for style in STYLES if style.held_out)


@dataclass(frozen=True)
class Written:
    """A date as people write it, and in ISO 8601."""

    text: str
    iso: str


def held_out(date: datetime.date) -> bool:
    """Whether a date is held out: a tenth of all dates, by the hash of their ISO 8601 form."""
    return path_number(date.isoformat()) % 10 == 0


def validation(date: datetime.date) -> bool:
    """Whether a date is for validation: a hundredth of all dates, none of them held out."""
    return path_number(date.isoformat()) % 100 == 1


def drawn(
    random: np.random.Generator, count: int, styles: Sequence[Style], wanted: Callable[[datetime.date], bool]
) -> list[Written]:
    """Draw `count` wanted dates from 1900 to 2099, each in a random style and case."""
    found: list[Written] = []
    while len(found) < count:
        date = FIRST + datetime.timedelta(days=int(random.integers(DAYS)))
        if wanted(date):
            style = styles[int(random.integers(len(styles)))]
            case = CASES[random.choice(len(CASES), p=SHARE_OF_CASES)]
            found.append(Written(case(style.write(date)), date.isoformat()))
    return found


@cache
def symbols() -> str:
    """Return every character that occurs in any style."""
    seen: set[str] = set()
    for style in STYLES:
        for day in range(1, 365, 5):  # every month and every weekday
            text = style.write(datetime.date(2015, 1, 1) + datetime.timedelta(days=day))
            for case in CASES:
                seen |= set(case(text))
    return "".join(sorted(seen | set("0123456789")))


def characters() -> TranslationConfig:
    """Return character codecs for both sides: all characters of the styles, and the ten digits with the hyphen."""
    return TranslationConfig(
        source=CharactersConfig(symbols=symbols(), start_token=True, end_token=True, unknown="replace"),
        target=CharactersConfig(symbols="-0123456789", start_token=True, end_token=True, unknown="replace"),
    )


def as_ids(dates: Sequence[Written], codec: TranslationCodec) -> list[TranslationExample]:
    """Return dates as token ids."""
    return [TranslationExample(codec.source.ids(date.text), codec.target.ids(date.iso)) for date in dates]


class DateBatches:
    """Batch `step` holds `size` dates in trained styles, none of them held out: a pure function of (seed, step)."""

    def __init__(self, codec: TranslationCodec, *, size: int, seed: int) -> None:
        self._codec = codec
        self._ends = Ends.of(codec)
        self._size = size
        self._seed = seed

    def __call__(self, step: int) -> TranslationBatch:
        """Return one batch."""
        random = np.random.default_rng((self._seed, step))
        dates = drawn(random, self._size, TRAINED, lambda date: not (held_out(date) or validation(date)))
        return self._ends.batch(as_ids(dates, self._codec))


def network_and_objective(
    plan: Plan, *, teacher: float
) -> tuple[TranslationConfig, SequenceToSequence, TranslationLoss]:
    """Make a network and training dates; `teacher` is the share of true characters that the decoder is fed."""
    config = characters()
    built = config.build()
    sizes = TranslatorSizes(
        source_tokens=len(built.source),
        target_tokens=len(built.target),
        embedding=48,
        units=64,
        attention="additive",
        attention_units=64,
    )
    with chance(plan.seed):
        network = SequenceToSequence("gru", sizes)
    network.begin_small()
    batches = DateBatches(built, size=DATES_TOGETHER, seed=plan.seed)
    return config, network, TranslationLoss(network, batches, seed=plan.seed, teacher=teacher)
