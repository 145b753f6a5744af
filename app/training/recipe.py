"""A recipe: how one model is trained, measured and described, so that anyone can make it again."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass

import torch

from ..networks.codecs import CharacterCodec, CharactersConfig
from ..networks.model import DataConfig, Example, Metric, Model, ModelConfig
from ..networks.sequence_network import SequenceNetwork
from .loop import Batches, Plan, Training


@dataclass(frozen=True)
class Trained:
    """A network at the end of its training, with what was measured of it."""

    network: SequenceNetwork
    codec: CharacterCodec
    plan: Plan
    metrics: tuple[Metric, ...]


@dataclass(frozen=True)
class Material:
    """What a recipe trains on: a codec, a fresh network and its batches."""

    codec: CharactersConfig
    network: SequenceNetwork
    batches: Batches


class Recipe(ABC):
    """How to train, measure and describe one model.

    `id` is the name of the recipe and of its model folder; the weights are kept as `stored_as`.
    """

    id: str
    title: str
    plan: Plan
    stored_as: torch.dtype = torch.float32

    @abstractmethod
    def material(self, plan: Plan) -> Material:
        """Gather the data and make a network, a pure function of the plan's seed and steps."""

    @abstractmethod
    def measure(self, network: SequenceNetwork, codec: CharacterCodec) -> tuple[Metric, ...]:
        """Measure a trained network on held-out data, the figure that stands for it first."""

    @abstractmethod
    def data(self) -> DataConfig:
        """Say what is trained on, and whose it is."""

    @abstractmethod
    def examples(self, trained: Trained) -> tuple[Example, ...]:
        """Give sequences worth looking at, the opening one first, and say what there is to see."""

    @abstractmethod
    def card(self, trained: Trained) -> str:
        """Write the card, in Markdown."""

    def begin(self, plan: Plan) -> tuple[CharactersConfig, Training]:
        """Start a training."""
        material = self.material(plan)
        return material.codec, Training(material.network, material.batches, plan)

    def model(self, codec: CharactersConfig, network: SequenceNetwork, plan: Plan) -> Model:
        """Measure a trained network, its weights rounded as they are stored, and describe it as a model."""
        network = network.to(self.stored_as).to(torch.float32).eval().requires_grad_(False)
        built = codec.build()
        trained = Trained(network, built, plan, self.measure(network, built))
        config = ModelConfig(
            id=self.id,
            title=self.title,
            task="language-model",
            cell=network.cell,
            sizes=network.sizes,
            codec=codec,
            metrics=trained.metrics,
            data=self.data(),
            licence="MIT",
            recipe=self.id,
        )
        return Model(config, network, built, self.examples(trained), self.card(trained))
