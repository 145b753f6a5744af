"""Small untrained models for tests, made in memory."""

from typing import Any

import torch

from app.networks.model import Example, Model
from app.networks.tasks.language_model import LanguageModel, LanguageModelConfig

LETTERS = "abcdefghij \n"


def language_model(model: Model) -> LanguageModel:
    """Take a model that a zoo has loaded for the language model that it is."""
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
        {
            "id": "small",
            "title": "Small",
            "task": "language-model",
            "cell": cell,
            "sizes": {"tokens": tokens, "embedding": 4, "units": 5, **sizes},
            "codec": codec,
            "metrics": [
                {"name": "bits", "value": 1.5, "unit": "bits", "on": "nothing", "counted": "nothing"}
            ],
            "data": {"source": "chance", "credit": "nobody's", "licence": "MIT"},
            "licence": "MIT",
            "recipe": "none",
        }
    )
    with torch.random.fork_rng():
        torch.manual_seed(seed)
        network = config.build_network().eval().requires_grad_(False)
    examples = (Example(id="first", title="First", text=symbols[:2], note="Two symbols."),)
    return config.model(network, examples, "# Small\n")
