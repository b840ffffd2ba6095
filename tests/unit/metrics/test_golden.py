"""Worked values of the engagement metrics, from the project's reference of scores and the papers it cites."""

import numpy as np
import pytest

from tasks.metrics import community, concentration, levels, rates, shrinkage
from tasks.metrics.wilson import wilson_interval

LIKES = np.array([10, 0, 4, 100, 6])
REPOSTS = np.array([2, 0, 1, 30, 1])
QUOTES = np.array([0, 0, 0, 5, 0])
REPLIES = np.array([3, 1, 0, 15, 2])
BOOKMARKS = np.array([1, 0, 0, 10, 1])
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


@pytest.mark.parametrize(
    ("share", "yes", "people"),
    [
        (0.303900, 3771, 12364),
        (0.236194, 216, 944),
        (0.248543, 2, 21),
        (0.254331, 11, 49),
        (0.254116, 772, 3044),
        (0.263641, 4, 10),
        (0.290488, 300, 1000),
        (0.261582, 1, 1),
    ],
)
def test_beta_binomial(share: float, yes: int, people: int) -> None:
    """G6: few people draw a share toward the prior."""
    given = shrinkage.beta_binomial_share(yes, people, prior_yes=78.661, prior_no=224.875)
    assert share == pytest.approx(given, abs=1e-6)


def test_marshall() -> None:
    """G7: posts with few impressions are drawn toward the pooled rate, posts with many are believed."""
    received, shown = np.array([9, 20, 150, 0, 40]), np.array([100, 1000, 10000, 50, 1500])
    prior = shrinkage.rate_prior(received, shown)
    assert (0.01731225, 5.12824e-5) == pytest.approx((prior.mean, prior.variance), rel=1e-5)
    weights = [0.228526, 0.747615, 0.967344, 0.129003, 0.816288]
    assert weights == pytest.approx(shrinkage.shrinkage_weight(shown, prior), abs=1e-6)
    estimates = [0.03392330, 0.01932165, 0.01507551, 0.01507891, 0.02494815]
    assert estimates == pytest.approx(shrinkage.shrunk_rate(received, shown, prior), abs=1e-8)
    assert pytest.approx(shrinkage.gamma_poisson_rate(9, 100, shape=4, rate=200), abs=1e-7) == 0.0433333


@pytest.mark.parametrize(
    ("gini", "herfindahl", "effective", "actions"),
    [
        (0, 0.25, 4, [1, 1, 1, 1]),
        (0.75, 1, 1, [10, 0, 0, 0]),
        (0.25, 0.30, 3.333333, [4, 3, 2, 1]),
        (0.628, 0.3082, 3.244646, [50, 20, 10, 5, 5, 5, 2, 1, 1, 1]),
        (0, 1, 1, [100]),
    ],
)
def test_concentration(gini: float, herfindahl: float, effective: float, actions: list[int]) -> None:
    """G8: equal engagers are not concentrated, a single one is wholly."""
    counts = np.array(actions, dtype=float)
    given = (concentration.gini(counts), concentration.herfindahl(counts), concentration.effective_count(counts))
    assert (gini, herfindahl, effective) == pytest.approx(given, abs=1e-6)


def test_other_forms_of_concentration() -> None:
    """G8: normalized Herfindahl, entropy and top share; a single engager has no normalized index."""
    skewed = np.array([50, 20, 10, 5, 5, 5, 2, 1, 1, 1.0])
    assert pytest.approx(concentration.normalized_herfindahl(np.array([4, 3, 2, 1.0])), abs=1e-7) == 0.0666667
    assert np.isnan(concentration.normalized_herfindahl(np.array([100.0])))
    assert pytest.approx(concentration.entropy_count(skewed), abs=1e-6) == 4.780165
    assert pytest.approx(concentration.top_share(skewed)) == 0.5


