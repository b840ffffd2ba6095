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


def pooled_rate(numerators: Values, denominators: Values) -> Values:
    """Pooled rate of several posts: sum of the numerators / sum of the denominators.

    Unit: 1.
    Null without posts or when the denominators sum to 0.
    It weighs every showing alike, the mean of ratios every post alike; the two differ.

    >>> round(float(pooled_rate([15, 5, 150], [800, 400, 9000])), 6)
    0.016667
    """
    return quotient(np.sum(numerators), np.sum(denominators))


def per_post(counts: Values) -> Values:
    """Mean of a count over posts: conversation of replies, amplification of reposts + quotes, applause of likes.

    Unit: events per post.
    Null without posts.
    Source: kaushik.net and truesocialmetrics.com.

    >>> float(per_post([3, 1, 0, 15, 2]))
    4.2
    """
    counted = np.asarray(counts, dtype=float)
    return quotient(counted.sum(), counted.size)


def per_thousand_followers(counts: Values, followers: Values) -> Values:
    """Events per post and 1,000 followers: 1,000 x sum of the counts / sum of the followers on the posting days.

    Unit: events per post and 1,000 followers.
    Null without posts or when the followers sum to 0.

    >>> float(per_thousand_followers([2, 0, 1, 35, 1], [2000] * 5))
    3.9
    """
    return 1000.0 * pooled_rate(counts, followers)


def repost_reply_ratio(reposts: Values, replies: Values) -> Values:
    """RMr: (own posts that were reposted + own posts that were replied to) / own posts.

    Unit: 1, from 0 to 2, because a post may be both.
    Null without posts.
    Source: Riquelme and Gonzalez-Cantergiani, arXiv 1508.07951.

    >>> float(repost_reply_ratio(reposts=[2, 0, 1, 30, 1], replies=[3, 1, 0, 15, 2]))
    1.6
    """
    reposted = np.asarray(reposts, dtype=float) > 0
    replied = np.asarray(replies, dtype=float) > 0
    return quotient(reposted.sum() + replied.sum(), reposted.size)
