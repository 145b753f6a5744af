"""Attention: how well each source step fits a query (the scores), and the context read with those scores.

For a query q and the encoder's hidden states h₁ … h_S, the scores are

    additive (Bahdanau, Cho and Bengio, 2015)      e_s = v · tanh(W q + U h_s)
    dot      (Luong, Pham and Manning, 2015)       e_s = q · h_s
    general  (the same)                            e_s = (W q) · h_s

The weights are α = softmax(e), and the context is Σ α_s h_s. W is `query`, U is `key`, v is `score`. Only the padding
of a batch is masked: its score is −∞ before the softmax.
"""

from __future__ import annotations

import math
from typing import Literal

import torch
from torch import Tensor, nn

AttentionKind = Literal["additive", "dot", "general"]


class AdditiveAttention(nn.Module):
    """e_s = v · tanh(W q + U h_s), for queries of `queries` and hidden states of `states` coordinates."""

    def __init__(self, queries: int, states: int, units: int) -> None:
        super().__init__()
        self.query = nn.Linear(queries, units, bias=False)
        self.key = nn.Linear(states, units, bias=False)
        self.score = nn.Linear(units, 1, bias=False)

    def keys(self, states: Tensor) -> Tensor:
        """Return U h [B, S, units] for hidden states [B, S, states], computed once per sequence."""
        keys: Tensor = self.key(states)
        return keys

    def forward(self, queries: Tensor, keys: Tensor) -> Tensor:
        """Return the scores [B, T, S] of queries [B, T, queries]."""
        W_q = self.query(queries)[:, :, None]  # (B, T, 1, units)
        scores: Tensor = self.score((W_q + keys[:, None]).tanh())  # (B, T, S, 1)
        return scores.squeeze(-1)


class DotAttention(nn.Module):
    """e_s = q · h_s: queries and hidden states have the same number of coordinates."""

    def keys(self, states: Tensor) -> Tensor:
        """Return the hidden states [B, S, states] themselves."""
        return states

    def forward(self, queries: Tensor, keys: Tensor) -> Tensor:
        """Return the scores [B, T, S] of queries [B, T, states]."""
        return queries @ keys.transpose(1, 2)


class GeneralAttention(DotAttention):
    """e_s = (W q) · h_s, for queries of `queries` and hidden states of `states` coordinates."""

    def __init__(self, queries: int, states: int) -> None:
        super().__init__()
        self.query = nn.Linear(queries, states, bias=False)

    def forward(self, queries: Tensor, keys: Tensor) -> Tensor:
        """Return the scores [B, T, S] of queries [B, T, queries]."""
        return super().forward(self.query(queries), keys)


Attention = AdditiveAttention | DotAttention


def attention_of(kind: AttentionKind, queries: int, states: int, units: int) -> Attention:
    """Make an attention; `units` is the number of coordinates inside additive attention."""
    if kind == "additive":
        return AdditiveAttention(queries, states, units)
    return DotAttention() if kind == "dot" else GeneralAttention(queries, states)


def masked(scores: Tensor, lengths: Tensor) -> Tensor:
    """Return scores [B, T, S] with −∞ at the padding: the source steps from `lengths` [B] onward."""
    padding = torch.arange(scores.shape[-1]) >= lengths[:, None]  # (B, S)
    return scores.masked_fill(padding[:, None], -math.inf)
