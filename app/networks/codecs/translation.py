"""The codec of a translator: a text codec for the source and another for the target."""

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
    """Turns a source text into tokens, and tokens into a target text."""

    source: TextCodec
    target: TextCodec

    @property
    def vocabulary(self) -> list[dict[str, Any]]:
        """The target's tokens, which are what the model predicts, in the order of their ids."""
        return self.target.vocabulary


class TranslationConfig(BaseModel):
    """A `TranslationCodec` in a model folder's configuration."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    source: TextConfig
    target: TextConfig

    def build(self) -> TranslationCodec:
        """Make both codecs."""
        return TranslationCodec(self.source.build(), self.target.build())
