"""The beginning of a model's first example, which the page shows before anything is streamed."""

from __future__ import annotations

from base64 import b64encode
from typing import Any

from pydantic import BaseModel

from ..networks.model import Example, Model
from ..networks.run import Run
from .wire import encode_chunk


class Beginning(BaseModel):
    """The beginning of an example's trace: the stream's header, and the first chunk as safetensors in base64."""

    header: dict[str, Any]
    chunk: str
    example: Example


def beginning(model: Model, steps: int) -> dict[str, Any]:
    """Return the header, the first chunk (safetensors in base64) and the example of a model's opening."""
    example = model.examples[0]
    run = Run(model, example.sequence)
    chunk = next(run.chunks([steps]))
    return {
        "header": run.header(),
        "chunk": b64encode(encode_chunk(chunk)).decode(),
        "example": example.model_dump(mode="json"),
    }
