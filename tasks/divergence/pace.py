"""Pace: whether engagement keeps step with the follower count, relative to the cross-sectional expectation.

Engagement per post grows with followers to the power beta, so a follower gain of g nats should bring beta x g.
A value may be one number or an array of them; a missing value is NaN.
"""

from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtri

FloatArray: TypeAlias = NDArray[np.float64]
Values: TypeAlias = float | FloatArray
"""One number or many."""


def pace_divergence(follower_log_change: Values, engagement_log_change: Values, beta: float) -> Values:
    """D = beta x change of ln(followers) - change of mean ln(1 + engagement), between two windows.

    Unit: nats; above 0 the followers outrun the community.
    Null when either change is unknown.
    Source: engagement per post ~ followers^beta across accounts (PeerIndex 2013, n 806, beta 0.682).

    >>> import math
    >>> round(pace_divergence(math.log(120_000 / 100_000), math.log(440 / 500), beta=0.68), 6)
    0.251812
    """
    return beta * follower_log_change - engagement_log_change


def community_equivalent_followers(reference_followers: Values, engagement_log_change: Values, beta: float) -> Values:
    """F_eq = followers of the reference window x exp(change of mean ln(1 + engagement) / beta).

    How many followers would go with today's engagement, were it as usual for this account.
    Unit: accounts.
    Null when the reference or the change is unknown.

    >>> import math
    >>> round(float(community_equivalent_followers(100_000, math.log(440 / 500), beta=0.68)), 2)
    82862.28
    """
    return reference_followers * np.exp(np.divide(engagement_log_change, beta))


def hollow_share(equivalent_followers: Values, followers: Values) -> Values:
    """Share of the followers for which the community does not account: 1 - F_eq / F, and 0 where F_eq is larger.

    Unit: 1.
    Null when either is unknown or there are no followers.

    >>> round(float(hollow_share(82_862.28, 120_000)), 6)
    0.309481
    """
    many = np.asarray(followers, dtype=float)
    covered = np.divide(equivalent_followers, many, out=np.full(many.shape, np.nan), where=many > 0)
    share: Values = np.maximum(0.0, 1.0 - covered)
    return share


def vanity_index(divergence: Values, beta: float) -> Values:
    """Followers / community-equivalent followers over the current window: exp(D / beta).

    Unit: 1; 1 is in step.
    Null when D is unknown.
    Source: the form of the Kardashian index, Hall 2014.

    >>> round(float(vanity_index(0.251812, beta=0.68)), 5)
    1.44819
    """
    return np.exp(np.divide(divergence, beta))


def detectable_divergence(
    deviation: Values, posts: Values, reference_posts: Values, error_rates: tuple[float, float]
) -> Values:
    """Smallest divergence that such windows show: (z + z') x sigma x sqrt(1/n + 1/n_ref).

    `error_rates` are those of a false alarm, both sides together, and of a miss.
    Unit: nats.
    Null when the deviation per post is unknown or a window is empty.

    >>> round(float(detectable_divergence(1.0, 56, 180, error_rates=(0.05, 0.2))), 2)
    0.43
    """
    false_alarm, miss = error_rates
    reach = ndtri(1 - false_alarm / 2) + ndtri(1 - miss)
    sizes = [np.asarray(size, dtype=float) for size in (posts, reference_posts)]
    inverse = [np.divide(1.0, size, out=np.full(size.shape, np.nan), where=size > 0) for size in sizes]
    smallest: Values = float(reach) * np.asarray(deviation) * np.sqrt(inverse[0] + inverse[1])
    return smallest
