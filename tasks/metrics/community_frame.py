"""The people behind the engagement of every account on every day."""

import numpy as np
import pandas as pd

from tasks.metrics import presence
from tasks.metrics.actions import Actions, actions
from tasks.metrics.community import interactor_ratio
from tasks.metrics.coverage import action_coverage
from tasks.metrics.days import BoolArray, Calendar, Dates, calendar, counts, first_code, keys
from tasks.metrics.engagement_parameters import CommunityParameters
from tasks.metrics.histogram import concentration
from tasks.metrics.rates import FloatArray, quotient
from tasks.metrics.wilson import wilson_interval
from tasks.metrics.windows import windows

LOG_STEPS = 2.0**28
"""Logarithms are summed in steps of 2^-28, so that running sums are exact."""


def community_metrics(
    engagements: pd.DataFrame,
    mature: pd.DataFrame,
    account_days: pd.DataFrame,
    parameters: CommunityParameters,
    dates: Dates | None = None,
) -> pd.DataFrame:
    """Who engaged in the window (t - window, t], one row per row of `account_days` or per row within `dates`.

    `engagements` are the staged rows with `is_follower`; `mature` is the result of `post_engagement`.
    Engagers are unknown, not none, where posts were engaged with and nobody was read: null with `community_reason`.
    """
    days = calendar(account_days, dates)
    taken = actions(engagements, days)
    coverage = action_coverage(taken, mature, days, parameters)
    people = _people(taken, days, parameters)
    is_unknown = (people["engagers"] == 0) & ~coverage.is_nobody
    people = {name: np.where(is_unknown, np.nan, values) for name, values in people.items()}
    followers = days.numbers(account_days, "followers_count")[days.asked]
    columns = _counts(people) | {
        "engager_coverage_share": coverage.share,
        "community_reason": _reason(people, followers),
    }
    columns |= _people_shares(people, followers, parameters.z) | _other_shares(people, followers)
    columns |= concentration(*taken.distinct_actions(), days, parameters.window_days)
    return days.frame(columns | {"engager_followers_geometric_mean": _engager_followers(taken, days, parameters)})


def _people(taken: Actions, days: Calendar, parameters: CommunityParameters) -> dict[str, FloatArray]:
    width = parameters.window_days
    active, observed = taken.active_days(), _observed_days(taken, days, parameters)
    returned = presence.returning_stays(active, width).totals(days)
    earlier = presence.earlier_engager_stays(active, width).totals(days)
    has_both_windows = observed >= 2 * width
    return {
        "engagers": presence.engager_stays(active, width).totals(days),
        "observed_days": np.minimum(observed, width),
        "repeat": presence.repeat_stays(active, width, 2).totals(days),
        "core": presence.repeat_stays(active, width, parameters.core_days_count).totals(days),
        "returned": np.where(has_both_windows, returned, np.nan),
        "earlier": np.where(has_both_windows, earlier, np.nan),
        "actor_days": presence.active_day_stays(active, width).totals(days),
        "interactors": _chosen(taken, taken.kind != "like", days, width),
        "followers": _chosen(taken, taken.follows == 1, days, width),
        "judged": _chosen(taken, ~np.isnan(taken.follows), days, width),
    }


def _chosen(taken: Actions, chosen: BoolArray, days: Calendar, width: int) -> FloatArray:
    return presence.engager_stays(taken.active_days(chosen), width).totals(days)


def _observed_days(taken: Actions, days: Calendar, parameters: CommunityParameters) -> FloatArray:
    """Days since the first action within the longest window: how long engagers have been known at least."""
    known = np.unique(keys(taken.account, taken.day))
    recent = windows(days, known, parameters.network_days - 1, 0)
    oldest = np.append(known, 0)[recent.start] - keys(days.asked_account, np.zeros_like(days.asked_day))
    return np.where(recent.sizes > 0, days.asked_day - oldest + 1.0, 0.0)


def _counts(people: dict[str, FloatArray]) -> dict[str, object]:
    return {
        "engagers_count_28d": counts(people["engagers"]),
        "repeat_engagers_count_28d": counts(people["repeat"]),
        "core_engagers_count_28d": counts(people["core"]),
        "interactors_count_28d": counts(people["interactors"]),
        "engaged_followers_count_28d": counts(np.where(_is_judged(people), people["followers"], np.nan)),
        "community_days_count": counts(people["observed_days"]),
    }


def _is_judged(people: dict[str, FloatArray]) -> BoolArray:
    return np.asarray((people["judged"] > 0) | (people["engagers"] == 0))


def _people_shares(people: dict[str, FloatArray], followers: FloatArray, z: float) -> dict[str, object]:
    engaged = np.where(_is_judged(people), people["followers"], np.nan)
    shares = {
        "active_follower_share": (engaged, followers),
        "engager_follower_share": (engaged, people["judged"]),
        "repeat_engager_share": (people["repeat"], people["engagers"]),
        "retention_28d_share": (people["returned"], people["earlier"]),
    }
    columns: dict[str, object] = {}
    for name, (part, whole) in shares.items():
        low, high = wilson_interval(np.minimum(part, whole), whole, z)
        columns |= {name: quotient(np.minimum(part, whole), whole), f"{name}_low": low, f"{name}_high": high}
    return columns


def _other_shares(people: dict[str, FloatArray], followers: FloatArray) -> dict[str, object]:
    daily = quotient(people["actor_days"], people["observed_days"])
    return {
        "stickiness_share": quotient(daily, people["engagers"]),
        "interactor_ratio": interactor_ratio(people["interactors"], followers),
    }


def _reason(people: dict[str, FloatArray], followers: FloatArray) -> pd.Series:
    return first_code(
        {
            "engagers_not_read": np.isnan(people["engagers"]),
            "no_followers_count": ~(followers > 0),
            "followers_not_read": ~_is_judged(people),
            "too_few_days": np.isnan(people["returned"]),
        }
    )


def _engager_followers(taken: Actions, days: Calendar, parameters: CommunityParameters) -> FloatArray:
    active, followers = taken.latest_followers()
    logs = np.rint(np.log1p(followers) * LOG_STEPS)
    total = presence.latest_value_stays(active, parameters.network_days, logs).totals(days)
    engagers = presence.engager_stays(active, parameters.network_days).totals(days)
    return np.asarray(np.expm1(quotient(total / LOG_STEPS, engagers)))
