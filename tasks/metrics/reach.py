"""Reach: the part of a vanity score that comes from the follower count."""

from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from tasks.metrics.vanity_parameters import VanityParameters

FloatArray: TypeAlias = NDArray[np.float64]
Values: TypeAlias = float | FloatArray
"""One number or many; a missing one is NaN."""

FULL_SCORE = 100.0


def points(count: Values, points_per_decade: float) -> Values:
    """Points for a count on a scale of decades: min(100, points per decade x log10(1 + count)).

    Unit: points, 0 to 100.
    Null when the count is unknown.

    >>> float(points(9999, points_per_decade=12.5))
    50.0
    """
    return np.minimum(FULL_SCORE, points_per_decade * np.log10(1.0 + np.asarray(count, dtype=float)))


def follow_ratio(followers: Values, following: Values) -> Values:
    """(1 + following) / (1 + followers): above 1 an account follows more than follow it.

    Unit: 1.
    Null when either is unknown.
    Source: TweepCred, twitter/the-algorithm, UserMass.scala.

    >>> follow_ratio(followers=999, following=499)
    0.5
    """
    return (1.0 + following) / (1.0 + followers)


def damping_factor(followers: Values, following: Values, parameters: VanityParameters) -> Values:
    """How much of the followers count for reach, where an account follows very many itself.

    max(floor, exp(-slope x (rho - ratio))) if following > limit and rho > ratio, else 1, with rho = `follow_ratio`.
    Unit: 1.
    Null when followers or following are unknown.
    Source: TweepCred (slope 5, ratio 0.6, limit 500), floor from its adjustment (1/50).

    >>> parameters = VanityParameters(12.5, 20.0, 12.5, 0.5, 0.3, 0.2, 5.0, 0.6, 500, 0.02)
    >>> round(float(damping_factor(1000, 1000, parameters)), 6)
    0.135335
    """
    rho, followed = np.asarray(follow_ratio(followers, following)), np.asarray(following, dtype=float)
    damped = np.exp(-parameters.damping_slope * np.maximum(rho - parameters.damping_ratio, 0.0))
    applies = (followed > parameters.damping_following) & (rho > parameters.damping_ratio)
    factor = np.where(applies, np.maximum(parameters.damping_floor, damped), 1.0)
    return np.where(np.isnan(rho), np.nan, factor)[()]


def reach_score(followers: Values, damping: Values, parameters: VanityParameters) -> Values:
    """Reach component: points for the followers that count, followers x damping factor.

    Unit: points.
    Null when followers or following are unknown.
    Source: convention; 10,000 followers give 50 and a million 75, as on Klout's scale of 2010-11.

    >>> parameters = VanityParameters(12.5, 20.0, 12.5, 0.5, 0.3, 0.2, 5.0, 0.6, 500, 0.02)
    >>> round(float(reach_score(20_000, 1.0, parameters)), 6)
    53.763146
    """
    return points(np.multiply(followers, damping), parameters.reach_points)


def audience_score(followers: Values, parameters: VanityParameters) -> Values:
    """Audience score: points for the follower count of the day and nothing else, undamped; all of it can be bought.

    Unit: points.
    Null when the count is unknown.
    Source: convention of this project.

    >>> parameters = VanityParameters(12.5, 20.0, 12.5, 0.5, 0.3, 0.2, 5.0, 0.6, 500, 0.02)
    >>> round(float(audience_score(18_600, parameters)), 6)
    53.369204
    """
    return points(followers, parameters.reach_points)
