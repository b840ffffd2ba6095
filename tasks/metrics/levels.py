"""The level of engagement over several posts: what a typical post receives."""

import numpy as np

from tasks.metrics.rates import Values, quotient


def geometric_mean(engagements: Values) -> Values:
    """Zero-safe geometric mean: exp(mean of ln(1 + engagement)) - 1.

    Unit: engagements per post.
    Null without posts.
    It is the primary level: one post that took off moves it little, and posts with nothing count.

    >>> round(float(geometric_mean([15, 5, 1, 150, 9])), 6)
    11.372448
    """
    logs = np.log1p(np.asarray(engagements, dtype=float))
    return np.expm1(quotient(logs.sum(), logs.size))


def zero_share(engagements: Values) -> Values:
    """Share of posts that received no engagement at all.

    Unit: 1.
    Null without posts.

    >>> float(zero_share([0, 0, 3, 1]))
    0.5
    """
    received = np.asarray(engagements, dtype=float)
    return quotient((received == 0).sum(), received.size)


def quantile(engagements: Values, share: float) -> Values:
    """The value below which the given share of posts lies, linear between neighboring posts; 0.5 is the median.

    Unit: engagements per post.
    Null without posts.
    Source: Hyndman and Fan 1996, definition 7.

    >>> float(quantile([15, 5, 1, 150, 9], 0.5))
    9.0
    """
    received = np.asarray(engagements, dtype=float)
    return np.quantile(received, share) if received.size else np.nan
