"""Worked values of the vanity scores, from papers, published code and the project's reference of scores."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from tasks.metrics.parameters import VanityParameters
from tasks.metrics.scores import (
    amplification_score,
    audience_score,
    damping_factor,
    klout_style_score,
    network_score,
    reach_score,
    social_networking_potential,
    starting_mass,
    vanity_gap,
)
from tasks.metrics.vanity import SCORE_INPUTS, vanity_scores

PARAMETERS = VanityParameters(
    reach_points=12.5,
    amplification_points=20.0,
    network_points=12.5,
    reach_weight=0.5,
    amplification_weight=0.3,
    network_weight=0.2,
    damping_slope=5.0,
    damping_ratio=0.6,
    damping_following=500,
    damping_floor=0.02,
)


def test_tweepcred_masses() -> None:
    """G2: following many costs mass before PageRank."""
    masses = starting_mass(np.array([1000, 1000, 500, 1000]), np.array([1000, 601, 1000, 400]))
    assert [13.5335, 99.3031, 0.0921, 100] == pytest.approx(masses, abs=1e-4)


def test_social_networking_potential() -> None:
    """G3: 50 interactors of 1,000 followers, 15 answers to 50 posts."""
    assert pytest.approx(social_networking_potential(50 / 1000, 15 / 50)) == 0.175


def test_components_and_score() -> None:
    """G11: 20,000 followers, 900 followed, 19 actions a post, 150 lists; and without the network component."""
    damping = damping_factor(20_000, 900, PARAMETERS)
    reach = reach_score(20_000, damping, PARAMETERS)
    amplification, network = amplification_score(19, PARAMETERS), network_score(150, PARAMETERS)
    assert (53.763146, 26.020600, 27.237212) == pytest.approx((reach, amplification, network), abs=1e-6)
    assert pytest.approx(klout_style_score(reach, amplification, network, PARAMETERS), abs=1e-6) == 40.135196
    assert pytest.approx(klout_style_score(reach, amplification, np.nan, PARAMETERS), abs=1e-6) == 43.359692
    assert np.isnan(klout_style_score(np.nan, amplification, network, PARAMETERS))


def test_scales_of_decades() -> None:
    """G11: reach has 12.5 points per decade up to 100, amplification 20."""
    followers = np.array([0, 9, 99, 999, 9999, 999_999, 99_999_999, 10**10])
    assert [0, 12.5, 25, 37.5, 50, 75, 100, 100] == pytest.approx(reach_score(followers, 1.0, PARAMETERS))
    assert [0, 20, 40, 60] == pytest.approx(amplification_score(np.array([0, 9, 99, 999]), PARAMETERS))


def test_damping() -> None:
    """An account that follows as many as follow it keeps a part of its reach; below 500 followed nobody is damped."""
    assert pytest.approx(damping_factor(1000, 1000, PARAMETERS), abs=1e-6) == 0.135335
    assert damping_factor(10, 500, PARAMETERS) == 1
    assert damping_factor(10, 5000, PARAMETERS) == 0.02


def test_frank_wakes_up() -> None:
    """G16: 17,000 strangers over night put the count 13.3 points ahead of the community."""
    audience, community = (float(audience_score(count, PARAMETERS)) for count in (18_600.0, 1600.0))
    assert (53.369204, 40.054892) == pytest.approx((audience, community), abs=1e-6)
    assert pytest.approx(vanity_gap(audience, community), abs=1e-6) == 13.314312


def _day(**known: float) -> pd.DataFrame:
    row = {name: [known.get(name, np.nan)] for name in SCORE_INPUTS}
    return pd.DataFrame({"account_id": ["1"], "report_date": [pd.Timestamp("2026-05-01")], **row})


def test_a_day_s_scores() -> None:
    """G11 and G16 in one frame: the score from its components, the gap from the community-equivalent followers."""
    day = _day(
        followers_count=20_000, following_count=900, listed_count=150, inbound_actions_per_post=19,
        community_equivalent_followers=1600, community_equivalent_followers_low=1200,
        community_equivalent_followers_high=2000,
    )  # fmt: skip
    row = vanity_scores(day, PARAMETERS).iloc[0]
    assert pytest.approx(row["klout_style_score"], abs=1e-6) == 40.135196
    assert (row["network_source"], row["score_components_count"]) == ("listed", 3)
    assert row["vanity_gap_low"] < row["vanity_gap"] < row["vanity_gap_high"]
    assert pytest.approx(row["community_score"], abs=1e-6) == 40.054892


def test_engagers_take_the_place_of_lists() -> None:
    """Where the engagers' followers are known, the network rests on them."""
    day = _day(followers_count=10, following_count=1, listed_count=150, engager_followers_geometric_mean=999)
    row = vanity_scores(day, PARAMETERS).iloc[0]
    assert (row["network_source"], row["network_score"]) == ("engagers", pytest.approx(37.5))


def test_missing_counts_are_named_and_nothing_is_guessed() -> None:
    """Without the followed count the damping is unknown, so the score is; the audience score stands."""
    row = vanity_scores(_day(followers_count=999), PARAMETERS).iloc[0]
    assert row["vanity_reason"] == "no_following_count"
    assert np.isnan(row["klout_style_score"])
    assert pytest.approx(row["audience_score"]) == 37.5
    assert np.isnan(row["vanity_gap"])
    assert vanity_scores(_day(), PARAMETERS).iloc[0]["vanity_reason"] == "no_followers_count"


def test_weights_are_those_of_the_parameters() -> None:
    """With all weight on reach the score is reach."""
    alone = replace(PARAMETERS, reach_weight=1.0, amplification_weight=0.0, network_weight=0.0)
    assert klout_style_score(53.7, 26.0, 27.2, alone) == pytest.approx(53.7)
