"""What all translator recipes share."""

from __future__ import annotations

from ..networks.codecs.translation import TranslationCodec, TranslationConfig
from ..networks.model import Model
from ..networks.sequence_to_sequence import SequenceToSequence
from ..networks.tasks.translator import TranslatorConfig
from .loop import Plan
from .recipe import Recipe, Trained

TrainedTranslator = Trained[SequenceToSequence, TranslationCodec]


class TranslatorRecipe(Recipe[SequenceToSequence, TranslationConfig, TranslationCodec]):
    """A recipe for an encoder and a decoder."""

    def describe(self, codec: TranslationConfig, network: SequenceToSequence, plan: Plan) -> Model:
        """Measure a trained network and describe it as a translator."""
        built = codec.build()
        trained = Trained(network, built, plan, self.measure(network, built))
        config = TranslatorConfig(
            id=self.id,
            title=self.title,
            cell=network.cell,
            sizes=network.sizes,
            codec=codec,
            metrics=trained.metrics,
            data=self.data(),
            licence="MIT",
            recipe=self.id,
        )
        return config.model(network, self.examples(trained), self.card(trained))
