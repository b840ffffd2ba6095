"""Robust statistics and the comparison across accounts, against printed values and independent code."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from scipy.stats import theilslopes

from tasks.divergence.cross_section import cross_section, distant_pair_slope, percentiles, residual_z, theil_sen_slope
from tests.unit.divergence.invented_changes import PACE

RANDOM = np.random.default_rng(3)
FOLLOWERS = np.exp(RANDOM.normal(9, 2, 120))
ENGAGEMENT = np.expm1(0.68 * np.log(FOLLOWERS) - 3 + RANDOM.normal(0, 0.8, 120)).clip(0)


def _levels(count: int) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "account_id": [f"{number:03}" for number in range(count)],
            "report_date": pd.Timestamp("2026-05-01"),
            "followers_geometric_mean": FOLLOWERS[:count],
            "engagement_geometric_mean": ENGAGEMENT[:count],
        }
    )


def test_robust_z_and_slope() -> None:
    """G13: an outlier moves neither the scores of the others nor the slope."""
    assert [-1.349, -0.6745, 0, 0.6745, 65.4265] == pytest.approx(residual_z(np.array([1, 2, 3, 4, 100.0])), rel=2e-5)
    across, up = np.arange(6.0), np.array([0, 1, 2, 3, 4, 50.0])
    assert pytest.approx(np.polyfit(across, up, 1)[0], abs=1e-6) == 7.428571
    assert theil_sen_slope(across, up) == 1.0


def test_percentiles_and_their_gap() -> None:
    """G14: ties share a percentile, and the gap is the difference of the two."""
    followers = np.asarray(percentiles(np.array([100, 1000, 1000, 50_000, 2_000_000.0])))
    engagement = np.asarray(percentiles(np.array([5, 80, 10, 300, 200.0])))
    assert [10, 40, 40, 70, 90] == followers.tolist()
    assert [10, 50, 30, 90, 70] == engagement.tolist()
    assert [0, -10, 10, -20, 20] == (followers - engagement).tolist()


def test_scaling_of_published_tiers() -> None:
    """G15: by least squares SociaVault's medians scale with exponent 0.679698; the robust slope lies in their range."""
    middle = np.sqrt([1e3 * 1e4, 1e4 * 5e4, 5e4 * 1e5, 1e5 * 5e5, 1e6 * 1e6])
    up = np.log(np.array([2.18, 1.42, 0.97, 0.63, 0.35]) / 100 * middle)
    assert pytest.approx(np.polyfit(np.log(middle), up, 1)[0], abs=1e-6) == 0.679698
    assert 0.60 < theil_sen_slope(np.log(middle), up) < 0.88


def test_slopes_agree_with_independent_code() -> None:
    """All pairs give scipy's Theil-Sen slope; distant pairs alone come close to it."""
    order = np.argsort(FOLLOWERS)
    across, up = np.log(FOLLOWERS)[order], np.log1p(ENGAGEMENT)[order]
    expected = theilslopes(up, across).slope
    assert expected == pytest.approx(theil_sen_slope(across, up))
    assert expected == pytest.approx(distant_pair_slope(across, up, pairs=2000), abs=0.05)


def test_an_account_among_others() -> None:
    """Slope, residual and percentiles of a cohort follow from the definitions."""
    frame = cross_section(_levels(120), PACE)
    beta = theilslopes(np.log1p(ENGAGEMENT), np.log(FOLLOWERS)).slope
    residuals = np.log1p(ENGAGEMENT) - beta * np.log(FOLLOWERS)
    assert pytest.approx(frame["cross_section_beta"]) == np.full(120, beta)
    assert pytest.approx(frame["cross_section_z"]) == residual_z(residuals)
    assert pytest.approx(frame["percentile_gap"].sum()) == 0
    assert frame["cross_section_reason"].isna().all()


def test_large_cohorts_use_distant_pairs() -> None:
    """Above the size for all pairs the slope stays close."""
    beta = cross_section(_levels(120), replace(PACE, complete_accounts=50))["cross_section_beta"].iloc[0]
    assert theilslopes(np.log1p(ENGAGEMENT), np.log(FOLLOWERS)).slope == pytest.approx(beta, abs=0.05)


def test_a_small_cohort_and_an_unknown_level_have_no_place() -> None:
    """29 accounts are too few; an account without level counts for nobody."""
    levels = _levels(30)
    levels.loc[4, "engagement_geometric_mean"] = np.nan
    frame = cross_section(levels, PACE)
    assert frame["cross_section_z"].isna().all()
    assert ["no_level", "too_few_accounts"] == frame["cross_section_reason"].iloc[[4, 5]].tolist()
    assert frame["cross_section_accounts_count"].iloc[5] == 29


def test_row_order_is_irrelevant() -> None:
    """Shuffled accounts get the same numbers."""
    levels = _levels(60)
    shuffled = levels.sample(frac=1, random_state=1)
    again = cross_section(shuffled, PACE).sort_values("account_id").reset_index(drop=True)
    pd.testing.assert_frame_equal(cross_section(levels, PACE), again)
