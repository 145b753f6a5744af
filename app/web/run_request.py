"""The description of a run that a client asks for, on the stream and in the bodies of the API.

Unknown fields and values of the wrong type are refused, so that a misspelt field is noticed. The check of a list ends
at its first error, because a message may hold millions.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Literal, TypeVar

from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, Discriminator, Field, Tag, WithJsonSchema, model_validator

from ..errors import BadInput
from ..networks.tasks.sandbox import SandboxConfig
from ..sequences import Sequence
from ..sequences.buffer import numbers_of
from ..sequences.limits import Limits
from ..sequences.matrix import batch, is_batch, matrix
from .validation import MODEL_KINDS

# Whole numbers that are exact in JavaScript.
Count = Annotated[int, Field(ge=0, le=2**53 - 1)]

Item = TypeVar("Item")
Items = Annotated[list[Item], Field(fail_fast=True)]


class Strict(BaseModel):
    """A message of a client, or a part of it."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True, allow_inf_nan=False)


# The reader of the sequence checks the items of these lists, up to the first error: pydantic would report them all.
Unchecked = Annotated[
    list[Any],
    WithJsonSchema({"type": "array", "items": {"type": "array", "items": {"type": "number"}}}),
]
Words = Annotated[tuple[Any, ...], WithJsonSchema({"type": "array", "items": {"type": "string"}})]


class SequenceInput(Strict):
    """A text, or numbers [steps][features] with optional names of the features and labels of the steps.

    With `attached`, the numbers come beside the message, as one safetensors buffer. A sandbox also takes a batch:
    [steps][sequences][features].
    """

    text: str | None = None
    values: Unchecked | None = None
    attached: Literal[True] | None = None
    features: Words | None = Field(None, strict=False)
    labels: Words | None = Field(None, strict=False)
    _sequence: Sequence | None = None

    @model_validator(mode="after")
    def _exactly_one(self) -> SequenceInput:
        if self._sequence is not None:
            return self
        if sum(given is not None for given in (self.text, self.values, self.attached)) != 1:
            raise ValueError("either a text or values, or attached")
        if self.text is not None and (self.features is not None or self.labels is not None):
            raise ValueError("a text without features and labels")
        return self

    def settled(self, limits: Limits) -> SequenceInput:
        """Return the same, already read if it does not come beside the message; raises as `read` does."""
        if self.attached:
            return self
        settled = SequenceInput.model_construct()
        settled._sequence = self.read(limits, {})
        return settled

    def read(self, limits: Limits, attached: Mapping[str, NDArray[Any]]) -> Sequence:
        """Return the sequence; `attached` holds its numbers if they are attached.

        Raises `EmptySequence`, `TooLarge`, and `BadInput` for values that are ragged, not finite or missing.
        """
        if self._sequence is not None:
            return self._sequence
        if self.text is not None:
            return limits.text(self.text)
        try:
            if self.attached:
                return numbers_of(attached, limits, self.features, self.labels)
            read = batch if is_batch(self.values) else matrix
            return read(self.values or [], limits, self.features, self.labels)
        except BadInput as problem:
            problem.where = "sequence" if problem.where is None else f"sequence.{problem.where}"
            raise


class GenerateInput(Strict):
    """How a language model continues writing after the sequence."""

    steps: Annotated[int, Field(ge=1, le=2**31 - 1)]
    temperature: Annotated[float, Field(ge=0, le=100)] = 1.0
    seed: Count = 0
    drawn: Count = 0


class SandboxInput(Strict):
    """A sandbox, in place of a model."""

    sandbox: SandboxConfig


def _model_kind(value: Any) -> str:
    return MODEL_KINDS[1] if isinstance(value, dict | SandboxInput) else MODEL_KINDS[0]


ModelInput = Annotated[
    Annotated[str, Tag(MODEL_KINDS[0])] | Annotated[SandboxInput, Tag(MODEL_KINDS[1])],
    Discriminator(_model_kind),
]
"""The id of a model, or a sandbox."""


class RunRequest(Strict):
    """The model, the sequence, and the range of steps of a run.

    The sequence's numbers, the states that it begins from, or both may come in one buffer beside the message.
    """

    model: ModelInput
    sequence: SequenceInput
    from_step: Count = 0
    stop_step: Count | None = None
    generate: GenerateInput | None = None
    state: bool = Field(False, description="the run begins at `from_step`, from states that come in a buffer")
    options: dict[str, Any] = Field(default_factory=dict, description="options of the model's task")


class TraceRequest(RunRequest):
    """A run, and the parts of its trace to send (all by default)."""

    signals: Items[str] | None = None
    layers: Items[int] | None = None
    directions: Items[str] | None = None
    resolution: Annotated[int, Field(ge=1, le=2**53 - 1)] | None = None
    states: bool = Field(False, description="each chunk has the states at its end")
