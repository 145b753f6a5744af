"""The recipe of `sentiment-bilstm`: a bidirectional LSTM of two layers that classifies sentences of film reviews."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from typing import Any

import numpy as np
import torch

from ..analysis import Concept
from ..networks.classifier import Classifier, ClassifierSizes
from ..networks.codecs import WordCodec, WordsConfig
from ..networks.codecs.words import split_words
from ..networks.model import Baseline, DataConfig, Example, Metric
from ..networks.network import remember_at_first
from ..networks.tasks.classifier import ClassifierConfig
from ..sequences import TextSequence
from .bag_of_words import bag_of_words_accuracy
from .chance import chance
from .loop import Plan, Progress
from .probing import Marked, Probes
from .recipe import Material, Recipe, Trained
from .reviews import CLASSES, Labelled, Reviews, frequent_words, read_reviews
from .sentiment import SentenceBatches, SentenceClass, log_odds, network_accuracy
from .tracked_text import table

BaselineAccuracy = Callable[[Labelled, Labelled, Labelled], float]
"""Takes the training, validation and held-out sentences, and returns the accuracy on the held-out sentences."""

SEEN_AT_LEAST = 2
EMBEDDING = 64
UNITS = 48
LANES = 32
DROPOUT = 0.6
FORGOTTEN = 0.3
TURNED = 0.3
"""The initial first coordinate of a word's vector is this times the word's log-odds."""

SPREAD = 0.1
"""The initial standard deviation of all other coordinates."""

CONCEPTS = (
    Concept(
        "praise",
        "in a sentence that speaks well of the film",
        "the class of the review that the sentence is from, at every word of the sentence",
    ),
)

CARD = """# Does a sentence speak well of a film?

A classifier of two LSTM layers with 48 units in each direction. It reads a sentence word by word, from the left and
from the right, and says whether the sentence is positive or negative about a film.

After each word, the trace holds what the model would say **if the sentence ended there**: for row t, the network reads
only the first t + 1 words, because the backward direction begins at the last word. Reading every beginning takes time,
so this model reads at most 512 words at a time.

It knows {words:,} words and punctuation marks, in lower case: those that occur at least twice in the training data.
Any other word is read as one unknown token, and the page still shows the word itself. For each unit, the largest
output over all steps represents the whole sentence.

## What its units know

{tracked}

## How well

The share of {on} that it puts into the right class; more is better.

| | accuracy |
|---|---|
| **this model** | **{accuracy:.1%}** |
| {baseline_name} | {baseline:.1%} |

What is counted: {counted}. With so few sentences, a difference of less than 2 points means little.

Measure it again: `gatescope measure sentiment-bilstm` (this needs scikit-learn, only for the baseline)

## Where it fails

It has learned only from {training:,} sentences of English film reviews. It does not understand irony, words that it
has not seen, or sentences without an opinion; it still chooses one of its two classes. It was trained on whole
sentences, so its answer for an unfinished sentence may be wrong.

## Data and credit

{source}. {credit} Licence: {licence}. The files `rt-polarity.neg` and `rt-polarity.pos` in `rt-polarity/`, in the
folder that `GATESCOPE_DATA` names (by default ../shared/data).

The SHA-256 of a sentence decides where it goes: read its first 8 bytes as a decimal number. If the last digit is 0, the
sentence is held out. If it is 1, the sentence is for validation, and all choices were made on those. A sentence that is
in both files is left out.

## Train it again

    gatescope train sentiment-bilstm

