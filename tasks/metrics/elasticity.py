"""How engagement moves with the follower count within one account."""

import numpy as np
import pandas as pd

from tasks.metrics.days import Calendar, IntArray, first_code
from tasks.metrics.engagement_parameters import EngagementParameters
from tasks.metrics.follower_levels import mean_log_followers
from tasks.metrics.post_series import PostSeries
from tasks.metrics.rates import FloatArray, Values, quotient
from tasks.metrics.windows import sorted_quantiles

SLOPE_ROWS = 20_000
"""Rows whose slopes between all pairs of blocks are laid out at once: 17 MB for 15 blocks."""


def elasticity(log_followers: Values, log_engagements: Values) -> Values:
    """Elasticity: median of the slopes of log engagement on log followers over all pairs of blocks of days.

    Unit: 1; 1 says that engagement grows in proportion to followers.
    Null with fewer than two distinct follower levels.
    Source: Theil 1950, Sen 1968.
    It explodes when the follower count is flat, so it is for reading, never for a test.

    >>> float(elasticity([0, 1, 2, 3, 4, 5], [0, 1, 2, 3, 4, 50]))
    1.0
    """
    across, up = np.asarray(log_followers, dtype=float), np.asarray(log_engagements, dtype=float)
    first, second = np.triu_indices(across.size, 1)
    slopes = np.asarray(quotient(up[second] - up[first], across[second] - across[first]))
    slopes = slopes[~np.isnan(slopes)]
    return np.median(slopes) if slopes.size else np.nan


def elasticities(
    series: PostSeries, account_days: pd.DataFrame, days: Calendar, parameters: EngagementParameters
) -> dict[str, object]:
    """Elasticity of engagement to followers over blocks of days, with the reason where it is null."""
    across, up = _blocks(series, account_days, days, parameters)
    known = ~np.isnan(across) & ~np.isnan(up)
    is_enough = np.count_nonzero(known, axis=1) >= parameters.elasticity_minimum_blocks
    spread = np.where(known, across, -np.inf).max(axis=1) - np.where(known, across, np.inf).min(axis=1)
    is_flat = ~(spread >= parameters.elasticity_minimum_range)
    slopes = np.full(len(across), np.nan)
    due = is_enough & ~is_flat
    slopes[due] = _median_slopes(across[due], up[due])
    return {
        "elasticity": slopes,
        "elasticity_reason": first_code({"too_few_blocks": ~is_enough, "flat_followers": is_flat}),
    }


def _blocks(
    series: PostSeries, account_days: pd.DataFrame, days: Calendar, parameters: EngagementParameters
) -> tuple[FloatArray, FloatArray]:
    length = parameters.elasticity_block_days
    across, up = [], []
    for number in range(parameters.elasticity_days // length):
        newest = parameters.lag_days + number * length
        oldest = newest + length - 1
        across.append(mean_log_followers(account_days, days, oldest, newest)[0])
        posts = series.windows(days, oldest, newest)
        up.append(np.asarray(quotient(posts.sums(series["log"]), posts.sizes.astype(float))))
    return np.column_stack(across), np.column_stack(up)


def _median_slopes(across: FloatArray, up: FloatArray) -> FloatArray:
    first, second = np.triu_indices(across.shape[1], 1)
    cuts: list[IntArray] = np.split(np.arange(len(across)), range(SLOPE_ROWS, len(across), SLOPE_ROWS))
    result = np.full(len(across), np.nan)
    for rows in cuts:
        rise, run = up[rows][:, second] - up[rows][:, first], across[rows][:, second] - across[rows][:, first]
        slopes = np.sort(np.asarray(quotient(rise, run)), axis=1)
        result[rows] = sorted_quantiles(slopes, np.count_nonzero(~np.isnan(slopes), axis=1), 0.5)
    return result
