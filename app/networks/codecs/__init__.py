"""Codecs: what turns a user's sequence into a network's input and back, a module for each kind."""

from __future__ import annotations

from typing import Any, Protocol

from .characters import CharacterCodec, CharactersConfig
from .scaler import FixedScalerConfig, RunningScalerConfig, Scaler
from .token import END, START, UNKNOWN, Token
from .words import WordCodec, WordsConfig


class Codec(Protocol):
    """What every codec can say of itself."""

    @property
    def vocabulary(self) -> list[dict[str, Any]]:
        """All tokens in the order of their ids, as JSON-ready objects; none where numbers are read."""


__all__ = [
    "END",
    "START",
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
