"""The batch signature: how far creation dates are squeezed into few days (detection.md section 4)."""

from collections.abc import Sequence

import numpy as np

from tasks.followers.cohort import Members
from tasks.followers.roster import Floats


def top_share(members: Members, day: Floats, window_days: float) -> Floats:
    """Largest share of each event's members whose day falls in any window of that length; NaN without members.

    >>> top_share(Members(np.zeros(4, int), np.arange(4), 1), np.array([1.0, 2.0, 7.5, 40.0]), 7.0).tolist()
    [0.75]
    """
    return top_shares(members, day, (window_days,))[0]


def top_shares(members: Members, day: Floats, windows_days: Sequence[float]) -> list[Floats]:
    """The same for several lengths; members are sorted once."""
    known = ~np.isnan(day)
    event = members.event[known]
    key = np.sort(event * _WIDE + day[known])
    sizes = np.bincount(event, minlength=members.events)
    filled = np.flatnonzero(sizes)
    starts = (np.cumsum(sizes) - sizes)[filled]
    shares = []
    for window in windows_days:
        share = np.full(members.events, np.nan)
        if len(key):
            inside = np.searchsorted(key, key + window, side="left") - np.arange(len(key))
            share[filled] = np.maximum.reduceat(inside, starts) / sizes[filled]
        shares.append(share)
    return shares


_WIDE = 1e6


def within(members: Members, day: Floats, half_window_days: float) -> Floats:
    """How many members of the same event lie within so many days of each member, itself included."""
    key = members.event * _WIDE + day
    order = np.argsort(key)
    key = key[order]
    above = np.searchsorted(key, key + half_window_days, side="right")
    below = np.searchsorted(key, key - half_window_days, side="left")
    counted = np.empty(len(day))
    counted[order] = above - below
    return np.where(np.isnan(day), np.nan, counted)
