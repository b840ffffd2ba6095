"""What earlier days tell: the followers known so far, recent posts and counts, and where a list begins to be known."""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from datetime import UTC, date, datetime, timedelta
from typing import TypeAlias

import numpy as np
import numpy.typing as npt
import pandas as pd

from tasks.schema.frames import empty_frame, frame
from tasks.schema.staged import ACCOUNT_SNAPSHOTS, FOLLOWER_ARRIVALS, POSTS, READINGS
from tasks.sources.x_api.pages import Ids
from tasks.sources.x_api.readings import CUT_REASONS, Gap
from tasks.store.parquet import Selection
from tasks.store.root import DataRoot
from tasks.store.tables import Tables

_DAY = "datetime64[D]"

_Days: TypeAlias = npt.NDArray[np.datetime64]

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
class PriorFollowers:
    """The followers of one account known before a day.

    `ids` are sorted by value; `ranks` are their places in follow order, higher is newer, ties where it is unknown.
    `highest_number` is the newest arrival number, -1 before the first arrival, null when numbers are unknown.
    `followers_count` is the count of the last reading; `last_complete_at` when the head was last read to its end,
    `last_read_at` when it was last read at all;
    `latest_created_at` the newest creation time among them; `usual_losses` how many leave on most recent days.
    """

    ids: Ids
    ranks: npt.NDArray[np.int64]
    highest_number: int | None
    followers_count: int | None
    last_complete_at: datetime | None
    latest_created_at: datetime | None
    usual_losses: int = 0
    last_read_at: datetime | None = None

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
class ArrivalArrays:
    """Staged `follower_arrivals` as plain arrays, of one account or of all; `numbers` mean nothing without a number."""

    ids: Ids
    numbers: npt.NDArray[np.int64]
    has_number: npt.NDArray[np.bool_]
    first_seen: _Days
    created_at: npt.NDArray[np.datetime64]

    @classmethod
    def of(cls, rows: pd.DataFrame) -> "ArrivalArrays":
        """The rows as arrays."""
        numbers = rows["arrival_number"]
        return cls(
            rows["follower_id"].to_numpy(dtype=np.int64),
            numbers.to_numpy(dtype=np.int64, na_value=-1),
            numbers.notna().to_numpy(),
            rows["first_seen_date"].to_numpy(dtype=_DAY),
            rows["follower_created_at"].dt.tz_localize(None).to_numpy(dtype="datetime64[us]"),
        )

    def at(self, places: npt.NDArray[np.intp]) -> "ArrivalArrays":
        """Those at some places."""
        return ArrivalArrays(*(getattr(self, entry.name)[places] for entry in fields(self)))


@dataclass(frozen=True)
class CountSeries:
    """An account's follower counts by day, NaN where unknown; the days in order."""

    days: _Days
    followers: npt.NDArray[np.float64]


