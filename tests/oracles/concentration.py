"""Whether engagement comes from many people or from a few, from the actions of each."""

import numpy as np
from numpy.typing import NDArray


def gini(actions: NDArray[np.float64]) -> float:
    """Gini coefficient: 2 sum(i x_i) / (n sum x) - (n + 1)/n, with the actors sorted from least to most active.

    Unit: 1; 0 when all act equally often, toward 1 when one acts alone.
    Source: Gini 1912, in the form for sorted values.

    >>> round(gini(np.array([4.0, 3, 2, 1])), 6)
    0.25
    """
    ranks = np.arange(1, len(actions) + 1)
    weighted = 2 * np.sum(ranks * np.sort(actions)) / (len(actions) * actions.sum())
    return float(weighted - (len(actions) + 1) / len(actions))


def effective_count(actions: NDArray[np.float64]) -> float:
    """How many equally active engagers would be as concentrated: 1 / sum of the squared shares of actions.

    Unit: accounts.
    Source: Herfindahl's index, turned over.

    >>> round(effective_count(np.array([4.0, 3, 2, 1])), 6)
    3.333333
    """
    return float(1 / np.sum((actions / actions.sum()) ** 2))
