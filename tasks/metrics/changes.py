"""The change between the two windows for every account and day, and the intervals that resampling gives."""

from collections.abc import Iterator

import numpy as np
import pandas as pd

from tasks.metrics.days import Calendar, Dates, calendar, first_code, keys
from tasks.metrics.elasticity import elasticities, follower_levels
from tasks.metrics.parameters import EngagementParameters
from tasks.metrics.posts import PostSeries, post_series
from tasks.metrics.rates import quotient
from tasks.metrics.resampling import AccountBatch, DayRange, DayTotals, Draws, account_batches, percentile_ends
from tasks.metrics.windows import Windows, windows
from tasks.schema.arrays import FloatArray, IntArray, Values, integer_column

_LOG_STEPS = 2.0**24
"""Logarithms are resampled in steps of 2^-24 nats: 6e-8."""

RESAMPLED_RATIOS = {
    "engagement_mean": ("engagement", "posts"),
    "zero_engagement_share": ("without", "posts"),
    "engagement_by_followers_pooled_rate": ("followed_engagement", "followers"),
    "engagement_by_impressions_pooled_rate": ("shown_engagement", "impressions"),
}
"""The levels that are one sum over another, with the two sums."""


def engagement_changes(
    mature: pd.DataFrame, account_days: pd.DataFrame, parameters: EngagementParameters, dates: Dates | None = None
) -> pd.DataFrame:
    """The two windows side by side, with bootstrap intervals: one row per row of `account_days` or within `dates`.

    The intervals of the levels stand beside the change of the level, because the same resamples give both.
    Where a window has too few posts, or posts on too few days, what rests on it is null.
    """
    days = calendar(account_days, dates)
    series = post_series(mature, days)
    posts = _Posts(series, days, parameters)
    followers = follower_levels(account_days, days, parameters) | elasticities(series, account_days, days, parameters)
    return days.frame(posts.columns() | followers | _resampled(series, days, posts, parameters))


class _Posts:
    """The posts of the two windows of every row, and whether they are enough."""

    def __init__(self, series: PostSeries, days: Calendar, parameters: EngagementParameters) -> None:
        self.series = series
        self.ranges = window_ranges(parameters)
        post_keys = keys(series.account, series.day)
        self.windows = [_window(days, post_keys, days_back) for days_back in self.ranges]
        self.day_windows = [_window(days, np.unique(post_keys), days_back) for days_back in self.ranges]
        self.is_enough = [window.sizes >= parameters.minimum_posts for window in self.windows]
        self.is_spread = [window.sizes >= parameters.minimum_post_days for window in self.day_windows]
        self.is_engaged = np.sum([window.sums(series["engagement"]) for window in self.windows], axis=0) > 0

    @property
    def reason(self) -> pd.Series:
        """Why the change or its interval is unknown; without any engagement there is nothing to compare."""
        return first_code(
            {
                "no_posts_read": self.windows[0].sizes + self.windows[1].sizes == 0,
                "too_few_posts": ~np.logical_and(*self.is_enough),
                "too_few_post_days": ~np.logical_and(*self.is_spread),
                "no_engagement": ~self.is_engaged,
            }
        )

    def columns(self) -> dict[str, object]:
        """How many posts and posting days each window has, the change of their mean log, and its deviation."""
        sizes = [window.sizes.astype(float) for window in self.windows]
        sums = [window.sums(self.series["log"]) for window in self.windows]
        squares = [window.sums(self.series["log"] ** 2) for window in self.windows]
        means = [np.asarray(quotient(total, size)) for total, size in zip(sums, sizes, strict=True)]
        is_enough = np.logical_and(*self.is_enough)
        deviation = pooled_deviation(np.array(sizes), np.array(sums), np.array(squares))
        names = ("mature_posts_count", "reference_posts_count", "post_days_count", "reference_post_days_count")
        sizes += [window.sizes.astype(float) for window in self.day_windows]
        numbers: dict[str, object] = {name: integer_column(size) for name, size in zip(names, sizes, strict=True)}
        return numbers | {
            "engagement_log_change": np.where(is_enough, means[0] - means[1], np.nan),
            "post_log_deviation": np.where(is_enough, deviation, np.nan),
            "change_reason": self.reason,
        }


