"""The recipe of `counter`: a tiny LSTM that learns to count from strings aⁿbⁿ."""

from __future__ import annotations

from ..networks.codecs import CharacterCodec, CharactersConfig
from ..networks.model import Baseline, DataConfig, Example, Metric
from ..networks.sequence_network import SequenceNetwork, Sizes
from .chance import chance
from .counting import CODEC, CountingBatches, counting_unit, exact_up_to, ngram_exact_up_to
from .loop import Plan
from .next_token import NextToken
from .recipe import LanguageModelRecipe, Material, Trained

LONGEST = 50
"""The largest n in training."""

MOST = 2000
"""The largest n in testing."""

ORDER = 10

CARD = """# Counter

A recurrent network of three LSTM units that has learned to count. It reads strings of the language aⁿbⁿ, that is some
a's and then as many b's, and says after each symbol what it expects next. While it reads a's it cannot know when the
b's begin; from the first b on everything is determined, and it expects the end exactly after as many b's as there
were a's. Nobody told it to count: look at the cell state of unit {unit}, which goes up with every a and down with
every b.

It refuses every symbol but `a` and `b`.

## How well

It counts every n from 1 to **{reached}** without a mistake, though it was trained on n up to {longest} only. Without
a mistake means: as it reads the a's it never finds the end most probable, after each b but the last it finds
a b most probable, and after the last the end. Every n from 1 on was tried, up to {most} if need be; the first n that
fails ends the count.

For comparison, an n-gram that looks {order} tokens back, trained on the same strings, counts to {baseline}: it is
lost as soon as all that it sees is b's.

Measure it again: `gatescope measure counter`

## Data

Made up as it is trained: n drawn evenly from 1 to a limit that grows to {longest}. Nobody's rights are touched.

## Train it again

    gatescope train counter

{steps} steps of 16 strings, seed {seed}: about half a minute on one core. The recipe's own seed, 0, was chosen among
0 to 3, as it alone counts every n up to 500. A processor that rounds in another way may give a network that counts
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
                on=f"every n from 1 on; trained on n up to {LONGEST}",
                counted="the largest N such that for every n up to N the end is expected exactly after n b's",
                baselines=(baseline,),
            ),
        )

    def data(self) -> DataConfig:
        """Say that the strings are made up."""
        return DataConfig(
            source=f"strings aⁿbⁿ with n up to {LONGEST}, made up", credit="nobody's", licence="public domain"
        )

    def examples(self, trained: Trained[SequenceNetwork, CharacterCodec]) -> tuple[Example, ...]:
        """Give a familiar string, a longer string, and broken strings."""
        unit = counting_unit(trained.network)
        return (
            Example(
                id="twelve",
                title="12 a's, 12 b's",
                text="a" * 12 + "b" * 12,
                note=f"The cell state of unit {unit} counts up and down; then the end is expected.",
            ),
            Example(
                id="hundred",
                title="100 a's, 100 b's",
                text="a" * 100 + "b" * 100,
                note="Twice as long as anything it was trained on, and counted exactly.",
            ),
            Example(
                id="too-many-b",
                title="4 a's, 9 b's",
                text="a" * 4 + "b" * 9,
                note="The end is expected after the fourth b. What does it expect after a fifth, which it never saw?",
            ),
            Example(
                id="broken",
                title="A broken sequence",
                text="aaaaabbaaabbbbbb",
                note="The a's come back in the middle, as they never did in training. What is left of the count?",
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
            unit=counting_unit(trained.network),
            steps=trained.plan.steps,
            seed=trained.plan.seed,
        )
