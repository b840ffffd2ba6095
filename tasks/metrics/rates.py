"""Rates and shares with what chance leaves open: each metric is one small function.

A value may be one number or an array of them; a missing value is NaN.
"""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from tasks.schema.arrays import Values


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


class Interval(NamedTuple):
    """The two ends of an interval."""

    low: Values
    high: Values


def wilson_interval(yes: Values, people: Values, z: float) -> Interval:
    """Wilson's interval of a share of people.

    Center (p + z^2/2n) / (1 + z^2/n), half-width z sqrt(p(1-p)/n + z^2/4n^2) / (1 + z^2/n).
    Unit: 1, within 0 to 1.
    Null without people.
    It is for shares of people alone: engagement over followers is no such share, since one person acts several times.
    Source: Wilson 1927.

    >>> low, high = wilson_interval(3, 1000, z=1.959964)
    >>> round(float(low), 6), round(float(high), 6)
    (0.001021, 0.008783)
    """
    share = np.asarray(quotient(yes, people))
    square = np.asarray(quotient(z * z, people))
    middle = share + square / 2
    half = np.sqrt(np.maximum(0.0, square * (share * (1 - share) + square / 4)))
    low = np.clip((middle - half) / (1 + square), 0.0, 1.0)
    high = np.clip((middle + half) / (1 + square), 0.0, 1.0)
    return Interval(np.where(share == 0, 0.0, low)[()], np.where(share == 1, 1.0, high)[()])


@dataclass(frozen=True)
class RatePrior:
    """What is usual: the pooled rate, and how much the true rates of posts vary around it.

    `mean` = sum E / sum I, `variance` = max(0, s2 - mean / mean impressions),
    with s2 = sum I (E/I - mean)^2 / sum I.
    Source: Marshall 1991.
    """

    mean: Values
    variance: Values


def rate_prior(engagements: Values, impressions: Values, spread_sum: Values, posts: Values) -> RatePrior:
    """The prior that a set of posts gives, from sums over them: of E, of I, of E^2/I, and how many posts.

    >>> round(float(rate_prior(219, 12650, 4.52666667, 5).variance), 9)
    5.1282e-05
    """
    mean = quotient(engagements, impressions)
    spread = quotient(spread_sum, impressions) - mean**2
    by_chance = quotient(mean, quotient(impressions, posts))
    return RatePrior(mean, np.maximum(0.0, spread - by_chance))


def shrunk_rate(engagements: Values, impressions: Values, prior: RatePrior) -> Values:
    """Engagement per impression, drawn toward the prior: m + w (E/I - m) with w = A / (A + m/I).

    Unit: 1.
    Null when nothing was shown or the prior is unknown.
    Source: Marshall 1991.

    >>> prior = rate_prior(219, 12650, 4.52666667, 5)
    >>> round(float(shrunk_rate(9, 100, prior)), 8)
    0.0339233
    """
    weight = shrinkage_weight(impressions, prior)
    return prior.mean + weight * (quotient(engagements, impressions) - prior.mean)


def shrinkage_weight(impressions: Values, prior: RatePrior) -> Values:
    """How far the observed rate is believed, 0 to 1: A / (A + m/I), and 1 where chance has no part.

    >>> prior = rate_prior(219, 12650, 4.52666667, 5)
    >>> round(float(shrinkage_weight(1000, prior)), 6)
    0.747615
    """
    chance = np.asarray(quotient(prior.mean, impressions))
    weight = np.asarray(quotient(prior.variance, prior.variance + chance))
    return np.where(chance == 0, 1.0, weight)[()]
