"""The people behind the engagement, by hand-worked windows."""

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pandas as pd
import pytest

from tasks.metrics.community import community_metrics
from tasks.metrics.posts import post_engagement
from tests.oracles.concentration import effective_count, gini
from tests.unit.metrics.invented import COMMUNITY, FIRST_DAY, PARAMETERS, Act, account_days, engagements, on, posts
from tests.unit.metrics.invented import reading as post_reading

G10 = [Act(ord(act[0]), int(act[1])) for act in ("a1", "a2", "a3", "a5", "b1", "b3", "c2", "d4", "e4", "f5")]


def _metrics(*acts: Act, days: pd.DataFrame, window: int = 28, read: pd.DataFrame | None = None) -> pd.DataFrame:
    own = posts() if read is None else read
    mature = post_engagement(own, days, PARAMETERS)
    return community_metrics(engagements(*acts), mature, days, replace(COMMUNITY, window_days=window))


def test_ten_actions_of_six_people() -> None:
    """G10 in a window of five days: who came, who came again, how often and how unequally."""
    row = on(_metrics(*G10, days=account_days([1000] * 8), window=5), 5)
    expected = {
        "engagers_count_28d": 6,
        "repeat_engagers_count_28d": 2,
        "repeat_engager_share": 2 / 6,
        "stickiness_share": 1 / 3,
        "effective_engagers": 4.1666667,
        "engagement_gini": 0.30,
        "top_engager_share": 0.4,
        "interactor_ratio": 0.006,
    }
    assert expected == pytest.approx(row[list(expected)].to_dict(), abs=1e-6)


def test_one_action_per_day_and_post() -> None:
    """Replying to and reposting the same post on a day is one action, another post is a second one."""
    acts = [Act(1, 1), Act(1, 1, kind="repost"), Act(1, 1, post=2), Act(2, 1)]
    row = on(_metrics(*acts, days=account_days([9] * 3)), 1)
    assert (2, 2 / 3) == pytest.approx((row["engagers_count_28d"], row["top_engager_share"]))


def test_who_engaged_leaves_after_28_days() -> None:
    """An engager of day 1 is counted until day 28 and no longer on day 29."""
    metrics = _metrics(Act(1, 1), Act(2, 29), days=account_days([9] * 40))
    assert [1, 1] == [on(metrics, 28)["engagers_count_28d"], on(metrics, 29)["engagers_count_28d"]]
    assert on(metrics, 30)["engagers_count_28d"] == 1


def test_retention_compares_two_full_windows() -> None:
    """Of three engagers before, one came again; with fewer than 56 days known there is no retention."""
    acts = [Act(1, 0), Act(2, 5), Act(3, 10), Act(1, 30), Act(4, 31)]
    metrics = _metrics(*acts, days=account_days([9] * 60))
    assert np.isnan(on(metrics, 54)["retention_28d_share"])
    assert on(metrics, 54)["community_reason"] == "followers_not_read"
    assert on(metrics, 55)["retention_28d_share"] == pytest.approx(1 / 3)


def test_active_followers_are_a_share_with_an_interval() -> None:
    """Three of a thousand followers engaged: the interval is Wilson's of G5."""
    acts = [Act(number, 1, follows=number < 4) for number in range(1, 6)]
    row = on(_metrics(*acts, days=account_days([1000] * 3)), 1)
    names = ["active_follower_share", "active_follower_share_low", "active_follower_share_high"]
    assert [0.003, 0.001021, 0.008783] == pytest.approx(row[names].tolist(), abs=1e-6)
    assert row["engager_follower_share"] == pytest.approx(3 / 5)


def test_without_follower_list_there_is_no_active_share() -> None:
    """Nobody knows whether the engagers follow: null, not zero."""
    row = on(_metrics(Act(1, 1), days=account_days([1000] * 3)), 1)
    assert np.isnan(row["active_follower_share"])
    assert row["community_reason"] == "followers_not_read"


