"""Worked values of the engagement metrics, from the project's reference of scores and the papers it cites."""

import numpy as np
import pytest

from tasks.metrics import rates
from tasks.metrics.concentration import concentration
from tasks.metrics.days import calendar
from tasks.metrics.rates import wilson_interval
from tests.unit.metrics.invented import account_days

LIKES = np.array([10, 0, 4, 100, 6])
REPOSTS = np.array([2, 0, 1, 30, 1])
QUOTES = np.array([0, 0, 0, 5, 0])
REPLIES = np.array([3, 1, 0, 15, 2])
IMPRESSIONS = np.array([800, 150, 400, 9000, 500])
ENGAGEMENT = np.array([15, 1, 5, 150, 9])
FOLLOWERS = np.full(5, 2000)


@pytest.mark.parametrize(
    ("low", "high", "yes", "people"),
    [
        (0, 0.277533, 0, 10),
        (0.017876, 0.404150, 1, 10),
        (0.236593, 0.763407, 5, 10),
        (0.722467, 1, 10, 10),
        (0.055229, 0.174366, 10, 100),
        (0, 0.003827, 0, 1000),
        (0.001021, 0.008783, 3, 1000),
        (0.010251, 0.014621, 120, 9800),
        (0.383930, 0.443112, 438, 1060),
        (0.206549, 1, 1, 1),
    ],
)
def test_wilson(low: float, high: float, yes: int, people: int) -> None:
    """G5: Wilson's interval stays within 0 and 1 and is not empty at either end."""
    assert (low, high) == pytest.approx(wilson_interval(yes, people, z=1.959964), abs=1e-6)


def test_marshall() -> None:
    """G7: posts with few impressions are drawn toward the pooled rate, posts with many are believed."""
    received, shown = np.array([9, 20, 150, 0, 40]), np.array([100, 1000, 10000, 50, 1500])
    prior = rates.rate_prior(received.sum(), shown.sum(), (received**2 / shown).sum(), float(len(shown)))
    assert (0.01731225, 5.12824e-5) == pytest.approx((prior.mean, prior.variance), rel=1e-5)
    weights = [0.228526, 0.747615, 0.967344, 0.129003, 0.816288]
    assert weights == pytest.approx(rates.shrinkage_weight(shown, prior), abs=1e-6)
    estimates = [0.03392330, 0.01932165, 0.01507551, 0.01507891, 0.02494815]
    assert estimates == pytest.approx(rates.shrunk_rate(received, shown, prior), abs=1e-8)


def _concentration(actions: list[int]) -> tuple[float, ...]:
    """Gini, effective number and top share on a day on which each actor took so many actions."""
    days = calendar(account_days([9]))
    actor = np.repeat(np.arange(len(actions)), actions)
    account = np.zeros_like(actor)
    found = concentration(account, actor, account + days.day[0], days, 28)
    names = ("engagement_gini", "effective_engagers", "top_engager_share")
    return tuple(float(found[name][0]) for name in names)


@pytest.mark.parametrize(
    ("gini", "herfindahl", "effective", "top", "actions"),
    [
        (0, 0.25, 4, 0.25, [1, 1, 1, 1]),
        (0.75, 1, 1, 1, [10, 0, 0, 0]),
        (0.25, 0.30, 3.333333, 0.4, [4, 3, 2, 1]),
        (0.628, 0.3082, 3.244646, 0.5, [50, 20, 10, 5, 5, 5, 2, 1, 1, 1]),
        (0, 1, 1, 1, [100]),
    ],
)
def test_concentration(gini: float, herfindahl: float, effective: float, top: float, actions: list[int]) -> None:
    """G8: equal engagers are not concentrated, a single one is wholly; who did nothing is no engager."""
    people = [count for count in actions if count]
    # The printed value counts those who did nothing among n: (n - 1) / n where one of n does everything.
    idle = len(actions) - len(people)
    given = _concentration(people)
    assert (effective, top) == pytest.approx(given[1:], abs=1e-6)
    assert pytest.approx(1 / given[1], abs=1e-6) == herfindahl
    assert pytest.approx((given[0] * len(people) + idle) / len(actions), abs=1e-6) == gini


def test_engagement_of_five_posts() -> None:
    """G9: engagement is likes, replies, reposts and quotes; its levels stand in test_levels."""
    assert ENGAGEMENT.tolist() == np.asarray(rates.engagement(LIKES, REPLIES, REPOSTS, QUOTES)).tolist()
    by_followers = rates.engagement_by_followers_rate(ENGAGEMENT, FOLLOWERS)
    assert [0.0075, 0.0005, 0.0025, 0.075, 0.0045] == pytest.approx(by_followers)
    by_impressions = rates.engagement_by_impressions_rate(ENGAGEMENT, IMPRESSIONS)
    assert pytest.approx(np.mean(by_impressions), abs=1e-8) == 0.01451667


def test_nothing_is_not_zero() -> None:
    """Without followers, impressions, posts or people there is no rate, and a missing count stays missing."""
    assert np.isnan(rates.engagement_by_followers_rate(3, 0))
    assert np.isnan(rates.engagement_by_impressions_rate(3, np.nan))
    assert np.isnan(rates.engagement(np.nan, 1, 1, 1))
    assert np.isnan(wilson_interval(0, 0, z=1.96).low)
    assert np.isnan(_concentration([])).all()
