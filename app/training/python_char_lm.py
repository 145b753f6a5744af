"""The recipe of `python-char-lm`: a one-layer LSTM that reads Python, one character at a time."""

from __future__ import annotations

import platform
import tokenize
from collections.abc import Callable, Iterable, Iterator
from functools import cached_property

import torch

from ..analysis.python_source import CONCEPTS, python_marks
from ..networks.codecs import CharacterCodec, CharactersConfig
from ..networks.model import Baseline, DataConfig, Example, Metric
from ..networks.sequence_network import SequenceNetwork, Sizes
from ..sequences import TextSequence
from .chance import chance
from .corpus import Corpus, frequent_characters, standard_library
from .loop import Plan
from .measure import network_bits, ngram_bits, xz_bits
from .next_token import NextToken
from .pieces import PieceBatches
from .probing import Marked, Probes
from .recipe import LanguageModelRecipe, Material, Trained
from .tracked_text import sentence, table

LANES = 16
LENGTH = 128
SEEN_AT_LEAST = 20
ORDER = 3

CARD = """# Python, character by character

A language model of one LSTM layer with 128 units. It reads Python source code one character at a time, and says after
each character what it expects next. It was trained on the source of Python's own standard library, and has learned
words, strings, comments, brackets and indentation from the characters alone.

It knows {symbols} characters: those that occur at least {seen_at_least} times in the training data. Any other character
is read as one unknown token, and the page still shows the character itself. Every text begins with a start token.

## What its units know

{tracked}

Python's own tokenizer decides what is a string, a comment and so on. `units.json` says how, and names the five best
units for each. Find them again: `gatescope probe python-char-lm`

## How well

Bits per character on {on}, which were not used in training; less is better.

| | bits per character |
|---|---|
| **this model** | **{bits:.3f}** |
{baselines}

What is counted: {counted}.

Measure it again: `gatescope measure python-char-lm`

## Data and credit

{source}.
{credit} Licence: {licence}.

The SHA-256 of a file's path decides where the file goes: read its first 8 bytes as a decimal number. If the last digit
is 0, the file is held out. If the last two digits are 01, it is for validation.

## Train it again

    gatescope train python-char-lm

{steps} steps of {lanes} × {length} characters, seed {seed}: one to two hours on one core. After an interruption, the
same command continues where it stopped.
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
                better="lower",
                on=f"{len(held_out)} held-out files of {characters:,} characters",
                counted=(
                    "every character of every file; each file is read as a whole, beginning with the start token and "
                    "a zero state. A character that the model does not know costs the bits of the unknown token plus "
                    "log2(1,114,112) = 20.1 bits, which name the character. The end of a file is not predicted"
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

    def probes(self) -> Probes:
        """Look for what Python's tokenizer finds in the files; each file of the validation data counts equally."""
        held_out = list(marked(self.corpus.held_out))
        characters = sum(len(each.marks["string"]) for each in held_out)
        return Probes(
            CONCEPTS,
            validation=[[each] for each in marked(self.corpus.validation)],
            held_out=held_out,
            on=f"{len(held_out)} held-out files of {characters:,} characters",
        )

    def examples(self, trained: Trained[SequenceNetwork, CharacterCodec]) -> tuple[Example, ...]:
        """Give texts that show what units track, each with the unit that was measured best."""

        def example(id: str, title: str, concept: str, text: str, note: str) -> Example:
            whole_note = note + sentence(trained.tracked, concept)
            return Example(id=id, title=title, text=text, concept=concept, note=whole_note)

        return (
            example(
                "function",
                "A function",
                "string",
                'def area(self):\n    """Return the area."""\n    return self.width * self.height\n',
                "A docstring between two lines of code.",
            ),
            example(
                "strings",
                "Strings and quotes",
                "string",
                'name = "it\'s"\nword = \'say "so"\'\ntext = "# no comment" + name\n',
                "Only the quote that opened a string can close it.",
            ),
            example(
                "comment",
                "A comment",
                "comment",
                "total = 0  # the sum of all that\nfor item in items:\n    total += item\n",
                "After the # it expects words, until the line ends.",
            ),
            example(
                "brackets",
                "Nested brackets",
                "bracket",
                "grid = [[max(a[i], (b[j] + c[k])) for i in range(n)] for j in range(m)]\n",
                "Several brackets are open at once.",
            ),
            example(
                "indentation",
                "Indentation",
                "deep-indentation",
                "class Stack:\n    def pop(self):\n        if not self.items:\n            return None\n"
                "        return self.items.pop()\n\n    def clear(self):\n        self.items = []\n",
                "The spaces at the beginning of a line are still known at its end.",
            ),
            example(
                "numbers",
                "Numbers",
                "number",
                "table = [\n    (0, 640, 480),\n    (1, 1280, 1024),\n    (2, 1920, 1080),\n]\n",
                "After one digit, another digit is likely.",
            ),
            example(
                "imports",
                "Imports",
                "import",
                'import os\nfrom pathlib import Path\n\nhome = Path(os.environ["HOME"])\n',
                "The names of modules, then code that uses them.",
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
            tracked=table(trained.tracked),
            source=data.source,
            credit=data.credit,
            licence=data.licence,
            steps=f"{trained.plan.steps:,}",
            lanes=LANES,
            length=LENGTH,
            seed=trained.plan.seed,
        )


def marked(texts: Iterable[str]) -> Iterator[Marked]:
    """Yield the texts that are Python, with every concept after each character."""
    for text in texts:
        try:
            yield Marked(TextSequence(text), python_marks(text))
        except (SyntaxError, tokenize.TokenError):
            continue
