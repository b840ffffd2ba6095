"""The follower count over the same windows as the posts."""

import numpy as np
import pandas as pd

from tasks.metrics.days import Calendar, counts
from tasks.metrics.engagement_parameters import EngagementParameters
from tasks.metrics.rates import FloatArray, quotient
from tasks.metrics.windows import windows


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
        columns[f"{prefix}count_days_count"] = counts(known)
        columns[f"{prefix}followers_geometric_mean"] = np.where(is_enough, np.exp(logs), np.nan)
    return columns


def mean_log_followers(
    account_days: pd.DataFrame, days: Calendar, oldest: int, newest: int
) -> tuple[FloatArray, FloatArray]:
    """Mean of ln(followers) over the days of a window on which they are known, and how many those are."""
    followers = days.numbers(account_days, "followers_count")
    known = np.flatnonzero(followers > 0)
    span = windows(days, days.keys[known], oldest, newest)
    sizes = span.sizes.astype(float)
    return np.asarray(quotient(span.sums(np.log(followers[known])), sizes)), sizes
