"""The codec of a translator: one for what it reads, one for what it writes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field

from .characters import CharacterCodec, CharactersConfig
from .subwords import SubwordCodec, SubwordsConfig

TextCodec = CharacterCodec | SubwordCodec
TextConfig = Annotated[CharactersConfig | SubwordsConfig, Field(discriminator="kind")]


@dataclass(frozen=True)
class TranslationCodec:
    """What turns a source text into tokens, and tokens into a target text."""

    source: TextCodec
    target: TextCodec

    @property
    def vocabulary(self) -> list[dict[str, Any]]:
        """The tokens that are predicted, in the order of their ids: those of the target."""
        return self.target.vocabulary


class TranslationConfig(BaseModel):
    """A `TranslationCodec` as a model folder states it."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    source: TextConfig
    target: TextConfig

    def build(self) -> TranslationCodec:
        """Make both codecs."""
        return TranslationCodec(self.source.build(), self.target.build())
