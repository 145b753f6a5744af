"""Sequences of numbers on the page, and the numbers that a test expects of them."""

from typing import Any

from numpy.typing import NDArray

from app import zoo
from app.networks.model import Example, Model
from app.networks.run import Run
from app.sequences import Sequence
from app.settings import Settings

GIVE = """(detail) => document.querySelector("main").dispatchEvent(
  new CustomEvent("give", { detail, bubbles: true }))"""
"""Gives a sequence to the page, as a dropped file does."""


def arrays(model: Any, sequence: Sequence, **options: Any) -> dict[str, NDArray[Any]]:
    """The arrays of a whole run, computed here and not by the server."""
    (chunk,) = Run(model, sequence, **options).chunks([1_000_000])
    return chunk.arrays


def loaded(model: str, example: str) -> tuple[Model, Example, dict[str, NDArray[Any]]]:
    """A model of the zoo, one of its examples, and the arrays of its run."""
    read = zoo.load(Settings().models / model)
    chosen = next(each for each in read.examples if each.id == example)
    return read, chosen, arrays(read, chosen.sequence)
