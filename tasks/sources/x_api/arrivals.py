"""Who arrived: numbers, returns and the bounds of the follow time, from a reading and the followers known before."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import datetime
from typing import TypeAlias

import numpy as np
import numpy.typing as npt
import pandas as pd

from tasks.schema.frames import arrow, frame, nothing
from tasks.schema.staged import FOLLOWER_ARRIVALS
from tasks.sources.x_api.known import KnownFollowers, stop_point
from tasks.sources.x_api.trail import Ids

Places: TypeAlias = npt.NDArray[np.intp]
Moments: TypeAlias = npt.NDArray[np.int64]

NO_TIME = np.iinfo(np.int64).min
NOTHING_KNOWN = KnownFollowers(
    ids=np.empty(0, dtype=np.int64),
    ranks=np.empty(0, dtype=np.int64),
    highest_number=-1,
    followers_count=None,
    last_complete_at=None,
    latest_created_at=None,
)


@dataclass(frozen=True)
class HeadReading:
    """What is needed to understand one account's list: who was known, and how far it was read.

    `known` is null for the baseline; `overlap` is how many known followers in a row ended the reading.
    """

    known: KnownFollowers | None
    is_complete: bool
    overlap: int


@dataclass(frozen=True)
class Listed:
    """The listed followers of all accounts as plain arrays; times are microseconds, the smallest number is no time."""

    ids: Ids
    created_at: Moments
    observed_at: Moments

    def at(self, places: Places) -> "Listed":
        """Those at some places."""
        return Listed(self.ids[places], self.created_at[places], self.observed_at[places])


@dataclass(frozen=True)
class Arrived:
    """Those of an account who arrived, by their places among the listed, and what follows for each."""

    places: Places
    is_baseline: npt.NDArray[np.bool_]
    is_return: npt.NDArray[np.bool_]
    followed_after: Moments
    followed_before: Moments
    number: npt.NDArray[np.int64]
    has_number: npt.NDArray[np.bool_]


def follower_arrivals(profiles: pd.DataFrame, readings: Mapping[str, HeadReading]) -> pd.DataFrame:
    """Rows of `follower_arrivals`: who of those listed, as `parse_profiles` gives them, arrived since the last reading.

    An unknown follower arrived; a known one who stands above the point at which the known ones begin came back.
    `arrival_number` goes on from the highest known, from the oldest arrival to the newest;
    null when the reading is not complete, or an earlier one was not.
    """
    listed = listed_in(profiles)
    accounts = {str(account): np.asarray(at) for account, at in profiles.groupby("account_id").indices.items()}
    arrived = [_arrived(listed.at(places), places, readings[account]) for account, places in accounts.items()]
    return arrival_rows(profiles, arrived)


def listed_in(profiles: pd.DataFrame) -> Listed:
    """The followers that `parse_profiles` gives, as plain arrays."""
    return Listed(
        profiles["follower_id"].to_numpy(dtype=np.int64),
        microseconds(profiles["follower_created_at"]),
        microseconds(profiles["observed_at"]),
    )


def arrival_rows(profiles: pd.DataFrame, arrived: list[Arrived]) -> pd.DataFrame:
    """Rows of `follower_arrivals` for those of the profiles who arrived."""
    if not arrived:
        return nothing(FOLLOWER_ARRIVALS)
    said = {entry.name: np.concatenate([getattr(part, entry.name) for part in arrived]) for entry in fields(Arrived)}
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


def _arrived(listed: Listed, places: Places, reading: HeadReading) -> Arrived:
    known = reading.known or NOTHING_KNOWN
    is_known = known.ranks_of(listed.ids) >= 0
    is_above = np.arange(len(listed.ids)) < stop_point(listed.ids, known, reading.overlap)
    chosen = is_above | ~is_known
    size = int(chosen.sum())
    highest = known.highest_number if reading.is_complete else None
    return Arrived(
        places=places[chosen],
        is_baseline=np.full(size, reading.known is None),
        is_return=(is_known & is_above)[chosen],
        followed_after=_followed_after(listed.created_at, known, is_above)[chosen],
        followed_before=np.minimum.accumulate(listed.observed_at)[chosen],
        number=np.arange(size, 0, -1) + (highest or 0),
        has_number=np.full(size, highest is not None),
    )


def _followed_after(created_at: Moments, known: KnownFollowers, is_above: npt.NDArray[np.bool_]) -> Moments:
    """The later of two bounds: the last complete reading without the follower, and the latest creation time so far.

    Nobody follows before an older follower's account exists, nor before the own account does.
    Who turns up below the point at which the known ones begin may have been hidden there: only those below count.
    """
    among_listed = np.maximum.accumulate(created_at[::-1])[::-1]
    earliest = max(microsecond(known.latest_created_at), microsecond(known.last_complete_at))
    among_all = np.maximum(among_listed, earliest)
    return np.where(is_above, among_all, among_listed)


def microseconds(times: pd.Series) -> Moments:
    """The times in microseconds since 1970; `NO_TIME` for none."""
    plain: npt.NDArray[np.datetime64] = times.dt.tz_localize(None).to_numpy(dtype="datetime64[us]")
    return plain.astype(np.int64)


def microsecond(moment: datetime | None) -> int:
    """The moment in microseconds since 1970; `NO_TIME` for none."""
    return NO_TIME if moment is None else round(moment.timestamp() * 1_000_000)


def _moments(times: Moments) -> pd.Series:
    return pd.Series(times.view("datetime64[us]")).dt.tz_localize("UTC")
