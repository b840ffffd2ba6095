"""Coordinated blocks of the past, found in one reading of a follower list in follow order.

The signature: neighbors in follow order whose accounts were created within the same few days, long before the follow,
while the follow clock stands still.
Newcomers, whose accounts are squeezed in every inflow, are left out: a wave of fresh accounts is not found here.
"""

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import special

from tasks.followers.lists import refuse_list
from tasks.followers.roster import follow_clock
from tasks.schema.arrays import FloatArray, IntArray, day_fractions
from tasks.schema.ranges import Amount, Count, Edges, PositiveCount, PositiveRatio, Probability

_Moments = NDArray[np.datetime64]
_Nears = NDArray[np.int16]


@dataclass(frozen=True)
class RetrospectiveParameters:
    """What a block is: config/model.toml, [judge.retrospective]."""

    least_followers_count: PositiveCount
    neighbors_count: PositiveCount
    squeeze_window_days: Amount
    settled_age_days: Amount
    least_near_count: PositiveCount
    least_lift: PositiveRatio
    chance: Probability
    gap_count: Count
    least_block_count: PositiveCount
    chunk_count: PositiveCount
    age_edges_days: Edges


@dataclass(frozen=True)
class Retrospective:
    """What one ordered list tells: its clock, its blocks, the places of their members, and why nothing was searched."""

    clock: pd.DataFrame
    blocks: pd.DataFrame
    members: list[IntArray]
    reason: str


def retrospective(followers: pd.DataFrame, as_of: pd.Timestamp, parameters: RetrospectiveParameters) -> Retrospective:
    """The follow clock and the coordinated blocks of a list; refused input raises `ListRefusedError`.

    `clock` has one row per stretch of followers for whom the follow clock stands still: followers_count, those of them
    with a creation time dated_count, followed_after (running maximum, a true lower bound, null before the first known
    time) and followed_before (the next record, an estimate; the reading at the end).
    `members` are the places in follow order of each block's members.
    """
    refuse_list(followers, as_of)
    # A list of millions is not copied to be sorted when it is.
    if not followers["rank"].is_monotonic_increasing:
        followers = followers.sort_values("rank", ignore_index=True)
    utc = followers["created_at"].astype("datetime64[us, UTC]").array
    moments = np.asarray(utc.view("int64")).view("datetime64[us]")
    starts, clock_rows = _clock(moments, as_of)
    created = day_fractions(moments)
    if len(created) < parameters.least_followers_count:
        reason = (
            f"{len(created)} followers are too few to search for blocks: "
            f"at least {parameters.least_followers_count} are needed, so only the follow clock is given."
        )
        return Retrospective(clock_rows, pd.DataFrame(columns=_BLOCK_COLUMNS), [], reason)
    clock = follow_clock(np.zeros(len(created), dtype=np.int8), created)
    members = _blocks(created, clock, parameters)
    first_rank = int(followers["rank"].iloc[0])
    found = _Searched(moments, created, clock, starts, clock_rows)
    return Retrospective(clock_rows, _described(found, members, first_rank), members, "")


def _clock(moments: _Moments, as_of: pd.Timestamp) -> tuple[IntArray, pd.DataFrame]:
    """Where each stretch of the clock begins, and the stretches."""
    is_known = ~np.isnat(moments)
    latest = np.maximum.accumulate(moments.view(np.int64))
    is_record = np.concatenate([[False], latest[1:] > latest[:-1]])
    is_record[0] = True
    starts = np.flatnonzero(is_record)
    records = pd.Series(latest[starts].view("datetime64[us]")).dt.tz_localize("UTC")
    rows = pd.DataFrame(
        {
            "followers_count": np.diff(starts, append=len(moments)),
            "dated_count": np.add.reduceat(is_known, starts, dtype=np.int64),
            "followed_after": records,
            "followed_before": records.shift(-1).fillna(as_of),
        }
    )
    return starts, rows


def _blocks(created: FloatArray, clock: FloatArray, parameters: RetrospectiveParameters) -> list[IntArray]:
    """The members of each block."""
    near = near_counts(created, parameters.neighbors_count, parameters.squeeze_window_days / 2)
    usual = _UsualNear(created, clock, parameters)
    flagged = np.concatenate(
        [_flagged(slice(start, start + CHUNK), near, usual, parameters) for start in range(0, len(created), CHUNK)]
    )
    runs = np.split(flagged, np.flatnonzero(np.diff(flagged) > parameters.gap_count) + 1)
    return [_members(run, created) for run in runs if len(run) >= parameters.least_block_count]


def _flagged(part: slice, near: _Nears, usual: "_UsualNear", parameters: RetrospectiveParameters) -> IntArray:
    """Those of a part of the list who have too many near neighbors, and followed long after their creation."""
    age, chance = usual.age(part), usual.chance(part)
    is_settled = age >= parameters.settled_age_days
    is_many = (near[part] >= parameters.least_near_count) & (near[part] >= parameters.least_lift * chance)
    likely = np.flatnonzero(is_settled & is_many)
    is_flagged = special.pdtrc(near[part][likely] - 1, chance[likely]) < parameters.chance
    return np.asarray(part.start + likely[is_flagged])


