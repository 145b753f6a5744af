"""The limits of a sequence that the settings give."""

from __future__ import annotations

from ..sequences.limits import Limits
from ..settings import Settings


def limits_of(settings: Settings) -> Limits:
    """Return the limits of a user's sequence."""
    return Limits(
        characters=settings.max_characters,
        steps=settings.max_steps,
        features=settings.max_features,
        cells=settings.max_cells,
        nesting=settings.max_nesting,
        bytes=settings.max_upload_bytes,
        label_bytes=settings.max_message_bytes * 7 // 8,  # beside them is the rest of a message
    )
