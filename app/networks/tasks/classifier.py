"""Classifiers: read a text word by word, and after each word predict the class as if the text ended there."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import torch
from numpy.typing import NDArray
from pydantic import Field, model_validator
from torch import Tensor

from ...errors import BadInput, EmptySequence, TooLarge
from ...recurrent import RecurrentModule
from ...sequences import Sequence, TextSequence
from ..classifier import Classifier, ClassifierSizes, prefix_scores, sequence_scores
from ..codecs import TOKEN_BYTES, Token, WordCodec, WordsConfig
from ..description import Name
from ..feed import Arrays, Asked, Reading
from ..model import Example, Model, ModelConfig
from ..network import Network
from ..place import SEQUENCE

MOST_STEPS = 512
"""The most words in a text: each of its prefixes is read separately, so n words cost about n²/2 steps."""


class ClassifierConfig(ModelConfig):
    """The configuration of a classifier; `classes` are named in the order of the network's scores."""

    task: Literal["classifier"] = "classifier"
    sizes: ClassifierSizes
    codec: WordsConfig
    classes: tuple[Name, ...] = Field(min_length=2)

    @model_validator(mode="after")
    def _a_row_for_each(self) -> ClassifierConfig:
        tokens = len(self.codec.build())
        if tokens != self.sizes.tokens:
            raise ValueError(f"the codec has {tokens} tokens, but sizes.tokens is {self.sizes.tokens}")
        if len(set(self.classes)) != self.sizes.classes:
            raise ValueError(f"expected {self.sizes.classes} different classes, as sizes.classes says")
        return self

    def build_network(self) -> Classifier:
        """Make the network that this configuration describes; weights are loaded later."""
        return Classifier(self.cell, self.sizes)

    def model(self, network: Network, examples: tuple[Example, ...], card: str) -> ClassifierModel:
        """Make the model around its network."""
        assert isinstance(network, Classifier)
        return ClassifierModel(self, network, self.codec.build(), examples, card)


@dataclass(frozen=True)
class ClassifierModel(Model):
    """A network that says which class a text belongs to."""

    config: ClassifierConfig
    network: Classifier
    codec: WordCodec

    @property
    def parts(self) -> Mapping[str, RecurrentModule]:
        """Its only recurrent module."""
        return {SEQUENCE: self.network.recurrent}

    def read(self, sequence: Sequence, asked: Asked) -> Reading:
        """Read a text.

        Raises `EmptySequence`, `TooLarge` (also for more words than `MOST_STEPS`), and `BadInput` for numbers, writing
        and options.
        """
        if not isinstance(sequence, TextSequence):
            raise BadInput(f"{self.id} reads text, but got a matrix of numbers", where="sequence")
        asked.refuse_writing(self.id)
        asked.refuse_options(self.id)
        tokens, ids = self.codec.encode(sequence.text)
        if not tokens:
            raise EmptySequence(f"{self.id} got no word", where="sequence", expected="1 word or more")
        most = MOST_STEPS if asked.most_steps is None else min(MOST_STEPS, asked.most_steps)
        if len(tokens) > most:
            raise TooLarge(
                f"{len(tokens)} words and punctuation marks are too many for {self.id}, which reads every prefix "
                "of a text separately",
                where="sequence",
                expected=f"at most {most} steps",
            )
        return Reading((WordsFeed(self, tokens, ids),), {"classes": list(self.config.classes)})

    def predict(self, sequences: list[Sequence], options: Mapping[str, Any]) -> list[dict[str, Any]]:
        """Return the `label` of each text, and the `probabilities` of all classes."""
        texts = [each.text for each in sequences if isinstance(each, TextSequence)]
        ids = [torch.from_numpy(self.codec.ids(text).astype(np.int64)) for text in texts]
        with torch.no_grad():
            rows = sequence_scores(self.network, ids).softmax(-1).tolist()
        classes = self.config.classes
        return [
            {"label": classes[row.index(max(row))], "probabilities": dict(zip(classes, row, strict=True))}
            for row in rows
        ]


class WordsFeed:
    """The words of a text; all are known beforehand."""

    part = SEQUENCE
    initial = None

    def __init__(self, model: ClassifierModel, tokens: list[Token], ids: NDArray[np.int32]) -> None:
        self.given = tokens
        self.module: RecurrentModule = model.network.recurrent
        self.least_steps = self.most_steps = len(tokens)
        self._network = model.network
        self._ids = ids

    @property
    def held_bytes(self) -> int:
        """The bytes of the words and their ids."""
        return TOKEN_BYTES * len(self.given)

    def prepare(self) -> Iterator[None]:
        """Do nothing: all is known."""
        return iter(())

    def reach(self, position: int) -> int:
        """Return `position`, or the end of the text if it comes earlier."""
        return min(position, self.most_steps)

    def inputs(self, start: int, stop: int) -> Tensor:
        """Return the words' vectors, [steps, embedding]."""
        with torch.no_grad():
            embedded: Tensor = self._network.embedding(torch.from_numpy(self._ids[start:stop]))
        return embedded

    def arrays(self, start: int, stop: int, output: Tensor) -> Arrays:
        """Return `token_ids`, and in `prediction.probabilities` the classes as if the text ended at each step."""
        ids = torch.from_numpy(self._ids.astype(np.int64))
        with torch.no_grad():
            probabilities = prefix_scores(self._network, ids, start, stop).softmax(-1)
        return {"token_ids": self._ids[start:stop], "prediction.probabilities": probabilities.numpy()}

    def tokens(self, start: int, stop: int) -> list[Token]:
        """Return no tokens: all are given."""
        return []
