"""The options of a translator: how to decode, what to write, and where to look."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Annotated, Any, Literal

import torch
from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator
from torch import Tensor

from ...errors import BadInput
from ..decoding import Beam, Greedy, Sample

SUM_TOLERANCE = 1e-5


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, allow_inf_nan=False)


class GreedyOption(_Strict):
    """`{"kind": "greedy"}`."""

    kind: Literal["greedy"]

    def way(self) -> Greedy:
        """Return the way of decoding."""
        return Greedy()


class BeamOption(_Strict):
    """`{"kind": "beam", "width": 5}`."""

    kind: Literal["beam"]
    width: int = Field(ge=1, le=8)

    def way(self) -> Beam:
        """Return the way of decoding."""
        return Beam(self.width)


class SampleOption(_Strict):
    """`{"kind": "sample", "temperature": 0.7, "seed": 0}`."""

    kind: Literal["sample"]
    temperature: float = Field(1.0, ge=0)
    seed: int = Field(0, ge=0, le=2**63 - 1)

    def way(self) -> Sample:
        """Return the way of decoding."""
        return Sample(self.temperature, self.seed)


class ForcedRow(_Strict):
    """The attention forced on one decoder step: `"uniform"`, or a weight for each source step."""

    step: int = Field(ge=0)
    weights: Literal["uniform"] | list[float]

    @field_validator("weights")
    @classmethod
    def _a_distribution(cls, weights: Literal["uniform"] | list[float]) -> Literal["uniform"] | list[float]:
        if weights != "uniform":
            if any(weight < 0 for weight in weights):
                raise ValueError("expected weights of 0 or more")
            if abs(math.fsum(weights) - 1) > SUM_TOLERANCE:
                raise ValueError(f"expected weights that sum to 1, but they sum to {math.fsum(weights):.6g}")
        return weights


class TranslatorOptions(_Strict):
    """The `options` of a translator."""

    way: Annotated[
        GreedyOption | BeamOption | SampleOption, Field(discriminator="kind", alias="decoding")
    ] = GreedyOption(kind="greedy")
    most_steps: int | None = Field(None, ge=1)
    target: str | None = None
    prefix: str | None = None
    attention: list[ForcedRow] = Field(default_factory=list)

    @staticmethod
    def of(given: Mapping[str, Any]) -> TranslatorOptions:
        """Read options; raises a `BadInput` that says which option is wrong, and why."""
        try:
            options = TranslatorOptions.model_validate(dict(given))
        except ValidationError as error:
            first = error.errors(include_url=False)[0]
            where = ".".join(["options", *(str(part) for part in first["loc"])])
            raise BadInput(first["msg"].removeprefix("Value error, "), where=where) from None
        if options.target is not None and options.prefix:
            raise BadInput(
                "a target and a prefix cannot both be given", where="options.prefix", expected="one of them"
            )
        return options

    @property
    def decoding(self) -> Greedy | Beam | Sample:
        """The way of decoding."""
        return self.way.way()

    def rows(self, source_steps: int, most_steps: int, *, attention: bool) -> dict[int, Tensor]:
        """Return the forced rows by step, [source steps] float32 each; raises `BadInput` if they do not fit."""
        if self.attention and not attention:
            raise BadInput("this model has no attention to force", where="options.attention")
        rows: dict[int, Tensor] = {}
        for index, row in enumerate(self.attention):
            where = f"options.attention.{index}"
            if row.step >= most_steps:
                raise BadInput(
                    f"there is no step {row.step}", where=f"{where}.step", expected=f"0 to {most_steps - 1}"
                )
            if row.step in rows:
                raise BadInput(f"step {row.step} is forced twice", where=f"{where}.step", expected="once")
            weights = [1 / source_steps] * source_steps if row.weights == "uniform" else row.weights
            if len(weights) != source_steps:
                raise BadInput(
                    f"a row of {len(weights)} weights does not fit",
                    where=f"{where}.weights",
                    expected=f"{source_steps}, a weight for each source step",
                )
            rows[row.step] = torch.tensor(weights, dtype=torch.float32)
        return rows
