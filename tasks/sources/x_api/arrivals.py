"""Who arrived: numbers, returns and the bounds of the follow time, from a reading and the followers known before."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

import numpy as np
import numpy.typing as npt
import pandas as pd

from tasks.sources.x_api.known import KnownFollowers, stop_point
from tasks.tables.frames import arrow, frame
from tasks.tables.staged import FOLLOWER_ARRIVALS

_NOTHING_KNOWN = KnownFollowers(
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


def follower_arrivals(profiles: pd.DataFrame, readings: Mapping[str, HeadReading]) -> pd.DataFrame:
    """Rows of `follower_arrivals` for the lists of one day, as `parse_profiles` gives them."""
    lists = profiles.groupby("account_id", sort=True)
    parts = [arrivals(listed, readings[str(account_id)]) for account_id, listed in lists]
    rows = pd.concat(parts) if parts else pd.DataFrame(columns=FOLLOWER_ARRIVALS.schema.names)
    return frame(arrow(FOLLOWER_ARRIVALS, rows))


def arrivals(profiles: pd.DataFrame, reading: HeadReading) -> pd.DataFrame:
    """Who of one account's listed followers arrived since the last reading, newest first.

    An unknown follower arrived; a known one who stands above the point at which the known ones begin came back.
    `arrival_number` goes on from the highest known, from the oldest arrival to the newest;
    null when the reading is not complete, or an earlier one was not.
    """
    known = reading.known or _NOTHING_KNOWN
    ids = profiles["follower_id"].to_numpy(dtype=np.int64)
    is_known = known.ranks_of(ids) >= 0
    is_above = np.arange(len(ids)) < stop_point(ids, known, reading.overlap)
    bounded = profiles.assign(
        source="x_api",
        is_baseline=reading.known is None,
        is_return=is_known & is_above,
        followed_after=_followed_after(profiles["follower_created_at"], known, is_above),
        followed_before=profiles["observed_at"].cummin(),
    )
    arrived = bounded[is_above | ~is_known]
    return arrived.assign(arrival_number=_numbers(len(arrived), known.highest_number if reading.is_complete else None))


def _numbers(size: int, highest: int | None) -> pd.api.extensions.ExtensionArray:
    numbers = [None] * size if highest is None else range(highest + size, highest, -1)
    return pd.array(list(numbers), dtype="Int64")


def _followed_after(created_at: pd.Series, known: KnownFollowers, is_above: npt.NDArray[np.bool_]) -> pd.Series:
    """The later of two bounds: the last complete reading without the follower, and the latest creation time so far.

    Nobody follows before an older follower's account exists, nor before the own account does.
    Who turns up below the point at which the known ones begin may have been hidden there: only those below count.
    """
    among_listed = created_at[::-1].cummax().ffill()[::-1]
    among_all = _not_before(_not_before(among_listed, known.latest_created_at), known.last_complete_at)
    return among_all.where(is_above, among_listed)


def _not_before(bounds: pd.Series, moment: datetime | None) -> pd.Series:
    if moment is None:
        return bounds
    earliest = pd.Timestamp(moment).as_unit("us")
    return bounds.where(bounds > earliest, earliest)
