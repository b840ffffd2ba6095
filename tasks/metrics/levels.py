"""The engagement level of every account on every day, over the mature posts of its current window."""

import numpy as np
import pandas as pd

from tasks.metrics.days import Calendar, Dates, calendar, first_code, keys
from tasks.metrics.parameters import EngagementParameters
from tasks.metrics.posts import PostSeries, account_numbers, post_series, select_own_posts
from tasks.metrics.rates import quotient, rate_prior, shrunk_rate
from tasks.metrics.windows import Windows, windows
from tasks.schema.arrays import FloatArray, day_numbers

THOUSAND = 1000.0
P90 = 0.9


def engagement_levels(
    mature: pd.DataFrame,
    posts: pd.DataFrame,
    account_days: pd.DataFrame,
    parameters: EngagementParameters,
    dates: Dates | None = None,
) -> pd.DataFrame:
    """What a typical post receives, one row per row of `account_days` or per row within `dates`.

    `mature` is the result of `post_engagement` over the same `posts`.
    Every level is null with `engagement_reason` when the window has fewer posts than the gate asks.
    The intervals stand in `resampled_engagement`.
    """
    days = calendar(account_days, dates)
    series = post_series(mature, days)
    now = _current(series, days, parameters)
    is_enough = now.sizes >= parameters.minimum_posts
    measured = _levels(series, now) | _by_followers(series, now) | _by_impressions(series, now)
    measured |= _kinds(series, now) | {
        "engagement_by_impressions_shrunk_rate": _shrunk(series, now, _before(series, days, parameters))
    }
    gated: dict[str, object] = {name: np.where(is_enough, values, np.nan) for name, values in measured.items()}
    inbound = {"inbound_actions_per_post": _inbound_actions(series, days, parameters)}
    return days.frame(_coverage(posts, days, now, parameters) | gated | inbound)


def _current(series: PostSeries, days: Calendar, parameters: EngagementParameters) -> Windows:
    oldest = parameters.lag_days + parameters.window_days - 1
    return series.windows(days, oldest, parameters.lag_days)


def _before(series: PostSeries, days: Calendar, parameters: EngagementParameters) -> Windows:
    newest = parameters.lag_days + parameters.window_days
    return series.windows(days, newest + parameters.reference_days - 1, newest)


def _coverage(posts: pd.DataFrame, days: Calendar, now: Windows, parameters: EngagementParameters) -> dict[str, object]:
    known = _known_posts(select_own_posts(posts, parameters), days)
    oldest = parameters.lag_days + parameters.window_days - 1
    seen = windows(days, known, oldest, parameters.lag_days).sizes
    is_enough = now.sizes >= parameters.minimum_posts
    return {
        "post_coverage_share": quotient(now.sizes.astype(float), seen.astype(float)),
        "engagement_reason": first_code({"no_posts_read": seen == 0, "too_few_posts": ~is_enough}),
    }


def _known_posts(own: pd.DataFrame, days: Calendar) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    first_readings = ~own.duplicated(["account_id", "post_id"])
    distinct = own[first_readings]
    account = account_numbers(days, distinct)
    return np.sort(keys(account, day_numbers(distinct["created_at"]))[account >= 0])


def _levels(series: PostSeries, now: Windows) -> dict[str, FloatArray]:
    received, posts = series["engagement"], now.sizes.astype(float)
    without = now.sums((received == 0).astype(float))
    return {
        "engagement_geometric_mean": np.expm1(quotient(now.sums(series["log"]), posts)),
        "engagement_median": now.quantiles(received, 0.5),
        "engagement_mean": np.asarray(quotient(now.sums(received), posts)),
        "engagement_p90": now.quantiles(received, P90),
        "zero_engagement_share": np.asarray(quotient(without, posts)),
    }


def _by_followers(series: PostSeries, now: Windows) -> dict[str, FloatArray]:
    received, followers = (now.sums(values) for values in series.together("engagement", "followers"))
    rates, known = series["by_followers"], ~np.isnan(series["by_followers"])
    return {
        "engagement_by_followers_pooled_rate": np.asarray(quotient(received, followers)),
        "engagement_by_followers_median_rate": now.quantiles(rates, 0.5),
        "engagement_by_followers_mean_rate": _mean(now, rates, known),
    }


def _by_impressions(series: PostSeries, now: Windows) -> dict[str, FloatArray]:
    received, shown = (now.sums(values) for values in series.together("engagement", "impressions"))
    rates, known = series["by_impressions"], ~np.isnan(series["by_impressions"])
    saved, saved_shown = (now.sums(values) for values in series.together("bookmarks", "impressions"))
    seen, followers = (now.sums(values) for values in series.together("impressions", "followers"))
    return {
        "engagement_by_impressions_pooled_rate": np.asarray(quotient(received, shown)),
        "engagement_by_impressions_median_rate": now.quantiles(rates, 0.5),
        "engagement_by_impressions_mean_rate": _mean(now, rates, known),
        "save_rate": np.asarray(quotient(saved, saved_shown)),
        "impressions_per_follower": np.asarray(quotient(seen, followers)),
    }


def _kinds(series: PostSeries, now: Windows) -> dict[str, FloatArray]:
    result: dict[str, FloatArray] = {}
    posts = now.sizes.astype(float)
    for kind, quantity in (("conversation", "replies"), ("amplification", "shares"), ("applause", "likes")):
        received, followers = (now.sums(values) for values in series.together(quantity, "followers"))
        result[f"{kind}_per_post"] = np.asarray(quotient(now.sums(series[quantity]), posts))
        result[f"{kind}_per_thousand_followers"] = np.asarray(THOUSAND * quotient(received, followers))
    answered = now.sums((series["reposts"] > 0).astype(float)) + now.sums((series["replies"] > 0).astype(float))
    return result | {
        "reply_like_ratio": np.asarray(quotient(now.sums(series["replies"]), now.sums(series["likes"]))),
        "repost_reply_ratio": np.asarray(quotient(answered, posts)),
    }


def _shrunk(series: PostSeries, now: Windows, before: Windows) -> FloatArray:
    received, shown = series.together("engagement", "impressions")
    spread = np.nan_to_num(np.asarray(quotient(received**2, shown)))
    shown_posts = (shown > 0).astype(float)
    prior = rate_prior(*(before.sums(values) for values in (received, shown, spread, shown_posts)))
    return np.asarray(shrunk_rate(now.sums(received), now.sums(shown), prior))


def _inbound_actions(series: PostSeries, days: Calendar, parameters: EngagementParameters) -> FloatArray:
    recent = series.windows(days, parameters.lag_days + parameters.inbound_days - 1, parameters.lag_days)
    mean = np.asarray(quotient(recent.sums(series["engagement"]), recent.sizes.astype(float)))
    return np.where(recent.sizes >= parameters.minimum_posts, mean, np.nan)


def _mean(now: Windows, rates: FloatArray, known: np.ndarray[tuple[int], np.dtype[np.bool_]]) -> FloatArray:
    return np.asarray(quotient(now.sums(np.where(known, rates, 0.0)), now.sums(known.astype(float))))
