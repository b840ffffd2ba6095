"""The followers known so far, and where in a new reading of the list they begin again."""

from dataclasses import dataclass
from datetime import datetime

import numpy as np
import numpy.typing as npt
import pandas as pd

from tasks.sources.x_api.trail import Ids

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


def known_followers(
    arrivals: pd.DataFrame,
    followers_count: int | None,
    last_complete_at: datetime | None,
    counts: pd.Series | None = None,
) -> KnownFollowers:
    """What the staged `follower_arrivals` of one account, before the day to be read, tell of its followers.

    `counts` are its follower counts by the day (midnight) on which its list was read to the end.
    A follower who came back ranks where it came back.
    While some arrival numbers are unknown, followers first seen on the same day share a rank.
    """
    numbers = arrivals["arrival_number"]
    is_numbered = bool(numbers.notna().all())
    ranks = (
        numbers.astype("int64") if is_numbered else pd.Series(pd.factorize(arrivals["first_seen_date"], sort=True)[0])
    )
    latest = pd.Series(ranks.to_numpy(), index=arrivals["follower_id"].to_numpy(dtype="int64")).groupby(level=0).max()
    created = arrivals["follower_created_at"].max()
    return KnownFollowers(
        ids=latest.index.to_numpy(dtype=np.int64),
        ranks=latest.to_numpy(dtype=np.int64),
        highest_number=int(latest.max()) if is_numbered and len(latest) else (-1 if is_numbered else None),
        followers_count=followers_count,
        last_complete_at=last_complete_at,
        latest_created_at=None if pd.isna(created) else created.to_pydatetime(),
        usual_losses=0 if counts is None else usual_losses(arrivals["first_seen_date"], counts),
    )


def usual_losses(first_seen_dates: pd.Series, counts: pd.Series) -> int:
    """The `LOSS_QUANTILE` of the losses of the last `LOSS_DAYS` days, rounded down to one of them; 0 without any.

    Losses of a day = arrivals first seen on it - rise of the count since the day before, where both counts are known.
    """
    by_day = counts.dropna().sort_index()
    rises = by_day.diff()[by_day.index.diff() == pd.Timedelta(days=1)].iloc[-LOSS_DAYS:]
    arrived = first_seen_dates.value_counts().reindex(rises.index, fill_value=0)
    losses = np.sort((arrived - rises).to_numpy(dtype=np.int64).clip(min=0))
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
