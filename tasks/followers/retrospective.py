"""Coordinated blocks of the past, found in one reading of a follower list.

A block came in one stretch, while the follow clock stood still, and its profiles are unlike those of the account's own;
or its accounts were created within the same few days, long before they followed next to each other.
Where nothing is known of the profiles of a stretch, that many came at once is all that is said of it.
"""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from tasks.followers.direction import DirectionParameters, follow_direction
from tasks.followers.lists import ListRefusedError, refuse_list
from tasks.followers.roster import follow_clock
from tasks.followers.squeeze import SqueezeParameters, squeezed_blocks
from tasks.followers.stretches import FollowTimes, ProfileReader, Stretch, StretchParameters, find_stretches
from tasks.schema.arrays import FloatArray, IntArray, day_fractions
from tasks.schema.ranges import PositiveCount, Share

_Moments = NDArray[np.datetime64]


@dataclass(frozen=True)
class RetrospectiveParameters:
    """What a list must be to be searched, and what a block is: config/model.toml, [retrospective]."""

    least_followers_count: PositiveCount
    least_exact_share: Share
    direction: DirectionParameters
    squeeze: SqueezeParameters
    stretches: StretchParameters


@dataclass(frozen=True)
class Retrospective:
    """What one list tells: its clock, its blocks and the places of their members, and other stretches to be told.

    `is_turned` says that the list stood newest first; places are counted from the oldest on, ranks stay those given.
    `reason` says why nothing was searched.
    """

    clock: pd.DataFrame
    blocks: pd.DataFrame
    stretches: pd.DataFrame
    members: list[IntArray]
    is_turned: bool
    reason: str


class _Block(NamedTuple):
    """Places of some who came together, and how unlike the account's own their profiles are; NaN if unknown."""

    places: IntArray
    distance: float


def retrospective(
    followers: pd.DataFrame,
    as_of: pd.Timestamp,
    parameters: RetrospectiveParameters,
    reader: ProfileReader | None = None,
) -> Retrospective:
    """The follow clock and the coordinated blocks of a list; refused input raises `ListRefusedError`.

    `followers` has rank, created_at and, where a source tells it, followed_at; `reader` gives profiles by place in the
    order of the ranks.
    A list turned round is turned back; one in no follow order is refused.
    `clock` has one row per stretch of followers for whom the follow clock stands still: followers_count, those of them
    with a creation time dated_count, followed_after (running maximum, a true lower bound, null before the first known
    time) and followed_before (the next record, an estimate; the reading at the end); both are exact where told.
    `members` are the places in follow order of each block's members.
    """
    refuse_list(followers, as_of)
    # A list of millions is not copied to be sorted when it is.
    if not followers["rank"].is_monotonic_increasing:
        followers = followers.sort_values("rank", ignore_index=True)
    told = _told(followers, parameters.least_exact_share)
    moments = _moments(followers["created_at"])
    is_short = len(moments) < parameters.least_followers_count
    order = _order(moments, told, parameters.direction, is_short=is_short)
    is_turned = isinstance(order, slice) and order.step == -1
    moments, told = moments[order], None if told is None else told[order]
    starts, clock = _clock(moments if told is None else told, as_of, is_exact=told is not None)
    if is_short:
        reason = (
            f"{len(moments)} followers are too few to search for blocks: "
            f"at least {parameters.least_followers_count} are needed, so only the follow clock is given."
        )
        nothing = pd.DataFrame(columns=BLOCK_COLUMNS)
        return Retrospective(clock, nothing, nothing, [], is_turned, reason)
    created = day_fractions(moments)
    latest = follow_clock(np.zeros(len(created), dtype=np.int8), created)
    followed = latest if told is None else day_fractions(told)
    is_coarse, dated = _is_coarse(moments), clock["dated_count"].to_numpy()
    times = FollowTimes(created, followed, starts, dated, is_exact=told is not None, is_coarse=is_coarse)
    found = find_stretches(times, _reordered(reader, order, len(moments)), parameters.stretches)
    squeezed = [] if is_coarse else squeezed_blocks(created, followed, parameters.squeeze)
    blocks = _merged(found, squeezed)
    ranks = followers["rank"].to_numpy()[order]
    listed = _Listed(ranks, moments, created, followed, latest, starts, clock, told is not None)
    others = [_Block(one.places, one.distance) for one in found if _is_told(one, blocks, is_exact=told is not None)]
    members = [one.places for one in blocks]
    rows = [_described(listed, some, members) for some in (blocks, others)]
    return Retrospective(clock, rows[0], rows[1], members, is_turned, "")


def _told(followers: pd.DataFrame, least_share: float) -> _Moments | None:
    """When each followed, by what the source says; who is not told stands with the one before; None if too few are."""
    if "followed_at" not in followers or followers["followed_at"].notna().mean() < least_share:
        return None
    return _moments(followers["followed_at"].ffill().bfill())


def _moments(values: pd.Series) -> _Moments:
    utc = values.astype("datetime64[us, UTC]").array
    return np.asarray(utc.view("int64")).view("datetime64[us]")


