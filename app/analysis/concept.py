"""A concept: something true or false of each step of a sequence, or an amount, which a unit may track."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Concept:
    """What is asked of every step: `title` continues "it knows …", and `decided` says how the answer is found.

    An `amount`, such as a count, is judged by rank correlation, and a yes or no by the area under the ROC curve.
    """

    id: str
    title: str
    decided: str
    amount: bool = False
