"""The followers known so far, and where in a new reading of the list they begin again."""

from dataclasses import dataclass, fields
from datetime import UTC, datetime
from typing import TypeAlias

import numpy as np
import numpy.typing as npt
import pandas as pd

from tasks.sources.x_api.trail import Ids

DAY = "datetime64[D]"
Days: TypeAlias = npt.NDArray[np.datetime64]

OVERLAP_OWNED = 20
"""Known followers in stored order that end a reading of the head, at $0.001 each (facts of X, section 6)."""

OVERLAP_OTHER = 5
"""The same at $0.010 each: fewer, because a known follower teaches nothing."""

SHORT_OWNED, SHORT_OTHER = 2, 1
"""Known followers that end a reading where everything agrees: see `short_overlap`."""

SHORT_SHARE = 0.1
"""The same as a share of the new ones: the more arrive, the more may stand out of order."""

MOST_PASSED = 2
"""Newest known ones who may be missing above those with whom a reading ends: they have left, as the newest do most."""

LOSS_DAYS = 7
"""Days whose losses tell how many to expect."""

LOSS_QUANTILE = 0.5
"""Of these losses, the one to expect: a further request costs nothing, and each object that was not needed does."""


@dataclass(frozen=True)
class KnownFollowers:
    """The followers of one account known before a day.

    `ids` are sorted by value; `ranks` are their places in follow order, higher is newer, ties where it is unknown.
    `highest_number` is the newest arrival number, -1 before the first arrival, null when numbers are unknown.
    `followers_count` is the count of the last reading; `last_complete_at` when the head was last read to its end;
    `latest_created_at` the newest creation time among them; `usual_losses` how many leave on most recent days.
    """

    ids: Ids
    ranks: npt.NDArray[np.int64]
    highest_number: int | None
    followers_count: int | None
    last_complete_at: datetime | None
    latest_created_at: datetime | None
    usual_losses: int = 0

    def ranks_of(self, ids: Ids) -> npt.NDArray[np.int64]:
        """The place of each id in follow order; -1 for an unknown one."""
        if not len(self.ids):
            return np.full(len(ids), -1, dtype=np.int64)
        places = np.searchsorted(self.ids, ids).clip(max=len(self.ids) - 1)
        return np.where(self.ids[places] == ids, self.ranks[places], -1)

    def newer_count(self, ids: Ids) -> int:
        """How many known followers rank above the first of the ids, which is a known one."""
        return int((self.ranks > self.ranks_of(ids[:1])[0]).sum())


def overlap(*, is_owned: bool) -> int:
    """How many known followers in a row end a reading of the head."""
    return OVERLAP_OWNED if is_owned else OVERLAP_OTHER


def short_overlap(new_count: int, *, is_owned: bool) -> int:
    """How many known followers end a reading that began where it had to, and whose count agrees.

    >>> [short_overlap(count, is_owned=False) for count in (0, 2, 20, 1000)]
    [1, 1, 2, 5]
    """
    least = SHORT_OWNED if is_owned else SHORT_OTHER
    return min(max(least, int(new_count * SHORT_SHARE)), overlap(is_owned=is_owned))


@dataclass(frozen=True)
class Arrivals:
    """Staged `follower_arrivals` as plain arrays, of one account or of all; `numbers` mean nothing without a number."""

    ids: Ids
    numbers: npt.NDArray[np.int64]
    has_number: npt.NDArray[np.bool_]
    first_seen: Days
    created_at: npt.NDArray[np.datetime64]

    @classmethod
    def of(cls, rows: pd.DataFrame) -> "Arrivals":
        """The rows as arrays."""
        numbers = rows["arrival_number"]
        return cls(
            rows["follower_id"].to_numpy(dtype=np.int64),
            numbers.to_numpy(dtype=np.int64, na_value=-1),
            numbers.notna().to_numpy(),
            rows["first_seen_date"].to_numpy(dtype=DAY),
            rows["follower_created_at"].dt.tz_localize(None).to_numpy(dtype="datetime64[us]"),
        )

    def at(self, places: npt.NDArray[np.intp]) -> "Arrivals":
        """Those at some places."""
        return Arrivals(*(getattr(self, entry.name)[places] for entry in fields(self)))


