"""What all translator recipes share."""

from __future__ import annotations

from ..networks.codecs.translation import TranslationCodec, TranslationConfig
from ..networks.sequence_to_sequence import SequenceToSequence
from ..networks.tasks.translator import TranslatorConfig
from .recipe import Recipe, Trained

TrainedTranslator = Trained[SequenceToSequence, TranslationCodec]


class TranslatorRecipe(Recipe[SequenceToSequence, TranslationConfig, TranslationCodec]):
    """A recipe for an encoder and a decoder."""

    described_as = TranslatorConfig
