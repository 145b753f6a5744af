"""A model: a network with its codec, description, examples and card."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any, Literal

import numpy as np
from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    SerializeAsAny,
    model_validator,
)

from ..errors import BadInput
from ..recurrent import RecurrentModule
from ..sequences import NumericSequence, Sequence, TextSequence
from .codecs import Codec
from .description import Description, Id, Name, SparseDescription
from .feed import Asked, Reading
from .network import Network
from .sequence_network import CellKind
from .tracked import NOTHING, Tracked


class Baseline(Description):
    """What a simpler method reaches on the same metric and the same data."""

    name: Name
    value: float


class Metric(SparseDescription):
    """A figure measured on held-out data; `on` names the data, and `counted` says what was counted.

    `better` says which figures of this metric are the better ones.
    """

    name: Name
    value: float
    unit: str
    better: Literal["lower", "higher"] | None = None
    on: Name
    counted: str
    baselines: tuple[Baseline, ...] = ()


class DataConfig(SparseDescription):
    """The training data: its source, credit and licence, and for dates the first and the last year in it."""

    source: Name
    credit: str
    licence: Name
    years: tuple[int, int] | None = None


class Example(SparseDescription):
    """A sequence worth looking at, a text or numbers as in a message; `note` says what to look for.

    `concept` is the id of a concept that shows well in it.
    """

    id: Id
    title: Name
    text: Annotated[str, Field(min_length=1)] | None = None
    values: Annotated[tuple[tuple[float, ...], ...], Field(min_length=1)] | None = None
    features: tuple[str, ...] | None = None
    labels: tuple[str, ...] | None = None
    concept: Id | None = None
    note: str

    @model_validator(mode="after")
    def _exactly_one(self) -> Example:
        if (self.text is None) is (self.values is None):
            raise ValueError("expected either a text or values")
        if self.values is not None and len({len(row) for row in self.values}) > 1:
            raise ValueError("expected as many values in every row")
        return self

    @property
    def sequence(self) -> Sequence:
        """The sequence itself, as a model reads it."""
        if self.text is not None:
            return TextSequence(self.text)
        return NumericSequence(np.array(self.values, np.float64), self.features, self.labels)


class ModelFacts(Description):
    """The fields of every model folder's `config.json`; the first metric is the headline figure."""

    model_config = ConfigDict(json_schema_extra={"additionalProperties": True})  # each task adds its own

    id: Id
    title: Name
    task: str
    cell: CellKind
    sizes: SerializeAsAny[BaseModel]
    codec: SerializeAsAny[BaseModel]
    metrics: tuple[Metric, ...] = Field(min_length=1)
    data: DataConfig
    licence: Name
    recipe: Id


class ModelConfig(ModelFacts, ABC):
    """A model folder's whole `config.json`: each task has a subclass with its `task`, `sizes` and `codec`."""

    @abstractmethod
    def build_network(self) -> Network:
        """Make the network that this configuration describes; weights are loaded later."""

    @abstractmethod
    def model(self, network: Network, examples: tuple[Example, ...], card: str) -> Model:
        """Make the model around its network."""


@dataclass(frozen=True)
class Model(ABC):
    """A trained network, ready to read: its parameters are float32 and need no gradients.

    Each task has a subclass that says how a sequence is fed to the parts.
    """

    config: ModelConfig
    network: Network
    codec: Codec
    examples: tuple[Example, ...]
    card: str
    tracked: Tracked = NOTHING
    """What its units track."""

    @property
    def id(self) -> str:
        """The name of the model's folder."""
        return self.config.id

    @property
    @abstractmethod
    def parts(self) -> Mapping[str, RecurrentModule]:
        """The recurrent modules by part name, in the order in which they run."""

    @abstractmethod
    def read(self, sequence: Sequence, asked: Asked) -> Reading:
        """Return how the sequence is fed to each part; raises `BadInput` if the model cannot do what is asked."""

    def predict(self, sequences: list[Sequence], options: Mapping[str, Any]) -> list[dict[str, Any]]:
        """Return the prediction for each sequence, JSON-ready; `read` has accepted each of them.

        Raises `BadInput` if the task makes no predictions in bulk.
        """
        raise BadInput(f"{self.id} makes no predictions in bulk", expected="a model of another task")
