"""The vanity scores as formulas: reach, amplification and network, the Klout-style score, and the gap."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from tasks.metrics.parameters import VanityParameters
from tasks.schema.arrays import Values

FULL_SCORE = 100.0


def decade_points(count: Values, points_per_decade: float) -> Values:
    """Points for a count on a scale of decades: min(100, points per decade x log10(1 + count)).

    Unit: points, 0 to 100.
    Null when the count is unknown.

    >>> float(decade_points(9999, points_per_decade=12.5))
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
    return decade_points(np.multiply(followers, damping), parameters.reach_points)


def audience_score(followers: Values, parameters: VanityParameters) -> Values:
    """Audience score: points for the follower count of the day and nothing else, undamped; all of it can be bought.

    Unit: points.
    Null when the count is unknown.
    Source: convention of this project.

    >>> parameters = VanityParameters(12.5, 20.0, 12.5, 0.5, 0.3, 0.2, 5.0, 0.6, 500, 0.02)
    >>> round(float(audience_score(18_600, parameters)), 6)
    53.369204
    """
    return decade_points(followers, parameters.reach_points)


def amplification_score(inbound_actions: Values, parameters: VanityParameters) -> Values:
    """Amplification component: points for the mean number of inbound actions per own post.

    Unit: points; 9 actions per post give 20, 999 give 60.
    Null when too few posts were read.
    Source: Klout's factor "inbound messages per outbound message" (2011); the scale is a convention.

    >>> parameters = VanityParameters(12.5, 20.0, 12.5, 0.5, 0.3, 0.2, 5.0, 0.6, 500, 0.02)
    >>> round(float(amplification_score(19, parameters)), 6)
    26.0206
    """
    return decade_points(inbound_actions, parameters.amplification_points)


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
    return decade_points(base, parameters.network_points)


def klout_style_score(reach: Values, amplification: Values, network: Values, parameters: VanityParameters) -> Values:
    """Klout-style reconstruction; not Klout's algorithm: weighted mean of the components that are known.

    (w_reach x reach + w_amplification x amplification + w_network x network) / sum of the weights of those known.
    Unit: points.
    Null when reach is unknown: a score without it would fall on every day on which the count was not read.
    Source: components after Klout 2010-11, whose weights were never published; the weights are a convention.

    >>> parameters = VanityParameters(12.5, 20.0, 12.5, 0.5, 0.3, 0.2, 5.0, 0.6, 500, 0.02)
    >>> round(float(klout_style_score(53.763146, 26.0206, 27.237212, parameters)), 6)
    40.135195
    """
    weights = (parameters.reach_weight, parameters.amplification_weight, parameters.network_weight)
    components = [np.asarray(part, dtype=float) for part in (reach, amplification, network)]
    known = [np.where(np.isnan(part), 0.0, weight) for part, weight in zip(components, weights, strict=True)]
    total = np.sum([weight * np.nan_to_num(part) for part, weight in zip(components, known, strict=True)], axis=0)
    weighed = np.sum(known, axis=0)
    result = np.full(np.shape(total), np.nan)
    np.divide(total, weighed, out=result, where=~np.isnan(components[0]))
    score: Values = result[()]
    return score


def components_count(reach: Values, amplification: Values, network: Values) -> Values:
    """How many of the three components are known.

    >>> int(components_count(53.8, float("nan"), 27.2))
    2
    """
    known = [~np.isnan(np.asarray(part, dtype=float)) for part in (reach, amplification, network)]
    count: Values = np.sum(known, axis=0)
    return count


def vanity_gap(audience: Values, community: Values) -> Values:
    """Audience score - community score; above 0 the count is ahead of the community.

    Unit: points; 3.76 per doubling and 12.5 per factor of ten, when a decade has 12.5 points.
    Null when either is unknown.
    Source: convention of this project.

    >>> round(float(vanity_gap(53.369204, 40.054892)), 6)
    13.314312
    """
    return np.subtract(audience, community)


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


def social_networking_potential(interactor_ratio: Values, repost_reply_ratio: Values) -> Values:
    """SNP: (interactor ratio + repost and reply ratio) / 2.

    Unit: 1.
    Null when either is unknown.
    Source: Anger and Kittl 2011, as printed in Riquelme and Gonzalez-Cantergiani, arXiv 1508.07951.

    >>> round(float(social_networking_potential(0.05, 0.30)), 3)
    0.175
    """
    return np.add(interactor_ratio, repost_reply_ratio) / 2
