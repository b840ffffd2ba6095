"""Coordinated blocks of the past, found in one reading of a follower list in follow order.

The signature: neighbors in follow order whose accounts were created within the same few days, long before the follow,
while the follow clock stands still.
Newcomers, whose accounts are squeezed in every inflow, are left out: a wave of fresh accounts is not found here.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import special

from tasks.audience.lists import refuse_list
from tasks.audience.roster import Floats, Ints, follow_clock

SECONDS_PER_DAY = 86_400.0


@dataclass(frozen=True)
class RetrospectiveParameters:
    """What a block is: config/pipeline.toml, [judge.retrospective]."""

    least_followers_count: int
    neighbors_count: int
    squeeze_window_days: float
    settled_age_days: float
    least_near_count: int
    least_lift: float
    chance: float
    gap_count: int
    least_block_count: int
    chunk_count: int
    age_edges_days: tuple[float, ...]


@dataclass(frozen=True)
class Retrospective:
    """What one ordered list tells: its clock by rank, its blocks, its members, and why nothing was searched."""

    clock: pd.DataFrame
    blocks: pd.DataFrame
    reason: str


def retrospective(followers: pd.DataFrame, as_of: pd.Timestamp, parameters: RetrospectiveParameters) -> Retrospective:
    """The follow clock and the coordinated blocks of a list; refused input raises `ListRefusedError`.

    `clock` has one row per follower in follow order: rank, created_at, followed_after (running maximum, a true lower
    bound), followed_before (the next record, an estimate; the reading at the end) and block (null outside blocks).
    """
    refuse_list(followers, as_of)
    listed = followers[["rank", "created_at"]]
    is_sorted = listed["rank"].is_monotonic_increasing
    # A list of millions is not copied to be sorted when it is.
    ordered = listed.reset_index(drop=True) if is_sorted else listed.sort_values("rank", ignore_index=True)
    created = _days(ordered["created_at"])
    clock = follow_clock(np.zeros(len(created), dtype=np.int64), created)
    block, reason = np.full(len(created), -1), ""
    if len(created) < parameters.least_followers_count:
        reason = (
            f"{len(created)} followers are too few to search for blocks: "
            f"at least {parameters.least_followers_count} are needed, so only the follow clock is given."
        )
    else:
        block = _blocks(created, clock, parameters)
    followed_after = ordered["created_at"].cummax()
    rows = pd.DataFrame(
        {
            "rank": ordered["rank"].to_numpy(dtype=np.int64),
            "created_at": ordered["created_at"],
            "followed_after": followed_after,
            "followed_before": _next_record(followed_after, as_of),
            "block": pd.array(np.where(block >= 0, block, 0), dtype="Int64"),
        }
    )
    rows["block"] = rows["block"].mask(block < 0)
    return Retrospective(rows, _described(rows, clock, created), reason)


def _blocks(created: Floats, clock: Floats, parameters: RetrospectiveParameters) -> Ints:
    """The block of each follower; -1 outside."""
    age = clock - created
    near = near_counts(created, parameters.neighbors_count, parameters.squeeze_window_days / 2)
    usual = _usual_near(age, parameters)
    is_settled = age >= parameters.settled_age_days
    is_many = (near >= parameters.least_near_count) & (near >= parameters.least_lift * usual)
    likely = np.flatnonzero(is_settled & is_many)
    flagged = likely[special.pdtrc(near[likely] - 1, usual[likely]) < parameters.chance]
    block = np.full(len(created), -1, dtype=np.int64)
    found = 0
    for run in np.split(flagged, np.flatnonzero(np.diff(flagged) > parameters.gap_count) + 1):
        if len(run) < parameters.least_block_count:
            continue
        block[_members(run, created)] = found
        found += 1
    return block


def _members(run: Ints, created: Floats) -> Ints:
    """Everybody between the first and the last of the run who was created in the same days."""
    inside = np.arange(run[0], run[-1] + 1)
    low, high = np.quantile(created[run], (0.005, 0.995))
    return np.asarray(inside[(created[inside] >= low - 1) & (created[inside] <= high + 1)])


def near_counts(created: Floats, neighbors: int, half_window_days: float) -> NDArray[np.int16]:
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


def _near_in(created: Floats, neighbors: int, half_window_days: float) -> NDArray[np.int16]:
    near = np.zeros(len(created), dtype=np.int16)
    for lag in range(1, min(neighbors, len(created) - 1) + 1):
        close = np.abs(created[lag:] - created[:-lag]) <= half_window_days
        near[lag:] += close
        near[:-lag] += close
    return near


def _usual_near(age: Floats, parameters: RetrospectiveParameters) -> Floats:
    """How many near neighbors chance gives: neighbors x usual share of the age bin x window over width of the bin.

    The usual share is the median over equal chunks of the list, so that one block does not become the norm.
    """
    edges = np.asarray(parameters.age_edges_days)
    code = np.searchsorted(edges, np.nan_to_num(age), side="right").astype(np.int8)
    cuts = -(-np.arange(1, parameters.chunk_count) * len(age) // parameters.chunk_count)
    chunks = [np.bincount(part, minlength=len(edges) + 1) / max(len(part), 1) for part in np.split(code, cuts)]
    share = np.maximum(np.median(chunks, axis=0), 1 / len(age))
    width = np.diff(np.concatenate([[0.0], edges, [2 * edges[-1]]]))
    chance = np.minimum(parameters.squeeze_window_days / width, 1.0)
    return np.asarray((2 * parameters.neighbors_count * share * chance)[code])


def _described(rows: pd.DataFrame, clock: Floats, created: Floats) -> pd.DataFrame:
    """One row per block: ranks, size, creation days, when it followed, and how improbable so still a clock is.

    `still_clock_log10` = rows between first and last rank x log10(1 - usual share of clock records).
    """
    is_record = np.concatenate([[True], np.diff(clock) > 0])
    usual = float(is_record[rows["block"].isna().to_numpy()].mean()) if rows["block"].isna().any() else 0.0
    found = []
    for number, (_, part) in enumerate(rows.dropna(subset=["block"]).groupby("block", sort=True)):
        first, last = part.index[0], part.index[-1]
        records = int(is_record[first : last + 1].sum())
        still = (last - first + 1 - records) * np.log10(max(1 - usual, 1e-9))
        found.append(
            {
                "block": number,
                "first_rank": int(part["rank"].iloc[0]),
                "last_rank": int(part["rank"].iloc[-1]),
                "members_count": len(part),
                "created_first_at": part["created_at"].min(),
                "created_last_at": part["created_at"].max(),
                "followed_after": part["followed_after"].min(),
                "followed_before": part["followed_before"].max(),
                "clock_records_count": records,
                "still_clock_log10": float(still),
                "median_age_days": float(np.median(clock[part.index] - created[part.index])),
            }
        )
    return pd.DataFrame(found, columns=BLOCK_COLUMNS)


BLOCK_COLUMNS = [
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


def _next_record(followed_after: pd.Series, as_of: pd.Timestamp) -> pd.Series:
    """The next higher record of the clock; the reading where there is none."""
    records = followed_after.where(followed_after != followed_after.shift())
    later: pd.Series = records.shift(-1).bfill().fillna(as_of)
    return later


def _days(moments: pd.Series) -> Floats:
    seconds = moments.dt.tz_convert("UTC").dt.tz_localize(None).to_numpy().astype("datetime64[s]")
    return np.where(np.isnat(seconds), np.nan, seconds.astype(np.int64) / SECONDS_PER_DAY)
