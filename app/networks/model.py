"""A model: a network with its codec, what is known about it, its examples and its card."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from .codecs import CharacterCodec, CharactersConfig
from .sequence_network import CellKind, SequenceNetwork, Sizes

Name = Annotated[str, Field(min_length=1, max_length=200)]
Id = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]*$", max_length=64)]


class Part(BaseModel):
    """A part of a model's description: unknown fields are refused, and nothing changes once it is read."""

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)


class Baseline(Part):
    """What something simpler reaches in the same measure on the same data."""

    name: Name
    value: float


class Metric(Part):
    """A figure measured on data that no training saw; `on` says on which, and `counted` what was counted."""

    name: Name
    value: float
    unit: str
    on: Name
    counted: str
    baselines: tuple[Baseline, ...] = ()


class DataConfig(Part):
    """What a model was trained on, and whose it is."""

    source: Name
    credit: str
    licence: Name


class ModelConfig(Part):
    """All of a model folder's `config.json`; the first metric is the one that stands for the model."""

    id: Id
    title: Name
    task: Literal["language-model"]
    cell: CellKind
    sizes: Sizes
    codec: CharactersConfig
    metrics: tuple[Metric, ...] = Field(min_length=1)
    data: DataConfig
    licence: Name
    recipe: Id

    def build_network(self) -> SequenceNetwork:
        """Make the network that this configuration describes, its weights yet to be loaded."""
        return SequenceNetwork(self.cell, self.sizes)


class Example(Part):
    """A sequence worth looking at; `note` says what there is to see."""

    id: Id
    title: Name
    text: Annotated[str, Field(min_length=1)]
    note: str


@dataclass(frozen=True)
class Model:
    """A trained network, ready to read: its parameters are float32 and need no gradients."""

    config: ModelConfig
    network: SequenceNetwork
    codec: CharacterCodec
    examples: tuple[Example, ...]
    card: str

    @property
    def id(self) -> str:
        """The name of the model's folder."""
        return self.config.id
