"""Translators: an encoder reads a text, and a decoder writes its translation, with or without attention."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Literal

import numpy as np
import torch
from pydantic import model_validator
from torch import Tensor

from ...errors import BadInput, EmptySequence, TooLarge
from ...recurrent import RecurrentModule
from ...sequences import Sequence, TextSequence
from ..codecs import END, START, TOKEN_BYTES, UNKNOWN, Token
from ..codecs.translation import TranslationCodec, TranslationConfig
from ..decoding import (
    Beam,
    Choose,
    Decoding,
    Sample,
    Search,
    Step,
    Vocabulary,
    beginning_with,
    by_chance,
    greedily,
    search,
)
from ..feed import Arrays, Asked, Reading
from ..model import Example, Model, ModelConfig
from ..network import Network
from ..sequence_network import State
from ..sequence_to_sequence import SequenceToSequence, Source, TranslatorCell, TranslatorSizes
from .translator_options import TranslatorOptions

ENCODER, DECODER = "encoder", "decoder"

STEPS_PER_SOURCE_STEP = 2
MORE_STEPS = 10
"""Without `most_steps`, a translation has at most 2 × source steps + 10 steps."""

MOST_STEPS = 4_096
"""The most steps of encoder and decoder together, without start and end tokens: each decoder step looks at all of the
encoder's."""


class TranslatorConfig(ModelConfig):
    """The configuration of a translator."""

    task: Literal["translator"] = "translator"
    cell: TranslatorCell
    sizes: TranslatorSizes
    codec: TranslationConfig

    @model_validator(mode="after")
    def _a_row_for_each_token(self) -> TranslatorConfig:
        codec = self.codec.build()
        sides = (
            ("source", codec.source, self.sizes.source_tokens),
            ("target", codec.target, self.sizes.target_tokens),
        )
        for side, built, tokens in sides:
            if len(built) != tokens:
                raise ValueError(
                    f"the {side}'s codec has {len(built)} tokens, but sizes.{side}_tokens is {tokens}"
                )
            if built.special(START) != 0 or built.special(END) is None:
                raise ValueError(f"the {side}'s codec needs a start token and an end token")
        return self

    def build_network(self) -> SequenceToSequence:
        """Make the network that this configuration describes; weights are loaded later."""
        return SequenceToSequence(self.cell, self.sizes)

    def model(self, network: Network, examples: tuple[Example, ...], card: str) -> Translator:
        """Make the model around its network."""
        assert isinstance(network, SequenceToSequence)
        return Translator(self, network, self.codec.build(), examples, card)


@dataclass(frozen=True)
class Translator(Model):
    """A network that reads a text and writes its translation."""

    config: TranslatorConfig
    network: SequenceToSequence
    codec: TranslationCodec

    @property
    def parts(self) -> Mapping[str, RecurrentModule]:
        """The encoder's recurrent module, then the decoder's."""
        return {ENCODER: self.network.encoder.recurrent, DECODER: self.network.decoder.recurrent}

    @cached_property
    def vocabulary(self) -> Vocabulary:
        """The decoder's start and end tokens, and the tokens it never writes."""
        target = self.codec.target
        start, end, unknown = (target.special(name) for name in (START, END, UNKNOWN))
        assert start is not None and end is not None
        return Vocabulary(start, end, (start,) if unknown is None else (start, unknown))

    def read(self, sequence: Sequence, asked: Asked) -> Reading:
        """Read a text and write its translation, as the options say.

        Raises `EmptySequence`, `TooLarge`, and `BadInput` for numbers and for invalid options.
        """
        if not isinstance(sequence, TextSequence):
            raise BadInput(f"{self.id} reads text, but got a matrix of numbers", where="sequence")
        if asked.generate:
            raise BadInput(
                f"{self.id} writes by itself", where="generate", expected="options.most_steps instead"
            )
        tokens, ids = self.codec.source.encode(sequence.text)
        if len(tokens) == 1:
            raise EmptySequence(
                f"{self.id} got a text without a word", where="sequence", expected="1 character or more"
            )
        end = self.codec.source.special(END)
        assert end is not None
        encoder = EncoderFeed(
            self, [*tokens, Token(END, None, None, special=True)], torch.tensor([*ids.tolist(), end])
        )
        decoder = DecoderFeed(self, encoder, TranslatorOptions.of(asked.options), asked)
        return Reading((encoder, decoder), result=decoder.result)

    def predict(self, sequences: list[Sequence], options: Mapping[str, Any]) -> list[dict[str, Any]]:
        """Return the `text` that each source becomes, and its `score`."""
        results = (self.read(sequence, Asked(options=options)).result() for sequence in sequences)
        return [{"text": result["text"], "score": result["score"]} for result in results]


