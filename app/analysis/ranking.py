"""How well single units track a concept: by the area under the ROC curve, or by rank correlation.

Both are products of the units' ranks with the concept, so the ranks are found once for many concepts.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Values = NDArray[np.floating]
Ranks = NDArray[np.float64]

SHIFTS = 20
"""How often a concept is shifted to see what chance gives."""


def centred_ranks(values: Values) -> Ranks:
    """Return the ranks of values [steps, …] in each column, minus their mean; equal values share a rank."""
    from scipy.stats import rankdata  # takes as long to load as the rest of the server

    ranks: Ranks = rankdata(values, axis=0)
    return ranks - (len(values) + 1) / 2


def areas(ranks: Ranks, marked: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return for each column of `ranks` [steps, n] the area under the ROC curve, from 0 to 1.

    It is the probability that a random marked step has a higher value than a random other step, where equal values
    count half (Mann and Whitney, 1947); 0.5 if no step or every step is marked. `marked` is 1 or 0, [..., steps], and
    the result is [..., n].
    """
    inside = marked.sum(-1, keepdims=True)
    pairs = inside * (marked.shape[-1] - inside)
    sums = marked @ ranks
    return 0.5 + np.asarray(np.divide(sums, pairs, out=np.zeros_like(sums), where=pairs > 0))


def rank_correlations(ranks: Ranks, amounts: Ranks) -> NDArray[np.float64]:
    """Return Spearman's rank correlation of each column of `ranks` [steps, n] with amounts.

    `amounts` are the centred ranks of the amounts, [..., steps], and the result is [..., n]. It is 0 where a column or
    the amounts never change.
    """
    sums = amounts @ ranks
    spread = np.sqrt((ranks**2).sum(0) * (amounts**2).sum(-1, keepdims=True))
    return np.asarray(np.divide(sums, spread, out=np.zeros_like(sums), where=spread > 0))


def shifted(marks: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the same marks [steps] shifted around the sequence by equal distances, [shifts, steps].

    Shifted marks match the values by chance only.
    """
    shifts = min(SHIFTS, len(marks) - 1)
    distances = [number * len(marks) // (shifts + 1) for number in range(1, shifts + 1)]
    return np.array([np.roll(marks, distance) for distance in distances]).reshape(shifts, len(marks))
