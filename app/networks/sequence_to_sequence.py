"""Sequence to sequence: an encoder reads the source, a decoder writes the target, attention looks back.

The encoder (Sutskever, Vinyals and Le, 2014; bidirectional as in Bahdanau, Cho and Bengio, 2015) reads every token
from the start token to the end token. The decoder's initial state, layer by layer, is the encoder's final state of
that layer, forward then backward side by side; so it has directions × units of the encoder, and no weights are needed
in between.

- Without attention, that state (the context vector) is all that the decoder knows of the source.
- With additive attention (Bahdanau et al.), the query of step t is the decoder's output at step t − 1. The step reads
  the embedding and the context side by side: x_t = [E y_t ; c_t].
- With multiplicative attention (Luong, Pham and Manning, 2015), step t reads only the embedding, and its query is its
  own output h_t; the context goes to the head.

The head is Luong's attentional vector, tanh(W [h ; c]), scored against the decoder's embeddings (tied, as Press and
Wolf, 2017). Parameters have the names used in a model folder: `encoder.{embedding,recurrent}.`,
`decoder.{embedding,recurrent,head}.`, `attention.{query,key,score}.`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import torch
from pydantic import BaseModel, ConfigDict, Field
from torch import Tensor, nn
from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence

from .attention import Attention, AttentionKind, GeneralAttention, attention_of, masked
from .network import Network, remember_at_first
from .sequence_network import RECURRENT, State

TranslatorCell = Literal["lstm", "gru"]


class TranslatorSizes(BaseModel):
    """How large a translator is; `units` is for each direction of the encoder, and the decoder has as many as both."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    source_tokens: int = Field(ge=1, le=1_000_000)
    target_tokens: int = Field(ge=1, le=1_000_000)
    embedding: int = Field(ge=1, le=16_384)
    units: int = Field(ge=1, le=16_384)
    layers: int = Field(1, ge=1, le=64)
    bidirectional: bool = True
    attention: AttentionKind | None = None
    attention_units: int = Field(0, ge=0, le=16_384)

    @property
    def directions(self) -> int:
        """The number of directions in which the encoder reads."""
        return 2 if self.bidirectional else 1

    @property
    def decoder_units(self) -> int:
        """The units of each layer of the decoder, and the coordinates of an encoder step's hidden state."""
        return self.units * self.directions


@dataclass(frozen=True, eq=False)
class Source:
    """What the decoder receives from a batch of sources.

    `initial` is the decoder's initial state, h or (h, c), each [layers, B, units]; `states` are the last layer's hidden
    states [B, S, units], `keys` the attention keys made from them, and `lengths` [B] the lengths without padding.
    """

    initial: State
    states: Tensor
    keys: Tensor | None
    lengths: Tensor

    def with_initial(self, kept: Tensor) -> Source:
        """Return the source with the initial states of only some of the batch [B]; the others begin from 0."""
        share = kept[None, :, None]
        initial = (
            self.initial * share
            if isinstance(self.initial, Tensor)
            else (self.initial[0] * share, self.initial[1] * share)
        )
        return Source(initial, self.states, self.keys, self.lengths)

    def of(self, rows: Tensor) -> Source:
        """Return the source with these rows of the batch, in this order; rows may repeat."""
        initial = (
            self.initial[:, rows]
            if isinstance(self.initial, Tensor)
            else (self.initial[0][:, rows], self.initial[1][:, rows])
        )
        keys = None if self.keys is None else self.keys[rows]
        return Source(initial, self.states[rows], keys, self.lengths[rows])


@dataclass(frozen=True, eq=False)
class Decoded:
    """What the decoder did at T steps: its `inputs` [T, B, input size], and the head's inputs, `features` [T, B, …].

    With attention also the `energies` (the scores before the softmax) and `weights`, both [T, B, S], and the `context`
    [T, B, units]. `state` is the state after the last step.
    """

    inputs: Tensor
    features: Tensor
    state: State
    energies: Tensor | None = None
    weights: Tensor | None = None
    context: Tensor | None = None


