"""Small untrained translators for tests, made in memory."""

from typing import Any

import torch

from app.networks.sequence_to_sequence import SequenceToSequence, TranslatorSizes

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
