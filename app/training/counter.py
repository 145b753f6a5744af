"""The recipe of `counter`: a tiny LSTM that learns to count from strings aⁿbⁿ."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from ..analysis import Concept
from ..networks.codecs import CharacterCodec, CharactersConfig
from ..networks.model import Baseline, DataConfig, Example, Metric
from ..networks.sequence_network import SequenceNetwork, Sizes
from ..sequences import TextSequence
from .chance import chance
from .counting import CODEC, CountingBatches, exact_up_to, ngram_exact_up_to
from .loop import Plan
from .next_token import NextToken
from .probing import Marked, Probes
from .recipe import LanguageModelRecipe, Material, Trained
from .tracked_text import sentence, table

LONGEST = 50
"""The largest n in training."""

MOST = 2000
"""The largest n in testing."""

ORDER = 10

APART = range(51, 101)
"""The strings aⁿbⁿ on which units are measured: longer than any in training."""

CONCEPTS = (
    Concept(
        "count",
        "how many a's still wait for their b",
        "the a's read so far minus the b's read so far",
        amount=True,
    ),
    Concept("reading-a", "reading a's", "the last symbol read is an a"),
    Concept("end-next", "at the last b, so that the end comes next", "as many b's as a's have been read"),
)

CARD = """# Counter

A recurrent network of three LSTM units that has learned to count. It reads strings of the language aⁿbⁿ: some a's, then
as many b's. After each symbol it says what it expects next. While it reads a's, it cannot know when the b's begin. From
the first b on everything is determined: it expects the end exactly after as many b's as there were a's. Nobody told it
to count.

It refuses every symbol but `a` and `b`.

## What its units know

{tracked}

## How well

It counts every n from 1 to **{reached}** without a mistake, though it was trained only on n up to {longest}. Without
a mistake means: while it reads the a's, the end is never the most probable symbol; after each b but the last, a b is
the most probable; and after the last b, the end. Every n from 1 on was tried, up to {most}, until the first n that
failed.

For comparison, an n-gram that looks {order} tokens back, trained on the same strings, counts to {baseline}: it is
lost as soon as all that it sees is b's.

Measure it again: `gatescope measure counter`

## Data

Made up during training: n is drawn evenly from 1 to a limit that grows to {longest}. It is in the public domain.

## Train it again

    gatescope train counter

{steps} steps of 16 strings, seed {seed}: about half a minute on one core. The recipe's own seed, 0, was chosen among
0 to 3: only it counts every n up to 500. A processor that rounds differently may give a network that counts
less far or further; its own figure is measured when it has been trained.
"""


class CounterRecipe(LanguageModelRecipe):
    """Three units, a curriculum of longer and longer strings, about half a minute."""

    id = "counter"
    title = "Counter (aⁿbⁿ)"
    plan = Plan(steps=4000, seed=0, learning_rate=0.05, weight_decay=0.0)

    def material(self, plan: Plan) -> Material[SequenceNetwork, CharactersConfig]:
        """Make a network of three units, and strings aⁿbⁿ."""
        with chance(plan.seed):
            network = SequenceNetwork("lstm", Sizes(tokens=4, embedding=4, units=3))
        network.remember_at_first()
        growing = max(1, plan.steps // 2)
        batches = CountingBatches(lanes=16, longest=LONGEST, growing=growing, seed=plan.seed)
        return Material(CODEC, network, NextToken(network, batches))

    def measure(self, network: SequenceNetwork, codec: CharacterCodec) -> tuple[Metric, ...]:
        """Measure how far it counts without a mistake."""
        baseline = Baseline(
            name=f"an n-gram that looks {ORDER} tokens back", value=ngram_exact_up_to(ORDER, LONGEST, MOST)
        )
        return (
            Metric(
                name="counts exactly up to n",
                value=exact_up_to(network, MOST),
                unit="n",
                better="higher",
                on=f"every n from 1 on; trained on n up to {LONGEST}",
                counted="the largest N such that for every n up to N the end is expected exactly after n b's",
                baselines=(baseline,),
            ),
        )

    def probes(self) -> Probes:
        """Look for the count: in strings with an even n of the training, then in longer strings."""
        return Probes(
            CONCEPTS,
            validation=[counted(range(2, LONGEST + 1, 2))],
            held_out=counted(APART),
            on=f"aⁿbⁿ for every n from {APART[0]} to {APART[-1]}; it was trained on n up to {LONGEST}",
        )

    def data(self) -> DataConfig:
        """Say that the strings are made up."""
        return DataConfig(
            source=f"strings aⁿbⁿ with n up to {LONGEST}, made up", credit="nobody's", licence="public domain"
        )

    def examples(self, trained: Trained[SequenceNetwork, CharacterCodec]) -> tuple[Example, ...]:
        """Give a familiar string, a longer string, and broken strings."""
        return (
            Example(
                id="twelve",
                title="12 a's, 12 b's",
                text="a" * 12 + "b" * 12,
                concept="count",
                note="One unit counts up with every a and down with every b; then the end is expected."
                + sentence(trained.tracked, "count"),
            ),
            Example(
                id="hundred",
                title="100 a's, 100 b's",
                text="a" * 100 + "b" * 100,
                note="Twice as long as anything in its training, and still counted exactly.",
            ),
            Example(
                id="too-many-b",
                title="4 a's, 9 b's",
                text="a" * 4 + "b" * 9,
                note="The end is expected after the fourth b. It never saw a fifth: what does it expect then?",
            ),
            Example(
                id="broken",
                title="A broken sequence",
                text="aaaaabbaaabbbbbb",
                note="A second run of a's begins before the first is matched, which never happened in training. "
                "What is left of the count?",
            ),
        )

    def card(self, trained: Trained[SequenceNetwork, CharacterCodec]) -> str:
        """Write the card."""
        (metric,) = trained.metrics
        return CARD.format(
            reached=f"{metric.value:.0f}",
            baseline=f"{metric.baselines[0].value:.0f}",
            longest=LONGEST,
            most=MOST,
            order=ORDER,
            tracked=table(trained.tracked),
            steps=trained.plan.steps,
            seed=trained.plan.seed,
        )


def counted(numbers: Iterable[int]) -> list[Marked]:
    """Return the strings aⁿbⁿ of some n, marked."""
    return [
        Marked(
            TextSequence("a" * n + "b" * n),
            {
                "count": np.concatenate([np.arange(1.0, n + 1), np.arange(float(n))[::-1]]),
                "reading-a": np.repeat([1.0, 0.0], n),
                "end-next": np.concatenate([np.zeros(2 * n - 1), [1.0]]),
            },
        )
        for n in numbers
    ]
