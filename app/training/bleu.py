"""BLEU of a translator on held-out sentences: greedy, with a beam, by length, and for joined sentences.

BLEU (Papineni et al., 2002) as sacreBLEU counts it (Post, 2018), with all references of an English sentence.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import torch
from sacrebleu.metrics.bleu import BLEU

from ..networks.codecs.translation import TranslationCodec
from ..networks.decoding import Vocabulary, found_by, search
from ..networks.sequence_to_sequence import SequenceToSequence
from .pairs import Pair
from .translating import greedily_all
from .translation import Ends, TranslationExample

MOST_STEPS = 80


@dataclass(frozen=True)
class Judged:
    """A text to translate, with all its reference translations."""

    source: str
    references: tuple[str, ...]


Translate = Callable[[Sequence[str]], list[str]]


def judged_once(pairs: Sequence[Pair]) -> list[Judged]:
    """Return each source sentence once, with all its translations."""
    references: dict[str, list[str]] = {}
    for pair in pairs:
        references.setdefault(pair.source, []).append(pair.target)
    return [Judged(source, tuple(targets)) for source, targets in references.items()]


def joined(judged: Sequence[Judged], count: int) -> list[Judged]:
    """Join every `count` sentences; the k-th reference joins the k-th of each sentence, cycling if there are fewer."""
    groups = [judged[index : index + count] for index in range(0, len(judged) - count + 1, count)]
    return [
        Judged(
            " ".join(part.source for part in group),
            tuple(
                " ".join(part.references[k % len(part.references)] for part in group)
                for k in range(max(len(part.references) for part in group))
            ),
        )
        for group in groups
    ]


def bleu(judged: Sequence[Judged], translate: Translate) -> float:
    """Return the BLEU of translations against all references, 0 to 100."""
    most = max(len(one.references) for one in judged)
    streams = [[one.references[k] if k < len(one.references) else "" for one in judged] for k in range(most)]
    return float(BLEU().corpus_score(translate([one.source for one in judged]), streams).score)


def greedily(network: SequenceToSequence, codec: TranslationCodec) -> Translate:
    """Translate with the most probable token at every step."""

    def translate(texts: Sequence[str]) -> list[str]:
        sources = [codec.source.ids(text) for text in texts]
        written = greedily_all(network, sources, Ends.of(codec), most_steps=MOST_STEPS)
        return [codec.target.text(ids) for ids in written]

    return translate


def by_beam(network: SequenceToSequence, codec: TranslationCodec, width: int) -> Translate:
    """Translate with a beam."""
    ends = Ends.of(codec)
    vocabulary = Vocabulary(ends.start, ends.end, (ends.start, *ends.never))

    def translate(texts: Sequence[str]) -> list[str]:
        found = []
        for text in texts:
            ids = codec.source.ids(text)
            batch = ends.batch([TranslationExample(ids, ids[:0])])
            with torch.no_grad():
                source = network.encode(network.encoder.embedding(batch.source), batch.lengths)
            best = found_by(search(network, source, vocabulary, width, most_steps=MOST_STEPS)).hypotheses[0]
            found.append(codec.target.text(best.ids))
        return found

    return translate
