"""Any file with any choices is read, or refused with a Gatescope error; what is read survives being written."""

import json
from typing import Any

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from safetensors.numpy import save

from app.errors import GatescopeError
from app.sequences import NumericSequence
from app.sequences.buffer import read_buffer
from app.sequences.choices import read_choices
from app.sequences.limits import Limits
from app.sequences.matrix import matrix
from app.sequences.read import read_sequence
from app.sequences.samples import SAMPLES, sample
from tests.sequences.files import npy, npz, parquet

LIMITS = Limits(characters=500, steps=100, features=6, cells=400, bytes=20_000)

CELL = (
    st.floats().map(repr)
    | st.integers().map(str)
    | st.sampled_from(
        ["", "NA", "nan", "1,5", '"1,5"', '"', "2015-01-01", "12:30", "true", "=1+1", "x", "\0", "é"]
    )
    | st.text(max_size=4)
)
TABLE = st.builds(
    lambda rows, separator, end: end.join(separator.join(row) for row in rows),
    st.lists(st.lists(CELL, max_size=5), max_size=12),
    st.sampled_from([",", ";", "\t", "|", " ", ", "]),
    st.sampled_from(["\n", "\r\n", "\n\n", "\r"]),
)
JSON = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | st.text(max_size=4),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.sampled_from(["a", "values", "text", "labels"]), inner)
    ),
    max_leaves=30,
)
JSON_LINES = st.lists(JSON.map(json.dumps), max_size=6).map("\n".join)
ARRAY = st.builds(
    lambda shape, dtype: np.ones(shape).astype(dtype),
    st.lists(st.integers(0, 8), max_size=3),
    st.sampled_from(["f8", "f2", ">i4", "u1", "?", "c8", "U3", "M8[D]", "g"]),
)
BINARY = (
    ARRAY.map(npy)
    | ARRAY.map(lambda array: npz(values=array))
    | st.builds(
        lambda a, b: parquet(a=a, b=b),
        *[st.lists(st.none() | st.floats(), min_size=3, max_size=3)] * 2,
    )
)
ENCODING = st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-32", "latin-1"])
TEXT = st.builds(
    lambda text, encoding: text.encode(encoding, "replace"),
    TABLE | JSON.map(json.dumps) | JSON_LINES,
    ENCODING,
)
SAMPLE = st.sampled_from(sorted(SAMPLES)).map(lambda name: sample(name)[1])

PLACE = st.integers(0, 2**20)  # in a file whose length may differ each time it is made


@st.composite
def damaged(draw: st.DrawFn, files: st.SearchStrategy[bytes]) -> bytes:
    """A file: whole, cut off, or with some bytes changed."""
    data = bytearray(draw(files))
    changes = draw(st.lists(st.tuples(PLACE, st.integers(0, 255)), max_size=3))
    cut = draw(st.none() | PLACE)
    for place, byte in changes if data else ():
        data[place % len(data)] = byte
    return bytes(data if cut is None else data[: cut % (len(data) + 1)])


CHOICES = st.fixed_dictionaries(
    {},
    optional={
        "columns": st.lists(
            st.sampled_from(["a", "b", "0", "1", "0,1", "feature 1", "9", ""]) | st.text(max_size=3),
            max_size=3,
        ),
        "rows": st.sampled_from(["0:2", ":", "1:", ":3", "5:9", "2:1", "x"]) | st.text(max_size=5),
        "gaps": st.sampled_from(["refuse", "drop", "hold", "interpolate", "x"]),
        "labels": st.sampled_from(["a", "b", "0", "", "9"]) | st.text(max_size=3),
    },
)


@settings(max_examples=300)
@given(damaged(TEXT | BINARY | SAMPLE | st.binary(max_size=100)), CHOICES)
def test_a_file_is_read_or_refused(data: bytes, choices: dict[str, Any]) -> None:
    try:
        sequence = read_sequence(data, LIMITS, read_choices(**choices)).sequence
    except GatescopeError as problem:
        says_what_is_wrong(problem)
        return
    if isinstance(sequence, NumericSequence):
        can_be_run(sequence)


def says_what_is_wrong(problem: GatescopeError) -> None:
    """The problem has a short reason and can be sent."""
    assert problem.detail.strip().rstrip(":") == problem.detail.strip()
    assert 0 < len(problem.detail) < 600
    json.dumps(problem.problem(), ensure_ascii=False).encode("utf-8", "replace")


def can_be_run(sequence: NumericSequence) -> None:
    """An accepted sequence is accepted again, in a message and beside it, with the same numbers."""
    values, features, labels = sequence.values, sequence.features, sequence.labels
    assert values.shape[0] * values.shape[1] <= LIMITS.cells
    for again in (
        matrix(json.loads(json.dumps(values.tolist())), LIMITS, features, labels),
        read_buffer(save({"values": np.ascontiguousarray(values)}), LIMITS, features, labels),
    ):
        np.testing.assert_array_equal(again.values, values)
        assert (again.features, again.labels) == (features, labels)
    document = {
        "values": values.tolist(),
        "features": list(sequence.names),
        "labels": labels and list(labels),
    }
    read = read_sequence(json.dumps(document).encode(), Limits(), read_choices(labels=None)).sequence
    assert isinstance(read, NumericSequence)
    np.testing.assert_array_equal(read.values, values)
