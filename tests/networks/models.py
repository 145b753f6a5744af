"""Small untrained models for tests, made in memory."""

from typing import Any

import torch

from app.networks.model import Example, Model, ModelConfig
from app.networks.network import Network
from app.networks.tasks.classifier import ClassifierConfig, ClassifierModel
from app.networks.tasks.forecaster import ForecasterConfig, ForecasterModel
from app.networks.tasks.language_model import LanguageModel, LanguageModelConfig

LETTERS = "abcdefghij \n"

FACTS: dict[str, Any] = {
    "title": "Small",
    "cell": "lstm",
    "metrics": [{"name": "bits", "value": 1.5, "unit": "bits", "on": "nothing", "counted": "nothing"}],
    "data": {"source": "chance", "credit": "nobody's", "licence": "MIT"},
    "licence": "MIT",
    "recipe": "none",
}
"""What a test says of a model where it does not matter."""


def language_model(model: Model) -> LanguageModel:
    """Narrow the type of a loaded model to a language model."""
    assert isinstance(model, LanguageModel)
    return model


def small_model(
    *,
    cell: str = "lstm",
    symbols: str = LETTERS,
    start_token: bool = True,
    end_token: bool = False,
    unknown: str = "replace",
    seed: int = 0,
    **sizes: Any,
) -> LanguageModel:
    """Make a model of 5 units with random weights."""
    codec = {"symbols": symbols, "start_token": start_token, "end_token": end_token, "unknown": unknown}
    tokens = len(symbols) + start_token + end_token + (unknown == "replace")
    config = LanguageModelConfig.model_validate(
        FACTS
        | {
            "id": "small",
            "task": "language-model",
            "cell": cell,
            "sizes": {"tokens": tokens, "embedding": 4, "units": 5, **sizes},
            "codec": codec,
        }
    )
    examples = (Example(id="first", title="First", text=symbols[:2], note="Two symbols."),)
    return config.model(_network(config, seed), examples, "# Small\n")


FEATURES = ("rain", "warm")


def small_forecaster(*, running: bool = False, cell: str = "lstm", seed: int = 0) -> ForecasterModel:
    """Make a forecaster of 5 units with random weights: of `warm` from `rain` and `warm`, or of any single column."""
    fixed = {
        "kind": "fixed-scaler",
        "features": FEATURES,
        "outputs": ["warm"],
        "means": [1.0, 10.0],
        "deviations": [2.0, 5.0],
        "changes": [3.0],
    }
    config = ForecasterConfig.model_validate(
        FACTS
        | {
            "id": "small-forecaster",
            "task": "forecaster",
            "cell": cell,
            "sizes": {"inputs": 2, "outputs": 1, "units": 5},
            "codec": {"kind": "running-scaler"} if running else fixed,
        }
    )
    row = (1.0,) if running else (0.0, 10.0)
    example = Example(id="first", title="First", values=(row, row), note="Two steps.")
    return config.model(_network(config, seed), (example,), "# Small\n")


def small_classifier(*, seed: int = 0) -> ClassifierModel:
    """Make a classifier of two layers of 5 units in both directions with random weights."""
    config = ClassifierConfig.model_validate(
        FACTS
        | {
            "id": "small-classifier",
            "task": "classifier",
            "sizes": {
                "tokens": 5, "embedding": 4, "units": 5, "layers": 2, "bidirectional": True, "classes": 2
            },
            "codec": {"words": "good bad not ."},
            "classes": ["negative", "positive"],
        }
    )  # fmt: skip
    example = Example(id="first", title="First", text="Not bad.", note="Three tokens.")
    return config.model(_network(config, seed), (example,), "# Small\n")


def _network(config: ModelConfig, seed: int) -> Network:
    with torch.random.fork_rng():
        torch.manual_seed(seed)
        return config.build_network().eval().requires_grad_(False)
