"""Tasks: what models are for, a module each. A model folder's configuration names its task."""

from __future__ import annotations

from ..model import ModelConfig
from .language_model import LanguageModelConfig

TASKS: dict[str, type[ModelConfig]] = {
    "language-model": LanguageModelConfig,
}
