"""The recipes of the English-to-French translators: with additive, multiplicative, or no attention."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property

import torch

from ..networks.attention import AttentionKind
from ..networks.codecs.subwords import SubwordsConfig
from ..networks.codecs.translation import TranslationCodec, TranslationConfig
from ..networks.model import Baseline, DataConfig, Example, Metric
from ..networks.sequence_to_sequence import SequenceToSequence, TranslatorSizes
from .bleu import Judged, bleu, by_beam, greedily, joined, judged_once
from .chance import chance
from .dictionary import Dictionary
from .loop import Plan
from .pairs import Pairs, sentence_pairs
from .recipe import Material
from .translation import Ends, TranslationBatches, TranslationExample, TranslationLoss
from .translator_recipe import TrainedTranslator, TranslatorRecipe

TOKENS = 4000
SEEN_AT_LEAST = 4
WINDOW = 8192
PIECES = 64
JOINED = 0.15

HIDDEN = 0.5
"""With multiplicative attention, the share of training sentences whose decoder begins from empty states."""

LENGTHS = ((1, 3), (4, 5), (6, 9))
"""Ranges of English sentence lengths, in words, for which BLEU is reported separately."""

BEAM = 5

DICTIONARY = "word for word, by a dictionary learned from the same pairs"

SCORING = "sacreBLEU's BLEU (13a tokens, case counts), all references of an English sentence counted"

CARD = """# English to French, {what}

A bidirectional LSTM reads an English sentence, subword by subword. An LSTM writes it in French. {how}

It was trained on short sentences of at most nine words, and on two to four of them joined. It translates long
sentences, names and unusual topics badly. It was made to show how translation with attention works, not to be a good
translator.

## How well

On sentences that were not used in training. The hash of the English sentence decides whether a pair is used for
training, so that no English sentence is on both sides.

| sentences | BLEU |
|---|---|
{rows}

{counted}.

Measure it again: `gatescope measure {id}`

## Data

{source}. {credit}. Licence: {licence}.

## Train it again

    gatescope train {id}

