"""The two windows, their intervals, and what they must not depend on."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from scipy.stats import theilslopes

from tasks.metrics.changes import engagement_changes
from tasks.metrics.days import Dates
from tasks.metrics.parameters import EngagementParameters
from tasks.metrics.posts import post_engagement
from tasks.metrics.resampling import Draws, day_weights
from tasks.schema.arrays import day_numbers
from tests.unit.metrics.invented import FIRST_DAY, PARAMETERS, account_days, daily_posts, on

DAYS = 150
SUMMER = [[int(n) for n in np.random.default_rng(day).poisson(8, 2)] for day in range(DAYS)]


def _changes(
    engagements: Sequence[Sequence[int]] = SUMMER,
    followers: Sequence[int | None] | None = None,
    parameters: EngagementParameters = PARAMETERS,
    dates: Dates | None = None,
) -> pd.DataFrame:
    days = account_days(followers or [1000] * DAYS)
    return engagement_changes(post_engagement(daily_posts(engagements), days, parameters), days, parameters, dates)


def _logs(first: int, last: int) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    return np.log1p([likes for day in SUMMER[first : last + 1] for likes in day])


def test_the_windows_are_28_days_and_the_90_before() -> None:
    """On day 140 the current window are days 111 to 138, the reference days 21 to 110."""
    row = on(_changes(), 140)
    now, before = _logs(111, 138), _logs(21, 110)
    assert (56, 180, 28, 90) == (
        row["mature_posts_count"],
        row["reference_posts_count"],
        row["post_days_count"],
        row["reference_post_days_count"],
    )
    assert pytest.approx(now.mean() - before.mean()) == row["engagement_log_change"]
    pooled = np.sqrt((55 * now.var(ddof=1) + 179 * before.var(ddof=1)) / 234)
    assert pytest.approx(pooled) == row["post_log_deviation"]


def test_the_interval_is_that_of_resampling_whole_days() -> None:
    """Weighing each day's posts together, resample by resample, gives the ends of the frame."""
    first = int(day_numbers(pd.Series([FIRST_DAY]))[0])
    weights = day_weights(Draws(seed=7, resamples=200, depth=0), first, first + DAYS - 1)
    logs, changes = np.log1p(np.array(SUMMER, dtype=float)).sum(axis=1), []
    for draw in weights.T:
        now, before = slice(111, 139), slice(21, 111)
        means = [(draw[days] * logs[days]).sum() / (2 * draw[days].sum()) for days in (now, before)]
        changes.append(means[0] - means[1])
    row = on(_changes(), 140)
    expected = np.quantile(changes, [0.025, 0.975])
    assert expected == pytest.approx(
        row[["engagement_log_change_low", "engagement_log_change_high"]].tolist(), abs=1e-7
    )


def test_the_interval_is_as_wide_as_chance() -> None:
    """The bootstrap interval of the mean reaches about 1.96 standard errors to either side."""
    row = on(_changes(parameters=replace(PARAMETERS, resamples=2000)), 140)
    received = np.expm1(_logs(111, 138))
    expected = 2 * 1.96 * received.std(ddof=1) / np.sqrt(56)
    assert expected == pytest.approx(row["engagement_mean_high"] - row["engagement_mean_low"], rel=0.25)


def test_a_weight_is_a_function_of_seed_day_and_resample() -> None:
    """More days or more resamples leave the weights of the others alone; their mean and variance are 1."""
    many, few = Draws(7, 4000, 0), Draws(7, 50, 0)
    weights = day_weights(many, 20_000, 20_009)
    assert np.array_equal(day_weights(few, 20_004, 20_005), weights[4:6, :50])
    assert not np.array_equal(day_weights(replace(few, seed=8), 20_004, 20_005), weights[4:6, :50])
    assert (1, 1) == pytest.approx((weights.mean(), weights.var()), abs=0.02)


def test_too_few_posts_or_days_give_no_interval() -> None:
    """Twelve posts on three days are enough for a level, not for an interval; seven are too few for either."""
    three_days: list[list[int]] = [[]] * 100 + [[1, 2, 3, 4]] * 3 + [[]] * 47
    row = on(_changes(three_days), 110)
    assert row["change_reason"] == "too_few_posts"
    assert np.isnan(row["engagement_geometric_mean_low"])
    both: list[list[int]] = [[1, 2, 3, 4]] * 3 + [[]] * 97 + [[1, 2, 3, 4]] * 3 + [[]] * 47
    assert on(_changes(both), 118)["change_reason"] == "too_few_post_days"


def test_no_engagement_at_all_gives_no_change() -> None:
    """Where no post of either window received anything there is nothing that could keep pace."""
    row = on(_changes([[0, 0]] * DAYS), 140)
    assert row["change_reason"] == "no_engagement"
    assert np.isnan(row["engagement_log_change_low"])
    assert np.isnan(row["zero_engagement_share_low"])


def test_followers_are_averaged_in_logs_over_the_same_days() -> None:
    """Half the window at 100 and half at 400 followers is 200; unread days do not count, too many give null."""
    followers = [100] * 125 + [400] * 25
    row = on(_changes(followers=followers), 140)
    assert (200, 100) == pytest.approx(
        (row["followers_geometric_mean"], row["reference_followers_geometric_mean"]), rel=1e-9
    )
    assert row["count_days_count"] == 28
    unread: list[int | None] = [100] * 118 + [None] * 32
    row = on(_changes(followers=unread), 140)
    assert np.isnan(row["followers_geometric_mean"])
    assert row["count_days_count"] == 7


def test_elasticity_is_the_theil_sen_slope_over_blocks() -> None:
    """Over fifteen blocks of six days the slope is that of an independent implementation."""
    followers = [round(1000 * 1.004**day) for day in range(DAYS)]
    row = on(_changes(followers=followers), 140)
    logs, counts = np.log1p(np.array(SUMMER, dtype=float)).mean(axis=1), np.log(np.array(followers, dtype=float))
    blocks = [slice(139 - 6 * number - 6, 139 - 6 * number) for number in range(15)]
    up, across = ([series[block].mean() for block in blocks] for series in (logs, counts))
    assert pytest.approx(theilslopes(up, across).slope) == row["elasticity"]
    assert on(_changes(), 140)["elasticity_reason"] == "flat_followers"
    assert on(_changes(), 20)["elasticity_reason"] == "too_few_blocks"
