"""A recipe: how a model is trained, measured and described, so that anyone can make it again."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass, replace
from typing import Any, Generic, Protocol, TypeVar

import torch

from ..networks.codecs import CharacterCodec, CharactersConfig
from ..networks.model import DataConfig, Example, Metric, Model, ModelConfig
from ..networks.sequence_network import SequenceNetwork
from ..networks.tasks.language_model import LanguageModelConfig
from ..networks.tracked import NOTHING, Tracked
from .loop import NetworkT, Objective, Plan, Progress, Training
from .probing import Probes, probed


class CodecConfig(Protocol):
    """The configuration of a codec, stored in the model's `config.json`."""

    def build(self) -> Any:
        """Return the codec."""


ConfigT = TypeVar("ConfigT", bound=CodecConfig)
CodecT = TypeVar("CodecT")


@dataclass(frozen=True)
class Trained(Generic[NetworkT, CodecT]):
    """A network at the end of its training, with its metrics and what its units track."""

    network: NetworkT
    codec: CodecT
    plan: Plan
    metrics: tuple[Metric, ...]
    tracked: Tracked = NOTHING


@dataclass(frozen=True)
class Material(Generic[NetworkT, ConfigT]):
    """What a recipe trains: a fresh network, the configuration of its codec, and the objective."""

    codec: ConfigT
    network: NetworkT
    objective: Objective


class Recipe(ABC, Generic[NetworkT, ConfigT, CodecT]):
    """How to train, measure and describe a model, generic in its network, its codec's configuration, and its codec.

    `id` is the name of the recipe and of its model folder. The model is described as `described_as`, the configuration
    of its task; the weights are stored as `stored_as`.
    """

    id: str
    title: str
    plan: Plan
    described_as: type[ModelConfig]
    stored_as: torch.dtype = torch.float32

    @abstractmethod
    def material(self, plan: Plan) -> Material[NetworkT, ConfigT]:
        """Gather the data and make a network; a pure function of the plan's seed and steps."""

    @abstractmethod
    def measure(self, network: NetworkT, codec: CodecT) -> tuple[Metric, ...]:
        """Measure a trained network on held-out data; the headline figure comes first."""

    @abstractmethod
    def data(self) -> DataConfig:
        """Name the training data and its owner."""

    @abstractmethod
    def examples(self, trained: Trained[NetworkT, CodecT]) -> tuple[Example, ...]:
        """Give sequences worth looking at, with notes; the page opens on the first."""

    @abstractmethod
    def card(self, trained: Trained[NetworkT, CodecT]) -> str:
        """Write the card, in Markdown."""

    def probes(self) -> Probes | None:
        """Return what to look for in the units; None where no concept is natural."""
        return None

    def facts(self) -> dict[str, Any]:
        """Return the fields of the configuration that only its task has."""
        return {}

    def describe_progress(self, progress: Progress) -> str:
        """Describe the progress of a training in a few words."""
        return f"{progress.bits:.3f} bits/token"

    def begin(self, plan: Plan) -> tuple[ConfigT, Training[NetworkT]]:
        """Start a training."""
        material = self.material(plan)
        return material.codec, Training(material.network, material.objective, plan)

    def model(self, codec: ConfigT, network: NetworkT, plan: Plan) -> Model:
        """Round a trained network's weights to `stored_as`, measure it, and describe it as a model."""
        network = network.to(self.stored_as).to(torch.float32).eval().requires_grad_(False)
        built: CodecT = codec.build()
        metrics = self.measure(network, built)
        config = self.described_as.model_validate(
            {
                "id": self.id,
                "title": self.title,
                "cell": network.cell,
                "sizes": network.sizes,
                "codec": codec,
                "metrics": metrics,
                "data": self.data(),
                "licence": "MIT",
                "recipe": self.id,
                **self.facts(),
            }
        )
        bare = config.model(network, (), "")
        probes = self.probes()
        tracked = probed(bare, probes) if probes else NOTHING
        trained = Trained(network, built, plan, metrics, tracked)
        return replace(bare, examples=self.examples(trained), card=self.card(trained), tracked=tracked)


AnyRecipe = Recipe[Any, Any, Any]


class LanguageModelRecipe(Recipe[SequenceNetwork, CharactersConfig, CharacterCodec]):
    """A recipe for a network that reads characters and predicts the next character."""

    described_as = LanguageModelConfig
