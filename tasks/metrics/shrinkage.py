"""Rates of few trials, drawn toward what is usual: empirical Bayes."""

from dataclasses import dataclass

import numpy as np

from tasks.metrics.rates import Values, quotient


def gamma_poisson_rate(engagements: Values, impressions: Values, shape: float, rate: float) -> Values:
    """Posterior mean of a count per impression: (shape + engagements) / (rate + impressions).

    Unit: 1.
    With a prior of mean m and variance v, shape = m^2/v and rate = m/v.
    Null when either count is missing.
    Source: Gamma-Poisson conjugacy.

    >>> round(float(gamma_poisson_rate(9, 100, shape=4, rate=200)), 7)
    0.0433333
    """
    return quotient(shape + np.asarray(engagements, dtype=float), rate + np.asarray(impressions, dtype=float))


def beta_binomial_share(yes: Values, people: Values, prior_yes: float, prior_no: float) -> Values:
    """Posterior mean of a share of people: (yes + prior_yes) / (people + prior_yes + prior_no).

    Unit: 1.
    Null when either count is missing.
    Source: Beta-binomial conjugacy.

    >>> round(float(beta_binomial_share(4, 10, prior_yes=78.661, prior_no=224.875)), 6)
    0.263641
    """
    trials = np.asarray(people, dtype=float) + prior_yes + prior_no
    return quotient(np.asarray(yes, dtype=float) + prior_yes, trials)


@dataclass(frozen=True)
class RatePrior:
    """What is usual: the pooled rate, and how much the true rates of posts vary around it.

    `mean` = sum E / sum I, `variance` = max(0, s2 - mean / mean impressions),
    with s2 = sum I (E/I - mean)^2 / sum I.
    Source: Marshall 1991.
    """

    mean: Values
    variance: Values


def rate_prior(engagements: Values, impressions: Values) -> RatePrior:
    """The prior that a set of posts gives, each with its impressions.

    >>> prior = rate_prior([9, 20, 150, 0, 40], [100, 1000, 10000, 50, 1500])
    >>> round(float(prior.mean), 8)
    0.01731225
    """
    received, shown = np.asarray(engagements, dtype=float), np.asarray(impressions, dtype=float)
    spread_sum = np.sum(np.asarray(quotient(received**2, shown)))
    return rate_prior_of_sums(received.sum(), shown.sum(), spread_sum, float(shown.size))


def rate_prior_of_sums(engagements: Values, impressions: Values, spread_sum: Values, posts: Values) -> RatePrior:
    """The same prior from sums over posts: of E, of I, of E^2/I, and how many posts.

    >>> round(float(rate_prior_of_sums(219, 12650, 4.52666667, 5).variance), 9)
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

    >>> prior = rate_prior([9, 20, 150, 0, 40], [100, 1000, 10000, 50, 1500])
    >>> round(float(shrunk_rate(9, 100, prior)), 8)
    0.0339233
    """
    weight = shrinkage_weight(impressions, prior)
    return prior.mean + weight * (quotient(engagements, impressions) - prior.mean)


def shrinkage_weight(impressions: Values, prior: RatePrior) -> Values:
    """How far the observed rate is believed, 0 to 1: A / (A + m/I), and 1 where chance has no part.

    >>> prior = rate_prior([9, 20, 150, 0, 40], [100, 1000, 10000, 50, 1500])
    >>> round(float(shrinkage_weight(1000, prior)), 6)
    0.747615
    """
    chance = np.asarray(quotient(prior.mean, impressions))
    weight = np.asarray(quotient(prior.variance, prior.variance + chance))
    return np.where(chance == 0, 1.0, weight)[()]
