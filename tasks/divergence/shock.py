"""Days and windows on which a count moved beyond the account's own past."""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from tasks.divergence.grid import Grid
from tasks.schema.arrays import MAD_TO_SD, BoolArray, IntArray
from tasks.schema.ranges import Ages, Amount, DayCount, PositiveDayCount, PositiveRatio, Share, Spreads


@dataclass(frozen=True)
class ShockParameters:
    """When a change is beyond the past: see config/model.toml, [judge.shock]."""

    history_days: PositiveDayCount
    minimum_history_days: PositiveDayCount
    shock_z: Spreads
    drip_z: Spreads
    drip_windows: Ages
    scale_floor_share: Share
    minimum_jump_count: Amount
    minimum_jump_share: Share
    minimum_drip_share: Share
    longest_event_days: PositiveDayCount
    rest_days: DayCount
    beginning_share: Share
    beginning_ratio: PositiveRatio
    beginning_days: PositiveDayCount
    beginning_yield_ratio: PositiveRatio


class Profile(NamedTuple):
    """How many a day are usual for accounts like these, and how many times as many the doubt about it is."""

    rate: Grid
    ratio: Grid


@dataclass(frozen=True)
class Series:
    """One kind of daily change of all accounts, with the days each of them spans and the count before it.

    `profile_rate` is how many a day are usual for accounts of this size and age, NaN where no count is known;
    `profile_ratio` how many times as many the doubt about it is, that of the parameters if not given.
    """

    changes: Grid
    spans: Grid
    followers: Grid
    profile_rate: Grid
    profile_ratio: Grid | None = None

    def profile(self, rows: IntArray, parameters: ShockParameters) -> Profile:
        """The profile of these accounts."""
        ratio = np.full(len(rows), parameters.beginning_ratio)
        return Profile(self.profile_rate[rows], ratio if self.profile_ratio is None else self.profile_ratio[rows])


@dataclass(frozen=True)
class Marks:
    """What stood out: `z` and `direction` of single days, `marked` days of upward windows, `clean` days.

    `least_jump` is the smallest rise that would have stood out on the day, `least_drip` in the longest window up to it.
    """

    z: Grid
    direction: NDArray[np.int64]
    marked: BoolArray
    clean: BoolArray
    usual: Grid
    scale: Grid
    least_jump: Grid
    least_drip: Grid


def mark_days(series: Series, parameters: ShockParameters) -> Marks:
    """Every day judged against the account's own clean days before it, never against itself or later days.

    z = (change - usual x span) / (scale x sqrt(span)), with usual = median and
    scale = max(1.4826 MAD, sqrt(usual), 1, floor share x followers, rounding of the count) of the last clean days.
    A window of L days is marked when its excess over usual is beyond `drip_z` and worth speaking of.
    With few clean days the account's profile stands in for the missing ones, see `blend`.
    Days without any past or profile have z NaN and are never marked.
    """
    shape = series.changes.shape
    z, usual, scale, least_jump, least_drip = (np.full(shape, np.nan) for _ in range(5))
    marked, clean = np.zeros(shape, dtype=bool), ~np.isnan(series.changes)
    found = Marks(z, np.zeros(shape, dtype=np.int64), marked, clean, usual, scale, least_jump, least_drip)
    levels = _Levels(series, clean, parameters)
    for day in range(shape[1]):
        level = levels.before(day)
        usual[:, day], scale[:, day] = level.usual, level.scale
        z[:, day], found.direction[:, day], least_jump[:, day] = _day(series, level, day, parameters)
        marked[:, day] |= found.direction[:, day] > 0
        for length in parameters.drip_windows:
            least_drip[:, day] = _mark_window(series, found, day, length, levels, parameters)
        clean[:, day] &= ~marked[:, day] & (found.direction[:, day] == 0)
        _accept_new_normal(series, marked, day, levels, parameters)
    return found


@dataclass(frozen=True)
class _Level:
    """What is usual of each account before a day: the rate, its scale, on how many days it rests, and the count."""

    usual: Grid
    scale: Grid
    days_count: NDArray[np.int64]
    followers: Grid


