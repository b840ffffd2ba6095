"""Stretches of a follower list in which many came at once, and whether their profiles are those of the account's own.

While the follow clock stands still nobody who had just joined the network followed, though of the usual followers some
have: such a stretch came within a short time, as a delivery or as a burst of people after a post that took off.
Where a source tells when each followed, a stretch is a time in which follows come much faster than usual.
Profiles tell which: a delivery is unlike those who came at other times, people hardly are.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from tasks.followers.likeness import ProfileLikeness, compare_profiles
from tasks.schema.arrays import FloatArray, IntArray
from tasks.schema.ranges import PositiveCount, PositiveRatio, Probability

ProfileReader = Callable[[IntArray], FloatArray]
"""Counts of profiles, kinds x places, for ascending places in follow order; NaN where one is not known."""


@dataclass(frozen=True)
class StretchParameters:
    """What a stretch is, and when its profiles are unlike: config/model.toml, [retrospective.stretches]."""

    least_followers_count: PositiveCount
    usual_parts_count: PositiveCount
    usual_months_count: PositiveCount
    usual_days_count: PositiveCount
    slowdown_ratio: PositiveRatio
    rush_ratio: PositiveRatio
    search_chance: Probability
    chance: Probability
    reference_count: PositiveCount
    least_reference_count: PositiveCount
    likeness: ProfileLikeness


QUIET_SHARE = 0.9
"""Of the days of a list, those with the fewest follows, which tell how many are usual."""


@dataclass(frozen=True)
class Stretch:
    """Places in follow order of those who came at once, and how unlike the account's own they are; NaN if unknown.

    Where they are unlike enough for a block, places are those of its members alone.
    """

    places: IntArray
    distance: float
    is_unlike: bool


@dataclass(frozen=True)
class FollowTimes:
    """Creation and follow in days by place; the follow is told by the source if `is_exact`, else by the follow clock.

    `starts` are the places at which the clock moves, and `dated` how many with a creation time come up to the next.
    `is_coarse` says that creation is told to the month or the year, so that the clock moves at most once in each.
    """

    created: FloatArray
    followed: FloatArray
    starts: IntArray
    dated: IntArray
    is_exact: bool
    is_coarse: bool


def find_stretches(times: FollowTimes, reader: ProfileReader | None, parameters: StretchParameters) -> list[Stretch]:
    """Every stretch in which many came at once, in follow order.

    One that chance makes now and then is told only if its profiles are unlike.
    """
    bounds = list(_bounds(times, parameters))
    if not bounds:
        return []
    is_own = _mask_own(times, bounds)
    if reader is None:
        return [Stretch(np.arange(span.first, span.stop), np.nan, is_unlike=False) for span in bounds if span.is_sure]
    found = [_candidate(span, is_own, parameters) for span in bounds]
    places = np.unique(np.concatenate([part for one in found for part in (one.around, one.own)]))
    age = np.maximum(times.followed[places] - times.created[places], 0.0)
    profiles = np.concatenate([age[None], reader(places)])
    stretches = [_judge_stretch(one, places, profiles, parameters) for one in found]
    return [stretch for one, stretch in zip(found, stretches, strict=True) if stretch.is_unlike or one.span.is_sure]


class _Span(NamedTuple):
    """A stretch from `first` to before `stop`, and its longest part in which the clock stood wholly still.

    `is_sure` says that chance hardly makes such a stretch.
    """

    first: int
    stop: int
    core_first: int
    core_stop: int
    is_sure: bool


@dataclass(frozen=True)
class _Candidate:
    """A stretch, the places in and around it, and the account's own beside it."""

    span: _Span
    around: IntArray
    own: IntArray


def _bounds(times: FollowTimes, parameters: StretchParameters) -> Iterator[_Span]:
    """Where each stretch lies."""
    if times.is_exact:
        known = np.flatnonzero(~np.isnan(times.followed))
        score, starts, sizes = _hurry(times.followed[known], parameters), known, np.ones(len(known), dtype=np.int64)
    else:
        count = _crowding if times.is_coarse else _stillness
        score, starts, sizes = count(times.dated, parameters), times.starts, times.dated
    if not len(score):
        return
    stops = np.append(starts[1:], len(times.created))
    total, height = (np.concatenate([[0], np.cumsum(of)]) for of in (sizes, score))
    # A long list has more stands of the clock, of which chance makes more long ones.
    rarer = max(np.log(len(score) / parameters.usual_parts_count), 0.0)
    for first, last in _peaks(score, rarer - np.log(parameters.search_chance)):
        if total[last + 1] - total[first] > parameters.least_followers_count:
            # The one who moved the clock came before it stood still.
            begin, end = int(starts[first]) + (not times.is_exact), int(stops[last])
            core = first + int(np.argmax(sizes[first : last + 1]))
            # A short part in which nobody had just joined is not like the others by that alone.
            is_long = sizes[core] > max(parameters.least_followers_count, (total[last + 1] - total[first]) / 2)
            still = (int(starts[core]) + 1, int(stops[core])) if is_long else (begin, end)
            yield _Span(begin, end, *still, bool(height[last + 1] - height[first] >= rarer - np.log(parameters.chance)))


def _stillness(sizes: IntArray, parameters: StretchParameters) -> FloatArray:
    """For each stand of the clock, how much likelier it is when the clock is so many times as slow as usual, as log."""
    rate = -np.expm1(-np.log(2) / np.maximum(_usual(sizes.astype(np.float64), parameters.usual_parts_count), 1.0))
    slow = rate / parameters.slowdown_ratio
    longer = np.maximum(sizes - 1, 0) * (np.log1p(-slow) - np.log1p(-rate))
    return np.asarray(longer - np.log(parameters.slowdown_ratio))


