"""How well a character model predicts texts, and how well simpler methods do.

All figures are bits per character over every character of every text. A character outside the vocabulary counts as
the unknown token, plus the bits that name one code point, so that unknown characters are not free.
"""

from __future__ import annotations

import lzma
import math
from collections.abc import Sequence

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn

from ..networks.codecs import UNKNOWN, CharacterCodec
from ..networks.sequence_network import SequenceNetwork

CODE_POINT_BITS = math.log2(0x110000)
BLOCK_STEPS = 4096


def network_bits(network: SequenceNetwork, codec: CharacterCodec, texts: Sequence[str]) -> float:
    """Return a network's bits per character; it reads each text whole, from the start token and a zero state."""
    total = 0.0
    for text in texts:
        ids = torch.from_numpy(codec.encode(text)[1].astype(np.int64))
        state = None
        for start in range(0, len(ids) - 1, BLOCK_STEPS):
            block = ids[start : start + BLOCK_STEPS + 1]
            with torch.no_grad():
                scores, state = network(block[:-1], state)
                total += float(nn.functional.cross_entropy(scores, block[1:], reduction="sum"))
    return total / math.log(2) / _characters(texts) + unknown_bits(codec, texts)


def unknown_bits(codec: CharacterCodec, texts: Sequence[str]) -> float:
    """Return the cost of naming the unknown characters, in bits per character of the texts."""
    unknown = codec.special(UNKNOWN)
    count = sum(int((codec.ids(text) == unknown).sum()) for text in texts)
    return CODE_POINT_BITS * count / _characters(texts)


def xz_bits(texts: Sequence[str]) -> float:
    """Return the bits per character of `xz -9e`, each text compressed by itself, as UTF-8."""
    strongest = 9 | lzma.PRESET_EXTREME
    return sum(8 * len(lzma.compress(text.encode(), preset=strongest)) for text in texts) / _characters(texts)


def ngram_bits(codec: CharacterCodec, training: Sequence[str], texts: Sequence[str], order: int) -> float:
    """Return the bits per character of an n-gram with a context of `order` characters.

    Orders are mixed as in Witten and Bell (1991): for each context, an order gives the next lower order a weight equal
    to the number of different characters seen there; below order 0, all characters are equally probable.
    """
    seen, read = (_windows(codec, part, order) for part in (training, texts))
    tokens = len(codec)
    probability = np.full(len(read), 1.0 / (tokens - codec.start_token))
    for length in range(order + 1):
        columns = slice(order - length, order)  # the context of this length
        grams, gram_counts = np.unique(_numbers(seen[:, columns.start :], tokens), return_counts=True)
        contexts, first = np.unique(grams // tokens, return_index=True)
        counts = np.add.reduceat(gram_counts, first)
        kinds = np.diff(np.append(first, len(grams)))
        context = _numbers(read[:, columns], tokens)
        total = _look_up(contexts, counts, context)
        different = _look_up(contexts, kinds, context)
        count = _look_up(grams, gram_counts, _numbers(read[:, columns.start :], tokens))
        known = total > 0
        mixed = (count + different * probability)[known] / (total + different)[known]
        probability[known] = mixed
    return float(-np.log2(probability).mean()) + unknown_bits(codec, texts)


def _windows(codec: CharacterCodec, texts: Sequence[str], order: int) -> NDArray[np.int64]:
    """Return, for every character, the ids of the `order` characters before it and its own, [characters, order + 1]."""
    start = np.zeros(order, np.int32)
    padded = (np.concatenate([start, codec.ids(text)]) for text in texts)
    windows = [np.lib.stride_tricks.sliding_window_view(ids, order + 1) for ids in padded if len(ids) > order]
    return np.concatenate(windows).astype(np.int64)


def _numbers(rows: NDArray[np.int64], base: int) -> NDArray[np.int64]:
    """Read each row as the digits of one number."""
    numbers = np.zeros(len(rows), np.int64)
    for column in rows.T:
        numbers = numbers * base + column
    return numbers


def _look_up(
    keys: NDArray[np.int64], values: NDArray[np.int64], wanted: NDArray[np.int64]
) -> NDArray[np.int64]:
    """Return the value of each wanted key, 0 if it is not among the sorted keys."""
    places = np.minimum(np.searchsorted(keys, wanted), len(keys) - 1)
    return np.where(keys[places] == wanted, values[places], 0)


def _characters(texts: Sequence[str]) -> int:
    return sum(len(text) for text in texts)