{steps:,} steps of at most {lanes} sentences of one length, seed {seed}: a few minutes on one core. The words' vectors
are learned only from these sentences. They start at random, except for the first coordinate: it starts as the log-odds
of the word between the two classes (Wang and Manning, 2012). During training, {dropout:.0%} of coordinates and
{forgotten:.0%} of words are left out at random.
"""


class SentimentRecipe(Recipe[Classifier, WordsConfig, WordCodec]):
    """Small vectors, strong dropout, a few epochs."""

    id = "sentiment-bilstm"
    title = "Does a sentence speak well of a film?"
    plan = Plan(steps=1_700, seed=0, learning_rate=2e-3, warm_up=100)
    described_as = ClassifierConfig
    stored_as = torch.float16

    def __init__(
        self, read: Callable[[], Reviews] = read_reviews, baseline: BaselineAccuracy = bag_of_words_accuracy
    ) -> None:
        self._read = read
        self._baseline = baseline

    @cached_property
    def reviews(self) -> Reviews:
        """The sentences, read on first use."""
        return self._read()

    def describe_progress(self, progress: Progress) -> str:
        """Give the loss in bits per sentence."""
        return f"{progress.bits:.3f} bits/sentence"

    def material(self, plan: Plan) -> Material[Classifier, WordsConfig]:
        """Read the sentences, and make a network for their frequent words."""
        training = self.reviews.training
        config = WordsConfig(words=" ".join(frequent_words(training.sentences, SEEN_AT_LEAST)))
        codec = config.build()
        ids = [codec.ids(sentence) for sentence in training.sentences]
        sizes = ClassifierSizes(
            tokens=len(codec),
            embedding=EMBEDDING,
            units=UNITS,
            layers=2,
            bidirectional=True,
            classes=len(CLASSES),
        )
        with chance(plan.seed):
            network = Classifier("lstm", sizes, dropout=DROPOUT)
        remember_at_first(network.recurrent)
        with torch.no_grad():
            network.embedding.weight.mul_(SPREAD)
            network.embedding.weight[:, 0] = TURNED * log_odds(ids, training.classes, len(codec))
        batches = SentenceBatches(ids, training.classes, LANES, plan.seed)
        return Material(config, network, SentenceClass(network, batches, seed=plan.seed, forgotten=FORGOTTEN))

    def measure(self, network: Classifier, codec: WordCodec) -> tuple[Metric, ...]:
        """Measure the accuracy on held-out sentences, beside a bag of words."""
        reviews = self.reviews
        baseline = Baseline(
            name="TF-IDF of words and pairs of words with logistic regression",
            value=self._baseline(reviews.training, reviews.validation, reviews.held_out),
        )
        return (
            Metric(
                name="accuracy",
                value=network_accuracy(network, codec, reviews.held_out),
                unit="of sentences",
                better="higher",
                on=f"{len(reviews.held_out.sentences):,} held-out sentences",
                counted="the sentences whose right class gets the higher probability; each sentence is read as a "
                "whole. The baseline was trained on the same sentences, and the strength of its regularisation was "
                "chosen on the same validation sentences",
                baselines=(baseline,),
            ),
        )

    def facts(self) -> dict[str, Any]:
        """Name the classes, in the order of the network's scores."""
        return {"classes": CLASSES}

    def probes(self) -> Probes:
        """Look for units that tell sentences with praise from the others."""
        held_out = marked(self.reviews.held_out)
        return Probes(
            CONCEPTS,
            validation=[marked(self.reviews.validation)],
            held_out=held_out,
            on=f"{len(held_out):,} held-out sentences",
        )

    def data(self) -> DataConfig:
        """Name the owners of the sentences."""
        return DataConfig(
            source="9,611 sentences of film reviews (rt-polarity)",
            credit='Bo Pang and Lillian Lee, "Seeing stars", ACL 2005.',
            licence="CC BY 4.0",
        )

    def examples(self, trained: Trained[Classifier, WordCodec]) -> tuple[Example, ...]:
        """Give made-up sentences whose sentiment turns."""
        return (
            Example(
                id="turn",
                title="A sentence that turns",
                text="The first hour is slow, but the end is moving and wonderful.",
                note="What would it say if the sentence ended here? Follow the two classes word by word, and see "
                "where the more probable class changes.",
            ),
            Example(
                id="turn-back",
                title="The other way round",
                text="A beautiful cast and a clever idea, wasted on a dull and lifeless script.",
                note="It begins with praise. Which word changes the answer?",
            ),
            Example(
                id="not",
                title="With and without “not”",
                text="It is good. It is not good. It is not bad at all.",
                note="“Not” reverses the word after it. Does the network notice?",
            ),
            Example(
                id="plain",
                title="No opinion",
                text="The film was shot in Iceland in 2001 and runs for two hours.",
                note="The sentence has no opinion, but the model must still choose one of its two classes.",
            ),
        )

    def card(self, trained: Trained[Classifier, WordCodec]) -> str:
        """Write the card."""
        (metric,) = trained.metrics
        data = self.data()
        return CARD.format(
            words=len(trained.codec.words),
            on=metric.on,
            accuracy=metric.value,
            baseline_name=metric.baselines[0].name,
            baseline=metric.baselines[0].value,
            counted=metric.counted,
            tracked=table(trained.tracked),
            training=len(self.reviews.training.sentences),
            source=data.source,
            credit=data.credit,
            licence=data.licence,
            steps=trained.plan.steps,
            lanes=LANES,
            seed=trained.plan.seed,
            dropout=DROPOUT,
            forgotten=FORGOTTEN,
        )


def marked(labelled: Labelled) -> list[Marked]:
    """Return sentences with their class at every word."""
    return [
        Marked(TextSequence(sentence), {"praise": np.full(len(split_words(sentence)), float(label))})
        for sentence, label in zip(labelled.sentences, labelled.classes, strict=True)
    ]