class _Levels:
    """The level before each day, computed anew for those accounts alone of which a day before it was judged anew."""

    def __init__(self, series: Series, clean: BoolArray, parameters: ShockParameters) -> None:
        self._series, self._clean, self._parameters = series, clean, parameters
        self._rates = series.changes / series.spans
        self._floor = rounding(series.followers) / np.sqrt(6)
        self._followers = _counts_before(series.followers)
        shape = series.changes.shape
        self._usual, self._scale = np.full(shape, np.nan), np.full(shape, np.nan)
        self._days_count = np.zeros(shape, dtype=np.int64)
        self._is_due = np.ones(shape, dtype=bool)

    def before(self, day: int) -> _Level:
        """The level of each account before the day."""
        due = np.flatnonzero(self._is_due[:, day])
        if len(due):
            self._compute(due, day)
        return _Level(self._usual[:, day], self._scale[:, day], self._days_count[:, day], self._followers[:, day])

    def replace_clean(self, accounts: IntArray, days: slice, clean: BoolArray) -> None:
        """Which of these days of these accounts are clean, from now on."""
        is_other = (self._clean[accounts, days] != clean).any(axis=1)
        self._clean[accounts[is_other], days] = clean[is_other]
        self._is_due[accounts[is_other], days.start + 1 :] = True

    def _compute(self, due: IntArray, day: int) -> None:
        window = slice(max(day - self._parameters.history_days, 0), day)
        past = np.where(self._clean[due, window], self._rates[due, window], np.nan)
        known = (~np.isnan(past)).sum(axis=1)
        usual, spread = np.full(len(due), np.nan), np.zeros(len(due))
        some = known > 0
        if some.any():
            usual[some] = row_medians(past[some])
            spread[some] = MAD_TO_SD * row_medians(np.abs(past[some] - usual[some, None]))
        usual, doubt = blend(usual, known, self._series.profile(due, self._parameters), self._parameters)
        size = np.nan_to_num(self._followers[due, day] * self._parameters.scale_floor_share)
        poisson = np.sqrt(np.maximum(np.abs(usual), 1.0))
        scale = np.hypot(np.maximum.reduce([spread, poisson, size, self._floor[due]]), doubt)
        self._usual[due, day], self._days_count[due, day] = usual, known
        self._scale[due, day] = np.where(np.isnan(usual), np.nan, scale)
        self._is_due[due, day] = False


def profile_rates(followers: Grid, age_days: Grid, parameters: ShockParameters) -> Grid:
    """How many new followers a day are usual for an account of this size and age, before it was watched.

    The larger of a share of its first known count and of what its age gives: that count / days since its creation.
    `age_days` is the age on the first of the days.
    NaN where no count is known.
    """
    known = ~np.isnan(followers)
    if not known.size:
        return np.full(len(followers), np.nan)
    day = known.argmax(axis=1)
    first = np.where(known.any(axis=1), followers[np.arange(len(followers)), day], np.nan)
    return np.asarray(np.fmax(parameters.beginning_share * first, first / np.maximum(age_days + day, 1.0)))


def narrow_rates(rate: Grid, received: Grid, parameters: ShockParameters) -> tuple[Grid, Grid]:
    """Rates by profile and the ratios of their doubt, narrowed where it is known what own posts receive a day.

    `beginning_yield_ratio` x that is a second estimate, about as wide: the mean of both in logs has a doubt that is
    less by the root of two in logs. It is held within the doubt of the first, as posts without engagement end no rate.
    """
    ratio = parameters.beginning_ratio
    by_posts = np.clip(parameters.beginning_yield_ratio * received, rate / ratio, rate * ratio)
    is_known = ~np.isnan(by_posts)
    narrowed = np.sqrt(rate * np.where(is_known, by_posts, rate))
    return narrowed, np.where(is_known, ratio ** np.sqrt(0.5), ratio)


def blend(usual: Grid, known: IntArray, profile: Profile, parameters: ShockParameters) -> tuple[Grid, Grid]:
    """The usual rate and the doubt about it that a profile leaves: (n median + m profile) / (n + m).

    The profile counts for m = `beginning_days`; its doubt, its ratio x the rate, fades as m / (n + m).
    From `minimum_history_days` on the account's own past stands alone; NaN with neither.
    """
    own = known / (known + parameters.beginning_days)
    mixed = np.where(known > 0, own * np.nan_to_num(usual), 0.0) + (1 - own) * profile.rate
    doubt = profile.ratio * (1 - own) * profile.rate
    is_own = known >= parameters.minimum_history_days
    return np.where(is_own, usual, mixed), np.where(is_own, 0.0, doubt)


