"""Orders units so that similar units are next to each other, by hierarchical clustering of their values.

The tree is SciPy's (average linkage over Euclidean distances); its leaves are ordered so that neighbours are as close
as the tree allows: Bar-Joseph, Gifford, Jaakkola, "Fast optimal leaf ordering for hierarchical clustering",
Bioinformatics 17 (2001), https://doi.org/10.1093/bioinformatics/17.suppl_1.S22
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

Block = NDArray[np.floating]

MOST_TURNED = 512
"""The most units whose leaves are ordered optimally: the time grows with their cube (512: a second or two)."""


class NoSteps(ValueError):
    """There are no steps, so nothing distinguishes the units."""


def similarity_order(blocks: Iterable[Block]) -> list[int]:
    """Return all units, with similar units next to each other.

    `blocks` are a signal's values [steps, units] in consecutive blocks of steps; only one block is in memory at a time.
    An order and its reverse are equally good; the result begins with the lower unit. Raises `NoSteps` if there are no
    steps.
    """
    # Imported on first use: SciPy takes as long to load as the rest of the server.
    from scipy.cluster.hierarchy import leaves_list, linkage, optimal_leaf_ordering
    from scipy.spatial.distance import squareform

    distances = unit_distances(blocks)  # (units, units)
    units = len(distances)
    if units == 1:
        return [0]
    condensed = squareform(distances)  # (units · (units − 1) / 2,)
    tree = linkage(condensed, "average")
    if units <= MOST_TURNED:
        tree = optimal_leaf_ordering(tree, condensed)
    order: list[int] = leaves_list(tree).tolist()
    return order if order[0] < order[-1] else order[::-1]


def unit_distances(blocks: Iterable[Block]) -> NDArray[np.float64]:
    """Return the Euclidean distances [units, units] between the values of units over all steps.

    Raises `NoSteps` if there are no steps.
    """
    products: NDArray[np.float64] | None = None
    for block in blocks:
        values = block.astype(np.float64)  # (steps, units)
        # The mean over units does not change distances, but keeping it would cost precision.
        values -= values.mean(axis=1, keepdims=True)
        products = values.T @ values if products is None else products + values.T @ values
    if products is None:
        raise NoSteps("expected at least one step, but got none")
    squares = np.diag(products)
    distances = np.sqrt(np.maximum(squares[:, None] + squares[None, :] - 2 * products, 0))
    np.fill_diagonal(distances, 0)
    return np.asarray((distances + distances.T) / 2)
