"""The batch signature: how far creation dates are squeezed into few days (detection.md section 4)."""

import numpy as np

from tasks.audience.cohort import Members
from tasks.audience.roster import Floats


def top_share(members: Members, day: Floats, window_days: float) -> Floats:
    """Largest share of each event's members whose day falls in any window of that length; NaN without members.

    >>> top_share(Members(np.zeros(4, int), np.arange(4), 1), np.array([1.0, 2.0, 7.5, 40.0]), 7.0).tolist()
    [0.75]
    """
    known = ~np.isnan(day)
    event, day = members.event[known], day[known]
    order = np.lexsort((day, event))
    event, day = event[order], day[order]
    sizes = np.bincount(event, minlength=members.events)
    most = np.zeros(members.events, dtype=np.int64)
    key = event * _WIDE + day
    inside = np.searchsorted(key, key + window_days, side="left") - np.arange(len(key))
    np.maximum.at(most, event, inside)
    return np.where(sizes > 0, most / np.maximum(sizes, 1), np.nan)


_WIDE = 1e6


def within(members: Members, day: Floats, half_window_days: float) -> Floats:
    """How many members of the same event lie within so many days of each member, itself included."""
    order = np.lexsort((day, members.event))
    key = (members.event * _WIDE + day)[order]
    above = np.searchsorted(key, key + half_window_days, side="right")
    below = np.searchsorted(key, key - half_window_days, side="left")
    counted = np.empty(len(day))
    counted[order] = above - below
    return np.where(np.isnan(day), np.nan, counted)