def _members(run: IntArray, created: FloatArray) -> IntArray:
    """Everybody between the first and the last of the run who was created in the same days."""
    inside = np.arange(run[0], run[-1] + 1)
    low, high = np.quantile(created[run], (0.005, 0.995))
    return np.asarray(inside[(created[inside] >= low - 1) & (created[inside] <= high + 1)])


def near_counts(created: FloatArray, neighbors: int, half_window_days: float) -> _Nears:
    """How many of so many neighbors on each side in follow order were created within so many days.

    >>> near_counts(np.array([1.0, 2.0, 90.0, 3.0]), 1, 3.5).tolist()
    [1, 1, 0, 0]
    """
    near = np.zeros(len(created), dtype=np.int16)
    for start in range(0, len(created), CHUNK):
        low, high = max(start - neighbors, 0), min(start + CHUNK + neighbors, len(created))
        stop = min(start + CHUNK, len(created))
        near[start:stop] = _near_in(created[low:high], neighbors, half_window_days)[start - low : stop - low]
    return near


CHUNK = 16_384
"""Followers counted at a time: what fits the cache is counted several times as fast."""


def _near_in(created: FloatArray, neighbors: int, half_window_days: float) -> _Nears:
    near = np.zeros(len(created), dtype=np.int16)
    for lag in range(1, min(neighbors, len(created) - 1) + 1):
        close = np.abs(created[lag:] - created[:-lag]) <= half_window_days
        near[lag:] += close
        near[:-lag] += close
    return near


class _UsualNear:
    """How many near neighbors chance gives: neighbors x usual share of the age bin x window over width of the bin.

    The usual share is the median over equal chunks of the list, so that one block does not become the norm.
    """

    def __init__(self, created: FloatArray, clock: FloatArray, parameters: RetrospectiveParameters) -> None:
        """The usual shares of the list."""
        self._created, self._clock, self._edges = created, clock, np.asarray(parameters.age_edges_days)
        size = len(created)
        cuts = -(-np.arange(parameters.chunk_count + 1) * size // parameters.chunk_count)
        chunks = [self._counted(first, last) / max(last - first, 1) for first, last in pairwise(cuts.tolist())]
        share = np.maximum(np.median(chunks, axis=0), 1 / size)
        width = np.diff(np.concatenate([[0.0], self._edges, [2 * self._edges[-1]]]))
        chance = np.minimum(parameters.squeeze_window_days / width, 1.0)
        self._usual = 2 * parameters.neighbors_count * share * chance

    def age(self, part: slice) -> FloatArray:
        """How old the accounts were by the clock, in days."""
        return np.asarray(self._clock[part] - self._created[part])

    def chance(self, part: slice) -> FloatArray:
        """How many near neighbors are usual."""
        return np.asarray(self._usual[self._bins(part)])

    def _bins(self, part: slice) -> IntArray:
        return np.searchsorted(self._edges, np.nan_to_num(self.age(part)), side="right").astype(np.int64)

    def _counted(self, first: int, last: int) -> IntArray:
        least = len(self._edges) + 1
        counts = np.zeros(least, dtype=np.int64)
        for start in range(first, last, CHUNK):
            counts += np.bincount(self._bins(slice(start, min(start + CHUNK, last))), minlength=least)
        return counts


@dataclass(frozen=True)
class _Searched:
    """A list in follow order: creation as moments and in days, the clock in days, its stretches and their starts."""

    moments: _Moments
    created: FloatArray
    clock: FloatArray
    starts: IntArray
    stretches: pd.DataFrame


def _described(searched: _Searched, members: list[IntArray], first_rank: int) -> pd.DataFrame:
    """One row per block: ranks, size, creation days, when it followed, and how improbable so still a clock is.

    `still_clock_log10` = rows between first and last rank x log10(1 - usual share of clock records).
    """
    clock = searched.clock
    is_record = np.concatenate([[True], clock[1:] > clock[:-1]])
    outside = len(clock) - sum(map(len, members))
    inside = sum(int(is_record[part].sum()) for part in members)
    usual = (int(is_record.sum()) - inside) / outside if outside else 0.0
    found = []
    for number, part in enumerate(members):
        first, last = int(part[0]), int(part[-1])
        records = int(is_record[first : last + 1].sum())
        still = (last - first + 1 - records) * np.log10(max(1 - usual, 1e-9))
        moments = pd.Series(searched.moments[part]).dt.tz_localize("UTC")
        stretch = np.searchsorted(searched.starts, part[[0, -1]], side="right") - 1
        found.append(
            {
                "block": number,
                "first_rank": first_rank + first,
                "last_rank": first_rank + last,
                "members_count": len(part),
                "created_first_at": moments.min(),
                "created_last_at": moments.max(),
                "followed_after": searched.stretches["followed_after"].iloc[stretch[0]],
                "followed_before": searched.stretches["followed_before"].iloc[stretch[1]],
                "clock_records_count": records,
                "still_clock_log10": float(still),
                "median_age_days": float(np.median(clock[part] - searched.created[part])),
            }
        )
    return pd.DataFrame(found, columns=_BLOCK_COLUMNS)


_BLOCK_COLUMNS = [
    "block",
    "first_rank",
    "last_rank",
    "members_count",
    "created_first_at",
    "created_last_at",
    "followed_after",
    "followed_before",
    "clock_records_count",
    "still_clock_log10",
    "median_age_days",
]
