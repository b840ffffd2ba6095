"""How the level of engagement changed: the current window against the one before it."""

import numpy as np

from tasks.metrics.rates import Values, quotient


def mean_log(engagements: Values) -> Values:
    """Mean of ln(1 + engagement) over posts; its exponential is 1 + the geometric mean.

    Unit: nats.
    Null without posts.

    >>> round(float(mean_log([15, 5, 1, 150, 9])), 6)
    2.515472
    """
    logs = np.log1p(np.asarray(engagements, dtype=float))
    return quotient(logs.sum(), logs.size)


def pooled_deviation(current: Values, reference: Values) -> Values:
    """Standard deviation of ln(1 + engagement) per post within the two windows, a shift between them left out.

    Unit: nats.
    Null when the windows hold fewer than three posts together.

    >>> round(float(pooled_deviation([1.0, 3.0], [5.0, 7.0])), 6)
    1.414214
    """
    sides = [np.asarray(side, dtype=float) for side in (current, reference)]
    squares = sum(float(np.sum((side - side.mean()) ** 2)) for side in sides if side.size)
    return np.sqrt(quotient(squares, sum(side.size for side in sides) - len(sides)))


def pooled_deviation_of_sums(posts: Values, sums: Values, squares: Values) -> Values:
    """The same from sums, one row per window: how many posts, the sum of their logs, the sum of their squares.

    >>> round(float(pooled_deviation_of_sums([2, 2], [4, 12], [10, 74])), 6)
    1.414214
    """
    within = np.asarray(squares, dtype=float) - np.asarray(quotient(np.asarray(sums, dtype=float) ** 2, posts))
    return np.sqrt(np.maximum(quotient(within.sum(axis=0), np.sum(posts, axis=0) - 2.0), 0.0))