class Encoder(nn.Module):
    """Embedding → recurrent, in one direction or both."""

    def __init__(self, cell: TranslatorCell, sizes: TranslatorSizes) -> None:
        super().__init__()
        self.embedding = nn.Embedding(sizes.source_tokens, sizes.embedding)
        self.recurrent = RECURRENT[cell](
            sizes.embedding, sizes.units, num_layers=sizes.layers, bidirectional=sizes.bidirectional
        )

    def forward(self, embedded: Tensor, lengths: Tensor) -> tuple[Tensor, State]:
        """Read embedded tokens [S, B, embedding]; `lengths` [B] are the lengths without padding.

        Returns the last layer's hidden states [S, B, units], 0 at padding, and the final state of every layer, forward
        then backward side by side, [layers, B, units].
        """
        if bool((lengths == len(embedded)).all()):
            output, final = self.recurrent(embedded)
        else:
            packed = pack_padded_sequence(embedded, lengths, enforce_sorted=False)
            output, final = self.recurrent(packed)
            output, _ = pad_packed_sequence(output, total_length=len(embedded))
        if isinstance(final, Tensor):
            return output, self._side_by_side(final)
        return output, (self._side_by_side(final[0]), self._side_by_side(final[1]))

    def _side_by_side(self, final: Tensor) -> Tensor:
        """Put a layer's directions side by side: [layers · directions, B, units] → [layers, B, directions · units]."""
        layers = final.reshape(self.recurrent.num_layers, -1, *final.shape[1:])
        return torch.cat(list(layers.unbind(1)), -1)


class Head(nn.Module):
    """tanh(W x + b), scored against the embeddings of all tokens."""

    def __init__(self, inputs: int, sizes: TranslatorSizes) -> None:
        super().__init__()
        self.hidden = nn.Linear(inputs, sizes.embedding)
        self.bias = nn.Parameter(torch.zeros(sizes.target_tokens))

    def forward(self, inputs: Tensor, embeddings: Tensor) -> Tensor:
        """Return the score of every token, [..., tokens]."""
        return nn.functional.linear(self.hidden(inputs).tanh(), embeddings, self.bias)


class Decoder(nn.Module):
    """Embedding → recurrent → head."""

    def __init__(self, cell: TranslatorCell, sizes: TranslatorSizes) -> None:
        super().__init__()
        units, attention = sizes.decoder_units, sizes.attention
        self.embedding = nn.Embedding(sizes.target_tokens, sizes.embedding)
        inputs = sizes.embedding + (units if attention == "additive" else 0)
        self.recurrent = RECURRENT[cell](inputs, units, num_layers=sizes.layers)
        self.head = Head(units * (2 if attention else 1), sizes)