def _order(
    moments: _Moments, told: _Moments | None, parameters: DirectionParameters, *, is_short: bool
) -> slice | IntArray:
    """What puts the list in follow order; `ListRefusedError` where nothing does."""
    if told is not None:
        return np.argsort(told, kind="stable")
    direction = follow_direction(moments, parameters)
    if direction == "none" and not is_short:
        message = "The list is in no follow order, so it is unusable: export it in the order in which it is shown."
        raise ListRefusedError(message)
    return slice(None, None, -1) if direction == "newest_first" else slice(None)


def _reordered(reader: ProfileReader | None, order: slice | IntArray, size: int) -> ProfileReader | None:
    """The reader for places in follow order."""
    if reader is None or (isinstance(order, slice) and order.step is None):
        return reader
    ranked = np.arange(size)[order]

    def read(places: IntArray) -> FloatArray:
        wanted, place = np.unique(ranked[places], return_inverse=True)
        return np.asarray(reader(wanted)[:, place])

    return read


def _clock(moments: _Moments, as_of: pd.Timestamp, *, is_exact: bool) -> tuple[IntArray, pd.DataFrame]:
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
            "followed_before": records if is_exact else records.shift(-1).fillna(as_of),
        }
    )
    return starts, rows


MOST_LOOKED_AT, COARSE_SHARE = 10_000, 0.9


def _is_coarse(moments: _Moments) -> bool:
    """Whether creation is told to the month or the year: then everybody stands on a first day, and squeezed."""
    some = moments[:: max(len(moments) // MOST_LOOKED_AT, 1)]
    some = some[~np.isnat(some)]
    return bool(len(some)) and float(np.mean(some == some.astype("datetime64[M]"))) >= COARSE_SHARE


def _merged(found: list[Stretch], squeezed: list[IntArray]) -> list[_Block]:
    """Unlike stretches and squeezed blocks as blocks; those that overlap are one."""
    parts = [_Block(one.places, one.distance) for one in found if one.is_unlike]
    parts += [_Block(places, np.nan) for places in squeezed]
    blocks: list[_Block] = []
    for part in sorted(parts, key=lambda one: int(one.places[0])):
        if blocks and part.places[0] <= blocks[-1].places[-1]:
            before = blocks.pop()
            places = np.union1d(before.places, part.places)
            blocks.append(_Block(places, float(np.fmax(before.distance, part.distance))))
        else:
            blocks.append(part)
    return blocks


def _is_told(one: Stretch, blocks: list[_Block], *, is_exact: bool) -> bool:
    """Whether a stretch that is no block is told: nothing is known of its profiles, or its hour is."""
    first, last = one.places[0], one.places[-1]
    is_apart = not any(of.places[0] <= last and of.places[-1] >= first for of in blocks)
    return is_apart and (is_exact or bool(np.isnan(one.distance)))


@dataclass(frozen=True)
class _Listed:
    """A list in follow order: ranks, creation as moments and in days, follow and clock in days, and its stretches."""

    ranks: IntArray
    moments: _Moments
    created: FloatArray
    followed: FloatArray
    latest: FloatArray
    starts: IntArray
    stretches: pd.DataFrame
    is_exact: bool


def _described(listed: _Listed, blocks: list[_Block], members: list[IntArray]) -> pd.DataFrame:
    """One row per block: ranks as given, size, creation, when it followed, and how improbable so still a clock is.

    `still_clock_log10` = rows between first and last rank x log10(1 - usual share of clock records).
    """
    latest = listed.latest
    is_record = np.concatenate([[True], latest[1:] > latest[:-1]])
    outside = len(latest) - sum(map(len, members))
    inside = sum(int(is_record[part].sum()) for part in members)
    usual = (int(is_record.sum()) - inside) / outside if outside else 0.0
    found = []
    for number, (part, distance) in enumerate(blocks):
        first, last = int(part[0]), int(part[-1])
        records = int(is_record[first : last + 1].sum())
        still = (last - first + 1 - records) * np.log10(max(1 - usual, 1e-9))
        moments = pd.Series(listed.moments[part]).dt.tz_localize("UTC")
        stretch = np.searchsorted(listed.starts, part[[0, -1]], side="right") - 1
        age = listed.followed[part] - listed.created[part]
        found.append(
            {
                "block": number,
                "first_rank": min(listed.ranks[[first, last]]),
                "last_rank": max(listed.ranks[[first, last]]),
                "members_count": len(part),
                "created_first_at": moments.min(),
                "created_last_at": moments.max(),
                "followed_after": listed.stretches["followed_after"].iloc[stretch[0]],
                "followed_before": listed.stretches["followed_before"].iloc[stretch[1]],
                "clock_records_count": records,
                "still_clock_log10": float(still),
                "median_age_days": float(np.nanmedian(np.maximum(age, 0))),
                "profile_distance": distance,
                "is_exact": listed.is_exact,
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
    "profile_distance",
    "is_exact",
]
