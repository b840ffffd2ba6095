"""TweepCred: how Twitter's published code of 2023 rated accounts, as far as public counts carry it."""

import numpy as np

from tasks.metrics.reach import Values, follow_ratio

SLOPE, RATIO, FOLLOWING = 5.0, 0.6, 500
"""twitter/the-algorithm, UserMass.scala: the mass of accounts that follow more than 500 falls beyond a ratio of 0.6."""


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
