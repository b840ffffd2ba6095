"""Who arrived: numbers, returns and the bounds of the follow time, from a reading and the followers known before."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import datetime
from typing import TypeAlias

import numpy as np
import numpy.typing as npt
import pandas as pd

from tasks.schema.frames import arrow, empty_frame, frame
from tasks.schema.staged import FOLLOWER_ARRIVALS
from tasks.sources.x_api.history import PriorFollowers, stop_point
from tasks.sources.x_api.pages import Ids
from tasks.sources.x_api.readings import Gap

_Places: TypeAlias = npt.NDArray[np.intp]

_Moments: TypeAlias = npt.NDArray[np.int64]

_NO_TIME = np.iinfo(np.int64).min

_NOBODY_BEFORE = PriorFollowers(
    ids=np.empty(0, dtype=np.int64),
    ranks=np.empty(0, dtype=np.int64),
    highest_number=-1,
    followers_count=None,
    last_complete_at=None,
    latest_created_at=None,
)


@dataclass(frozen=True)
class CountMoments:
    """An account's follower counts in the order of their moments, the last of them read just before the list."""

    moments: _Moments
    followers: npt.NDArray[np.int64]

    @classmethod
    def of(cls, rows: pd.DataFrame) -> "CountMoments":
        """The counts of an account's staged snapshots."""
        known = rows[rows["followers_count"].notna()].sort_values("observed_at", kind="stable")
        return cls(_microseconds(known["observed_at"]), known["followers_count"].to_numpy(dtype=np.int64))

    def since(self, moment: int) -> "CountMoments":
        """Those at the moment and later."""
        kept = self.moments >= moment
        return CountMoments(self.moments[kept], self.followers[kept])


NO_COUNTS = CountMoments(np.empty(0, dtype=np.int64), np.empty(0, dtype=np.int64))


@dataclass(frozen=True)
class HeadReading:
    """What is needed to understand one account's list: who was known, how far it was read, and the counts until then.

    `known` is null for the baseline; `overlap` is how many known followers in a row ended the reading.
    """

    known: PriorFollowers | None
    is_complete: bool
    overlap: int
    counts: CountMoments = NO_COUNTS


@dataclass(frozen=True)
class FollowerArrays:
    """The listed followers of all accounts as plain arrays; times are microseconds, the smallest number is no time."""

    ids: Ids
    created_at: _Moments
    observed_at: _Moments

    def at(self, places: _Places) -> "FollowerArrays":
        """Those at some places."""
        return FollowerArrays(self.ids[places], self.created_at[places], self.observed_at[places])


@dataclass(frozen=True)
class ArrivalColumns:
    """Those of an account who arrived, by their places among the listed, and what follows for each.

    `followed_after` is never later than `followed_before`, also where this machine's clock lags behind X's.
    """

    places: _Places
    is_baseline: npt.NDArray[np.bool_]
    is_return: npt.NDArray[np.bool_]
    followed_after: _Moments
    followed_before: _Moments
    number: npt.NDArray[np.int64]
    has_number: npt.NDArray[np.bool_]


def follower_arrivals(profiles: pd.DataFrame, readings: Mapping[str, HeadReading]) -> pd.DataFrame:
    """Rows of `follower_arrivals`: who of those listed, as `parse_profiles` gives them, arrived since the last reading.

    An unknown follower arrived; a known one who stands above the point at which the known ones begin came back.
    Of a list that was read in part, places and counts tell when each followed; who came since the first count is then
    no part of the baseline.
    `arrival_number` goes on from the highest known, from the oldest arrival to the newest;
    null when the reading is not complete, or an earlier one was not.
    """
    listed = follower_arrays(profiles)
    accounts = {str(account): np.asarray(at) for account, at in profiles.groupby("account_id").indices.items()}
    arrived = [_head_arrived(listed.at(places), places, readings[account]) for account, places in accounts.items()]
    return _arrival_rows(profiles, arrived)


def follower_arrays(profiles: pd.DataFrame) -> FollowerArrays:
    """The followers that `parse_profiles` gives, as plain arrays."""
    return FollowerArrays(
        profiles["follower_id"].to_numpy(dtype=np.int64),
        _microseconds(profiles["follower_created_at"]),
        _microseconds(profiles["observed_at"]),
    )


def _arrival_rows(profiles: pd.DataFrame, arrived: list[ArrivalColumns]) -> pd.DataFrame:
    """Rows of `follower_arrivals` for those of the profiles who arrived."""
    if not arrived:
        return empty_frame(FOLLOWER_ARRIVALS)
    said = {
        entry.name: np.concatenate([getattr(part, entry.name) for part in arrived]) for entry in fields(ArrivalColumns)
    }
    rows = profiles.iloc[said["places"]].reset_index(drop=True)
    rows = rows.assign(
        source="x_api",
        is_baseline=said["is_baseline"],
        is_return=said["is_return"],
        followed_after=_moments(said["followed_after"]),
        followed_before=_moments(said["followed_before"]),
        arrival_number=pd.arrays.IntegerArray(said["number"], ~said["has_number"]),
    )
    return frame(arrow(FOLLOWER_ARRIVALS, rows))


