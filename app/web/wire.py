"""A chunk of a run as the bytes of a message."""

from __future__ import annotations

import json

from ..buffers import as_bytes
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
    return as_bytes(arrays, metadata)
