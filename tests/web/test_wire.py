import json
from typing import Any

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from safetensors.numpy import load

from app.networks.codecs import Token
from app.networks.run import RunChunk
from app.recurrent import Parity
from app.web.wire import encode_chunk


def chunk_of(arrays: dict[str, np.ndarray[Any, Any]], tokens: list[Token]) -> RunChunk:
    steps = len(next(iter(arrays.values())))
    return RunChunk(start=3, stop=3 + steps, arrays=arrays, agreement=Parity(1e-7), tokens=tokens)


@given(st.integers(0, 20), st.integers(1, 9), st.text(max_size=9))
def test_a_chunk_survives_the_wire_and_is_aligned(steps: int, units: int, text: str) -> None:
    whole = np.random.default_rng(1).standard_normal((steps, 2 * units)).astype(np.float32)
    arrays: dict[str, np.ndarray[Any, Any]] = {
        "token_ids": np.arange(steps, dtype=np.int32),
        "layers.0.forward.cell_state": whole[:, ::2],  # not contiguous, like a capture's views
        "prediction.actual": np.full(steps, np.nan, np.float32),
    }
    tokens = [Token(character, 0, 1) for character in text]
    data = encode_chunk(chunk_of(arrays, tokens))
    assert (8 + int.from_bytes(data[:8], "little")) % 8 == 0
    for name, array in load(data).items():
        np.testing.assert_array_equal(array, arrays[name])
        assert array.dtype == arrays[name].dtype
    metadata = json.loads(data[8 : 8 + int.from_bytes(data[:8], "little")])["__metadata__"]
    assert json.loads(metadata.pop("tokens")) == [token.as_dict() for token in tokens]
    agreement = {"parity": "1e-07", "agrees": "true"}
    assert metadata == {"part": "sequence", "start": "3", "stop": str(3 + steps)} | agreement