def _head_arrived(listed: FollowerArrays, places: _Places, reading: HeadReading) -> ArrivalColumns:
    known = reading.known or _NOBODY_BEFORE
    is_known = known.ranks_of(listed.ids) >= 0
    is_above = np.arange(len(listed.ids)) < stop_point(listed.ids, known, reading.overlap)
    chosen = is_above | ~is_known
    size = int(chosen.sum())
    highest = known.highest_number if reading.is_complete else None
    before = np.minimum.accumulate(listed.observed_at)
    after = _followed_after(listed.created_at, known, is_above)
    is_baseline = np.full(len(chosen), reading.known is None)
    counts = reading.counts.since(_microsecond(known.last_read_at))
    if not reading.is_complete and len(counts.moments) > 1:
        after, before = _dated_by_counts(after, before, counts)
        is_baseline &= after < counts.moments[0]
    return ArrivalColumns(
        places=places[chosen],
        is_baseline=is_baseline[chosen],
        is_return=(is_known & is_above)[chosen],
        followed_after=np.minimum(after, before)[chosen],
        followed_before=before[chosen],
        number=np.arange(size, 0, -1) + (highest or 0),
        has_number=np.full(size, highest is not None),
    )


def _dated_by_counts(after: _Moments, before: _Moments, counts: CountMoments) -> tuple[_Moments, _Moments]:
    """The bounds of the follow, narrowed by the counts: who stands below the newest was there when fewer followed.

    From the top down, the follower at place p (0 is the newest) was the (count now - p)-th of all who are left, and so
    followed after the last reading with a lower count, and probably before the next one: if nobody older left since.
    """
    least_since = np.minimum.accumulate(counts.followers[::-1])[::-1]
    reading = np.searchsorted(least_since, counts.followers[-1] - np.arange(len(after)), side="left") - 1
    after = np.maximum(after, np.where(reading >= 0, counts.moments[np.maximum(reading, 0)], _NO_TIME))
    following = np.searchsorted(counts.moments, after, side="right")
    is_later = following >= len(counts.moments) - 1
    return after, np.where(is_later, before, counts.moments[np.minimum(following, len(counts.moments) - 1)])


def _followed_after(created_at: _Moments, known: PriorFollowers, is_above: npt.NDArray[np.bool_]) -> _Moments:
    """The later of two bounds: the last complete reading without the follower, and the latest creation time so far.

    Nobody follows before an older follower's account exists, nor before the own account does.
    Who turns up below the point at which the known ones begin may have been hidden there: only those below count.
    """
    among_listed = np.maximum.accumulate(created_at[::-1])[::-1]
    earliest = max(_microsecond(known.latest_created_at), _microsecond(known.last_complete_at))
    among_all = np.maximum(among_listed, earliest)
    return np.where(is_above, among_all, among_listed)


def _microseconds(times: pd.Series) -> _Moments:
    """The times in microseconds since 1970; `_NO_TIME` for none."""
    plain: npt.NDArray[np.datetime64] = times.dt.tz_localize(None).to_numpy(dtype="datetime64[us]")
    return plain.astype(np.int64)


def _microsecond(moment: datetime | None) -> int:
    """The moment in microseconds since 1970; `_NO_TIME` for none."""
    return _NO_TIME if moment is None else round(moment.timestamp() * 1_000_000)


def _moments(times: _Moments) -> pd.Series:
    return pd.Series(times.view("datetime64[us]")).dt.tz_localize("UTC")


def rest_arrivals(profiles: pd.DataFrame, gaps: Mapping[str, Gap], known: Mapping[str, PriorFollowers]) -> pd.DataFrame:
    """Rows of `follower_arrivals` for the rest of lists, as `parse_profiles` gives it: without numbers.

    All of them had followed when the gap began, and of a jump after the complete reading before it.
    """
    listed = follower_arrays(profiles)
    accounts = {str(account): np.asarray(at) for account, at in profiles.groupby("account_id").indices.items()}
    arrived = [
        _rest_arrived(listed.at(places), places, gaps[account], known[account])
        for account, places in accounts.items()
        if account in gaps
    ]
    return _arrival_rows(profiles, arrived)


def _rest_arrived(listed: FollowerArrays, places: _Places, gap: Gap, known: PriorFollowers) -> ArrivalColumns:
    chosen = known.ranks_of(listed.ids) < 0
    size = int(chosen.sum())
    created = np.maximum.accumulate(listed.created_at[::-1])[::-1]
    after = created if gap.is_baseline else np.maximum(created, _microsecond(gap.after))
    before = np.minimum(np.minimum.accumulate(listed.observed_at), _microsecond(gap.began_at))
    return ArrivalColumns(
        places=places[chosen],
        is_baseline=np.full(size, gap.is_baseline),
        is_return=np.zeros(size, dtype=bool),
        followed_after=np.minimum(after, before)[chosen],
        followed_before=before[chosen],
        number=np.zeros(size, dtype=np.int64),
        has_number=np.zeros(size, dtype=bool),
    )
