"""The recipe of `dates`: a small GRU with attention that rewrites dates in many languages as ISO 8601."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

import numpy as np
import torch

from ..networks.codecs.translation import TranslationCodec, TranslationConfig
from ..networks.model import Baseline, DataConfig, Example, Metric
from ..networks.sequence_to_sequence import SequenceToSequence
from .dates import (
    HELD_OUT,
    LANGUAGES,
    STYLES,
    TRAINED,
    YEARS,
    Style,
    Written,
    as_ids,
    drawn,
    held_out,
    network_and_objective,
)
from .learning_curves import SHARES, Point, exact_share, learning_curves
from .loop import Plan
from .recipe import Material
from .translation import Ends
from .translator_recipe import TrainedTranslator, TranslatorRecipe

Curves = dict[float, list[Point]]

CURVES = Plan(steps=600, seed=0, learning_rate=3e-3)

CARD = """# Dates in ISO 8601

A small translator. A bidirectional GRU reads a date as people write it, character by character. A GRU with additive
attention writes it as `2015-02-03`. Its attention map shows what attention does: while it writes the year, it looks at
the year; while it writes the month, at the month's name; while it writes the day, at the day.

It knows {languages} languages, and dates from 1900 to 2099. Ambiguous dates such as 3/2/2015 were not in its
training. It answers any text with a date, because it cannot say that it does not understand: it turns *le 14 juillet
1789* into a date of another year, and looks sure of it. The page warns when a text has no year from 1900 to 2099.

## How well

The share of dates that are written exactly: all ten characters are right.

| on | exact | {baseline_name} |
|---|---|---|
{rows}

What is counted: {counted}.

Measure it again: `gatescope measure dates`

## What teacher forcing does

With teacher forcing, the decoder is fed the true previous character in training, not the character that it would have
written. The table shows a small training of {curve_steps} steps, three times with the same first weights and dates:
with all characters true, with half of them true, and with none true (the decoder is fed its own choices). It is
measured on {judged} held-out dates: by the loss in nats per character when the true date is fed, and by the share of
dates that it writes exactly on its own.

{curves}

{lesson}

## Data

Made by Babel ({styles} styles, {held_out_styles} of them held out; a tenth of all dates is held out), from the Unicode
Common Locale Data Repository (Unicode licence).

## Train it again

    gatescope train dates

