"""Forecasters: read numbers step by step, and after each step predict the next values, in the user's own units."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Annotated, Any, Literal

import torch
from pydantic import Field, model_validator
from torch import Tensor

from ...errors import BadInput
from ...recurrent import RecurrentModule
from ...sequences import NumericSequence, Sequence
from ...sequences.sequence import unnamed
from ..codecs import FixedScalerConfig, RunningScalerConfig, Scaler
from ..feed import Arrays, Asked, Reading
from ..forecaster import Forecaster, ForecasterSizes, next_values
from ..model import Example, Model, ModelConfig
from ..network import Network
from ..place import SEQUENCE
from .numbers import NumbersFeed, numbers_for


class ForecasterConfig(ModelConfig):
    """The configuration of a forecaster."""

    task: Literal["forecaster"] = "forecaster"
    sizes: ForecasterSizes
    codec: Annotated[FixedScalerConfig | RunningScalerConfig, Field(discriminator="kind")]

    @model_validator(mode="after")
    def _as_many_as_the_codec_has(self) -> ForecasterConfig:
        codec = self.codec.build()
        outputs = len(codec.outputs_of(codec.features or unnamed(codec.columns)))
        if (codec.input_size, outputs) != (self.sizes.inputs, self.sizes.outputs):
            raise ValueError(
                f"the codec has {codec.input_size} inputs and {outputs} outputs, "
                f"but sizes.inputs is {self.sizes.inputs} and sizes.outputs {self.sizes.outputs}"
            )
        return self

    def build_network(self) -> Forecaster:
        """Make the network that this configuration describes; weights are loaded later."""
        return Forecaster(self.cell, self.sizes)

    def model(self, network: Network, examples: tuple[Example, ...], card: str) -> ForecasterModel:
        """Make the model around its network."""
        assert isinstance(network, Forecaster)
        return ForecasterModel(self, network, self.codec.build(), examples, card)


@dataclass(frozen=True)
class ForecasterModel(Model):
    """A network that predicts the next step's values."""

    config: ForecasterConfig
    network: Forecaster
    codec: Scaler

    @property
    def parts(self) -> Mapping[str, RecurrentModule]:
        """Its only recurrent module."""
        return {SEQUENCE: self.network.recurrent}

    def read(self, sequence: Sequence, asked: Asked) -> Reading:
        """Read numbers; raises `TooLarge`, and `BadInput` for text, wrong columns, writing and options."""
        given = self.columns_of(numbers_for(self.id, sequence, asked))
        asked.refuse_options(self.id)
        features = given.names
        header = {
            "features": list(features),
            "labels": None if given.labels is None else list(given.labels),
            "inputs": list(self.codec.inputs_of(features)),
            "outputs": list(self.codec.outputs_of(features)),
        }
        return Reading((ForecasterFeed(self, given),), header)

    def predict(self, sequences: list[Sequence], options: Mapping[str, Any]) -> list[dict[str, Any]]:
        """Return the next step's `values` for each sequence, by the names of the outputs."""
        given = [self.columns_of(each) for each in sequences if isinstance(each, NumericSequence)]
        expected = next_values(self.network, self.codec, [each.values for each in given])
        return [
            {"values": dict(zip(self.codec.outputs_of(each.names), values.tolist(), strict=True))}
            for each, values in zip(given, expected, strict=True)
        ]

    def columns_of(self, sequence: NumericSequence) -> NumericSequence:
        """Return the columns that the model reads, in the model's order; raises `BadInput` if they are missing.

        A model with named columns finds them by name; without names, the number of columns must match.
        """
        known, count = self.codec.features, sequence.values.shape[1]
        named = sequence.features is not None and sequence.features != unnamed(count)
        if known is None or not named:
            if count == self.codec.columns:
                return sequence if known is None else replace(sequence, features=known)
            names = "" if known is None else f": {', '.join(known)}"
            raise BadInput(
                f"{self.id} got {_features(count)}",
                where="sequence",
                expected=_features(self.codec.columns) + names,
            )
        assert sequence.features is not None
        if missing := [name for name in known if name not in sequence.features]:
            raise BadInput(
                f"{self.id} got no feature {missing[0]!r}, but {', '.join(map(repr, sequence.features))}",
                where="sequence.features",
                expected=", ".join(known),
            )
        places = [sequence.features.index(name) for name in known]
        return NumericSequence(sequence.values[:, places], known, sequence.labels)


class ForecasterFeed(NumbersFeed):
    """The user's numbers, scaled for the network."""

    def __init__(self, model: ForecasterModel, sequence: NumericSequence) -> None:
        super().__init__(model.network.recurrent, sequence.values)
        self._network = model.network
        self._scaled = model.codec.begin().read(sequence.values)

    def inputs(self, start: int, stop: int) -> Tensor:
        """Return the scaled numbers, [steps, inputs]."""
        return torch.from_numpy(self._scaled.inputs[start:stop])

    def arrays(self, start: int, stop: int, output: Tensor) -> Arrays:
        """Return the user's own `values`, and in `prediction.values` the forecast of the step after each."""
        with torch.no_grad():
            scores = self._network.head(output).numpy()
        expected = self._scaled.between(start, stop).forecast(scores)
        return {"values": self.values[start:stop], "prediction.values": expected}


def _features(count: int) -> str:
    return "1 feature" if count == 1 else f"{count} features"
