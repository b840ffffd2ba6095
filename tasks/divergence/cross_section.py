"""An account among all others of the same day: the only measures that depend on the cohort.

Engagement per post scales with followers across accounts; slopes are such as outliers do not move.
"""

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from tasks.divergence.pace import PaceParameters
from tasks.schema.arrays import DAY_KEY, MAD_TO_SD, FloatArray, Values, code_column, float_values

MEASURED = (
    "cross_section_beta",
    "cross_section_z",
    "followers_percentile",
    "engagement_percentile",
    "percentile_gap",
)


def cross_section(levels: pd.DataFrame, parameters: PaceParameters) -> pd.DataFrame:
    """Each account among those of the same day: one row per row of `levels`, in its order.

    `levels` has account_id, report_date, followers_geometric_mean and engagement_geometric_mean,
    both over the current window.
    The cohort of a day are the accounts that have both and at least one follower.
    Null with `cross_section_reason` for an account outside the cohort and in a cohort below the gate.
    """
    followers = np.log(float_values(levels["followers_geometric_mean"]))
    engagement = np.log1p(float_values(levels["engagement_geometric_mean"]))
    order = np.lexsort((levels["account_id"], followers, levels["report_date"]))
    is_known = ~np.isnan(followers + engagement)
    inside = order[is_known[order]]
    measured = np.full((len(levels), len(MEASURED)), np.nan)
    size = np.zeros(len(levels))
    day = levels["report_date"].to_numpy()[inside]
    for cohort in np.split(inside, np.flatnonzero(np.diff(day) != np.timedelta64(0)) + 1):
        size[cohort] = len(cohort)
        if len(cohort) >= parameters.minimum_accounts:
            measured[cohort] = _cohort(followers[cohort], engagement[cohort], parameters)
    reason = np.where(is_known, np.where(size < parameters.minimum_accounts, "too_few_accounts", ""), "no_level")
    columns: dict[str, object] = {
        "cross_section_accounts_count": pd.Series(np.where(is_known, size, np.nan)).astype("Int64")
    }
    columns |= dict(zip(MEASURED, measured.T, strict=True)) | {"cross_section_reason": code_column(reason)}
    return pd.concat([levels[DAY_KEY].reset_index(drop=True), pd.DataFrame(columns)], axis=1)


def _cohort(followers: FloatArray, engagement: FloatArray, parameters: PaceParameters) -> FloatArray:
    if len(followers) <= parameters.complete_accounts:
        beta = theil_sen_slope(followers, engagement)
    else:
        pairs = parameters.complete_accounts * (parameters.complete_accounts - 1) // 2
        beta = distant_pair_slope(followers, engagement, pairs)
    z = residual_z(engagement - beta * followers)
    places = [np.asarray(percentiles(side)) for side in (followers, engagement)]
    return np.column_stack([np.full(len(z), beta), z, *places, places[0] - places[1]])


def theil_sen_slope(across: FloatArray, up: FloatArray) -> float:
    """Theil-Sen slope: median of the slopes of all pairs of points with distinct abscissae.

    Unit: of `up` over that of `across`.
    Null without such a pair.
    Source: Theil 1950, Sen 1968.

    >>> theil_sen_slope(np.arange(6.0), np.array([0.0, 1, 2, 3, 4, 50]))
    1.0
    """
    first, second = np.triu_indices(len(across), 1)
    return _median_slope(across, up, first.astype(np.int64), second.astype(np.int64))


def distant_pair_slope(across: FloatArray, up: FloatArray, pairs: int) -> float:
    """Theil's incomplete slope: the median over about `pairs` pairs that lie half the ordered points apart.

    The number of all pairs grows with the square of the points, and distant pairs are the ones that say most.
    `across` and `up` are in ascending order of `across`.
    Null without such a pair.
    Source: Theil 1950, part 1.

    >>> distant_pair_slope(np.arange(6.0), np.array([0.0, 1, 2, 3, 4, 50]), pairs=3)
    1.0
    """
    half = len(across) // 2
    offsets = half + np.arange(max(1, min(-(-pairs // max(half, 1)), len(across) - half)))
    first = np.concatenate([np.arange(len(across) - offset) for offset in offsets])
    second = first + np.repeat(offsets, len(across) - offsets)
    return _median_slope(across, up, first, second)


def _median_slope(across: FloatArray, up: FloatArray, first: NDArray[np.int64], second: NDArray[np.int64]) -> float:
    run, rise = across[second] - across[first], up[second] - up[first]
    is_distinct = run != 0
    return float(np.median(rise[is_distinct] / run[is_distinct])) if is_distinct.any() else np.nan


def residual_z(residuals: FloatArray) -> FloatArray:
    """Residuals in robust standard deviations: (r - median) / (1.4826 MAD).

    Unit: standard deviations; below 0 an account receives less engagement than its size predicts.
    Null when half of the residuals are the same.

    >>> [round(float(z), 4) for z in residual_z(np.array([1.0, 2, 3, 4, 100]))]
    [-1.349, -0.6745, 0.0, 0.6745, 65.4256]
    """
    distance, spread = _median_distance(residuals)
    return distance / (MAD_TO_SD * spread) if spread > 0 else np.full(residuals.shape, np.nan)


def _median_distance(values: FloatArray) -> tuple[FloatArray, float]:
    distance = values - np.median(values)
    return distance, float(np.median(np.abs(distance)))


def percentiles(values: Values) -> Values:
    """Percentile of each value among the others: 100 x (mid-rank - 0.5) / n.

    Unit: percentile points.
    Null for a missing value, which does not count among the others.

    >>> [float(p) for p in percentiles([100, 1000, 1000, 50_000, 2_000_000])]
    [10.0, 40.0, 40.0, 70.0, 90.0]
    """
    given = np.asarray(values, dtype=float)
    known = np.sort(given[~np.isnan(given)])
    below = np.searchsorted(known, given, side="left")
    upto = np.searchsorted(known, given, side="right")
    share = 100.0 * (below + upto) / 2 / max(len(known), 1)
    return np.where(np.isnan(given), np.nan, share)
