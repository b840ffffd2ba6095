"""Network: the part of a vanity score that comes from who engages."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from tasks.metrics.reach import Values, points
from tasks.metrics.vanity_parameters import VanityParameters


class NetworkBase(NamedTuple):
    """What the network component rests on, and where it comes from: engagers, listed, or empty."""

    size: Values
    source: NDArray[np.str_]


def network_base(engager_followers: Values, listed: Values) -> NetworkBase:
    """The typical follower count of the engagers; where none is known, how many lists hold the account.

    Unit: accounts, or lists.
    Null when neither is known.

    >>> base = network_base(engager_followers=float("nan"), listed=150)
    >>> float(base.size), str(base.source)
    (150.0, 'listed')
    """
    followers, lists = np.asarray(engager_followers, dtype=float), np.asarray(listed, dtype=float)
    size = np.where(np.isnan(followers), lists, followers)
    source = np.where(~np.isnan(followers), "engagers", np.where(~np.isnan(lists), "listed", ""))
    return NetworkBase(size[()], source)


def network_score(base: Values, parameters: VanityParameters) -> Values:
    """Network component: points for the zero-safe geometric mean of the engagers' followers, or for lists.

    Unit: points.
    Null when neither is known.
    Source: Klout's Network, the influence of those who engage (2011); the scale is a convention.

    >>> parameters = VanityParameters(12.5, 20.0, 12.5, 0.5, 0.3, 0.2, 5.0, 0.6, 500, 0.02)
    >>> round(float(network_score(150, parameters)), 6)
    27.237212
    """
    return points(base, parameters.network_points)
