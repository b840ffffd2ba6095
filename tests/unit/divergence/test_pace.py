"""Pace by its worked values: from the definitions, and from frames of invented accounts."""

from collections.abc import Sequence
from dataclasses import replace
from math import exp, log

import numpy as np
import pandas as pd
import pytest

from tasks.divergence.pace import (
    community_equivalent_followers,
    detectable_divergence,
    hollow_share,
    pace,
    pace_divergence,
)
from tasks.metrics.changes import engagement_changes
from tasks.metrics.posts import post_engagement
from tests.unit.divergence.invented_changes import PACE
from tests.unit.metrics.invented import PARAMETERS, account_days, daily_posts, on

DAYS = 150
STEADY = [[3, 12]] * DAYS
UNEVEN = [[3, 12], [5, 8], [0, 30], [9, 1], [7, 7], [2, 16], [4, 20]] * 22


@pytest.mark.parametrize(
    ("divergence", "equivalent", "beta"),
    [(0.251812, 82862.28, 0.68), (0.237226, 80811.12, 0.60), (0.288276, 86479.29, 0.88), (0.310155, 88000.00, 1.0)],
)
def test_followers_up_a_fifth_and_engagement_down(divergence: float, equivalent: float, beta: float) -> None:
    """G12: 100,000 to 120,000 followers while 500 engagements fall to 440."""
    gain, moved = log(1.2), log(440 / 500)
    assert pytest.approx(pace_divergence(gain, moved, beta), abs=1e-6) == divergence
    assert pytest.approx(community_equivalent_followers(100_000, moved, beta), abs=0.01) == equivalent


def test_hollow_share() -> None:
    """G12 at 0.68: what the community does not account for, never below nothing."""
    assert pytest.approx(hollow_share(82862.28, 120_000), abs=1e-6) == 0.309481
    assert hollow_share(2000, 1600) == 0


@pytest.mark.parametrize(("smallest", "posts"), [(0.86, 14), (0.61, 28), (0.43, 56), (0.30, 112), (0.25, 168)])
def test_more_posts_show_smaller_divergences(smallest: float, posts: int) -> None:
    """What can be seen at 80 % power with deviation 1 and a reference window of 90 days."""
    assert pytest.approx(detectable_divergence(1.0, posts, 90 / 28 * posts, 0.05, 0.2), abs=0.005) == smallest


def _pace(followers: Sequence[int | None], engagements: Sequence[Sequence[int]] = UNEVEN) -> pd.DataFrame:
    days = account_days(followers)
    changes = engagement_changes(post_engagement(daily_posts(engagements), days, PARAMETERS), days, PARAMETERS)
    return pace(changes, days, PACE)


@pytest.mark.parametrize(
    ("divergence", "hollow", "spiked"),
    [(0.0596, 0.084, 1), (0.1787, 0.231, 3), (0.4170, 0.458, 7), (0.8341, 0.707, 14), (1.6681, 0.914, 28)],
)
def test_a_spike_enters_the_divergence_day_by_day(divergence: float, hollow: float, spiked: int) -> None:
    """G16: 17,000 strangers over night; the divergence rises with the days that the window has seen of them."""
    day = 117 + spiked + 2 - 1
    row = on(_pace([1600] * 117 + [18_600] * 33, STEADY), day)
    assert pytest.approx(row["pace_divergence"], abs=1e-4) == divergence
    assert pytest.approx(row["windowed_hollow_share"], abs=5e-4) == hollow


def test_the_hollow_share_speaks_on_the_first_day() -> None:
    """G16: on the day of the spike the share is that of today's count, while the divergence is still nothing."""
    row = on(_pace([1600] * 130 + [18_600] * 20, STEADY), 130)
    assert (0, 1600) == pytest.approx((row["pace_divergence"], row["community_equivalent_followers"]), abs=1e-6)
    assert pytest.approx(row["hollow_share"]) == 17_000 / 18_600
    assert row["pace_state"] == "in_step"


def test_the_windowed_share_after_a_full_window() -> None:
    """G16: when the whole window has seen the spike, followers are 11.625 times what the community accounts for."""
    row = on(_pace([1600] * 117 + [18_600] * 33), 146)
    assert pytest.approx(1 / (1 - row["windowed_hollow_share"]), rel=0.05) == 11.625
    assert row["pace_state"] == "outrunning"


def test_a_community_that_grows_faster_outgrows() -> None:
    """Engagement three times as high at the same follower count: the interval lies below zero."""
    louder = UNEVEN[:118] + [[3 * likes + 2 for likes in day] for day in UNEVEN[118:]]
    row = on(_pace([1600] * DAYS, louder), 149)
    assert row["pace_divergence_high"] < 0
    assert (row["pace_state"], row["hollow_share"]) == ("outgrowing", 0)


def test_the_ends_belong_together() -> None:
    """Low and high of divergence, equivalent and hollow share enclose their value, and map onto each other."""
    row = on(_pace([1600] * 117 + [2400] * 33), 149)
    for name in ("pace_divergence", "community_equivalent_followers", "hollow_share"):
        assert row[f"{name}_low"] < row[name] < row[f"{name}_high"]
    assert 1 - row["community_equivalent_followers_low"] / 2400 == pytest.approx(row["hollow_share_high"])
    gain = log(row["community_equivalent_followers_high"] / 1600)
    assert 0.68 * (log(1.5) - gain) == pytest.approx(row["pace_divergence_low"])


def test_missing_counts_are_named() -> None:
    """Too few counts give no divergence; an unread day gives no share of it, and the divergence stands."""
    few = on(_pace([None] * 100 + [1600] * 50), 149)
    assert (few["pace_state"], few["pace_reason"]) == ("insufficient_data", "too_few_counts")
    unread = on(_pace([1600] * 149 + [None]), 149)
    assert (unread["pace_state"], unread["pace_reason"]) == ("in_step", "no_followers_count")
    assert np.isnan(unread["hollow_share"])
    assert on(_pace([1600] * DAYS), 30)["pace_reason"] == "too_few_posts"


def test_another_exponent_gives_another_equivalent() -> None:
    """The exponent is a parameter: at 1 an engagement change is a follower change."""
    days = account_days([1000] * DAYS)
    mature = post_engagement(daily_posts(UNEVEN), days, PARAMETERS)
    changes = engagement_changes(mature, days, PARAMETERS)
    row, moved = on(pace(changes, days, replace(PACE, beta=1.0)), 149), on(changes, 149)["engagement_log_change"]
    assert pytest.approx(1000 * exp(moved)) == row["community_equivalent_followers"]
