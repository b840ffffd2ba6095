"""What would have come without the event: the account's own clean days before it, with an interval."""

from dataclasses import dataclass

import numpy as np
from scipy import stats

from tasks.divergence.grid import Grid
from tasks.divergence.shock import Series
from tasks.divergence.spans import Span
from tasks.schema.arrays import BoolArray
from tasks.schema.ranges import PositiveDayCount, PositiveRatio, Probability


@dataclass(frozen=True)
class ExpectationParameters:
    """How far back the expectation looks and how wide its interval is: config/model.toml, [judge.expected]."""

    history_days: PositiveDayCount
    coverage_share: Probability
    spread_inflation_ratio: PositiveRatio


@dataclass(frozen=True)
class Expectation:
    """How many would have come, with the interval; NaN without clean days before."""

    count: float
    low: float
    high: float


NOBODY_KNOWS = Expectation(float("nan"), float("nan"), float("nan"))


def expect_arrivals(series: Series, clean: BoolArray, span: Span, parameters: ExpectationParameters) -> Expectation:
    """Expected sum of the series over the span, from the daily rates of clean days before it.

    Mean rate x days; variance = inflation x s^2 x (days + days^2 / clean days), at least Poisson;
    bounds are negative binomial quantiles where the mean is positive, normal ones else (shrinking counts).
    """
    window = slice(max(span.first - parameters.history_days, 0), span.first)
    is_past = clean[span.row, window]
    rates = (series.changes[span.row, window] / series.spans[span.row, window])[is_past]
    if len(rates) < 2:  # noqa: PLR2004 - a variance needs two values
        return NOBODY_KNOWS
    days = float(np.nansum(series.spans[span.row, span.first : span.last + 1]))
    spread = float(rates.var(ddof=1)) * parameters.spread_inflation_ratio
    mean = float(rates.mean()) * days
    variance = spread * (days + days**2 / len(rates))
    variance = max(variance, abs(mean), 0.25)
    tail = (1 - parameters.coverage_share) / 2
    low, high = _bounds(mean, variance, tail)
    return Expectation(mean, low, high)


def _bounds(mean: float, variance: float, tail: float) -> tuple[float, float]:
    if mean <= 0:
        half = float(stats.norm.ppf(1 - tail)) * np.sqrt(variance)
        return mean - half, mean + half
    if variance <= mean:
        return float(stats.poisson.ppf(tail, mean)), float(stats.poisson.ppf(1 - tail, mean))
    size, chance = mean**2 / (variance - mean), mean / variance
    return float(stats.nbinom.ppf(tail, size, chance)), float(stats.nbinom.ppf(1 - tail, size, chance))


def span_total(values: Grid, span: Span) -> float:
    """Sum over the span; NaN where every day is unknown."""
    inside = values[span.row, span.first : span.last + 1]
    return float(np.nansum(inside)) if (~np.isnan(inside)).any() else float("nan")
