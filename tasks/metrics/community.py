"""Who engages: shares and counts over the people behind the engagement."""

from collections.abc import Set as AbstractSet

import numpy as np

from tasks.metrics.rates import Values, quotient


def interactor_ratio(interactors: Values, followers: Values) -> Values:
    """Ir: accounts that reposted, quoted, mentioned or replied, each once / followers.

    Unit: 1; above 1 is possible, since whoever interacts need not follow.
    Null when either is unknown or there are no followers.
    Source: Riquelme and Gonzalez-Cantergiani, arXiv 1508.07951, whose printed form adds reposters and mentioners;
    here an account in both counts once.

    >>> float(interactor_ratio(interactors=50, followers=1000))
    0.05
    """
    return quotient(interactors, followers)


def active_follower_share(engaged_followers: Values, followers: Values) -> Values:
    """Share of the followers who engaged in the window, as far as they were seen.

    Unit: 1.
    Null when either is unknown or there are no followers.
    It is a lower bound: who only reads, and who liked unseen, is not in it.

    >>> float(active_follower_share(engaged_followers=12, followers=1600))
    0.0075
    """
    return quotient(engaged_followers, followers)


def repeat_share(repeat_engagers: Values, engagers: Values) -> Values:
    """Share of the engagers who engaged on two days or more.

    Unit: 1.
    Null without engagers.

    >>> round(float(repeat_share(2, 6)), 6)
    0.333333
    """
    return quotient(repeat_engagers, engagers)


def retention_share(engagers_now: AbstractSet[str], engagers_before: AbstractSet[str]) -> Values:
    """Share of the engagers of the window before who engaged again in this window.

    Unit: 1.
    Null when nobody engaged in the window before.

    >>> float(retention_share({"ann", "bob"}, {"bob", "eve"}))
    0.5
    """
    return quotient(len(engagers_now & engagers_before), len(engagers_before))


def stickiness_share(daily_engagers: Values, engagers: Values) -> Values:
    """Stickiness: mean number of different engagers on a day / engagers of the whole window.

    Unit: 1; 1 when everybody comes every day.
    Null without engagers.
    Source: feverbee.com/habit.

    >>> round(float(stickiness_share([2, 2, 2, 2, 2], 6)), 6)
    0.333333
    """
    counts = np.asarray(daily_engagers, dtype=float)
    return quotient(quotient(counts.sum(), counts.size), engagers)


def reciprocity_share(answered: Values, engagers: Values) -> Values:
    """Share of the engagers whom the account answered.

    Unit: 1.
    Null without engagers.

    >>> float(reciprocity_share(answered=3, engagers=12))
    0.25
    """
    return quotient(answered, engagers)


def engager_followers_geometric_mean(followers: Values) -> Values:
    """Zero-safe geometric mean of the followers of the engagers: exp(mean of ln(1 + followers)) - 1.

    Unit: accounts.
    Null without engagers whose followers are known.

    >>> round(float(engager_followers_geometric_mean([9, 99, 999])), 6)
    99.0
    """
    logs = np.log1p(np.asarray(followers, dtype=float))
    return np.expm1(quotient(logs.sum(), logs.size))
