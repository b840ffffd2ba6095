"""Levels of every account and day, against hand-worked values."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from tasks.metrics.days import CalendarError
from tasks.metrics.levels import engagement_levels
from tasks.metrics.posts import post_engagement
from tests.unit.metrics.invented import PARAMETERS, account_days, daily_posts, on, posts, reading

FIVE = replace(PARAMETERS, minimum_posts=5)
METRICS = ("like_count", "repost_count", "quote_count", "reply_count", "bookmark_count", "impression_count")
G9 = (
    (10, 2, 0, 3, 1, 800),
    (0, 0, 0, 1, 0, 150),
    (4, 1, 0, 0, 0, 400),
    (100, 30, 5, 15, 10, 9000),
    (6, 1, 0, 2, 1, 500),
)


def _g9_levels(**changes: object) -> pd.DataFrame:
    told = [dict(zip(METRICS, counts, strict=True)) | changes for counts in G9]
    read = posts(*(reading(day, f"2026-01-0{day}T12:00", 50, **said) for day, said in enumerate(told, 1)))
    days = account_days([2000] * 10)
    return engagement_levels(post_engagement(read, days, FIVE), read, days, FIVE)


def test_five_posts_give_the_worked_values() -> None:
    """The window of day 7 holds the five posts of G9, and every level is that of the reference."""
    expected = {
        "engagement_geometric_mean": 11.372448,
        "engagement_median": 9,
        "engagement_mean": 36,
        "engagement_p90": 96,
        "zero_engagement_share": 0,
        "engagement_by_followers_mean_rate": 0.018,
        "engagement_by_followers_median_rate": 0.0045,
        "engagement_by_followers_pooled_rate": 0.018,
        "engagement_by_impressions_mean_rate": 0.01451667,
        "engagement_by_impressions_pooled_rate": 0.01658986,
        "engagement_by_impressions_median_rate": 0.01666667,
        "conversation_per_post": 4.2,
        "amplification_per_post": 7.8,
        "applause_per_post": 24,
        "amplification_per_thousand_followers": 3.9,
        "save_rate": 0.00110599,
        "impressions_per_follower": 1.085,
        "reply_like_ratio": 0.175,
        "repost_reply_ratio": 1.6,
        "inbound_actions_per_post": 36,
    }
    assert expected == pytest.approx(on(_g9_levels(), 7)[list(expected)].to_dict(), rel=1e-6)


def test_a_post_enters_the_window_two_days_after_it_was_published() -> None:
    """On day 5 the post of day 4 is too young, so four posts are too few and every level is null."""
    row = on(_g9_levels(), 5)
    assert row["engagement_reason"] == "too_few_posts"
    assert np.isnan(row["engagement_geometric_mean"])
    assert np.isnan(row["save_rate"])


def test_a_missing_impression_count_leaves_other_levels_alone() -> None:
    """Without impressions there is no rate by them and no save rate, and the level stands."""
    row = on(_g9_levels(impression_count=None), 7)
    assert np.isnan(row["engagement_by_impressions_pooled_rate"])
    assert np.isnan(row["save_rate"])
    assert pytest.approx(row["engagement_geometric_mean"], abs=1e-6) == 11.372448


def test_the_window_is_28_days_long() -> None:
    """A post of day 0 stands in the window of day 29 and not in that of day 30."""
    read = daily_posts([[100]] + [[]] * 9 + [[10] * 5])
    days = account_days([50] * 40)
    levels = engagement_levels(post_engagement(read, days, FIVE), read, days, FIVE)
    assert [25, 10] == pytest.approx([on(levels, 29)["engagement_mean"], on(levels, 30)["engagement_mean"]])


def test_posts_older_than_the_calendar_count() -> None:
    """On the first day of tracking, posts read from the timeline's past already give a level."""
    read = daily_posts([[3], [5], [7], [9], [11], [], [], []], first=pd.Timestamp("2025-12-20"))
    days = account_days([50])
    assert on(engagement_levels(post_engagement(read, days, FIVE), read, days, FIVE), 0)["engagement_mean"] == 7


def test_coverage_is_the_share_of_known_posts_read_at_maturity() -> None:
    """Three of four posts of the window were read at 48 hours or later."""
    ages = (50, 20, 49, 70)
    read = posts(*(reading(day, f"2026-01-0{day}", hours) for day, hours in enumerate(ages, 1)))
    days = account_days([10] * 10)
    levels = engagement_levels(post_engagement(read, days, FIVE), read, days, FIVE)
    assert on(levels, 8)["post_coverage_share"] == 0.75
    assert on(levels, 0)["engagement_reason"] == "no_posts_read"


def test_few_impressions_are_drawn_toward_the_months_before() -> None:
    """Between the window's own rate and that of the 90 days before lies the shrunk one."""
    read = daily_posts([[day % 7 + 5] for day in range(90)] + [[300] for _ in range(8)])
    days = account_days([50] * 110)
    row = on(engagement_levels(post_engagement(read, days, FIVE), read, days, FIVE), 100)
    own, shrunk = row["engagement_by_impressions_pooled_rate"], row["engagement_by_impressions_shrunk_rate"]
    assert 0 < shrunk < own


def test_a_calendar_with_a_gap_is_refused() -> None:
    """Windows count calendar days, so a missing day would silently lengthen them."""
    days = account_days([1, 2, 3]).drop(index=1)
    with pytest.raises(CalendarError, match="1 gaps or repeats"):
        engagement_levels(post_engagement(posts(), days, FIVE), posts(), days, FIVE)
