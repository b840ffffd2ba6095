"""Which followers arrived in an event and which stood before it, and how far their days are squeezed together."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from tasks.followers.roster import Roster
from tasks.schema.arrays import FloatArray, IntArray, day_numbers
from tasks.schema.columns.divergence import RISES


@dataclass(frozen=True)
class Members:
    """Rows of the roster, each with the number of the event to which it belongs, sorted by event."""

    event: IntArray
    position: IntArray
    events: int

    def sizes(self) -> IntArray:
        """How many rows each event has."""
        return np.bincount(self.event, minlength=self.events).astype(np.int64)

    def thinned(self, sizes: IntArray) -> "Members":
        """Evenly spread rows, so many of each event: samples of unlike size are not compared."""
        have = self.sizes()
        rank = np.arange(len(self.event)) - np.repeat(np.cumsum(have) - have, have)
        # What the next of the event has in its place; the last one has all that are wanted.
        step = rank * sizes[self.event] // have[self.event]
        following = np.append(step[1:], 0)
        following[(np.cumsum(have) - 1)[have > 0]] = sizes[have > 0]
        kept = step != following
        return Members(self.event[kept], self.position[kept], self.events)


def cohort(roster: Roster, events: pd.DataFrame) -> Members:
    """Followers first seen on the days of each rise; a drop or a reversal has none."""
    account = roster.row(events["account_id"])
    first = day_numbers(events["first_date"])
    last = day_numbers(events["last_date"])
    is_rise = events["kind"].isin(RISES).to_numpy() & (account >= 0)
    start = np.where(is_rise, roster.positions(np.maximum(account, 0), first), 0)
    stop = np.where(is_rise, roster.positions(np.maximum(account, 0), last + 1), 0)
    members = range_members(start, stop)
    arrived = ~roster.is_baseline[members.position]
    return Members(members.event[arrived], members.position[arrived], len(events))


def reference(roster: Roster, events: pd.DataFrame, cohorts: Members, size: int) -> Members:
    """The latest followers before each event, at most `size`, without those who arrived in any event.

    This is the account's own past: the current list, of which a wave may be most, is never the norm.
    """
    account = roster.row(events["account_id"])
    begin = roster.positions(np.maximum(account, 0), np.zeros(len(events), dtype=np.int64))
    start = roster.positions(np.maximum(account, 0), day_numbers(events["first_date"]))
    is_other = np.ones(len(roster.account), dtype=bool)
    is_other[cohorts.position] = False
    others = np.flatnonzero(is_other)
    stop = np.where(account >= 0, np.searchsorted(others, start), 0)
    floor = np.where(account >= 0, np.searchsorted(others, begin), 0)
    members = range_members(np.maximum(stop - size, floor), stop)
    return Members(members.event, others[members.position], len(events))


def range_members(start: IntArray, stop: IntArray) -> Members:
    """The whole numbers start..stop-1 of every event, one after the other.

    >>> range_members(np.array([4, 0]), np.array([6, 1])).position.tolist()
    [4, 5, 0]
    """
    lengths = np.maximum(stop - start, 0)
    event = np.repeat(np.arange(len(start)), lengths)
    offset = np.arange(lengths.sum()) - np.repeat(np.cumsum(lengths) - lengths, lengths)
    return Members(event, np.repeat(start, lengths) + offset, len(start))


def top_share(members: Members, day: FloatArray, window_days: float) -> FloatArray:
    """Largest share of each event's members whose day falls in any window of that length; NaN without members.

    >>> top_share(Members(np.zeros(4, int), np.arange(4), 1), np.array([1.0, 2.0, 7.5, 40.0]), 7.0).tolist()
    [0.75]
    """
    return top_shares(members, day, (window_days,))[0]


def top_shares(members: Members, day: FloatArray, windows_days: Sequence[float]) -> list[FloatArray]:
    """The same for several lengths; members are sorted once."""
    known = ~np.isnan(day)
    event = members.event[known]
    key = np.sort(event * _EVENT_ROOM + day[known])
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


_EVENT_ROOM = 1e6


def count_near(members: Members, day: FloatArray, half_window_days: float) -> FloatArray:
    """How many members of the same event lie within so many days of each member, itself included."""
    key = members.event * _EVENT_ROOM + day
    order = np.argsort(key)
    key = key[order]
    above = np.searchsorted(key, key + half_window_days, side="right")
    below = np.searchsorted(key, key - half_window_days, side="left")
    counted = np.empty(len(day))
    counted[order] = above - below
    return np.where(np.isnan(day), np.nan, counted)
