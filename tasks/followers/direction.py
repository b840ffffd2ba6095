"""Whether a list is in follow order, and which way round: told by creation times alone, before the order is believed.

In follow order the latest creation time so far, the follow clock, moves again and again, as newcomers always follow.
By chance it hardly moves, nor does it in a list turned round.
In a list sorted by creation or by id it moves at nearly everybody, or the settled followers ascend, too.
"""

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from scipy import special

from tasks.schema.arrays import FloatArray
from tasks.schema.ranges import PositiveDayCount, Probability

Direction = Literal["oldest_first", "newest_first", "none"]
_Moments = NDArray[np.int64]

MOST_PARTS, LEAST_PART, MOST_PART, LEAST_PAIRS = 15, 100, 4_096, 30
"""Parts of a list in which its neighbors are looked at, followers of each, and pairs that tell anything."""
MOST_DIFFERENT_SHARE = 0.9
"""Creation times of which fewer differ are told to the day, the month or the year."""
_DAY = 86_400_000_000


@dataclass(frozen=True)
class DirectionParameters:
    """What follow order is: config/model.toml, [retrospective.direction]."""

    chance: Probability
    settled_age_days: PositiveDayCount
    largest_tilt: Probability
    largest_rising_share: Probability


def follow_direction(moments: NDArray[np.datetime64], parameters: DirectionParameters) -> Direction:
    """Which way round the list stands by its creation times in microseconds, unknown ones as NaT; none if no order."""
    known = moments.view(np.int64)
    is_unknown = np.isnat(moments)
    known = known[~is_unknown] if is_unknown.any() else known
    if len(known) < LEAST_PAIRS:
        return "none"
    forward, backward = _records(known), _records(known[::-1])
    likely, other = max(forward, backward), min(forward, backward)
    if not _is_beyond_chance(likely, known, parameters) or _is_beyond_chance(other, known, parameters):
        return "none"
    if _is_sorted(known if forward > backward else known[::-1], parameters):
        return "none"
    return "oldest_first" if forward > backward else "newest_first"


def _records(known: _Moments) -> int:
    latest = np.maximum.accumulate(known)
    return 1 + int(np.count_nonzero(latest[1:] > latest[:-1]))


def _is_beyond_chance(records: int, known: _Moments, parameters: DirectionParameters) -> bool:
    """Whether a shuffled list would hardly have so many records.

    A creation time is a record if it stands before all that are as late or later: by chance once in so many.
    Without repeated times these chances are 1, 1/2, 1/3 and so on; only where that is too strict are repeats counted.
    """
    usual = np.log(len(known)) + np.euler_gamma
    if special.pdtrc(records - 1, usual) < parameters.chance:
        return True
    some = known[:: max(len(known) // MOST_PART, 1)]
    if len(np.unique(some)) > MOST_DIFFERENT_SHARE * len(some):
        return False
    _, counts = np.unique(known, return_counts=True)
    usual = float((counts / np.cumsum(counts[::-1])[::-1]).sum())
    return bool(special.pdtrc(records - 1, usual) < parameters.chance)


def _is_sorted(known: _Moments, parameters: DirectionParameters) -> bool:
    """Whether creation ascends from neighbor to neighbor in most parts of the list, among settled followers or all."""
    latest = np.maximum.accumulate(known)
    parts = min(max(len(known) // LEAST_PART, 1), MOST_PARTS)
    cuts = np.arange(parts + 1) * len(known) // parts
    shares = []
    for first, stop in zip(cuts[:-1], np.minimum(cuts[1:], cuts[:-1] + MOST_PART), strict=True):
        created = known[first:stop]
        is_settled = latest[first:stop] - created > parameters.settled_age_days * _DAY
        shares.append([_rising_share(created[is_settled]), _rising_share(created)])
    settled, everybody = (_median(np.array(of)) for of in zip(*shares, strict=True))
    return bool(abs(settled - 0.5) > parameters.largest_tilt or everybody > parameters.largest_rising_share)


def _median(values: FloatArray) -> float:
    """The median of the known values; a half where there are none."""
    known = values[~np.isnan(values)]
    return float(np.median(known)) if len(known) else 0.5


def _rising_share(created: _Moments) -> float:
    """The share of later creations among neighbors that differ; a half if chance orders them."""
    step = np.diff(created)
    moved = np.count_nonzero(step)
    return float(np.count_nonzero(step > 0) / moved) if moved >= LEAST_PAIRS else np.nan
