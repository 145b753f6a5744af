"""JSON of long lists: Python's encoder lets no other thread run until it has written a whole value."""

from __future__ import annotations

import json
from typing import Any

BLOCK = 1_000
"""Items of a list that are written at a time: some milliseconds at most."""


def encode(value: Any, encoder: json.JSONEncoder) -> str:
    """Return what `encoder.encode` returns, for a value whose keys are strings and which holds no long text.

    A long list is written in blocks; objects outside lists are written item by item.
    """
    if isinstance(value, dict):
        items = (
            f"{encoder.encode(name)}{encoder.key_separator}{encode(value[name], encoder)}" for name in value
        )
        return f"{{{encoder.item_separator.join(items)}}}"
    if isinstance(value, list) and len(value) > BLOCK:
        blocks = (encoder.encode(value[at : at + BLOCK])[1:-1] for at in range(0, len(value), BLOCK))
        return f"[{encoder.item_separator.join(blocks)}]"
    return encoder.encode(value)