def window_ranges(parameters: EngagementParameters) -> tuple[DayRange, DayRange]:
    """The current window and the reference window before it."""
    oldest = parameters.lag_days + parameters.window_days - 1
    return DayRange(oldest, parameters.lag_days), DayRange(oldest + parameters.reference_days, oldest + 1)


def _window(days: Calendar, event_keys: IntArray, days_back: DayRange) -> Windows:
    return windows(days, event_keys, days_back.oldest, days_back.newest)


def _resampled(
    series: PostSeries, days: Calendar, posts: _Posts, parameters: EngagementParameters
) -> dict[str, FloatArray]:
    names = [*RESAMPLED_RATIOS, "engagement_geometric_mean", "engagement_log_change"]
    ends = {f"{name}_{end}": np.full(len(days.asked), np.nan) for name in names for end in ("low", "high")}
    due = np.flatnonzero(posts.is_enough[0] & posts.is_spread[0])
    draws = Draws(parameters.seed, parameters.resamples, posts.ranges[1].oldest)
    for batch in account_batches(days, due, _totals(series), draws):
        for name, replicates in _replicates(batch, *posts.ranges):
            low, high = percentile_ends(replicates, parameters.confidence)
            ends[f"{name}_low"][batch.rows], ends[f"{name}_high"][batch.rows] = low, high
    is_varied = ends["zero_engagement_share_low"] < ends["zero_engagement_share_high"]
    is_comparable = posts.is_enough[1] & posts.is_spread[1] & posts.is_engaged
    for end in ("low", "high"):
        # Where no resample differs from the next, the interval is not narrow but unknown.
        ends[f"zero_engagement_share_{end}"][~is_varied] = np.nan
        name = f"engagement_log_change_{end}"
        ends[name] = np.where(is_comparable, ends[name], np.nan)
        ends[f"engagement_geometric_mean_{end}"] = np.expm1(ends[f"engagement_geometric_mean_{end}"])
    return ends


def _replicates(batch: AccountBatch, now: DayRange, before: DayRange) -> Iterator[tuple[str, FloatArray]]:
    posts_now, posts_before = batch.sums("posts", now, before)
    logs_now, logs_before = batch.sums("logs", now, before)
    level = _over(logs_now, posts_now * _LOG_STEPS)
    yield "engagement_geometric_mean", level
    yield "engagement_log_change", level - _over(logs_before, posts_before * _LOG_STEPS)
    for name, (above, below) in RESAMPLED_RATIOS.items():
        denominator = posts_now if below == "posts" else batch.sums(below, now)[0]
        yield name, _over(batch.sums(above, now)[0], denominator)


def _over(numerator: FloatArray, denominator: FloatArray) -> FloatArray:
    with np.errstate(invalid="ignore"):  # a resample that draws no day with posts is 0/0: NaN, and does not count
        return numerator / denominator


def _totals(series: PostSeries) -> DayTotals:
    received = series["engagement"]
    followed, followers = series.together("engagement", "followers")
    shown, impressions = series.together("engagement", "impressions")
    quantities = {
        "posts": np.ones(len(received)),
        "logs": np.rint(series["log"] * _LOG_STEPS),
        "engagement": received,
        "without": (received == 0).astype(float),
        "followed_engagement": np.where(followers > 0, followed, 0.0),
        "followers": followers,
        "shown_engagement": np.where(impressions > 0, shown, 0.0),
        "impressions": impressions,
    }
    return DayTotals(series.account, series.day, quantities)


def pooled_deviation(posts: Values, sums: Values, squares: Values) -> Values:
    """Standard deviation of ln(1 + engagement) per post within the two windows, a shift between them left out.

    Given are sums, one row per window: how many posts, the sum of their logs, the sum of the squares of these.
    Unit: nats.
    Null when the windows hold fewer than three posts together.

    >>> round(float(pooled_deviation([2, 2], [4, 12], [10, 74])), 6)
    1.414214
    """
    within = np.asarray(squares, dtype=float) - np.asarray(quotient(np.asarray(sums, dtype=float) ** 2, posts))
    return np.sqrt(np.maximum(quotient(within.sum(axis=0), np.sum(posts, axis=0) - 2.0), 0.0))
