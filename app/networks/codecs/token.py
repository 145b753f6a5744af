"""What all codecs for text share: tokens, and the names of the special tokens."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

START = "<start>"
UNKNOWN = "<unknown>"
END = "<end>"

TOKEN_BYTES = 200
"""About how many bytes a token takes in memory, with its text and its id."""


@dataclass(frozen=True, slots=True)
class Token:
    """One token and its place in the user's text: code points [`start`, `end`), None for a special token."""

    text: str
    start: int | None
    end: int | None
    special: bool = False

    def as_dict(self) -> dict[str, Any]:
        """Return the token as it goes over the wire; `special` is present only if true."""
        token: dict[str, Any] = {"text": self.text, "start": self.start, "end": self.end}
        return {**token, "special": True} if self.special else token