def test_unread_engagers_are_unknown_and_no_engagement_means_nobody() -> None:
    """Posts with likes and no name read: unknown; posts without any engagement: nobody."""
    days = account_days([1000] * 10)
    liked = posts(post_reading(1, "2026-01-01", 50, like_count=4))
    quiet = posts(post_reading(1, "2026-01-01", 50))
    unknown, nobody = (on(_metrics(days=days, read=read), 5) for read in (liked, quiet))
    assert pd.isna(unknown["engagers_count_28d"])
    assert unknown["community_reason"] == "engagers_not_read"
    assert (0, 0.0) == (nobody["engagers_count_28d"], nobody["active_follower_share"])


def test_coverage_compares_names_with_counts() -> None:
    """Two of the eight engagements that X counted were read by name; mentions are not among them."""
    read = posts(post_reading(1, "2026-01-01", 50, like_count=6, reply_count=2))
    acts = [Act(1, 1), Act(2, 1), Act(3, 1, kind="mention", post=99)]
    assert on(_metrics(*acts, days=account_days([9] * 10), read=read), 5)["engager_coverage_share"] == 0.25


def test_a_like_is_no_interaction() -> None:
    """Interactors reposted, quoted, mentioned or replied; three of the four people did."""
    acts = [Act(1, 1, kind="like"), Act(2, 1, kind="repost"), Act(3, 1, kind="mention"), Act(4, 1, kind="quote")]
    assert on(_metrics(*acts, days=account_days([1000] * 2)), 1)["interactor_ratio"] == 0.003


def test_the_latest_follower_count_of_an_engager_counts() -> None:
    """One engager with 9, then 99 followers, one with 999: the mean of 99 and 999 in logs, each plus one."""
    acts = [Act(1, 1, followers=9), Act(1, 3, followers=99), Act(2, 2, followers=999)]
    metrics = _metrics(*acts, days=account_days([9] * 5))
    assert on(metrics, 4)["engager_followers_geometric_mean"] == pytest.approx((100 * 1000) ** 0.5 - 1)


def test_an_action_without_time_belongs_to_its_first_reading() -> None:
    """A repost carries no time; read again a week later it is still the action of the first reading."""
    acts = [Act(1, 2, kind="repost", has_time=False), Act(1, 9, kind="repost", has_time=False)]
    row = on(_metrics(*acts, days=account_days([9] * 12)), 11)
    assert (1, 0) == (row["engagers_count_28d"], row["repeat_engagers_count_28d"])


def test_every_day_agrees_with_counting_by_hand() -> None:
    """On a random summer of one account each window's people, counted one by one, are those of the frame."""
    random = np.random.default_rng(5)
    acts = [Act(int(random.integers(12)), int(random.integers(80)), int(random.integers(3))) for _ in range(150)]
    metrics = _metrics(*acts, days=account_days([500] * 90), window=7)
    for day in range(14, 80):
        now = {(act.actor, act.day, act.post) for act in acts if day - 7 < act.day <= day}
        before = {act.actor for act in acts if day - 14 < act.day <= day - 7}
        people = {actor for actor, _, _ in now}
        times = np.array([sum(actor == person for actor, _, _ in now) for person in people], dtype=float)
        retained = len(people & before) / len(before)
        row = on(metrics, day)
        assert len(people) == row["engagers_count_28d"]
        assert pytest.approx(gini(times)) == row["engagement_gini"]
        assert pytest.approx(effective_count(times)) == row["effective_engagers"]
        assert pytest.approx(retained) == row["retention_28d_share"]


def test_the_frame_has_a_row_for_each_day() -> None:
    """Rows follow the calendar, one per day."""
    metrics = _metrics(Act(1, 1), days=account_days([9] * 5))
    assert all(later - earlier == pd.Timedelta(days=1) for earlier, later in pairwise(metrics["report_date"]))
    assert metrics["report_date"].iloc[0] == FIRST_DAY
