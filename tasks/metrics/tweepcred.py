"""TweepCred: how Twitter's published code of 2023 rated accounts, as far as public counts carry it."""

import numpy as np

from tasks.metrics.reach import Values, follow_ratio

SLOPE, RATIO, FOLLOWING = 5.0, 0.6, 500
"""twitter/the-algorithm, UserMass.scala: the mass of accounts that follow more than 500 falls beyond a ratio of 0.6."""
ADJUSTED_SLOPE, ADJUSTED_FOLLOWING, MOST = 3.0, 2500, 50.0
"""twitter/the-algorithm, Reputation.scala: the adjustment after PageRank divides by at most 50."""
OFFSET, FACTOR, LEAST_RAW = 130.0, 5.21, 1e-20
"""twitter/the-algorithm, Reputation.scala."""
AGE_SCALE, AGE_LIMIT = 15.0, 30.0
"""twitter/the-algorithm, UserMass.scala: an account older than 30 days counts fully."""


def tweepcred_score(raw: Values) -> Values:
    """TweepCred score of a PageRank: round(130 + 5.21 ln raw), within 0 to 100, and 0 below 1e-20.

    Unit: points.
    Null when the PageRank is unknown, as it is to everybody outside X.
    Source: twitter/the-algorithm, Reputation.scala.

    >>> float(tweepcred_score(1e-6))
    58.0
    """
    rank = np.asarray(raw, dtype=float)
    score = np.rint(OFFSET + FACTOR * np.log(np.maximum(rank, LEAST_RAW)))
    return np.where(rank < LEAST_RAW, 0.0, np.clip(score, 0.0, 100.0))[()]


def starting_mass(followers: Values, following: Values) -> Values:
    """Mass that an account brings into TweepCred's PageRank: 100, divided by exp(5 (rho - 0.6)) where it follows many.

    It applies when following > 500 and rho > 0.6, with rho = (1 + following) / (1 + followers).
    Unit: points, 0 to 100.
    Null when either count is unknown.
    Source: twitter/the-algorithm, UserMass.scala.

    >>> round(float(starting_mass(followers=1000, following=1000)), 4)
    13.5335
    """
    rho = np.asarray(follow_ratio(followers, following))
    excess = np.where(np.asarray(following) > FOLLOWING, np.maximum(rho - RATIO, 0.0), 0.0)
    return np.where(np.isnan(rho), np.nan, 100.0 * np.exp(-SLOPE * excess))[()]


def adjusted_rank(rank: Values, followers: Values, following: Values) -> Values:
    """PageRank after TweepCred's adjustment: divided by exp(3 (rho - 1) ln ln following), within 1 to 50.

    It applies when following > 2,500.
    Unit: that of the rank.
    Null when either count is unknown.
    Source: twitter/the-algorithm, Reputation.scala.

    >>> round(float(adjusted_rank(1.0, followers=2700, following=3000)), 6)
    0.499996
    """
    rho, followed = np.asarray(follow_ratio(followers, following)), np.asarray(following, dtype=float)
    twice = np.log(np.log(np.maximum(followed, ADJUSTED_FOLLOWING)))
    exponent = np.clip(ADJUSTED_SLOPE * (rho - 1.0) * twice, 0.0, np.log(MOST))
    return np.divide(rank, np.where(followed > ADJUSTED_FOLLOWING, np.exp(exponent), 1.0))


def age_factor(days: Values) -> Values:
    """Part of the mass that a young account has: min(1, ln(1 + days / 15)), and 1 after 30 days.

    Unit: 1.
    Null when the age is unknown.
    Source: twitter/the-algorithm, UserMass.scala.

    >>> round(float(age_factor(15)), 6)
    0.693147
    """
    age = np.asarray(days, dtype=float)
    return np.where(age > AGE_LIMIT, 1.0, np.minimum(1.0, np.log1p(age / AGE_SCALE)))[()]