{steps:,} steps of 64 dates, seed {seed}: about four minutes on one core, and three more minutes for the table above.
"""

COUNTED = (
    "random dates from 1900 to 2099 that training never uses, each in a random style and case, decoded greedily; "
    "a date is right when all ten characters are"
)
BASELINE = "numbers and English months by rule"


class DatesRecipe(TranslatorRecipe):
    """Characters in, characters out."""

    id = "dates"
    title = "Dates in ISO 8601"
    plan = Plan(steps=2500, seed=0, learning_rate=3e-3, warm_up=200)
    stored_as = torch.float16

    def __init__(self, curves: Callable[[Plan], Curves] = learning_curves, measured: int = 2000) -> None:
        self._curves = curves
        self._measured = measured

    def material(self, plan: Plan) -> Material[SequenceToSequence, TranslationConfig]:
        """Make a network and dates."""
        return Material(*network_and_objective(plan, teacher=1.0))

    def measure(self, network: SequenceToSequence, codec: TranslationCodec) -> tuple[Metric, ...]:
        """Measure the share of exact dates, in trained styles and in held-out styles."""
        return (
            self._metric(network, codec, "exact dates", TRAINED, "trained styles"),
            self._metric(network, codec, "exact dates in held-out styles", HELD_OUT, "held-out styles"),
        )

    def _metric(
        self,
        network: SequenceToSequence,
        codec: TranslationCodec,
        name: str,
        styles: Sequence[Style],
        which: str,
    ) -> Metric:
        dates = drawn(np.random.default_rng(1), self._measured, styles, held_out)
        by_rule = sum(rule(date) == date.iso for date in dates) / len(dates)
        return Metric(
            name=name,
            value=exact_share(network, as_ids(dates, codec), Ends.of(codec)),
            unit="share",
            better="higher",
            on=f"{len(dates):,} held-out dates in {len(styles)} {which}",
            counted=COUNTED,
            baselines=(Baseline(name=BASELINE, value=by_rule),),
        )

    def data(self) -> DataConfig:
        """Say that Babel made the dates."""
        return DataConfig(
            source=f"Dates from 1900 to 2099 in {len(LANGUAGES)} languages, written by Babel",
            credit="Unicode Common Locale Data Repository, by Babel",
            licence="Unicode-3.0",
            years=YEARS,
        )

    def examples(self, trained: TrainedTranslator) -> tuple[Example, ...]:
        """Give dates whose attention map is worth a look."""
        dates = (
            (
                "french",
                "French",
                "mardi 3 février 2015",
                "The parts come out in another order than they went in.",
            ),
            ("english", "English", "February 3, 2015", "Month, day, year go in; year, month, day come out."),
            (
                "german",
                "German",
                "Donnerstag, 31. Dezember 1999",
                "The attention hardly looks at the weekday.",
            ),
            (
                "japanese",
                "Japanese",
                "2024年2月29日木曜日",
                "The order is the same, so the map is a diagonal.",
            ),
            (
                "russian",
                "Russian",
                "9 мая 1945 г.",
                "The alphabet changes; the attention to the month does not.",
            ),
            (
                "capitals",
                "Capitals",
                "12 AGOSTO 2031",
                "Is it Spanish, Italian or Portuguese? It does not matter.",
            ),
        )
        return tuple(Example(id=id, title=title, text=text, note=note) for id, title, text, note in dates)

    def card(self, trained: TrainedTranslator) -> str:
        """Write the card, with the learning curves."""
        curves = self._curves(CURVES)
        rows = [
            f"| {metric.on} | **{metric.value:.2%}** | {metric.baselines[0].value:.2%} |"
            for metric in trained.metrics
        ]
        return CARD.format(
            languages=len(LANGUAGES),
            baseline_name=BASELINE,
            rows="\n".join(rows),
            counted=COUNTED,
            curve_steps=CURVES.steps,
            judged=300,
            curves=table(curves),
            lesson=lesson(curves),
            styles=len(STYLES),
            held_out_styles=len(HELD_OUT),
            steps=trained.plan.steps,
            seed=trained.plan.seed,
        )


def table(curves: Curves) -> str:
    """Write learning curves as a Markdown table, with a row every 100 steps and at least one row."""
    head = ["steps"] + [f"{share:.0%} true: {what}" for share in SHARES for what in ("loss", "exact")]
    lines = [f"| {' | '.join(head)} |", "|" + "---|" * len(head)]
    for index, point in enumerate(curves[SHARES[0]]):
        if point.step % 100 == 0 or len(curves[SHARES[0]]) == 1:
            row = [curves[share][index] for share in SHARES]
            cells = [f"{one.loss:.3f} | {one.exact:.1%}" for one in row]
            lines.append(f"| {point.step} | {' | '.join(cells)} |")
    return "\n".join(lines)


def lesson(curves: Curves) -> str:
    """Say what the curves show: when each training first writes half of the dates exactly, and its final share."""
    findings = []
    for share in SHARES:
        points = curves[share]
        half = next((f"after {point.step} steps" for point in points if point.exact >= 0.5), "never")
        findings.append(
            f"with {share:.0%} true characters it first writes half of the dates exactly {half}"
            + (f", and ends at {points[-1].exact:.1%}" if points else "")
        )
    return "What they show: " + "; ".join(findings) + "."


ENGLISH_MONTHS = "jan feb mar apr may jun jul aug sep oct nov dec".split()  # noqa: SIM905


def rule(date: Written) -> str:
    """Read a date by rule: four digits are the year, the month is English or a number, and the rest is the day."""
    text = date.text.lower()
    year = re.search(r"\d{4}", text)
    if not year:
        return ""
    numbers = [int(number) for number in re.findall(r"\d+", text.replace(year.group(), " ", 1))]
    month = next(
        (index for index, name in enumerate(ENGLISH_MONTHS, 1) if re.search(rf"\b{name}", text)), None
    )
    if month is None and len(numbers) == 2:
        first_is_month = text.startswith(year.group())
        month, numbers = (numbers[0], numbers[1:]) if first_is_month else (numbers[1], numbers[:1])
    if month is None or not numbers:
        return ""
    return f"{year.group()}-{month:02}-{numbers[0]:02}"
