"""What would have come without the event: the account's own clean days before it, with an interval."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from scipy import special

from tasks.divergence.grid import Grid
from tasks.divergence.shock import Series, ShockParameters, blend, rounding, typical
from tasks.divergence.spans import Span
from tasks.schema.arrays import BoolArray
from tasks.schema.ranges import PositiveDayCount, PositiveRatio, Probability


@dataclass(frozen=True)
class ExpectationParameters:
    """How far back the expectation looks and how wide its interval is: config/model.toml, [judge.expected]."""

    history_days: PositiveDayCount
    coverage_share: Probability
    spread_inflation_ratio: PositiveRatio
    drip_inflation_ratio: PositiveRatio
    crowd_share: PositiveRatio
    crowd_ratio: PositiveRatio


@dataclass(frozen=True)
class Expectation:
    """How many would have come, with the interval; NaN without clean days before."""

    count: float
    low: float
    high: float


NOBODY_KNOWS = Expectation(float("nan"), float("nan"), float("nan"))


def expect_arrivals(
    series: Series, clean: BoolArray, span: Span, parameters: ExpectationParameters, shock: ShockParameters
) -> Expectation:
    """Expected sum of the series over the span, from the daily rates of typical clean days before it.

    Mean rate x days; variance = inflation x s^2 x (days + days^2 / clean days), at least Poisson,
    and that of rounded counts, with inflation = `spread_inflation_ratio` x `drip_inflation_ratio`^(1 - 1 / days), as
    the edges of a slow rise are found less exactly;
    bounds are negative binomial quantiles where the mean is positive, normal ones else
    (shrinking counts), and at the upper end where the spread is beyond the mean: the other falls to zero there.
    With few clean days the profile's rate and its doubt are mixed in as in `mark_days`.
    A rise beyond `crowd_share` times the followers before is seen by others, who come along: the bounds are then those
    of between one and `crowd_ratio` times the usual, with half their distance as a spread of the rate.
    """
    step = float(rounding(series.followers[[span.row]])[0]) / np.sqrt(6)
    rates = _typical_rates(series, clean, span, parameters, shock)
    known, profile = np.array([len(rates)]), series.profile(np.array([span.row]), shock)
    is_own = len(rates) >= shock.minimum_history_days or np.isnan(profile.rate[0])
    if is_own and len(rates) < 2:  # noqa: PLR2004 - a variance needs two values
        return NOBODY_KNOWS
    mean = np.array([rates.mean() if len(rates) else np.nan])
    rate, doubt = (mean[0], 0.0) if is_own else (float(each[0]) for each in blend(mean, known, profile, shock))
    past = len(rates) if is_own else len(rates) + shock.beginning_days
    days = float(np.nansum(series.spans[span.row, span.first : span.last + 1]))
    inflation = parameters.spread_inflation_ratio * parameters.drip_inflation_ratio ** (1 - 1 / max(days, 1.0))
    spread = (float(rates.var(ddof=1)) if len(rates) > 1 else 0.0) * inflation
    usual, extra = rate * days, _crowd(series, span, rate * days, parameters)
    variance = max(spread * (days + days**2 / past) + (doubt * days) ** 2 + extra**2, abs(usual), 0.25)
    tail = (1 - parameters.coverage_share) / 2
    low, high = _bounds(usual + extra, variance + extra + (step**2 if step > 1 else 0.0), tail)
    return Expectation(usual, low, high)


def _crowd(series: Series, span: Span, usual: float, parameters: ExpectationParameters) -> float:
    """How many more than the usual come along on average where a rise is too large to go unseen; else 0."""
    before = np.nan_to_num(series.followers[span.row, max(span.first - 1, 0)])
    is_seen = span_total(series.changes, span) > parameters.crowd_share * max(before, 1.0)
    return (parameters.crowd_ratio - 1) / 2 * usual if is_seen and usual > 0 else 0.0


def _typical_rates(
    series: Series, clean: BoolArray, span: Span, parameters: ExpectationParameters, shock: ShockParameters
) -> Grid:
    window = slice(max(span.first - parameters.history_days, 0), span.first)
    rates = (series.changes[span.row, window] / series.spans[span.row, window])[clean[span.row, window]]
    followers = series.followers[[span.row]]
    size = np.nan_to_num(followers[:, max(span.first - 1, 0)]) * shock.scale_floor_share
    floor = np.maximum(rounding(followers) / np.sqrt(6), size)
    return rates[typical(rates[None, :], floor, shock.shock_z)[0]] if len(rates) else rates


def _bounds(mean: float, variance: float, tail: float) -> tuple[float, float]:
    if mean <= 0:
        half = float(special.ndtri(1 - tail)) * np.sqrt(variance)
        return mean - half, mean + half
    if variance <= mean:
        return _middle(lambda count: float(special.pdtr(count, mean)), mean, tail)
    size, chance = mean**2 / (variance - mean), mean / variance
    # The sum of a negative binomial distribution's first chances (DLMF 8.17.24).
    low, high = _middle(lambda count: float(special.betainc(size, count + 1, chance)), mean, tail)
    wide = mean + float(special.ndtri(1 - tail)) * np.sqrt(variance)
    return low, max(high, wide) if size < 1 else high


_Chances = Callable[[int], float]
"""How probable so many or fewer are."""


def _middle(chances: _Chances, mean: float, tail: float) -> tuple[float, float]:
    """The whole numbers that hold all but two tails, each end counted half: plain quantiles cover too much.

    What the lower end leaves of its tail, as 0 does from which nothing is missed, goes to the upper one.
    """
    low = _quantile(chances, mean, tail)
    low += int(_half_counted(chances, low) < tail)
    missed = chances(low - 1) if low else 0.0
    enough = min(1 - 2 * tail + missed, 1 - tail / 2)
    high = _quantile(chances, mean, enough)
    is_long = _half_counted(chances, high) > enough
    return float(low), float(max(high - int(is_long), low))


def _half_counted(chances: _Chances, count: int) -> float:
    return (chances(count) + (chances(count - 1) if count else 0.0)) / 2


def _quantile(chances: _Chances, mean: float, chance: float) -> int:
    """The smallest whole number that as many are, or fewer, with this probability: halved between two bounds."""
    too_few, enough = -1, max(int(mean), 1)
    while chances(enough) < chance:
        too_few, enough = enough, 2 * enough
    while enough - too_few > 1:
        middle = (too_few + enough) // 2
        too_few, enough = (too_few, middle) if chances(middle) >= chance else (middle, enough)
    return enough


def span_total(values: Grid, span: Span) -> float:
    """Sum over the span; NaN where every day is unknown."""
    inside = values[span.row, span.first : span.last + 1]
    return float(np.nansum(inside)) if (~np.isnan(inside)).any() else float("nan")