It reads `tatoeba-eng-fra/eng-fra.tsv` in the folder that the environment variable `GATESCOPE_DATA` names. The public
file `fra.txt` works as well, under that name. {steps:,} steps of about 128 pairs, seed {seed}.
"""

WHAT: dict[AttentionKind | None, tuple[str, str]] = {
    "additive": (
        "additive attention",
        "Before each step, attention compares the decoder's state with every step of the source (Bahdanau, Cho and "
        "Bengio, 2015). The weighted sum of the source, the context, is fed to the decoder.",
    ),
    "general": (
        "multiplicative attention",
        "After each step, attention compares the decoder's new state with every step of the source (Luong, Pham and "
        "Manning, 2015). The weighted sum of the source, the context, helps to choose the word. In training, half of "
        "the decoders began from empty states, so that attention was all they had.",
    ),
    None: (
        "no attention",
        "The decoder gets only the encoder's final state (Sutskever, Vinyals and Le, 2014). All that it knows of the "
        "sentence must fit into these numbers, which is harder for long sentences.",
    ),
}


class TranslateRecipe(TranslatorRecipe):
    """An LSTM that translates, with one kind of attention or none."""

    stored_as = torch.float16
    plan = Plan(steps=10_000, seed=0, learning_rate=2.5e-3, warm_up=200)

    def __init__(
        self,
        id: str,
        title: str,
        attention: AttentionKind | None,
        pairs: Callable[[], Pairs] = sentence_pairs,
    ) -> None:
        self.id = id
        self.title = title
        self.attention: AttentionKind | None = attention
        self._read = pairs

    @cached_property
    def pairs(self) -> Pairs:
        """The sentence pairs."""
        return self._read()

    def material(self, plan: Plan) -> Material[SequenceToSequence, TranslationConfig]:
        """Learn both codecs from the training pairs, and make a network of their size."""
        training = self.pairs.training
        config = TranslationConfig(
            source=SubwordsConfig.learn(
                (pair.source for pair in training), TOKENS, "inside", at_least=SEEN_AT_LEAST
            ),
            target=SubwordsConfig.learn(
                (pair.target for pair in training), TOKENS, "ends", at_least=SEEN_AT_LEAST
            ),
        )
        codec = config.build()
        sizes = TranslatorSizes(
            source_tokens=len(codec.source),
            target_tokens=len(codec.target),
            embedding=256,
            units=192,
            attention=self.attention,
            attention_units=192 if self.attention == "additive" else 0,
        )
        with chance(plan.seed):
            network = SequenceToSequence("lstm", sizes)
        network.begin_small()
        examples = [
            TranslationExample(codec.source.ids(pair.source), codec.target.ids(pair.target))
            for pair in training
        ]
        batches = TranslationBatches(
            examples, Ends.of(codec), seed=plan.seed, window=WINDOW, pieces=PIECES, joined=JOINED
        )
        objective = TranslationLoss(
            network,
            batches,
            seed=plan.seed,
            dropout=0.25,
            token_dropout=0.02,
            smoothing=0.1,
            half=True,
            hidden=HIDDEN if self.attention == "general" else 0.0,
        )
        return Material(config, network, objective)

    def measure(self, network: SequenceToSequence, codec: TranslationCodec) -> tuple[Metric, ...]:
        """Measure BLEU on the held-out sentences, and what a dictionary reaches there."""
        judged = judged_once(self.pairs.held_out)
        dictionary, greedy = Dictionary(self.pairs.training), greedily(network, codec)

        def metric(name: str, on: str, texts: list[Judged]) -> Metric:
            return Metric(
                name=name,
                value=bleu(texts, greedy),
                unit="BLEU",
                better="higher",
                on=f"{len(texts):,} {on}",
                counted=SCORING,
                baselines=(Baseline(name=DICTIONARY, value=bleu(texts, dictionary.translate)),),
            )

        beam = Metric(
            name=f"BLEU, beam of {BEAM}",
            value=bleu(judged, by_beam(network, codec, BEAM)),
            unit="BLEU",
            better="higher",
            on=f"{len(judged):,} held-out sentences",
            counted=SCORING,
        )
        by_length = [
            metric(f"BLEU, {least} to {most} words", f"held-out sentences of {least} to {most} words", texts)
            for least, most in LENGTHS
            if (texts := [one for one in judged if least <= len(one.source.split()) <= most])
        ]
        in_groups = [
            metric(f"BLEU, {count} sentences joined", f"texts of {count} held-out sentences", texts)
            for count in (2, 3, 4)
            if (texts := joined(judged, count))
        ]
        return (metric("BLEU", "held-out sentences", judged), beam, *by_length, *in_groups)

    def data(self) -> DataConfig:
        """Name the owners of the sentences."""
        return DataConfig(
            source="74,049 English–French sentence pairs of at most 9 English words",
            credit="Sentences from tatoeba.org via manythings.org/anki, CC BY 2.0 (FR); a cut and filtered copy",
            licence="CC BY 2.0 FR",
        )

    def examples(self, trained: TrainedTranslator) -> tuple[Example, ...]:
        """Give sentences worth looking at."""
        texts = (
            ("adjective", "A red car", "She bought a red car.", "French puts the adjective after the noun."),
            (
                "question",
                "A question",
                "What time does the train leave?",
                "Which words decide how the question begins?",
            ),
            (
                "negation",
                "Not",
                "I don't understand this sentence.",
                "One English word becomes two French ones.",
            ),
            ("pronoun", "It", "Give it to me.", "Two pronouns, and both change places."),
            (
                "white",
                "Black and white",
                "I saw a black cat and a white dog.",
                "Two adjectives, and both change places with their nouns.",
            ),
            ("long", "Three sentences", "I am tired. It is late. Let's go home.", "Three sentences at once."),
        )
        return tuple(Example(id=id, title=title, text=text, note=note) for id, title, text, note in texts)

    def card(self, trained: TrainedTranslator) -> str:
        """Write the card."""
        data, (what, how) = self.data(), WHAT[self.attention]
        rows = []
        for metric in trained.metrics:
            baselines = "".join(f" ({baseline.value:.1f} {baseline.name})" for baseline in metric.baselines)
            beam = f", beam of {BEAM}" if "beam" in metric.name else ""
            rows.append(f"| {metric.on}{beam} | **{metric.value:.1f}**{baselines} |")
        return CARD.format(
            id=self.id,
            what=what,
            how=how,
            rows="\n".join(rows),
            counted=SCORING,
            source=data.source,
            credit=data.credit,
            licence=data.licence,
            steps=trained.plan.steps,
            seed=trained.plan.seed,
        )
