"""What a post received, in relation to who could see it: each metric is one small function.

A value may be one number or an array of them; a missing value is NaN.
"""

from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

FloatArray: TypeAlias = NDArray[np.float64]
Values: TypeAlias = float | FloatArray
"""One number or many."""


def quotient(numerator: Values, denominator: Values) -> Values:
    """One number over another; null where either is missing or the denominator is 0.

    >>> float(quotient(3, 4))
    0.75
    >>> float(quotient(0, 0))
    nan
    """
    above, below = np.broadcast_arrays(np.asarray(numerator, dtype=float), np.asarray(denominator, dtype=float))
    result = np.full(above.shape, np.nan)
    np.divide(above, below, out=result, where=below != 0)
    return result[()]


def engagement(likes: Values, replies: Values, reposts: Values, quotes: Values) -> Values:
    """Engagement of a post: likes + replies + reposts + quotes, each counting 1.

    Unit: engagements.
    Null when likes, replies or reposts are not stated.
    Quotes that are not stated are left out: X's older dialect may omit them and exports have no such column.
    Source: docs.x.com, where repost counts exclude quotes, so nothing counts twice; bookmarks stand apart.

    >>> float(engagement(likes=10, replies=3, reposts=2, quotes=0))
    15.0
    >>> float(engagement(likes=10, replies=3, reposts=2, quotes=float("nan")))
    15.0
    """
    stated = np.asarray(quotes, dtype=float)
    return np.asarray(likes, dtype=float) + replies + reposts + np.where(np.isnan(stated), 0.0, stated)


def engagement_by_followers_rate(engagements: Values, followers: Values) -> Values:
    """Engagement by followers: engagement of a post / followers of the account on the posting day.

    Unit: 1.
    Null when either is unknown or there were no followers.
    Source: blog.hootsuite.com/calculate-engagement-rate, there as percent.

    >>> float(engagement_by_followers_rate(engagements=15, followers=2000))
    0.0075
    """
    return quotient(engagements, followers)


def engagement_by_impressions_rate(engagements: Values, impressions: Values) -> Values:
    """Engagement by impressions: engagement of a post / times it was shown.

    Unit: 1.
    Null when either is unknown or the post was never shown.
    Impressions count one person many times, so this is not a rate by reach, which X does not allow to compute.
    Source: blog.hootsuite.com/calculate-engagement-rate, there as percent.

    >>> float(engagement_by_impressions_rate(engagements=15, impressions=800))
    0.01875
    """
    return quotient(engagements, impressions)
