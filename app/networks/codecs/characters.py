"""Text as characters: each character is a token."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, Literal, overload

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, Field, field_validator

from ...errors import UnknownToken
from .token import END, START, UNKNOWN, Token

WhenUnknown = Literal["replace", "refuse"]


class Characters(Sequence[Token]):
    """The characters of a text as tokens, with the start token first if asked for.

    Each token is made when it is needed: a long text takes a hundred times less memory than its tokens.
    """

    def __init__(self, text: str, start_token: bool) -> None:
        self.text = text
        self._before = int(start_token)

    def __len__(self) -> int:
        return len(self.text) + self._before

    @overload
    def __getitem__(self, index: int) -> Token: ...
    @overload
    def __getitem__(self, index: slice) -> list[Token]: ...
    def __getitem__(self, index: int | slice) -> Token | list[Token]:
        places = range(-self._before, len(self.text))[index]
        return self._token(places) if isinstance(places, int) else [self._token(place) for place in places]

    def _token(self, place: int) -> Token:
        if place < 0:
            return Token(START, None, None, special=True)
        return Token(self.text[place], place, place + 1)


class CharacterCodec:
    """Every character is a token; special tokens come first, then `symbols` in their order.

    A character outside `symbols` becomes the unknown token (`unknown="replace"`; it is still shown as itself) or is
    refused. With `start_token`, token 0 of every sequence is the start token; with `end_token`, the model can end the
    sequence.
    """

    def __init__(
        self, symbols: Sequence[str], *, start_token: bool, unknown: WhenUnknown, end_token: bool = False
    ) -> None:
        self.symbols = tuple(symbols)
        self.unknown = unknown
        self.start_token = start_token
        self.end_token = end_token
        self.specials = tuple(
            text
            for text, there in ((START, start_token), (UNKNOWN, unknown == "replace"), (END, end_token))
            if there
        )
        self._texts = self.specials + self.symbols
        self._ids = {symbol: index for index, symbol in enumerate(self._texts) if index >= len(self.specials)}

    def __len__(self) -> int:
        return len(self._texts)

    def special(self, text: str) -> int | None:
        """Return the id of a special token; None if this codec lacks it."""
        return self.specials.index(text) if text in self.specials else None

    def ids(self, text: str) -> NDArray[np.int32]:
        """Return the ids of a text's characters, int32 [characters]; raises `UnknownToken`."""
        unknown = self.special(UNKNOWN)
        known = (self._ids.get(character, unknown) for character in text)
        try:
            return np.fromiter(known, np.int32, count=len(text))
        except TypeError:
            index = next(index for index, character in enumerate(text) if character not in self._ids)
            raise UnknownToken(
                f"character {index} of the text is {text[index]!r}, which this model does not know",
                where=f"character {index}",
                expected="one of " + " ".join(repr(symbol) for symbol in self.symbols),
            ) from None

    def encode(self, text: str) -> tuple[Characters, NDArray[np.int32]]:
        """Return a text's tokens, with the start token first if the codec has it, and their ids, int32 [tokens]."""
        tokens, ids = Characters(text, self.start_token), self.ids(text)
        return tokens, np.concatenate([np.zeros(1, np.int32), ids]) if self.start_token else ids

    def decode(self, index: int) -> str:
        """Return the text of one token."""
        return self._texts[index]

    def text(self, ids: Iterable[int]) -> str:
        """Return the text of several tokens, without special tokens."""
        return "".join(self._texts[index] for index in ids if index >= len(self.specials))

    @property
    def vocabulary(self) -> list[dict[str, Any]]:
        """Return all tokens in the order of their ids, as JSON-ready objects."""
        return [
            {"id": index, "text": text, **({"special": True} if index < len(self.specials) else {})}
            for index, text in enumerate(self._texts)
        ]


class CharactersConfig(BaseModel):
    """A `CharacterCodec` in a model folder's configuration; `symbols` are the characters in the order of their ids."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    kind: Literal["characters"] = "characters"
    symbols: str = Field(min_length=1)
    start_token: bool
    end_token: bool = False
    unknown: WhenUnknown

    @field_validator("symbols")
    @classmethod
    def _each_once(cls, symbols: str) -> str:
        if len(set(symbols)) < len(symbols):
            raise ValueError("expected every symbol once")
        return symbols

    def build(self) -> CharacterCodec:
        """Make the codec."""
        return CharacterCodec(
            self.symbols, start_token=self.start_token, end_token=self.end_token, unknown=self.unknown
        )