@dataclass(frozen=True)
class Counts:
    """An account's follower counts by day, NaN where unknown; the days in order."""

    days: Days
    followers: npt.NDArray[np.float64]


def known_followers(
    arrivals: pd.DataFrame, followers_count: int | None, last_complete_at: datetime | None
) -> KnownFollowers:
    """What the staged `follower_arrivals` of one account, before the day to be read, tell of its followers."""
    return known_in(Arrivals.of(arrivals), followers_count, last_complete_at)


def known_in(
    arrivals: Arrivals, followers_count: int | None, last_complete_at: datetime | None, counts: Counts | None = None
) -> KnownFollowers:
    """What the arrivals of one account, before the day to be read, tell of its followers.

    `counts` are its follower counts on the days on which its list was read to the end.
    A follower who came back ranks where it came back.
    While some arrival numbers are unknown, followers first seen on the same day share a rank.
    """
    is_numbered = bool(arrivals.has_number.all())
    ranks = arrivals.numbers if is_numbered else np.unique(arrivals.first_seen, return_inverse=True)[1]
    order = np.lexsort((ranks, arrivals.ids))
    ids = arrivals.ids[order]
    is_latest = np.ones(len(ids), dtype=bool)
    is_latest[:-1] = ids[1:] != ids[:-1]
    return KnownFollowers(
        ids=ids[is_latest],
        ranks=ranks[order][is_latest].astype(np.int64),
        highest_number=int(ranks.max()) if is_numbered and len(ids) else (-1 if is_numbered else None),
        followers_count=followers_count,
        last_complete_at=last_complete_at,
        latest_created_at=_latest(arrivals.created_at),
        usual_losses=0 if counts is None else usual_losses(arrivals.first_seen, counts),
    )


def _latest(moments: npt.NDArray[np.datetime64]) -> datetime | None:
    known = moments[~np.isnat(moments)]
    return None if not len(known) else known.max().item().replace(tzinfo=UTC)


def usual_losses(first_seen: Days, counts: Counts) -> int:
    """The `LOSS_QUANTILE` of the losses of the last `LOSS_DAYS` days, rounded down to one of them; 0 without any.

    Losses of a day = arrivals first seen on it - rise of the count since the day before, where both counts are known.
    """
    is_known = ~np.isnan(counts.followers)
    days, followers = counts.days[is_known], counts.followers[is_known]
    is_next = np.diff(days) == np.timedelta64(1, "D")
    rises, on = np.diff(followers)[is_next][-LOSS_DAYS:], days[1:][is_next][-LOSS_DAYS:]
    arrived = np.array([np.count_nonzero(first_seen == day) for day in on])
    losses = np.sort((arrived - rises).astype(np.int64).clip(min=0)) if len(on) else rises
    return int(losses[int((len(losses) - 1) * LOSS_QUANTILE)]) if len(losses) else 0


def run_lengths(ids: Ids, known: KnownFollowers) -> npt.NDArray[np.int64]:
    """For each listed follower, how many known ones in stored order end with it; 0 for an unknown one."""
    ranks = known.ranks_of(ids)
    is_known = ranks >= 0
    goes_on = np.zeros(len(ids), dtype=bool)
    goes_on[1:] = is_known[1:] & is_known[:-1] & (ranks[1:] <= ranks[:-1])
    places = np.arange(len(ids))
    starts = np.maximum.accumulate(np.where(goes_on, 0, places))
    return np.where(is_known, places - starts + 1, 0)


def stop_point(ids: Ids, known: KnownFollowers, wanted: int) -> int:
    """Where the known followers begin again: the start of the first `wanted` in stored order.

    Where no such run stands on the pages, the start of the known run with which they end, else their number.
    """
    runs = run_lengths(ids, known)
    reached = np.flatnonzero(runs >= wanted)
    if len(reached):
        return int(reached[0]) - wanted + 1
    return len(ids) - int(runs[-1]) if len(ids) else 0
