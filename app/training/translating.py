"""Translates many texts at once, to measure a translator."""

from __future__ import annotations

from collections.abc import Sequence

import torch

from ..networks.sequence_to_sequence import SequenceToSequence
from .translation import Ends, Ids, TranslationExample

TOGETHER = 128


def greedily_all(
    network: SequenceToSequence, sources: Sequence[Ids], ends: Ends, *, most_steps: int
) -> list[list[int]]:
    """Return the greedy translation of each source, as token ids without start and end tokens.

    Sources of similar length are translated in batches; each translation is the same as without a batch.
    """
    order = sorted(range(len(sources)), key=lambda index: len(sources[index]))
    found: list[list[int]] = [[] for _ in sources]
    for first in range(0, len(order), TOGETHER):
        indices = order[first : first + TOGETHER]
        for index, ids in zip(
            indices, _side_by_side(network, [sources[k] for k in indices], ends, most_steps), strict=True
        ):
            found[index] = ids
    return found


def _side_by_side(
    network: SequenceToSequence, sources: Sequence[Ids], ends: Ends, most_steps: int
) -> list[list[int]]:
    batch = ends.batch([TranslationExample(source, source[:0]) for source in sources])
    written: list[list[int]] = [[] for _ in sources]
    with torch.no_grad():
        source = network.encode(network.encoder.embedding(batch.source), batch.lengths)
        state, read = source.initial, torch.full((len(sources),), ends.start)
        going_on = torch.ones(len(sources), dtype=torch.bool)
        for _ in range(most_steps):
            decoded = network.decode(network.decoder.embedding(read)[None], source, state)
            state = decoded.state
            scores = network.score(decoded.features[0])
            scores[:, [ends.start, *ends.never]] = -torch.inf
            read = scores.argmax(-1)
            going_on &= read != ends.end
            if not going_on.any():
                break
            for row in going_on.nonzero().flatten().tolist():
                written[row].append(int(read[row]))
    return written
