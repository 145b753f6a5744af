"""The recipe of `python-char-lm`: a one-layer LSTM that reads Python, one character at a time."""

from __future__ import annotations

import platform
from collections.abc import Callable
from functools import cached_property

import torch

from ..networks.codecs import CharacterCodec, CharactersConfig
from ..networks.model import Baseline, DataConfig, Example, Metric
from ..networks.sequence_network import SequenceNetwork, Sizes
from .chance import chance
from .corpus import Corpus, frequent_characters, standard_library
from .loop import Plan
from .measure import network_bits, ngram_bits, xz_bits
from .next_token import NextToken
from .pieces import PieceBatches
from .probes import find_units
from .recipe import LanguageModelRecipe, Material, Trained

LANES = 16
LENGTH = 128
SEEN_AT_LEAST = 20
ORDER = 3

CARD = """# Python, character by character

A language model of one LSTM layer with 128 units. It reads Python source code one character at a time and says after
each what it expects next. It was trained on the source of Python's own standard library, and has learned words,
strings, comments, brackets and indentation from the characters alone.

It knows {symbols} characters, those seen at least {seen_at_least} times in training. Any other is read as one
unknown token, and still shown as what it is. Every text begins with a start token.

## How well

Bits per character on {on}, none of which was trained on; less is better.

| | bits per character |
|---|---|
| **this model** | **{bits:.3f}** |
{baselines}

What is counted: {counted}.

Measure it again: `gatescope measure python-char-lm`

## Data and credit

{source}.
{credit} Licence: {licence}.

A file is held out when the SHA-256 of its path, its first 8 bytes read as a number, ends in the digit 0; when it ends
in 01, it was kept for validation.

## Train it again

    gatescope train python-char-lm

{steps} steps of {lanes} × {length} characters, seed {seed}: between one and two hours on one core. When it
is interrupted, the same command goes on where it stopped.
"""


class PythonCharLmRecipe(LanguageModelRecipe):
    """128 units, embeddings of size 64, and text that may begin at any line."""

    id = "python-char-lm"
    title = "Python, character by character"
    plan = Plan(steps=120_000, seed=0, learning_rate=4e-3)
    stored_as = torch.float16

    def __init__(self, read_corpus: Callable[[], Corpus] = standard_library) -> None:
        self._read_corpus = read_corpus

    @cached_property
    def corpus(self) -> Corpus:
        """The texts, read on first use."""
        return self._read_corpus()

    def material(self, plan: Plan) -> Material[SequenceNetwork, CharactersConfig]:
        """Read the corpus, and make a network for its frequent characters."""
        training = self.corpus.training
        symbols = "".join(frequent_characters(training, SEEN_AT_LEAST))
        config = CharactersConfig(symbols=symbols, start_token=True, unknown="replace")
        codec = config.build()
        with chance(plan.seed):
            network = SequenceNetwork("lstm", Sizes(tokens=len(codec), embedding=64, units=128))
        network.remember_at_first()
        batches = PieceBatches(
            [codec.ids(text) for text in training],
            start=0,
            line_break=int(codec.ids("\n")[0]),
            lanes=LANES,
            length=LENGTH,
            seed=plan.seed,
        )
        return Material(config, network, NextToken(network, batches))

    def measure(self, network: SequenceNetwork, codec: CharacterCodec) -> tuple[Metric, ...]:
        """Measure bits per character on the held-out files, and what `xz` and an n-gram reach there."""
        held_out = self.corpus.held_out
        characters = sum(len(text) for text in held_out)
        return (
            Metric(
                name="bits per character",
                value=network_bits(network, codec, held_out),
                unit="bits/character",
                on=f"{len(held_out)} held-out files of {characters:,} characters",
                counted=(
                    "every character of every file, each file read whole from the start token and a zero state; "
                    "a character outside the vocabulary costs log2(1,114,112) = 20.1 bits more than the unknown "
                    "token does, so that nothing is got for free; the end of a file is not predicted"
                ),
                baselines=(
                    Baseline(name="`xz -9e`, file by file", value=xz_bits(held_out)),
                    Baseline(
                        name=f"an n-gram that looks {ORDER} characters back (Witten–Bell), same training files",
                        value=ngram_bits(codec, self.corpus.training, held_out, ORDER),
                    ),
                ),
            ),
        )

    def data(self) -> DataConfig:
        """Say which Python version the library is from."""
        return DataConfig(
            source=f"The source code of the standard library of Python {platform.python_version()}, tests left out",
            credit="Copyright © 2001 Python Software Foundation; all rights reserved.",
            licence="PSF-2.0",
        )

    def examples(self, trained: Trained[SequenceNetwork, CharacterCodec]) -> tuple[Example, ...]:
        """Give texts that show what the model tracks, with the units that track it best on the validation files."""
        found = find_units(trained.network, trained.codec, self.corpus.validation)

        def tells(name: str, what: str) -> str:
            finding = found[name]
            return (
                f"Of all units, the cell state of unit {finding.unit} tells best {what} "
                f"(correlation {finding.correlation:+.2f} on files that it was not trained on)."
            ).replace("-", "−")

        return (
            Example(
                id="function",
                title="A function",
                text='def area(self):\n    """Return the area."""\n    return self.width * self.height\n',
                note="Words, a docstring, indentation: most characters are expected once a word has begun.",
            ),
            Example(
                id="strings",
                title="Strings and quotes",
                text='name = "it\'s"\nword = \'say "so"\'\ntext = "# no comment" + name\n',
                note="Which quote opened the string? " + tells("string", "whether a string is open"),
            ),
            Example(
                id="comment",
                title="A comment",
                text="total = 0  # the sum of all that\nfor item in items:\n    total += item\n",
                note="After the # it expects words, until the line ends. "
                + tells("comment", "whether it is in a comment"),
            ),
            Example(
                id="brackets",
                title="Nested brackets",
                text="grid = [[max(a[i], (b[j] + c[k])) for i in range(n)] for j in range(m)]\n",
                note="How deep are we? " + tells("brackets", "how many brackets are open"),
            ),
            Example(
                id="indentation",
                title="Indentation",
                text=(
                    "class Stack:\n    def pop(self):\n        if not self.items:\n            return None\n"
                    "        return self.items.pop()\n\n    def clear(self):\n        self.items = []\n"
                ),
                note="Spaces after each line break. " + tells("indentation", "how far the line is indented"),
            ),
        )

    def card(self, trained: Trained[SequenceNetwork, CharacterCodec]) -> str:
        """Write the card."""
        (metric,) = trained.metrics
        data = self.data()
        rows = (f"| {baseline.name} | {baseline.value:.3f} |" for baseline in metric.baselines)
        return CARD.format(
            symbols=len(frequent_characters(self.corpus.training, SEEN_AT_LEAST)),
            seen_at_least=SEEN_AT_LEAST,
            on=metric.on,
            bits=metric.value,
            baselines="\n".join(rows),
            counted=metric.counted,
            source=data.source,
            credit=data.credit,
            licence=data.licence,
            steps=f"{trained.plan.steps:,}",
            lanes=LANES,
            length=LENGTH,
            seed=trained.plan.seed,
        )
