"""Tasks: what models are for. Each task has its module, and a model folder's configuration names its task."""

from __future__ import annotations

from ..model import ModelConfig
from .classifier import ClassifierConfig
from .forecaster import ForecasterConfig
from .language_model import LanguageModelConfig
from .translator import TranslatorConfig

TASKS: dict[str, type[ModelConfig]] = {
    "classifier": ClassifierConfig,
    "forecaster": ForecasterConfig,
    "language-model": LanguageModelConfig,
    "translator": TranslatorConfig,
}
