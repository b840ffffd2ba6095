"""TunkRank: how many people a post reaches, when followers pass it on by chance."""

import numpy as np

from tasks.metrics.reach import FloatArray


def tunk_rank(follows: FloatArray, passing_on: float) -> FloatArray:
    """Influence of each account: I(X) = sum over its followers Y of (1 + p I(Y)) / following(Y).

    `follows[y, x]` is 1 where account y follows account x, and p the chance that a reader passes a post on.
    Unit: readers.
    0 for an account that nobody follows.
    Source: Tunkelang 2009.

    >>> follows = np.array([[0.0, 0, 0], [1, 0, 0], [1, 1, 0]])
    >>> [round(float(influence), 3) for influence in tunk_rank(follows, passing_on=0.05)]
    [1.525, 0.5, 0.0]
    """
    following = follows.sum(axis=1, keepdims=True)
    attention = np.divide(follows, following, out=np.zeros_like(follows), where=following > 0)
    unknowns = np.eye(len(follows)) - passing_on * attention.T
    influence: FloatArray = np.linalg.solve(unknowns, attention.sum(axis=0))
    return influence
