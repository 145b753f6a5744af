"""Language models: read text token by token, and after each token predict the next. They can also write."""

from __future__ import annotations

import sys
from array import array
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import torch
from numpy.typing import NDArray
from pydantic import model_validator
from torch import Tensor

from ...errors import BadInput, EmptySequence, TooLarge
from ...recurrent import RecurrentModule
from ...sequences import Sequence, TextSequence
from ..codecs import CharacterCodec, CharactersConfig, Token
from ..feed import Arrays, Asked, Reading
from ..model import Example, Model, ModelConfig
from ..network import Network
from ..place import SEQUENCE
from ..sequence_network import SequenceNetwork, Sizes
from ..surprise import surprise
from ..writer import write


class LanguageModelConfig(ModelConfig):
    """The configuration of a language model."""

    task: Literal["language-model"] = "language-model"
    sizes: Sizes
    codec: CharactersConfig

    @model_validator(mode="after")
    def _a_row_for_each_token(self) -> LanguageModelConfig:
        tokens = len(self.codec.build())
        if tokens != self.sizes.tokens:
            raise ValueError(f"the codec has {tokens} tokens, but sizes.tokens is {self.sizes.tokens}")
        return self

    def build_network(self) -> SequenceNetwork:
        """Make the network that this configuration describes; weights are loaded later."""
        return SequenceNetwork(self.cell, self.sizes)

    def model(self, network: Network, examples: tuple[Example, ...], card: str) -> LanguageModel:
        """Make the model around its network."""
        assert isinstance(network, SequenceNetwork)
        return LanguageModel(self, network, self.codec.build(), examples, card)


@dataclass(frozen=True)
class LanguageModel(Model):
    """A network that predicts the next token of a text."""

    config: LanguageModelConfig
    network: SequenceNetwork
    codec: CharacterCodec

    @property
    def parts(self) -> Mapping[str, RecurrentModule]:
        """Its only recurrent module."""
        return {SEQUENCE: self.network.recurrent}

    def read(self, sequence: Sequence, asked: Asked) -> Reading:
        """Read a text and, if asked, continue it.

        Raises `EmptySequence`, `UnknownToken`, `TooLarge`, and `BadInput` for numbers and for options.
        """
        if not isinstance(sequence, TextSequence):
            raise BadInput(f"{self.id} reads text, but got a matrix of numbers", where="sequence")
        if not sequence.text:
            raise EmptySequence(
                f"{self.id} got an empty text", where="sequence", expected="1 character or more"
            )
        asked.refuse_options(self.id)
        if asked.generate and self.network.sizes.bidirectional:
            raise BadInput(f"{self.id} reads in both directions and cannot continue a text", where="generate")
        given = len(sequence.text)
        written = asked.generate.steps if asked.generate else 0
        if asked.most_steps is not None and given + written > asked.most_steps:
            raise TooLarge(
                f"{given} steps to read and {written} to write are too many",
                where="sequence",
                expected=f"at most {asked.most_steps} steps together",
            )
        return Reading((TextFeed(self, sequence.text, asked),))

    def predict(self, sequences: list[Sequence], options: Mapping[str, Any]) -> list[dict[str, Any]]:
        """Return the number of `tokens` in each text, without the start token, and their total cost in `bits`."""
        read = [
            self.codec.encode(sequence.text)[1]
            for sequence in sequences
            if isinstance(sequence, TextSequence)
        ]
        bits = surprise(self.network, read)
        start = self.codec.start_token
        return [{"tokens": len(ids) - start, "bits": cost} for ids, cost in zip(read, bits, strict=True)]


class TextFeed:
    """The given tokens, then the tokens that the model writes, made only when needed."""

    part = SEQUENCE
    initial = None

    def __init__(self, model: LanguageModel, text: str, asked: Asked) -> None:
        self.given, ids = model.codec.encode(text)
        self._network = model.network
        self._codec = model.codec
        self._top = min(asked.top, len(model.codec))
        self._ids = array("i", ids.tobytes())
        self._written: Iterator[int] = iter(())
        self.most_steps = len(ids)
        if asked.generate:
            self._written = write(model.network, model.codec, ids, asked.generate, asked.begin)
            self.most_steps += asked.generate.steps
        self.least_steps = len(ids) if self._codec.end_token else self.most_steps

    @property
    def held_bytes(self) -> int:
        """The bytes of the text and of the ids."""
        return sys.getsizeof(self.given.text) + self.most_steps * self._ids.itemsize

    @property
    def module(self) -> RecurrentModule:
        """The PyTorch module that is run and traced."""
        return self._network.recurrent

    def prepare(self) -> Iterator[None]:
        """Do nothing: all is known."""
        return iter(())

    def reach(self, position: int) -> int:
        """Write the tokens before `position`; return `position`, or the end if the model stops earlier."""
        while len(self._ids) < position:
            token = next(self._written, None)
            if token is None:
                return len(self._ids)
            self._ids.append(token)
        return position

    def inputs(self, start: int, stop: int) -> Tensor:
        """Return the tokens' vectors, [steps, embedding]."""
        with torch.no_grad():
            embedded: Tensor = self._network.embedding(torch.from_numpy(self._between(start, stop)))
        return embedded

    def arrays(self, start: int, stop: int, output: Tensor) -> Arrays:
        """Return `token_ids`, and as `prediction.*` the best next tokens and the probability of the actual one."""
        following = self._between(start + 1, self.reach(stop + 1))
        return {"token_ids": self._between(start, stop)} | self._predictions(output, following)

    def tokens(self, start: int, stop: int) -> list[Token]:
        """Return written tokens; their places continue the text."""
        places = enumerate(self._ids[start:stop], start - self._codec.start_token)
        return [Token(self._codec.decode(index), place, place + 1) for place, index in places]

    def _between(self, start: int, stop: int) -> NDArray[np.int32]:
        return np.array(self._ids[start:stop], np.int32)

    def _predictions(self, output: Tensor, following: NDArray[np.int32]) -> Arrays:
        with torch.no_grad():
            probabilities = self._network.head(output).softmax(-1)  # [steps, tokens]
        best = probabilities.topk(self._top)
        actual = np.full(len(output), np.nan, np.float32)
        known = probabilities[: len(following)].numpy()
        actual[: len(following)] = np.take_along_axis(known, following[:, None].astype(np.int64), 1)[:, 0]
        return {
            "prediction.indices": best.indices.numpy().astype(np.int32),
            "prediction.probabilities": best.values.numpy(),
            "prediction.actual": actual,
        }
