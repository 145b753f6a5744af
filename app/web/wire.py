"""A chunk of a run as the bytes of a message."""

from __future__ import annotations

import json

import numpy as np
from safetensors.numpy import save

from ..networks.run import RunChunk


def encode_chunk(chunk: RunChunk) -> bytes:
    """Return a chunk as one safetensors buffer, whose data begin at a multiple of 8 bytes.

    Its metadata are strings: `part`, and as JSON `start`, `stop`, `parity`, `agrees` and the `tokens` that the model
    wrote.
    """
    arrays = chunk.initial | chunk.arrays | chunk.states
    metadata = {
        "part": chunk.part,
        "start": json.dumps(chunk.start),
        "stop": json.dumps(chunk.stop),
        "parity": json.dumps(chunk.agreement.difference),
        "agrees": json.dumps(chunk.agreement.agrees),
        "tokens": json.dumps([token.as_dict() for token in chunk.tokens]),
    }
    return save({name: np.ascontiguousarray(array) for name, array in arrays.items()}, metadata)
