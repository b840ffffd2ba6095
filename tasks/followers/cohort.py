"""Which followers arrived in an event, and which stood before it: the cohort and its reference."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from tasks.followers.roster import Ints, Roster


@dataclass(frozen=True)
class Members:
    """Rows of the roster, each with the number of the event to which it belongs, sorted by event."""

    event: Ints
    position: Ints
    events: int

    def sizes(self) -> Ints:
        """How many rows each event has."""
        return np.bincount(self.event, minlength=self.events).astype(np.int64)

    def thinned(self, sizes: Ints) -> "Members":
        """Evenly spread rows, so many of each event: samples of unlike size are not compared."""
        have = self.sizes()
        rank = np.arange(len(self.event)) - np.repeat(np.cumsum(have) - have, have)
        have_row, want_row = have[self.event], sizes[self.event]
        kept = (rank * want_row) // np.maximum(have_row, 1) != ((rank + 1) * want_row) // np.maximum(have_row, 1)
        return Members(self.event[kept], self.position[kept], self.events)


def cohort(roster: Roster, events: pd.DataFrame) -> Members:
    """Followers first seen on the days of each rise; a drop or a reversal has none."""
    account = roster.row(events["account_id"])
    first = _day(events["first_date"])
    last = _day(events["last_date"])
    is_rise = events["kind"].isin(["jump", "drip"]).to_numpy() & (account >= 0)
    start = np.where(is_rise, roster.positions(np.maximum(account, 0), first), 0)
    stop = np.where(is_rise, roster.positions(np.maximum(account, 0), last + 1), 0)
    members = ranges(start, stop)
    arrived = ~roster.is_baseline[members.position]
    return Members(members.event[arrived], members.position[arrived], len(events))


def reference(roster: Roster, events: pd.DataFrame, cohorts: Members, size: int) -> Members:
    """The latest followers before each event, at most `size`, without those who arrived in any event.

    This is the account's own past: the current list, of which an inauthentic wave may be most, is never the norm.
    """
    account = roster.row(events["account_id"])
    begin = roster.positions(np.maximum(account, 0), np.zeros(len(events), dtype=np.int64))
    start = roster.positions(np.maximum(account, 0), _day(events["first_date"]))
    arrived = np.unique(cohorts.position)
    stop = np.where(account >= 0, start - np.searchsorted(arrived, start), 0)
    floor = np.where(account >= 0, begin - np.searchsorted(arrived, begin), 0)
    # Numbered without those who arrived; of these, so many stand before each of the others.
    members = ranges(np.maximum(stop - size, floor), stop)
    passed = np.searchsorted(arrived - np.arange(len(arrived)), members.position, side="right")
    return Members(members.event, members.position + passed, len(events))


def ranges(start: Ints, stop: Ints) -> Members:
    """The whole numbers start..stop-1 of every event, one after the other.

    >>> ranges(np.array([4, 0]), np.array([6, 1])).position.tolist()
    [4, 5, 0]
    """
    lengths = np.maximum(stop - start, 0)
    event = np.repeat(np.arange(len(start)), lengths)
    offset = np.arange(lengths.sum()) - np.repeat(np.cumsum(lengths) - lengths, lengths)
    return Members(event, np.repeat(start, lengths) + offset, len(start))


def _day(dates: pd.Series) -> NDArray[np.int64]:
    return np.asarray(dates.to_numpy().astype("datetime64[D]").astype(np.int64))
