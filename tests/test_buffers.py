import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from safetensors import safe_open
from safetensors.numpy import load

from app.buffers import as_bytes, write_to

ARRAYS = {"b": np.arange(6, dtype=np.float32).reshape(3, 2), "a": np.array([2, 1])}
TEXT = st.text(st.characters(exclude_categories=["Cs"]))


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("ordered") / "a.safetensors"


@given(metadata=st.dictionaries(TEXT, TEXT, min_size=1))
def test_the_metadata_keep_their_order_in_a_buffer_and_in_a_file(
    file: Path, metadata: dict[str, str]
) -> None:
    data = as_bytes(ARRAYS, metadata)
    end = 8 + int.from_bytes(data[:8], "little")
    assert end % 8 == 0
    assert list(json.loads(data[8:end])["__metadata__"].items()) == list(metadata.items())
    read = load(data)
    assert read.keys() == ARRAYS.keys()
    for name, array in ARRAYS.items():
        np.testing.assert_array_equal(read[name], array)

    with file.open("wb") as opened:
        write_to(opened, ARRAYS, metadata, lambda: None)
    assert file.read_bytes() == data
    with safe_open(file, "np") as whole:
        assert whole.metadata() == metadata


def test_a_file_is_the_same_in_blocks_as_whole(file: Path) -> None:
    """Rows of 8 bytes come before those of 4, so that all are aligned."""
    arrays = {"f": np.arange(3_000, dtype=np.float32).reshape(1_000, 3)[::2], "d": np.arange(700.0)}
    with file.open("wb") as opened:
        write_to(opened, arrays, {}, lambda: None)
    assert file.read_bytes() == as_bytes(arrays, {})
    for name, array in load(file.read_bytes()).items():
        np.testing.assert_array_equal(array, arrays[name])