def test_engagement_of_five_posts() -> None:
    """G9: engagement is likes, replies, reposts and quotes, and its mean, median and geometric mean differ."""
    assert ENGAGEMENT.tolist() == np.asarray(rates.engagement(LIKES, REPLIES, REPOSTS, QUOTES)).tolist()
    by_followers = rates.engagement_by_followers_rate(ENGAGEMENT, FOLLOWERS)
    assert [0.0075, 0.0005, 0.0025, 0.075, 0.0045] == pytest.approx(by_followers)
    assert pytest.approx(np.mean(by_followers)) == 0.018
    assert pytest.approx(levels.quantile(by_followers, 0.5)) == 0.0045
    assert pytest.approx(levels.geometric_mean(ENGAGEMENT), abs=1e-6) == 11.372448
    assert pytest.approx(np.divide(levels.geometric_mean(ENGAGEMENT), 2000), abs=1e-8) == 0.00568622
    assert levels.zero_share(ENGAGEMENT) == 0


def test_three_rates_by_impressions() -> None:
    """G9: mean of ratios, pooled rate and median are three different numbers."""
    ratios = rates.engagement_by_impressions_rate(ENGAGEMENT, IMPRESSIONS)
    assert pytest.approx(np.mean(ratios), abs=1e-8) == 0.01451667
    assert pytest.approx(rates.pooled_rate(ENGAGEMENT, IMPRESSIONS), abs=1e-8) == 0.01658986
    assert pytest.approx(levels.quantile(ratios, 0.5), abs=1e-8) == 0.01666667


def test_kinds_of_engagement() -> None:
    """G9: conversation, amplification and applause per post and per 1,000 followers, saves and replies per like."""
    assert pytest.approx(rates.per_post(REPOSTS + QUOTES)) == 7.8
    assert pytest.approx(rates.per_thousand_followers(REPOSTS + QUOTES, FOLLOWERS)) == 3.9
    assert pytest.approx(rates.pooled_rate(REPOSTS + QUOTES, FOLLOWERS)) == 0.0039
    assert pytest.approx(rates.per_post(REPLIES)) == 4.2
    assert pytest.approx(rates.per_post(LIKES)) == 24
    assert pytest.approx(rates.pooled_rate(REPOSTS + QUOTES, IMPRESSIONS), abs=1e-8) == 0.00359447
    assert pytest.approx(rates.pooled_rate(BOOKMARKS, IMPRESSIONS), abs=1e-8) == 0.00110599
    assert pytest.approx(rates.pooled_rate(REPLIES, LIKES)) == 0.175
    assert pytest.approx(rates.repost_reply_ratio(REPOSTS, REPLIES)) == 1.6


def test_community_of_six() -> None:
    """G10: six people over five days, two of them on several."""
    actions = np.array([4, 2, 1, 1, 1, 1.0])
    assert pytest.approx(community.repeat_share(2, 6)) == 2 / 6
    assert pytest.approx(community.stickiness_share(np.full(5, 2.0), 6), abs=1e-6) == 0.333333
    assert pytest.approx(concentration.herfindahl(actions)) == 0.24
    assert pytest.approx(concentration.effective_count(actions), abs=1e-5) == 4.16667
    assert pytest.approx(concentration.gini(actions)) == 0.30
    assert pytest.approx(concentration.top_share(actions)) == 0.4


def test_nothing_is_not_zero() -> None:
    """Without followers, impressions, posts or people there is no rate, and a missing count stays missing."""
    assert np.isnan(rates.engagement_by_followers_rate(3, 0))
    assert np.isnan(rates.engagement_by_impressions_rate(3, np.nan))
    assert np.isnan(rates.engagement(np.nan, 1, 1, 1))
    assert np.isnan(levels.geometric_mean(np.array([])))
    assert np.isnan(community.repeat_share(0, 0))
    assert np.isnan(wilson_interval(0, 0, z=1.96).low)
    assert np.isnan(concentration.gini(np.array([])))