class SequenceToSequence(Network):
    """Encoder, attention (or none) and decoder."""

    cell: TranslatorCell
    sizes: TranslatorSizes

    def __init__(self, cell: TranslatorCell, sizes: TranslatorSizes) -> None:
        super().__init__()
        self.cell = cell
        self.sizes = sizes
        units = sizes.decoder_units
        self.encoder = Encoder(cell, sizes)
        self.decoder = Decoder(cell, sizes)
        self.attention: Attention | None = (
            attention_of(sizes.attention, units, units, sizes.attention_units) if sizes.attention else None
        )

    def begin_small(self) -> None:
        """Scale the embeddings down, as the tied head needs, and let an LSTM start out remembering.

        General attention starts out looking at all source steps equally.
        """
        for part in (self.encoder, self.decoder):
            with torch.no_grad():
                part.embedding.weight *= self.sizes.embedding**-0.5
            remember_at_first(part.recurrent)
        if isinstance(self.attention, GeneralAttention):
            nn.init.zeros_(self.attention.query.weight)

    @property
    def rates(self) -> Mapping[str, float]:
        """General attention learns slowly.

        Its scores are sums of units² products. At the full rate they grow so fast that the softmax saturates at the
        first or the last source step, before the states in between mean anything, and never recovers.
        """
        return {"attention.query.weight": 0.01} if isinstance(self.attention, GeneralAttention) else {}

    def encode(self, embedded: Tensor, lengths: Tensor) -> Source:
        """Read embedded sources [S, B, embedding]; `lengths` [B] are the lengths without padding."""
        states, initial = self.encoder(embedded, lengths)
        states = states.transpose(0, 1)
        keys = self.attention.keys(states) if self.attention else None
        return Source(initial, states, keys, lengths)

    def decode(
        self, embedded: Tensor, source: Source, state: State, forced: dict[int, Tensor] | None = None
    ) -> Decoded:
        """Run the decoder over known embedded tokens [T, B, embedding], starting from `state`.

        `forced` are attention rows [B, S] that replace the network's own, by step.
        """
        if self.sizes.attention == "additive":
            return self._decode_stepwise(embedded, source, state, forced or {})
        output, state = self.decoder.recurrent(embedded, state)
        if not self.attention:
            return Decoded(embedded, output, state)
        energies, weights = self._look(output, source)
        for step, row in (forced or {}).items():
            weights[step] = row
        context = self._read(weights, source)
        features = torch.cat([output, context], -1)
        return Decoded(embedded, features, state, energies, weights, context)

    def _decode_stepwise(
        self, embedded: Tensor, source: Source, state: State, forced: dict[int, Tensor]
    ) -> Decoded:
        """Run the steps one by one: with additive attention, a step's input depends on the previous step."""
        rows = []
        for step, token in enumerate(embedded):
            query = (state if isinstance(state, Tensor) else state[0])[
                -1:
            ]  # the last layer's output (1, B, units)
            energies, weights = self._look(query, source)
            weights = forced[step][None] if step in forced else weights
            context = self._read(weights, source)
            inputs = torch.cat([token[None], context], -1)
            output, state = self._step(inputs[0], state)
            rows.append((inputs, output[None], energies, weights, context))
        inputs, output, energies, weights, context = (torch.cat(parts) for parts in zip(*rows, strict=True))
        features = torch.cat([output, context], -1)
        return Decoded(inputs, features, state, energies, weights, context)

    def _step(self, inputs: Tensor, state: State) -> tuple[Tensor, State]:
        """Take one step of the decoder's recurrent module with PyTorch's own cells: inputs [B, input size]."""
        recurrent = self.decoder.recurrent
        layers: list[tuple[Tensor, ...]] = []
        for layer in range(recurrent.num_layers):
            weights = [
                getattr(recurrent, f"{kind}_l{layer}")
                for kind in ("weight_ih", "weight_hh", "bias_ih", "bias_hh")
            ]
            if isinstance(state, Tensor):
                inputs = torch.gru_cell(inputs, state[layer], *weights)
                layers.append((inputs,))
            else:
                inputs, cell = torch.lstm_cell(inputs, (state[0][layer], state[1][layer]), *weights)
                layers.append((inputs, cell))
        stacked = tuple(torch.stack(parts) for parts in zip(*layers, strict=True))
        return inputs, stacked[0] if isinstance(state, Tensor) else (stacked[0], stacked[1])

    def _look(self, queries: Tensor, source: Source) -> tuple[Tensor, Tensor]:
        """Return the attention's scores and weights, both [T, B, S], for queries [T, B, units]."""
        assert self.attention is not None and source.keys is not None
        energies = masked(self.attention(queries.transpose(0, 1), source.keys), source.lengths).transpose(
            0, 1
        )
        return energies, energies.softmax(-1)

    def _read(self, weights: Tensor, source: Source) -> Tensor:
        """Return the context [T, B, units] for attention weights [T, B, S]."""
        return (weights.transpose(0, 1) @ source.states).transpose(0, 1)

    def score(self, features: Tensor) -> Tensor:
        """Score every token as the next token, [..., tokens], from the decoder's `features`."""
        scores: Tensor = self.decoder.head(features, self.decoder.embedding.weight)
        return scores