class EncoderFeed:
    """The tokens of the source, from the start token to the end token."""

    part = ENCODER
    initial = None

    def __init__(self, model: Translator, tokens: list[Token], ids: Tensor) -> None:
        self.given = tokens
        self.ids = ids  # [steps]
        self.least_steps = self.most_steps = len(tokens)
        self._network = model.network

    @property
    def module(self) -> RecurrentModule:
        """The PyTorch module that is run and traced."""
        return self._network.encoder.recurrent

    @cached_property
    def source(self) -> Source:
        """What the decoder receives, computed with PyTorch's own module."""
        with torch.no_grad():
            embedded = self._network.encoder.embedding(self.ids[:, None])
            return self._network.encode(embedded, torch.tensor([len(self.ids)]))

    @property
    def held_bytes(self) -> int:
        """The bytes of the tokens, their ids, and the hidden states and keys that attention reads."""
        return self.most_steps * (TOKEN_BYTES + 8 * self._network.sizes.decoder_units)

    def prepare(self) -> Iterator[None]:
        """Do nothing: all is known."""
        return iter(())

    def reach(self, position: int) -> int:
        """Return `position`, or the end if it comes earlier."""
        return min(position, self.most_steps)

    def inputs(self, start: int, stop: int) -> Tensor:
        """Return the tokens' vectors, [steps, embedding]."""
        with torch.no_grad():
            embedded: Tensor = self._network.encoder.embedding(self.ids[start:stop])
        return embedded

    def arrays(self, start: int, stop: int, output: Tensor) -> Arrays:
        """Return the ids of the tokens."""
        return {f"{ENCODER}.token_ids": self.ids[start:stop].numpy().astype(np.int32)}

    def tokens(self, start: int, stop: int) -> list[Token]:
        """Return no tokens: all are given."""
        return []


