"""How the level of engagement changed: the current window against the one before it."""

import numpy as np

from tasks.metrics.rates import Values, quotient


def pooled_deviation(posts: Values, sums: Values, squares: Values) -> Values:
    """Standard deviation of ln(1 + engagement) per post within the two windows, a shift between them left out.

    Given are sums, one row per window: how many posts, the sum of their logs, the sum of the squares of these.
    Unit: nats.
    Null when the windows hold fewer than three posts together.

    >>> round(float(pooled_deviation([2, 2], [4, 12], [10, 74])), 6)
    1.414214
    """
    within = np.asarray(squares, dtype=float) - np.asarray(quotient(np.asarray(sums, dtype=float) ** 2, posts))
    return np.sqrt(np.maximum(quotient(within.sum(axis=0), np.sum(posts, axis=0) - 2.0), 0.0))
