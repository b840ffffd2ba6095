import numpy as np
import pytest
from scipy import stats

from tasks.divergence.expectation import ExpectationParameters, expect_arrivals
from tasks.divergence.shock import Series
from tasks.divergence.spans import Span
from tests.evaluation.parameters import SHOCK

PARAMETERS = ExpectationParameters(
    history_days=60,
    coverage_share=0.90,
    spread_inflation_ratio=1.0,
    drip_inflation_ratio=1.0,
    crowd_share=2.0,
    crowd_ratio=3.0,
)


def _series(changes: list[float]) -> Series:
    values = np.array([changes])
    return Series(values, np.ones_like(values), np.full_like(values, 1_003.0), np.array([np.nan]))


def test_the_expectation_is_the_mean_of_clean_days_times_the_days_of_the_event() -> None:
    """Days of 4, 6, 4, 6 before it make a two-day event expect 10; the flagged day of 90 is left out."""
    series = _series([4, 6, 90, 4, 6, 500, 500])
    clean = np.array([[True, True, False, True, True, False, False]])
    assert expect_arrivals(series, clean, Span(0, 5, 6), PARAMETERS, SHOCK).count == pytest.approx(10)


def test_counts_vary_at_least_as_chance_does() -> None:
    """A past of exactly 5 a day has the Poisson interval of 5: 2 to 8 hold 89.1 %, 2 to 9 would hold 92.8 %."""
    found = expect_arrivals(
        _series([5.0] * 30 + [100]), np.array([[True] * 30 + [False]]), Span(0, 30, 30), PARAMETERS, SHOCK
    )
    assert (found.low, found.high) == (2, 8)
    assert stats.poisson.cdf(8, 5) - stats.poisson.cdf(1, 5) == pytest.approx(0.891, abs=0.001)


def test_without_clean_days_nothing_is_expected() -> None:
    """Without a past there is no expectation, not one of zero."""
    found = expect_arrivals(_series([1.0, 100.0]), np.array([[False, False]]), Span(0, 1, 1), PARAMETERS, SHOCK)
    assert np.isnan([found.count, found.low, found.high]).all()


def test_a_jump_among_the_days_before_is_not_usual() -> None:
    """Thirty days of one or two a day with a night of 17,000 among them expect one or two, not 449."""
    changes = [1.0, 2.0] * 5 + [17_000.0] + [1.0, 2.0] * 15 + [500.0]
    clean = np.array([[True] * 41 + [False]])
    found = expect_arrivals(_series(changes), clean, Span(0, 41, 41), PARAMETERS, SHOCK)
    assert found.count == pytest.approx(1.5)
    assert found.high < 6


def test_the_interval_narrows_with_each_day_of_own_past() -> None:
    """On the second day a profile of ten a day leaves a wide interval, which every further day makes narrower."""
    widths = []
    for days in (0, 1, 3, 7, 14):
        values = np.array([[10.0] * days + [500.0]])
        series = Series(values, np.ones_like(values), np.full_like(values, 10_003.0), np.array([10.0]))
        clean = np.array([[True] * days + [False]])
        found = expect_arrivals(series, clean, Span(0, days, days), PARAMETERS, SHOCK)
        widths.append(found.high - found.low)
    assert widths == sorted(widths, reverse=True)
    assert widths[0] > 10 * widths[-1]


def test_a_night_that_everybody_sees_may_bring_more_people_than_usual() -> None:
    """After thirty days of five, a rise of 1,003 leaves room for 8 people, one of 17,000 for 5 to 15 and chance."""
    clean = np.array([[True] * 30 + [False]])
    ends = []
    for night in (1_003.0, 17_000.0):
        found = expect_arrivals(_series([5.0] * 30 + [night]), clean, Span(0, 30, 30), PARAMETERS, SHOCK)
        assert found.count == pytest.approx(5)
        ends.append((found.low, found.high))
    assert ends[0] == (2, 8)
    assert ends[1][0] <= 5
    assert ends[1][1] >= 15


@pytest.mark.parametrize("changes", [[3.0, 8.0, 5.0, 1.0] * 8, [0.0, 2.0, 0.0, 4.0] * 8, [210.0, 305.0, 260.0] * 9])
def test_the_bounds_hold_nine_tenths_of_scipy_s_law_with_each_end_counted_half(changes: list[float]) -> None:
    """A day with the mean m of the days before it and the variance s^2 (1 + 1 / days): scipy's negative binomial."""
    days = len(changes)
    found = expect_arrivals(
        _series([*changes, 400.0]), np.array([[True] * days + [False]]), Span(0, days, days), PARAMETERS, SHOCK
    )
    mean, variance = float(np.mean(changes)), float(np.var(changes, ddof=1)) * (1 + 1 / days)
    law = stats.nbinom(mean**2 / (variance - mean), mean / variance)
    low = law.ppf(0.05)
    low += law.cdf(low) - law.pmf(low) / 2 < 0.05
    high = law.ppf(enough := 0.90 + law.cdf(low - 1))
    high -= law.cdf(high) - law.pmf(high) / 2 > enough
    assert (low, high) == (found.low, found.high)
