"""Units in an order in which those that behave alike stand together: hierarchical clustering of their values.

The tree is SciPy's (average linkage over Euclidean distances); its leaves are turned so that neighbours are as near to
each other as the tree allows: Bar-Joseph, Gifford, Jaakkola, "Fast optimal leaf ordering for hierarchical clustering",
Bioinformatics 17 (2001), https://doi.org/10.1093/bioinformatics/17.suppl_1.S22
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

Block = NDArray[np.floating]

MOST_TURNED = 512
"""Units whose leaves are turned: the time for it grows with the cube of their number (512: a second or two)."""


class NoSteps(ValueError):
    """There is nothing to tell units apart by."""


def similarity_order(blocks: Iterable[Block]) -> list[int]:
    """Return all units, those with similar values next to each other.

    `blocks` are a signal's values [steps, units], one stretch of steps after the other; only one is held at a time.
    Of the order and its reverse, which are equally good, it is the one that begins with the lower unit. Raises
    `NoSteps` where there is none at all.
    """
    # Loaded on first use: it takes as long as the rest of a server's start.
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
    """Return the Euclidean distance [units, units] between the values of every two units over all steps.

    Raises `NoSteps` where there is none at all.
    """
    products: NDArray[np.float64] | None = None
    for block in blocks:
        values = block.astype(np.float64)  # (steps, units)
        # What all units have in common does not part them, but would cost digits.
        values -= values.mean(axis=1, keepdims=True)
        products = values.T @ values if products is None else products + values.T @ values
    if products is None:
        raise NoSteps("expected at least one step, but got none")
    squares = np.diag(products)
    distances = np.sqrt(np.maximum(squares[:, None] + squares[None, :] - 2 * products, 0))
    np.fill_diagonal(distances, 0)
    return np.asarray((distances + distances.T) / 2)
