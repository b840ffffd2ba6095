"""Laws that the measures keep whatever the accounts do."""

from dataclasses import replace
from random import Random

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tasks.metrics import rates
from tasks.metrics.levels import engagement_levels
from tasks.metrics.posts import post_engagement
from tasks.metrics.scores import amplification_score, damping_factor, klout_style_score, network_score, reach_score
from tests.unit.metrics.invented import PARAMETERS as MEASURES
from tests.unit.metrics.invented import account_days, daily_posts, on
from tests.unit.metrics.test_golden_scores import PARAMETERS

COUNTS = st.integers(0, 10**9)
FEW_FOLLOWED = st.integers(0, 500)
SEVERAL = st.lists(st.integers(0, 10**6), min_size=1, max_size=30)


def _score(followers: int, following: int, actions: int, network: int) -> float:
    damping = damping_factor(followers, following, PARAMETERS)
    parts = (
        reach_score(followers, damping, PARAMETERS),
        amplification_score(actions, PARAMETERS),
        network_score(network, PARAMETERS),
    )
    return float(klout_style_score(*parts, PARAMETERS))


@given(COUNTS, COUNTS, COUNTS, COUNTS)
def test_a_score_is_finite_and_within_its_scale(followers: int, following: int, actions: int, network: int) -> None:
    """Whatever the counts, zeros included, the score lies between 0 and 100."""
    assert 0 <= _score(followers, following, actions, network) <= 100


@given(COUNTS, COUNTS, COUNTS)
def test_more_followers_never_lower_reach(followers: int, more: int, following: int) -> None:
    """At the same number followed, more followers give at least as much reach."""
    fewer, many = (
        reach_score(count, damping_factor(count, following, PARAMETERS), PARAMETERS)
        for count in (followers, followers + more)
    )
    assert np.asarray(many) >= np.asarray(fewer)


@given(st.tuples(COUNTS, COUNTS, COUNTS), st.tuples(COUNTS, COUNTS, COUNTS), FEW_FOLLOWED)
def test_better_in_everything_is_a_higher_score(
    first: tuple[int, int, int], more: tuple[int, int, int], following: int
) -> None:
    """Braunstein's law, which Klout broke: higher in all statistics is not lower in the score."""
    second = [count + extra for count, extra in zip(first, more, strict=True)]
    higher = _score(second[0], following, second[1], second[2])
    assert higher >= _score(first[0], following, first[1], first[2]) - 1e-9


def test_ten_thousand_strangers_raise_reach_by_four_points() -> None:
    """10,000 followers bought on top of 9,450 raise reach from 49.69 to 53.61."""
    before, after = (reach_score(count, 1.0, PARAMETERS) for count in (9450, 19_450))
    assert (49.69, 53.61) == pytest.approx((float(before), float(after)), abs=0.005)


@given(SEVERAL, SEVERAL, st.integers(1, 1000))
def test_scaling_all_counts_leaves_rates(received: list[int], shown: list[int], factor: int) -> None:
    """Ten times the engagement of ten times the impressions is the same rate."""
    size = min(len(received), len(shown))
    above, below = np.array(received[:size], dtype=float), np.array(shown[:size], dtype=float)
    once, often = (rates.quotient(times * above.sum(), times * below.sum()) for times in (1, factor))
    assert float(once) == pytest.approx(float(often), nan_ok=True)
    assert rates.quotient(above, below) == pytest.approx(rates.quotient(factor * above, factor * below), nan_ok=True)


def _levels(received: list[int]) -> pd.Series:
    """The levels of an account whose posts of one day received so much."""
    days, read = account_days([1000] * 4), daily_posts([received])
    one = replace(MEASURES, minimum_posts=1)
    return on(engagement_levels(post_engagement(read, days, one), read, days, one), 3)


@settings(max_examples=50, deadline=None)
@given(SEVERAL, st.randoms(use_true_random=False))
def test_order_is_irrelevant_and_zeros_are_harmless(received: list[int], chance: Random) -> None:
    """A level is finite, not below 0, and the same in any order."""
    shuffled = received.copy()
    chance.shuffle(shuffled)
    first, again = _levels(received), _levels(shuffled)
    for level in ("engagement_geometric_mean", "zero_engagement_share", "applause_per_post"):
        assert np.isfinite(first[level])
        assert first[level] >= 0
        assert first[level] == pytest.approx(again[level])


@settings(max_examples=50, deadline=None)
@given(SEVERAL)
def test_the_geometric_mean_lies_between_least_and_most(received: list[int]) -> None:
    """A typical post received no less than the least and no more than the most."""
    level = float(_levels(received)["engagement_geometric_mean"])
    assert min(received) - 1e-6 <= level <= max(received) * (1 + 1e-9) + 1e-6


def test_weights_that_sum_to_another_number_scale_nothing() -> None:
    """Weights are relative: doubling all of them leaves the score."""
    doubled = replace(PARAMETERS, reach_weight=1.0, amplification_weight=0.6, network_weight=0.4)
    parts = (53.763146, 26.0206, 27.237212)
    assert klout_style_score(*parts, PARAMETERS) == pytest.approx(klout_style_score(*parts, doubled))
