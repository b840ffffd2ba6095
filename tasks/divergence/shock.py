"""Days and windows on which a count moved beyond the account's own past."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tasks.divergence.grid import Grid
from tasks.schema.arrays import MAD_TO_SD, BoolArray
from tasks.schema.ranges import Ages, Amount, DayCount, PositiveDayCount, Share, Spreads


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


@dataclass(frozen=True)
class Series:
    """One kind of daily change of all accounts, with the days each of them spans and the count before it."""

    changes: Grid
    spans: Grid
    followers: Grid


@dataclass(frozen=True)
class Marks:
    """What stood out: `z` and `direction` of single days, `marked` days of upward windows, `clean` days."""

    z: Grid
    direction: NDArray[np.int64]
    marked: BoolArray
    clean: BoolArray
    usual: Grid
    scale: Grid


def mark_days(series: Series, parameters: ShockParameters) -> Marks:
    """Every day judged against the account's own clean days before it, never against itself or later days.

    z = (change - usual x span) / (scale x sqrt(span)), with usual = median and
    scale = max(1.4826 MAD, sqrt(usual), 1, floor share x followers, rounding of the count) of the last clean days.
    A window of L days is marked when its excess over usual is beyond `drip_z` and worth speaking of.
    Days without enough history have z NaN and are never marked.
    """
    accounts, days = series.changes.shape
    z = np.full((accounts, days), np.nan)
    usual, scale = z.copy(), z.copy()
    direction = np.zeros((accounts, days), dtype=np.int64)
    marked = np.zeros((accounts, days), dtype=bool)
    clean = ~np.isnan(series.changes)
    rounding = _rounding(series.followers)
    for day in range(days):
        past = _past(series, clean, day, parameters)
        usual[:, day], scale[:, day] = _level(past, series.followers, day, rounding, parameters)
        z[:, day], direction[:, day] = _day(series, usual, scale, day, parameters)
        marked[:, day] |= direction[:, day] > 0
        for length in parameters.drip_windows:
            _mark_window(series, Marks(z, direction, marked, clean, usual, scale), day, length, rounding, parameters)
        clean[:, day] &= ~marked[:, day] & (direction[:, day] == 0)
        _accept_new_normal(series, marked, clean, day, parameters)
    return Marks(z, direction, marked, clean, usual, scale)


def _past(series: Series, clean: BoolArray, before: int, parameters: ShockParameters) -> Grid:
    """Daily rates of the clean days in the history before the given day; NaN elsewhere."""
    window = slice(max(before - parameters.history_days, 0), max(before, 0))
    return np.where(clean[:, window], series.changes[:, window] / series.spans[:, window], np.nan)


def _level(past: Grid, followers: Grid, day: int, rounding: Grid, parameters: ShockParameters) -> tuple[Grid, Grid]:
    enough = (~np.isnan(past)).sum(axis=1) >= parameters.minimum_history_days
    usual, scale = np.full(len(past), np.nan), np.full(len(past), np.nan)
    if not enough.any():
        return usual, scale
    usual[enough] = row_medians(past[enough])
    spread = MAD_TO_SD * row_medians(np.abs(past[enough] - usual[enough, None]))
    size = _count_before(followers, day)[enough] * parameters.scale_floor_share
    poisson = np.sqrt(np.maximum(np.abs(usual[enough]), 1.0))
    scale[enough] = np.maximum.reduce([spread, poisson, np.nan_to_num(size), rounding[enough] / np.sqrt(6)])
    return usual, scale


def row_medians(values: Grid) -> Grid:
    """The median of the known values of each row, each with at least one; many times faster than nanmedian on rows.

    >>> row_medians(np.array([[3.0, np.nan, 1.0], [2.0, 4.0, 9.0]])).tolist()
    [2.0, 4.0]
    """
    ordered = np.sort(values, axis=1)
    known = (~np.isnan(values)).sum(axis=1)
    rows = np.arange(len(values))
    return np.asarray((ordered[rows, (known - 1) // 2] + ordered[rows, known // 2]) / 2)


def _day(
    series: Series, usual: Grid, scale: Grid, day: int, parameters: ShockParameters
) -> tuple[Grid, NDArray[np.int64]]:
    span = series.spans[:, day]
    excess = series.changes[:, day] - usual[:, day] * span
    z = excess / (scale[:, day] * np.sqrt(span))
    size = np.nan_to_num(_count_before(series.followers, day)) * parameters.minimum_jump_share
    is_worth = np.abs(excess) >= np.maximum(size, parameters.minimum_jump_count)
    direction = np.where(is_worth & (np.abs(z) > parameters.shock_z), np.sign(excess), 0)
    return z, np.nan_to_num(direction).astype(np.int64)


def _mark_window(  # noqa: PLR0913, PLR0917 - one step of the scan over its whole state
    series: Series, state: Marks, day: int, length: int, rounding: Grid, parameters: ShockParameters
) -> None:
    """Mark the window that ends on this day where its days, single shocks left out, add up to a drip."""
    start = day - length + 1
    if start < parameters.minimum_history_days:
        return
    past = _past(series, state.clean, start, parameters)
    usual, scale = _level(past, series.followers, start, rounding, parameters)
    window = slice(start, day + 1)
    quiet = ~np.isnan(series.changes[:, window]) & (state.direction[:, window] == 0)
    spans = np.where(quiet, series.spans[:, window], 0.0).sum(axis=1)
    excess = np.where(quiet, series.changes[:, window], 0.0).sum(axis=1) - usual * spans
    history = np.maximum((~np.isnan(past)).sum(axis=1), 1)
    spread = scale * np.sqrt(spans + spans**2 / history)
    size = np.nan_to_num(_count_before(series.followers, start)) * parameters.minimum_drip_share
    is_drip = (excess > parameters.drip_z * spread) & (excess >= np.maximum(size, parameters.minimum_jump_count))
    drip = is_drip[:, None] & quiet
    state.marked[:, window] |= drip
    state.clean[:, window] &= ~drip


def _accept_new_normal(
    series: Series, marked: BoolArray, clean: BoolArray, day: int, parameters: ShockParameters
) -> None:
    """What has gone on longer than the longest event is the account's new past."""
    longest = parameters.longest_event_days
    if day < longest:
        return
    window = slice(day - longest, day + 1)
    is_new = marked[:, window].all(axis=1)
    clean[is_new, window] = ~np.isnan(series.changes[is_new, window])


def _count_before(followers: Grid, day: int) -> Grid:
    """The latest known follower count before the day; NaN without one."""
    known = np.full(len(followers), np.nan)
    for back in range(1, min(day, 14) + 1):
        known = np.where(np.isnan(known), followers[:, day - back], known)
    return known


def _rounding(followers: Grid) -> Grid:
    """The step to which an account's counts are rounded: the largest power of ten that divides every count above it."""
    step = np.ones(len(followers))
    has_counts = (~np.isnan(followers)).any(axis=1)
    for power in (10.0, 100.0, 1_000.0):
        large = followers >= 10 * power
        divides = np.where(large, np.mod(np.nan_to_num(followers), power) == 0, True)
        step = np.where(has_counts & large.any(axis=1) & divides.all(axis=1), power, step)
    return step
