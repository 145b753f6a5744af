import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.export import long_json
from app.export.long_json import encode

VALUE = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=9) | st.dictionaries(st.text(), inner, max_size=3),
)
COMPACT = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))


@pytest.fixture
def short_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(long_json, "BLOCK", 2)


@pytest.mark.usefixtures("short_blocks")
@given(VALUE, st.sampled_from([COMPACT, json.JSONEncoder()]))
def test_blocks_are_the_same_json(value: object, encoder: json.JSONEncoder) -> None:
    assert encode(value, encoder) == encoder.encode(value)


def test_no_block_is_long() -> None:
    longest = 0

    class Watched(json.JSONEncoder):
        def encode(self, o: object) -> str:
            nonlocal longest
            longest = max(longest, len(o) if isinstance(o, list) else 0)
            return super().encode(o)

    encode({"parts": {"sequence": {"tokens": list(range(5_500))}}}, Watched())
    assert longest == 1_000
