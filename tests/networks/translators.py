"""Small untrained translators for tests, made in memory."""

from typing import Any

import torch

from app.networks.model import Example
from app.networks.sequence_to_sequence import SequenceToSequence, TranslatorSizes
from app.networks.tasks.translator import Translator, TranslatorConfig

KINDS = ["additive", "general", "dot", None]


def small_network(attention: str | None = "additive", cell: str = "lstm", **sizes: Any) -> SequenceToSequence:
    """Make a translator of 3 units in each direction, with weights that are far from small."""
    given = {
        "source_tokens": 9,
        "target_tokens": 7,
        "embedding": 4,
        "units": 3,
        "attention": attention,
        "attention_units": 5 if attention == "additive" else 0,
        **sizes,
    }
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(3)
        network = SequenceToSequence(cell, TranslatorSizes.model_validate(given))  # type: ignore[arg-type]
        for parameter in network.parameters():
            torch.nn.init.normal_(parameter, std=0.7)
    return network.eval().requires_grad_(False)


def small_translator(
    attention: str | None = "additive", cell: str = "lstm", name: str = "small-translator", **sizes: Any
) -> Translator:
    """Make a translator of characters: it reads `abcdef` and writes `xyz -`."""
    network = small_network(attention, cell, target_tokens=8, **sizes)

    def characters(symbols: str) -> dict[str, Any]:
        return {
            "kind": "characters",
            "symbols": symbols,
            "start_token": True,
            "end_token": True,
            "unknown": "replace",
        }

    config = TranslatorConfig.model_validate(
        {
            "id": name,
            "title": name.replace("-", " ").capitalize(),
            "task": "translator",
            "cell": cell,
            "sizes": network.sizes.model_dump(),
            "codec": {"source": characters("abcdef"), "target": characters("xyz -")},
            "metrics": [
                {"name": "BLEU", "value": 1.5, "unit": "BLEU", "on": "nothing", "counted": "nothing"}
            ],
            "data": {"source": "chance", "credit": "nobody's", "licence": "MIT"},
            "licence": "MIT",
            "recipe": "none",
        }
    )
    examples = (Example(id="first", title="First", text="abc", note="Three letters."),)
    return config.model(network, examples, "# Small translator\n")