def _crowding(sizes: IntArray, parameters: StretchParameters) -> FloatArray:
    """For each month or year, how much likelier its followers are if twice as many come as usual, as log (Poisson)."""
    usual = np.maximum(_usual(sizes.astype(np.float64), parameters.usual_months_count), 1.0)
    return np.asarray(sizes * np.log(2) - usual)


def _hurry(followed: FloatArray, parameters: StretchParameters) -> FloatArray:
    """For each follow, how much likelier the wait for it is when follows come so many times as fast, as log.

    The usual rate is that of the days around, by their median, and at least that of nine days in ten of the list.
    """
    wait = np.maximum(np.diff(followed, prepend=followed[:1] - 1), 0.0)
    day = (np.floor(followed) - np.floor(followed[0])).astype(np.int64)
    counts = np.bincount(day)
    quiet = np.sort(counts)[: max(int(QUIET_SHARE * len(counts)), 1)].mean()
    around = _median_around(counts, parameters.usual_days_count)
    rate = np.maximum(around, max(quiet, 1 / len(counts)))[day]
    return np.asarray(np.log(parameters.rush_ratio) - (parameters.rush_ratio - 1) * rate * wait)


def _median_around(values: IntArray, count: int) -> IntArray:
    """The middle one of so many values around each, the upper of two; beyond the ends the last value goes on."""
    before = count // 2
    padded = np.pad(values, (before, count - 1 - before), mode="edge")
    windows = np.lib.stride_tricks.sliding_window_view(padded, count)
    return np.asarray(np.partition(windows, before, axis=1)[:, before])


def _usual(values: FloatArray, count: int) -> FloatArray:
    """The median over so many values around each, smoothed over three such parts, so that a few do not move it."""
    parts = max(len(values) // count, 1)
    cuts = np.arange(parts + 1) * len(values) // parts
    middle = np.array([np.median(part) for part in np.split(values, cuts[1:-1])])
    if parts > 2:  # noqa: PLR2004 - three parts have one in the middle
        padded = np.concatenate([middle[:1], middle, middle[-1:]])
        middle = np.median(np.stack([padded[:-2], middle, padded[2:]]), axis=0)
    return np.repeat(middle, np.diff(cuts))


def _peaks(score: FloatArray, least: float) -> Iterator[tuple[int, int]]:
    """First and last place of each run of scores that adds up to so much, until it falls by so much (Page's CUSUM)."""
    total = np.concatenate([[0.0], np.cumsum(score)])
    height = total - np.minimum.accumulate(total)
    lows = np.flatnonzero(height <= 0)
    ends = np.append(lows[1:], len(total))
    for low in np.flatnonzero(np.maximum.reduceat(height, lows) >= least).tolist():
        first, stop = int(lows[low]), int(ends[low])
        rise = total[first:stop] - total[first]
        top = np.maximum.accumulate(rise)
        falls = np.flatnonzero((top >= least) & (top - rise >= least))
        last = first + int(np.argmax(rise[: falls[0]] if len(falls) else rise))
        yield first, last - 1
        yield from ((last + one, last + other) for one, other in _peaks(score[last : stop - 1], least))


def _mask_own(times: FollowTimes, bounds: list[_Span]) -> NDArray[np.bool_]:
    """Who came outside of every stretch; those who moved the clock are left out, as none of a stretch did."""
    is_own = np.ones(len(times.created), dtype=bool)
    if not times.is_exact:
        is_own[times.starts] = False
    for span in bounds:
        is_own[span.first : span.stop] = False
    return is_own


def _candidate(span: _Span, is_own: NDArray[np.bool_], parameters: StretchParameters) -> _Candidate:
    """The stretch with its surroundings: half its length on both sides, and so many of the account's own nearby."""
    first, stop, size = span.first, span.stop, len(is_own)
    room = (stop - first) // 2 + 1
    around = np.arange(max(first - room, 0), min(stop + room, size))
    reach = parameters.reference_count
    while True:
        low, high = max(first - reach, 0), min(stop + reach, size)
        own = low + np.flatnonzero(is_own[low:high])
        if len(own) >= parameters.reference_count or (low == 0 and high == size):
            return _Candidate(span, around, own[:: max(len(own) // parameters.reference_count, 1)])
        reach *= 2


def _judge_stretch(one: _Candidate, places: IntArray, profiles: FloatArray, parameters: StretchParameters) -> Stretch:
    """The stretch beside the account's own: how unlike it is, and who belongs to it if it is a block.

    The part in which the clock stood wholly still is looked at first, as others may stand around it, and what is left
    of the stretch last, as deliveries of two kinds may have come together.
    """
    span, nearest = one.span, np.nan
    whole = np.arange(span.first, span.stop)
    if len(one.own) < parameters.least_reference_count:
        return Stretch(whole, nearest, is_unlike=False)
    around, own = (profiles[:, np.searchsorted(places, part)] for part in (one.around, one.own))
    is_whole = (one.around >= span.first) & (one.around < span.stop)
    is_core = (one.around >= span.core_first) & (one.around < span.core_stop)
    is_member = np.zeros(len(one.around), dtype=bool)
    for is_inside in (is_core, is_whole, is_whole):
        some = is_inside & ~is_member
        if some.sum() > parameters.least_followers_count:
            distance, members = compare_profiles(around, some, own, parameters.likeness)
            is_member[members if len(members) >= parameters.least_followers_count else []] = True
            nearest = np.fmax(nearest, distance)
    is_unlike = bool(is_member.any())
    return Stretch(one.around[is_member] if is_unlike else whole, float(nearest), is_unlike)