def prior_followers(
    arrivals: ArrivalArrays,
    followers_count: int | None,
    last_complete_at: datetime | None,
    counts: CountSeries | None = None,
) -> PriorFollowers:
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
    return PriorFollowers(
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


def usual_losses(first_seen: _Days, counts: CountSeries) -> int:
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


def run_lengths(ids: Ids, known: PriorFollowers) -> npt.NDArray[np.int64]:
    """For each listed follower, how many known ones in stored order end with it; 0 for an unknown one."""
    ranks = known.ranks_of(ids)
    is_known = ranks >= 0
    goes_on = np.zeros(len(ids), dtype=bool)
    goes_on[1:] = is_known[1:] & is_known[:-1] & (ranks[1:] <= ranks[:-1])
    places = np.arange(len(ids))
    starts = np.maximum.accumulate(np.where(goes_on, 0, places))
    return np.where(is_known, places - starts + 1, 0)


def stop_point(ids: Ids, known: PriorFollowers, wanted: int) -> int:
    """Where the known followers begin again: the start of the first `wanted` in stored order.

    Where no such run stands on the pages, the start of the known run with which they end, else their number.
    """
    runs = run_lengths(ids, known)
    reached = np.flatnonzero(runs >= wanted)
    if len(reached):
        return int(reached[0]) - wanted + 1
    return len(ids) - int(runs[-1]) if len(ids) else 0


_ARRIVAL_COLUMNS = ("account_id", "follower_id", "arrival_number", "first_seen_date", "follower_created_at")

RECENT_DAYS = 45
"""How far back posts, counts and readings are looked for: more than any age at which a post is read again."""

_NOWHERE = np.empty(0, dtype=np.intp)


@dataclass(frozen=True)
class ReadingHistory:
    """What earlier days told: `followers` known by account, and every recent reading of own posts (staged `posts`).

    `counts` are the recent staged `account_snapshots` of X.
    `gaps` are the parts of lists that a budget left unread, by account.
    `posts_read_at` and `engagers_read_at` say, by account, when these were last read to their end.
    """

    followers: Mapping[str, PriorFollowers]
    posts: pd.DataFrame
    counts: pd.DataFrame = field(default_factory=lambda: empty_frame(ACCOUNT_SNAPSHOTS))
    posts_read_at: Mapping[str, datetime] = field(default_factory=dict)
    engagers_read_at: Mapping[str, datetime] = field(default_factory=dict)
    gaps: Mapping[str, Gap] = field(default_factory=dict)


def read_history(root: DataRoot, day: date, gaps: Mapping[str, Gap]) -> ReadingHistory:
    """What the days before told, as far as the next reading needs it."""
    before = day - timedelta(days=1)
    recent = Selection(days=(day - timedelta(days=RECENT_DAYS), before))
    arrivals = Selection(days=(date.min, before), columns=_ARRIVAL_COLUMNS)
    staged = {
        **{table.name: frame(Tables(root).staged(table, recent)) for table in (ACCOUNT_SNAPSHOTS, READINGS, POSTS)},
        FOLLOWER_ARRIVALS.name: frame(Tables(root).staged(FOLLOWER_ARRIVALS, arrivals)),
    }
    return reading_history(staged, gaps)


def reading_history(staged: Mapping[str, pd.DataFrame], gaps: Mapping[str, Gap]) -> ReadingHistory:
    """What earlier days tell: all staged `follower_arrivals`, recent rows of the other tables, and open gaps."""
    counts, readings, posts = (staged[table.name] for table in (ACCOUNT_SNAPSHOTS, READINGS, POSTS))
    counted = counts[counts["source"] == "x_api"]
    return ReadingHistory(
        followers=_prior_followers_by_account(staged[FOLLOWER_ARRIVALS.name], counted, readings),
        posts=posts[posts["source"] == "x_api"],
        counts=counted,
        posts_read_at=_read_to_end_at("posts", counted, readings),
        engagers_read_at=_read_to_end_at("engagers", counted, readings),
        gaps=gaps,
    )


def _read_to_end_at(subject: str, counts: pd.DataFrame, readings: pd.DataFrame) -> dict[str, datetime]:
    """By account, when its counts were read on the last day on which the subject was read to its end."""
    is_read = (readings["subject"] == subject) & (readings["status"] == "complete")
    read = readings.loc[is_read, ["account_id", "snapshot_date"]].merge(counts, on=["account_id", "snapshot_date"])
    last = read.sort_values("observed_at", kind="stable").drop_duplicates("account_id", keep="last")
    return {str(name): at.to_pydatetime() for name, at in zip(last["account_id"], last["observed_at"], strict=True)}


def _prior_followers_by_account(
    arrivals: pd.DataFrame, snapshots: pd.DataFrame, readings: pd.DataFrame
) -> dict[str, PriorFollowers]:
    heads = readings[(readings["subject"] == "followers") & is_staged_list(readings)]
    counted = snapshots[["account_id", "snapshot_date", "followers_count", "observed_at"]]
    read = heads[["account_id", "snapshot_date", "status"]].merge(counted, on=["account_id", "snapshot_date"])
    read = read.sort_values("snapshot_date", kind="stable", ignore_index=True)
    every, lists = ArrivalArrays.of(arrivals), _Lists.of(read)
    on_days = read.groupby("account_id").indices
    return {
        str(account_id): _prior_followers_of(
            every.at(np.asarray(places)), lists.at(np.asarray(on_days.get(account_id, _NOWHERE)))
        )
        for account_id, places in sorted(arrivals.groupby("account_id").indices.items())
    }


@dataclass(frozen=True)
class _Lists:
    """Readings of follower lists with the counts beside them, as plain arrays in the order of their days."""

    counts: CountSeries
    is_complete: npt.NDArray[np.bool_]
    observed_at: npt.NDArray[np.datetime64]

    @classmethod
    def of(cls, read: pd.DataFrame) -> "_Lists":
        counts = CountSeries(
            read["snapshot_date"].to_numpy(dtype=_DAY),
            read["followers_count"].to_numpy(dtype=np.float64, na_value=np.nan),
        )
        moments = read["observed_at"].dt.tz_localize(None).to_numpy(dtype="datetime64[us]")
        return cls(counts, (read["status"] == "complete").to_numpy(dtype=bool), moments)

    def at(self, places: npt.NDArray[np.intp] | npt.NDArray[np.bool_]) -> "_Lists":
        counts = CountSeries(self.counts.days[places], self.counts.followers[places])
        return _Lists(counts, self.is_complete[places], self.observed_at[places])


def is_staged_list(readings: pd.DataFrame) -> pd.Series:
    """Which readings of follower lists have staged arrivals: complete ones, and those that a limit cut.

    What another reason left unread, the next reading brings, and can number.
    """
    is_cut = (readings["status"] == "partial") & readings["reading_reason"].isin(list(CUT_REASONS))
    return (readings["status"] == "complete") | is_cut


def _prior_followers_of(arrivals: ArrivalArrays, lists: _Lists) -> PriorFollowers:
    """The known followers of one account, and its counts when its list was read.

    After a cut reading, too, the next one looks only for those who came since: the rest stands in a gap.
    """
    complete = lists.at(lists.is_complete)
    last = lists.counts.followers[-1:]
    known = prior_followers(
        arrivals,
        None if np.isnan(last).any() or not len(last) else int(last[0]),
        _latest(complete.observed_at),
        complete.counts,
    )
    return replace(known, last_read_at=_latest(lists.observed_at))