class DecoderFeed:
    """The decoder's inputs, which decoding produces, and its predictions."""

    part = DECODER

    def __init__(
        self, model: Translator, encoder: EncoderFeed, options: TranslatorOptions, asked: Asked
    ) -> None:
        self._model = model
        self._encoder = encoder
        self._options = options
        self._top = min(asked.top, len(model.codec.target))
        self._target = None if options.target is None else self._known("target", options.target)
        self._prefix = self._known("prefix", options.prefix or "")
        self.most_steps = self._most_steps(asked.most_steps)
        self._rows = options.rows(
            encoder.most_steps, self.most_steps, attention=model.network.attention is not None
        )
        self.least_steps = self.most_steps if self._target else 1
        self.given = [Token(START, None, None, special=True)]
        self._found: Search | None = None

    @property
    def held_bytes(self) -> int:
        """The bytes of the decoded steps: their attention, and the scores of all tokens."""
        sizes = self._model.config.sizes
        step = 2 * self._encoder.most_steps + sizes.target_tokens + 3 * sizes.decoder_units
        return 4 * self.most_steps * step

    def _known(self, name: str, text: str) -> list[int]:
        """Return the ids of a target or prefix text; raises `BadInput` if the model cannot write it."""
        codec = self._model.codec.target
        ids: list[int] = codec.ids(text).tolist()
        if codec.special(UNKNOWN) in ids:
            raise BadInput(
                f"{self._model.id} cannot write all of {text!r}",
                where=f"options.{name}",
                expected="characters that it knows",
            )
        if name == "target" and not ids:
            raise BadInput("the target has no word", where="options.target", expected="1 character or more")
        return ids

    def _most_steps(self, limit: int | None) -> int:
        """Return the largest possible number of steps; raises `TooLarge` or `BadInput`."""
        source = sum(not token.special for token in self._encoder.given)
        wanted = self._options.most_steps
        if self._target:
            needed = len(self._target) + 1
            if wanted is not None and wanted < needed:
                raise BadInput(
                    f"the target needs {needed} steps",
                    where="options.most_steps",
                    expected=f"{needed} or more",
                )
            wanted = needed
        least = len(self._prefix) + 1
        if wanted is not None and wanted < least:
            raise BadInput(
                f"the prefix needs {least} steps", where="options.most_steps", expected=f"{least} or more"
            )
        usual = STEPS_PER_SOURCE_STEP * self._encoder.most_steps + MORE_STEPS
        most = max(usual, least) if wanted is None else wanted
        limit = MOST_STEPS if limit is None else min(limit, MOST_STEPS)
        if source + most <= limit:
            return most
        if wanted is None and source + len(self._prefix) <= limit:
            return max(limit - source, least)
        raise TooLarge(
            f"{source} steps to read and {wanted or least} to write are too many",
            where="sequence",
            expected=f"at most {limit} steps together",
        )

    @property
    def module(self) -> RecurrentModule:
        """The PyTorch module that is run and traced."""
        return self._model.network.decoder.recurrent

    @property
    def initial(self) -> State:
        """The encoder's final states, [layers, units] each."""
        initial = self._encoder.source.initial
        return initial[:, 0] if isinstance(initial, Tensor) else (initial[0][:, 0], initial[1][:, 0])

    def prepare(self) -> Iterator[None]:
        """Search for the winner, if the options ask for a beam."""
        if self._found is None and not self._target and isinstance(self._options.decoding, Beam):
            self._found = yield from search(
                self._model.network,
                self._encoder.source,
                self._model.vocabulary,
                self._options.decoding.width,
                most_steps=self.most_steps,
                given=self._prefix,
                forced=self._rows,
            )

    @property
    def _search(self) -> Search | None:
        """The result of a beam search, if the options ask for a beam."""
        for _ in self.prepare():
            pass
        return self._found

    @cached_property
    def _decoding(self) -> Decoding:
        choose, most = self._choice()
        return Decoding(
            self._model.network,
            self._encoder.source,
            self._model.vocabulary,
            choose,
            most_steps=most,
            forced=self._rows,
        )

    def _choice(self) -> tuple[Choose, int]:
        """Return how each token is chosen, and the step limit."""
        vocabulary, decoding = self._model.vocabulary, self._options.decoding
        free = by_chance(vocabulary, decoding) if isinstance(decoding, Sample) else greedily(vocabulary)
        if self._target:
            return beginning_with([*self._target, vocabulary.end], free), self.most_steps
        if self._search:
            winner = self._search.hypotheses[0].ids
            return beginning_with(winner, free), len(winner)
        return beginning_with(self._prefix, free), self.most_steps

    def reach(self, position: int) -> int:
        """Decode the steps before `position`; return `position`, or the end if the translation ends earlier."""
        return self._decoding.reach(position)

    def inputs(self, start: int, stop: int) -> Tensor:
        """Return the inputs of the decoder's first layer, [steps, input size]."""
        return torch.cat([step.decoded.inputs[:, 0] for step in self._decoding.steps[start:stop]])

    def arrays(self, start: int, stop: int, output: Tensor) -> Arrays:
        """Return the ids fed, the attention with its scores and context, and as `prediction.*` the predictions."""
        steps = self._decoding.steps[start:stop]
        fed = np.array([step.read for step in steps], np.int32)
        return {f"{DECODER}.token_ids": fed} | self._attention(steps) | self._predictions(steps)

    def _attention(self, steps: list[Step]) -> Arrays:
        if not self._model.network.attention:
            return {}
        rows: dict[str, list[Tensor]] = {"attention": [], "attention.scores": [], f"{DECODER}.context": []}
        for step in steps:
            done = step.decoded
            assert done.weights is not None and done.energies is not None and done.context is not None
            for name, tensor in zip(rows, (done.weights, done.energies, done.context), strict=True):
                rows[name].append(tensor[0, 0])
        return {name: torch.stack(tensors).numpy() for name, tensors in rows.items()}

    def _predictions(self, steps: list[Step]) -> Arrays:
        probabilities = torch.stack([step.scores for step in steps]).softmax(-1)  # [steps, tokens]
        best = probabilities.topk(self._top)
        chosen = torch.tensor([step.chosen for step in steps])
        return {
            "prediction.indices": best.indices.numpy().astype(np.int32),
            "prediction.probabilities": best.values.numpy(),
            "prediction.actual": probabilities.gather(1, chosen[:, None])[:, 0].numpy(),
            "prediction.chosen": chosen.numpy().astype(np.int32),
        }

    def tokens(self, start: int, stop: int) -> list[Token]:
        """Return the tokens fed, with their places in the written text."""
        written = [step.read for step in self._decoding.steps[1:stop]]
        codec, tokens = self._model.codec.target, []
        for index in range(max(start, 1), stop):
            end = len(codec.text(written[:index]))
            text = codec.decode(written[index - 1])
            begin = min(len(codec.text(written[: index - 1])), end)
            blank = 1 if text.startswith(" ") and begin and len(text) > 1 else 0
            tokens.append(Token(text, min(begin + blank, end), end))
        return tokens

    def result(self) -> dict[str, Any]:
        """Return the `text`, its `score`, and the `beam` if there is any; this decodes the remaining steps."""
        self._decoding.reach(self.most_steps)
        found = {
            "text": self._model.codec.target.text(self._decoding.chosen),
            "score": self._decoding.score,
        }
        tree = self._search
        return found if tree is None else found | {"beam": self._tree(tree)}

    def _tree(self, found: Search) -> dict[str, Any]:
        """Describe what a beam kept: each node's `parent` is an index into `nodes`, null at the first step."""
        codec = self._model.codec.target
        ordered = sorted(found.tree, key=lambda hypothesis: (len(hypothesis.ids), -hypothesis.score))
        places = {hypothesis.ids: index for index, hypothesis in enumerate(ordered)}
        nodes = [
            {
                "step": len(hypothesis.ids) - 1,
                "parent": places.get(hypothesis.ids[:-1]),
                "id": hypothesis.ids[-1],
                "token": codec.decode(hypothesis.ids[-1]),
                "text": codec.text(hypothesis.ids),
                "score": hypothesis.score,
            }
            for hypothesis in ordered
        ]
        hypotheses = [
            {"node": places[hypothesis.ids], "text": codec.text(hypothesis.ids), "score": hypothesis.score}
            for hypothesis in found.hypotheses
        ]
        return {"nodes": nodes, "hypotheses": hypotheses}
