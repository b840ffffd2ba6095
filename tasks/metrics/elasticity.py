"""The follower count over the windows of the posts, and how engagement moves with it within one account."""

import numpy as np
import pandas as pd

from tasks.metrics.days import Calendar, calendar, first_code
from tasks.metrics.parameters import EngagementParameters
from tasks.metrics.posts import PostSeries
from tasks.metrics.rates import quotient
from tasks.metrics.windows import sorted_quantiles, windows
from tasks.schema.arrays import DAY_KEY, FloatArray, IntArray, integer_column

SLOPE_ROWS = 20_000
"""Rows whose slopes between all pairs of blocks are laid out at once: 17 MB for 15 blocks."""


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


def follower_levels(account_days: pd.DataFrame, days: Calendar, parameters: EngagementParameters) -> dict[str, object]:
    """Geometric mean of the daily follower count in the current and in the reference window.

    Null when the count of fewer days than the gate's share is known; a day with 0 followers has no logarithm.
    """
    oldest = parameters.lag_days + parameters.window_days - 1
    spans = {
        "": (oldest, parameters.lag_days),
        "reference_": (oldest + parameters.reference_days, oldest + 1),
    }
    columns: dict[str, object] = {}
    for prefix, (first, last) in spans.items():
        logs, known = mean_log_followers(account_days, days, first, last)
        is_enough = known >= parameters.minimum_count_share * (first - last + 1)
        columns[f"{prefix}count_days_count"] = integer_column(known)
        columns[f"{prefix}followers_geometric_mean"] = np.where(is_enough, np.exp(logs), np.nan)
    return columns


def first_level_dates(account_days: pd.DataFrame, parameters: EngagementParameters) -> pd.Series:
    """By account, the first day after its last one on which both windows of `follower_levels` have counts enough.

    It is that day if every day until then is read. `account_days` holds at least one account.
    """
    longest = parameters.lag_days + parameters.window_days + parameters.reference_days
    known = account_days[[*DAY_KEY, "followers_count"]]
    last = known.groupby("account_id")["report_date"].max()
    steps = np.tile(np.arange(1, longest + 1), len(last)) * np.timedelta64(1, "D")
    ahead = pd.DataFrame({"account_id": np.repeat(last.index.to_numpy(), longest), "followers_count": 1})
    ahead["report_date"] = np.repeat(last.to_numpy(), longest) + steps
    days = pd.concat([known, ahead.astype(known.dtypes.to_dict())]).sort_values(DAY_KEY, ignore_index=True)
    levels = pd.DataFrame(follower_levels(days, calendar(days), parameters))
    is_known = levels[["followers_geometric_mean", "reference_followers_geometric_mean"]].notna().all(axis=1)
    is_later = days["report_date"] > days["account_id"].map(last)
    return days[is_known & is_later].groupby("account_id")["report_date"].min()


def mean_log_followers(
    account_days: pd.DataFrame, days: Calendar, oldest: int, newest: int
) -> tuple[FloatArray, FloatArray]:
    """Mean of ln(followers) over the days of a window on which they are known, and how many those are."""
    followers = days.numbers(account_days, "followers_count")
    known = np.flatnonzero(followers > 0)
    span = windows(days, days.keys[known], oldest, newest)
    sizes = span.sizes.astype(float)
    return np.asarray(quotient(span.sums(np.log(followers[known])), sizes)), sizes
