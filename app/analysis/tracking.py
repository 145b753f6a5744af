"""Which units track which concepts: found on one set of data, measured on another.

A unit is found by the mean of its scores over several groups of steps, such as files, so that a single unusual file
decides nothing. It is measured over all steps of the other data together.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .concept import Concept
from .ranking import Ranks, Values, areas, centred_ranks, rank_correlations, shifted

Marks = NDArray[np.float64]

ENOUGH = 20
"""A group with fewer marked steps, or fewer others, counts less."""

FOUND = 5
"""The number of units listed for each concept."""

COLUMNS = 32
"""The number of columns whose ranks are in memory at once."""


@dataclass(frozen=True, eq=False)
class Group:
    """Steps that are judged together: `values` [steps, n] of n candidates, and `marks` by concept, [steps] each."""

    values: Values
    marks: Mapping[str, Marks]


@dataclass(frozen=True)
class Candidate:
    """A column of the values that tracks a concept: its score, and the sign of the relation."""

    column: int
    score: float
    sign: int


@dataclass(frozen=True)
class Finding:
    """The candidates that track a concept, best first.

    `share` is the share of the measured steps where it is true or not 0; `chance` is the score that the best of all
    candidates has on average when the marks are shifted around the data.
    """

    concept: Concept
    share: float
    chance: float
    found: tuple[Candidate, ...]


def track(concepts: Sequence[Concept], validation: Sequence[Group], held_out: Group) -> list[Finding]:
    """Find the units on `validation` and measure them on `held_out`; a concept that never changes is left out.

    Yes and no come first, by the area of their best unit; then amounts, by its correlation.
    """
    wanted = [
        concept
        for concept in concepts
        if np.ptp(held_out.marks[concept.id]) > 0
        and any(np.ptp(group.marks[concept.id]) > 0 for group in validation)
    ]
    promising = _promising(wanted, validation)
    vectors = {concept.id: _vector(concept, held_out.marks[concept.id]) for concept in wanted}
    measured = {concept.id: np.zeros(held_out.values.shape[1]) for concept in wanted}
    chances: dict[str, list[Values]] = {concept.id: [] for concept in wanted}
    for start in range(0, held_out.values.shape[1], COLUMNS):
        columns = slice(start, start + COLUMNS)
        ranks = centred_ranks(held_out.values[:, columns])
        for concept in wanted:
            vector = vectors[concept.id]
            measured[concept.id][columns] = _relation(concept, ranks, vector)
            chances[concept.id].append(np.abs(_relation(concept, ranks, shifted(vector))).max(1))
    findings = []
    for concept in wanted:
        relation, neutral = measured[concept.id], _neutral(concept)
        best = sorted(promising[concept.id], key=lambda column: -abs(relation[column]))
        findings.append(
            Finding(
                concept,
                share=float(np.count_nonzero(held_out.marks[concept.id]) / len(held_out.values)),
                chance=neutral + float(np.max(chances[concept.id], axis=0).mean()),
                found=tuple(
                    Candidate(
                        column, neutral + float(abs(relation[column])), 1 if relation[column] >= 0 else -1
                    )
                    for column in best
                ),
            )
        )
    return sorted(findings, key=lambda finding: (finding.concept.amount, -finding.found[0].score))


def _promising(concepts: Sequence[Concept], groups: Sequence[Group]) -> dict[str, list[int]]:
    """Return for each concept the columns with the best mean score over all groups."""
    totals: dict[str, NDArray[np.float64]] = {}
    for group in groups:
        ranks = centred_ranks(group.values)
        for concept in concepts:
            marks = group.marks[concept.id]
            inside = int(np.count_nonzero(marks))
            weight = min(inside, len(marks) - inside, ENOUGH)
            relation = weight * _relation(concept, ranks, _vector(concept, marks))
            totals[concept.id] = totals.get(concept.id, 0) + relation
    return {
        name: np.argsort(-np.abs(total), kind="stable")[:FOUND].tolist() for name, total in totals.items()
    }


def _vector(concept: Concept, marks: Marks) -> Marks:
    """Return what ranks are compared with: 1 and 0, or the ranks of an amount."""
    return centred_ranks(marks) if concept.amount else (marks > 0).astype(np.float64)


def _relation(concept: Concept, ranks: Ranks, vectors: Marks) -> NDArray[np.float64]:
    """Return how strongly each column goes with vectors [..., steps], as [..., n].

    0 means not at all, and a negative number that the column is low where the concept is true or the amount large.
    """
    return rank_correlations(ranks, vectors) if concept.amount else areas(ranks, vectors) - 0.5


def _neutral(concept: Concept) -> float:
    return 0.0 if concept.amount else 0.5