def row_medians(values: Grid) -> Grid:
    """The median of the known values of each row, each with at least one; many times faster than nanmedian on rows.

    >>> row_medians(np.array([[3.0, np.nan, 1.0], [2.0, 4.0, 9.0]])).tolist()
    [2.0, 4.0]
    """
    ordered = np.sort(values, axis=1)
    known = (~np.isnan(values)).sum(axis=1)
    rows = np.arange(len(values))
    return np.asarray((ordered[rows, (known - 1) // 2] + ordered[rows, known // 2]) / 2)


def _day(series: Series, level: _Level, day: int, parameters: ShockParameters) -> tuple[Grid, NDArray[np.int64], Grid]:
    span = series.spans[:, day]
    excess = series.changes[:, day] - level.usual * span
    spread = level.scale * np.sqrt(span)
    size = np.nan_to_num(level.followers) * parameters.minimum_jump_share
    least = np.maximum(np.maximum(size, parameters.minimum_jump_count), parameters.shock_z * spread)
    direction = np.where(np.abs(excess) >= least, np.sign(excess), 0)
    return excess / spread, np.nan_to_num(direction).astype(np.int64), level.usual * span + least


def _mark_window(  # noqa: PLR0913, PLR0917 - one step of the scan over its whole state
    series: Series, state: Marks, day: int, length: int, levels: _Levels, parameters: ShockParameters
) -> Grid:
    """Mark the window that ends on this day where its days, single shocks left out, add up to a drip.

    Gives the smallest rise that would have been marked; NaN where the window or its past is not known.
    """
    start = day - length + 1
    if start < 0:
        return np.full(len(series.changes), np.nan)
    level = levels.before(start)
    window = slice(start, day + 1)
    quiet = ~np.isnan(series.changes[:, window]) & (state.direction[:, window] == 0)
    spans = np.where(quiet, series.spans[:, window], 0.0).sum(axis=1)
    excess = np.where(quiet, series.changes[:, window], 0.0).sum(axis=1) - level.usual * spans
    spread = level.scale * np.sqrt(spans + spans**2 / np.maximum(level.days_count, parameters.beginning_days))
    size = np.nan_to_num(level.followers) * parameters.minimum_drip_share
    least = np.maximum(np.maximum(size, parameters.minimum_jump_count), parameters.drip_z * spread)
    least_total = level.usual * spans + least
    is_drip = np.flatnonzero(excess >= least)
    drip = quiet[is_drip]
    state.marked[is_drip, window] |= drip
    levels.replace_clean(is_drip, window, state.clean[is_drip, window] & ~drip)
    is_whole = (spans >= length - 1) & ~np.isnan(series.changes[:, day])
    return np.where(is_whole, least_total, np.nan)


def _accept_new_normal(
    series: Series, marked: BoolArray, day: int, levels: _Levels, parameters: ShockParameters
) -> None:
    """What has gone on longer than the longest event is the account's new past, but for days that stand out of it."""
    longest = parameters.longest_event_days
    if day < longest:
        return
    window = slice(day - longest, day + 1)
    is_new = np.flatnonzero(marked[:, window].all(axis=1))
    if not len(is_new):
        return
    rates = series.changes[is_new, window] / series.spans[is_new, window]
    floor = rounding(series.followers[is_new]) / np.sqrt(6)
    levels.replace_clean(is_new, window, typical(rates, floor, parameters.shock_z))


def typical(rates: Grid, floor: Grid, z: float) -> BoolArray:
    """Which known rates of each row lie within z spreads of its median: 1.4826 MAD, Poisson's, at least the floor's.

    >>> typical(np.array([[1.0, 2.0, np.nan, 1.0, 400.0]]), np.array([0.0]), 6.0).tolist()
    [[True, True, False, True, False]]
    """
    center = row_medians(rates)
    away = np.abs(rates - center[:, None])
    spread = np.maximum.reduce([MAD_TO_SD * row_medians(away), np.sqrt(np.maximum(np.abs(center), 1.0)), floor])
    return np.asarray(away <= z * spread[:, None])


def _counts_before(followers: Grid) -> Grid:
    """The latest known follower count in the fourteen days before each day; NaN without one."""
    known = np.full(followers.shape, np.nan)
    for back in range(1, min(followers.shape[1], 15)):
        earlier = known[:, back:]
        np.copyto(earlier, followers[:, :-back], where=np.isnan(earlier))
    return known


def rounding(followers: Grid) -> Grid:
    """The step to which an account's counts are rounded: the largest power of ten that divides every count above it."""
    step = np.ones(len(followers))
    has_counts = (~np.isnan(followers)).any(axis=1)
    for power in (10.0, 100.0, 1_000.0):
        large = followers >= 10 * power
        divides = np.where(large, np.mod(np.nan_to_num(followers), power) == 0, True)
        step = np.where(has_counts & large.any(axis=1) & divides.all(axis=1), power, step)
    return step
