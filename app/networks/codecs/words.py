"""The words codec: every word and every punctuation mark of a text is a token."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, Field, field_validator

from .token import UNKNOWN, Token

WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)*|\S")
"""Letters and digits, with apostrophes inside ("it's"); any other visible character is a token by itself."""


def normalised(word: str) -> str:
    """Return a word as the vocabulary spells it: lower case, with a straight apostrophe."""
    return word.lower().replace("’", "'")


def split_words(text: str) -> list[str]:
    """Return the words and punctuation marks of a text, as the vocabulary spells them."""
    return [normalised(match.group()) for match in WORD.finditer(text)]


class WordCodec:
    """Every word is a token; any word outside `words` becomes the unknown token, id 0.

    A token is shown as the user wrote it; white space between words is not a token.
    """

    start_token = False
    end_token = False
    specials = (UNKNOWN,)

    def __init__(self, words: Sequence[str]) -> None:
        self.words = tuple(words)
        self._texts = (UNKNOWN, *self.words)
        self._ids = {word: index for index, word in enumerate(self.words, 1)}

    def __len__(self) -> int:
        return len(self._texts)

    def special(self, text: str) -> int | None:
        """Return the id of a special token; None if this codec lacks it."""
        return self.specials.index(text) if text in self.specials else None

    def ids(self, text: str) -> NDArray[np.int32]:
        """Return the ids of a text's words, int32 [words]."""
        return np.array([self._ids.get(word, 0) for word in split_words(text)], np.int32)

    def encode(self, text: str) -> tuple[list[Token], NDArray[np.int32]]:
        """Return a text's tokens, each with its place in the text, and their ids, int32 [tokens]."""
        tokens = [Token(match.group(), *match.span()) for match in WORD.finditer(text)]
        return tokens, self.ids(text)

    def decode(self, index: int) -> str:
        """Return the text of one token."""
        return self._texts[index]

    @property
    def vocabulary(self) -> list[dict[str, Any]]:
        """Return all tokens in the order of their ids, as JSON-ready objects."""
        special, *words = ({"id": index, "text": text} for index, text in enumerate(self._texts))
        return [{**special, "special": True}, *words]


class WordsConfig(BaseModel):
    """A `WordCodec` in a model folder's configuration.

    `words` are in the order of their ids, which begin at 1, separated by spaces.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    kind: Literal["words"] = "words"
    words: str = Field(min_length=1)

    @field_validator("words")
    @classmethod
    def _each_once(cls, words: str) -> str:
        single = words.split(" ")
        if len(set(single)) < len(single):
            raise ValueError("expected every word once")
        for word in single:
            if split_words(word) != [word]:
                raise ValueError(
                    f"expected words in lower case with a space between two, but got {word[:80]!r}"
                )
        return words

    def build(self) -> WordCodec:
        """Make the codec."""
        return WordCodec(self.words.split(" "))
