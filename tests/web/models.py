"""Small untrained models for the tests of the web layer."""

from pathlib import Path
from typing import Any

import torch

from app import zoo
from app.networks.model import Example
from app.networks.tasks.language_model import LanguageModelConfig

LETTERS = "abcdefghijklmnopqrstuvwxyz \n"


def make_models(directory: Path) -> None:
    """Write the model folders `small` (lstm), `both` (two bidirectional layers), `gated` (gru) and `strict`."""
    make_model(directory, "small", cell="lstm", units=6)
    make_model(directory, "both", cell="lstm", units=3, layers=2, bidirectional=True)
    make_model(directory, "gated", cell="gru", units=4)
    make_model(
        directory, "strict", cell="rnn", units=2, symbols="ab", start_token=False, unknown="refuse", end=True
    )


def make_model(
    directory: Path,
    name: str,
    *,
    cell: str,
    units: int,
    symbols: str = LETTERS,
    start_token: bool = True,
    unknown: str = "replace",
    end: bool = False,
    **sizes: Any,
) -> None:
    codec = {"symbols": symbols, "start_token": start_token, "unknown": unknown, "end_token": end}
    tokens = len(symbols) + start_token + (unknown == "replace") + end
    config = LanguageModelConfig.model_validate(
        {
            "id": name,
            "title": name.title(),
            "task": "language-model",
            "cell": cell,
            "sizes": {"tokens": tokens, "embedding": 5, "units": units, **sizes},
            "codec": codec,
            "metrics": [{"name": "none", "value": 1.0, "unit": "bit", "on": "nothing", "counted": "nothing"}],
            "data": {"source": "none", "credit": "nobody", "licence": "MIT"},
            "licence": "MIT",
            "recipe": "none",
        }
    )
    torch.manual_seed(1)
    examples = (Example(id="first", title="First", text="aabb" * 20, note="See </script><b>this</b>."),)
    zoo.save(config.model(config.build_network(), examples, "# A card\n"), directory)
