"""Codecs: they turn a user's sequence into a network's input and back. Each kind has its module."""

from __future__ import annotations

from typing import Any, Protocol

from .characters import CharacterCodec, CharactersConfig
from .scaler import FixedScalerConfig, RunningScalerConfig, Scaler
from .token import END, START, TOKEN_BYTES, UNKNOWN, Token
from .words import WordCodec, WordsConfig


class Codec(Protocol):
    """What all codecs have in common."""

    @property
    def vocabulary(self) -> list[dict[str, Any]]:
        """All tokens in the order of their ids, as JSON-ready objects; empty for numbers."""


__all__ = [
    "END",
    "START",
    "TOKEN_BYTES",
    "UNKNOWN",
    "CharacterCodec",
    "CharactersConfig",
    "Codec",
    "FixedScalerConfig",
    "RunningScalerConfig",
    "Scaler",
    "Token",
    "WordCodec",
    "WordsConfig",
]
