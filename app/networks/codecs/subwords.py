"""Subwords: frequent words are single tokens, rare words are cut into pieces, and any text can be encoded.

Byte pair encoding (Sennrich, Haddow and Birch, 2016) with the library `tokenizers`. A space belongs to the token that
follows it, as `▁`, so a text is decoded by joining its tokens. A character outside the alphabet is encoded as its
UTF-8 bytes.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, Field, field_validator
from tokenizers import Regex, Tokenizer, normalizers, pre_tokenizers
from tokenizers.models import BPE
from tokenizers.trainers import BpeTrainer

from .token import END, START, UNKNOWN, Token

SPACE = "▁"
SPECIALS = (START, UNKNOWN, END)
BYTES = tuple(f"<0x{byte:02X}>" for byte in range(256))

Apostrophe = Literal["inside", "ends"]

WORDS: dict[Apostrophe, str] = {"inside": r"▁?[\w']+|▁?[^\w▁]|▁", "ends": r"▁?\w+'?|▁?[^\w▁]|▁"}
"""How a text is first cut into words: English `don't` is one word, French `l'homme` is two."""

NORMAL = normalizers.Sequence(
    [
        normalizers.NFC(),
        normalizers.Replace(Regex("[’‘ʼ]"), "'"),
        normalizers.Replace(Regex("[“”]"), '"'),
        normalizers.Replace(Regex(r"[\s▁]+"), SPACE),
        normalizers.Replace(Regex(r"\A▁|▁\z"), ""),
        normalizers.Prepend(SPACE),
    ]
)


def normalise(text: str) -> str:
    """Return a text as the codec reads it: NFC, plain apostrophes and quotes, single plain spaces, none at the ends.

    The narrow and thin spaces that French typography puts before `?` and `!` (U+202F, U+2009) become plain spaces.
    """
    normal: str = NORMAL.normalize_str(text)
    return normal.replace(SPACE, " ").removeprefix(" ")


class SubwordCodec:
    """Turns a text into subword ids and back; ids are the special tokens, all bytes, the alphabet, then the merges."""

    def __init__(self, alphabet: str, merges: Sequence[tuple[str, str]], apostrophe: Apostrophe) -> None:
        self.specials = SPECIALS
        self._texts: list[str] = [*SPECIALS, *BYTES, *alphabet, *("".join(merge) for merge in merges)]
        vocabulary = {text: index for index, text in enumerate(self._texts)}
        self._tokenizer = Tokenizer(BPE(vocabulary, list(merges), unk_token=UNKNOWN, byte_fallback=True))
        self._tokenizer.normalizer = NORMAL
        self._tokenizer.pre_tokenizer = _pre_tokenizer(apostrophe)

    def __len__(self) -> int:
        return len(self._texts)

    def special(self, text: str) -> int | None:
        """Return the id of a special token; None if this codec lacks it."""
        return self.specials.index(text) if text in self.specials else None

    def ids(self, text: str) -> NDArray[np.int32]:
        """Return the ids of a text's subwords, int32 [tokens]."""
        return np.array(self._tokenizer.encode(text).ids, np.int32)

    def encode(self, text: str) -> tuple[list[Token], NDArray[np.int32]]:
        """Return a text's tokens, the start token first, and their ids, int32 [tokens].

        A token's place covers its characters, without the space before it; the bytes of a character share its place.
        """
        encoding = self._tokenizer.encode(text)
        tokens = [Token(START, None, None, special=True)]
        following = [*(start for start, _ in encoding.offsets), len(text)][1:]
        for index, (start, end), limit in zip(encoding.ids, encoding.offsets, following, strict=True):
            while end < limit and unicodedata.combining(
                text[end]
            ):  # a combining accent, which NFC has merged into the letter
                end += 1
            word = text[start:end].lstrip()
            tokens.append(Token(self.decode(index), end - len(word) if word else start, end))
        return tokens, np.concatenate([np.zeros(1, np.int32), np.array(encoding.ids, np.int32)])

    def decode(self, index: int) -> str:
        """Return the text of one token, with a plain space for `▁`."""
        return self._texts[index].replace(SPACE, " ")

    def text(self, ids: Iterable[int]) -> str:
        """Return the text of several tokens, without special tokens."""
        written = bytearray()
        for index in ids:
            byte = index - len(SPECIALS)
            if byte >= len(BYTES):
                written += self.decode(index).encode()
            elif byte >= 0:
                written.append(byte)
        return written.decode(errors="replace").removeprefix(" ")

    @property
    def vocabulary(self) -> list[dict[str, Any]]:
        """Return all tokens in the order of their ids, as JSON-ready objects."""
        return [
            {
                "id": index,
                "text": text.replace(SPACE, " "),
                **({"special": True} if index < len(SPECIALS) else {}),
            }
            for index, text in enumerate(self._texts)
        ]


class SubwordsConfig(BaseModel):
    """A `SubwordCodec` in a model folder's configuration.

    `merges` has a line for each merge, two tokens separated by a space, in the order in which they are tried.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    kind: Literal["subwords"] = "subwords"
    alphabet: str = Field(min_length=1)
    merges: str
    apostrophe: Apostrophe

    @field_validator("merges")
    @classmethod
    def _two_known_tokens(cls, merges: str) -> str:
        for number, line in enumerate(merges.splitlines(), 1):
            if len(line.split(" ")) != 2:
                raise ValueError(f"expected two tokens in line {number} of merges, but got {line[:80]!r}")
        return merges

    def build(self) -> SubwordCodec:
        """Make the codec."""
        pairs = [(first, second) for first, second in (line.split(" ") for line in self.merges.splitlines())]
        return SubwordCodec(self.alphabet, pairs, self.apostrophe)

    @staticmethod
    def learn(texts: Iterable[str], tokens: int, apostrophe: Apostrophe, *, at_least: int) -> SubwordsConfig:
        """Learn `tokens` subwords in total from texts; characters seen less than `at_least` times stay bytes."""
        spaced = [NORMAL.normalize_str(text) for text in texts]
        counts = Counter(character for text in spaced for character in text)
        alphabet = "".join(sorted(character for character, count in counts.items() if count >= at_least))
        rare = re.compile(f"[^{re.escape(alphabet)}]")
        tokenizer = Tokenizer(BPE())
        tokenizer.pre_tokenizer = _pre_tokenizer(apostrophe)
        trainer = BpeTrainer(
            vocab_size=max(0, tokens - len(SPECIALS) - len(BYTES)),
            show_progress=False,
            initial_alphabet=list(alphabet),
        )
        tokenizer.train_from_iterator((rare.sub(SPACE, text) for text in spaced), trainer)
        merges = json.loads(tokenizer.to_str())["model"]["merges"]
        return SubwordsConfig(
            alphabet=alphabet, merges="\n".join(" ".join(merge) for merge in merges), apostrophe=apostrophe
        )


def _pre_tokenizer(apostrophe: Apostrophe) -> pre_tokenizers.PreTokenizer:
    return pre_tokenizers.Split(Regex(WORDS[apostrophe]), behavior="isolated")
