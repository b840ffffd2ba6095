"""Rates of few trials, drawn toward what is usual: empirical Bayes."""

from dataclasses import dataclass

import numpy as np

from tasks.metrics.rates import Values, quotient


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
