"""Runs for the tests of trace files."""

from typing import Any

from app.networks.run import Run
from app.sequences import TextSequence
from app.zoo import Zoo


def make_run(zoo: Zoo, model: str = "both", text: str = "the quick brown fox", **options: Any) -> Run:
    return Run(zoo.get(model), TextSequence(text), **options)
