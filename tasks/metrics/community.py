"""The people behind the engagement of every account on every day, and how many of them were read by name."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from tasks.metrics.concentration import concentration
from tasks.metrics.days import Calendar, Dates, calendar, first_code, keys
from tasks.metrics.engagers import (
    Actions,
    actions,
    active_day_stays,
    earlier_engager_stays,
    engager_stays,
    latest_value_stays,
    repeat_stays,
    returning_stays,
)
from tasks.metrics.parameters import CommunityParameters
from tasks.metrics.posts import account_numbers
from tasks.metrics.rates import quotient, wilson_interval
from tasks.metrics.windows import windows
from tasks.schema.arrays import BoolArray, FloatArray, IntArray, Values, day_numbers, float_values, integer_column

_LOG_STEPS = 2.0**28
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
    returned = returning_stays(active, width).totals(days)
    earlier = earlier_engager_stays(active, width).totals(days)
    has_both_windows = observed >= 2 * width
    return {
        "engagers": engager_stays(active, width).totals(days),
        "observed_days": np.minimum(observed, width),
        "repeat": repeat_stays(active, width, 2).totals(days),
        "core": repeat_stays(active, width, parameters.core_days_count).totals(days),
        "returned": np.where(has_both_windows, returned, np.nan),
        "earlier": np.where(has_both_windows, earlier, np.nan),
        "actor_days": active_day_stays(active, width).totals(days),
        "interactors": _chosen(taken, taken.kind != "like", days, width),
        "followers": _chosen(taken, taken.follows == 1, days, width),
        "judged": _chosen(taken, ~np.isnan(taken.follows), days, width),
    }


def _chosen(taken: Actions, chosen: BoolArray, days: Calendar, width: int) -> FloatArray:
    return engager_stays(taken.active_days(chosen), width).totals(days)


def _observed_days(taken: Actions, days: Calendar, parameters: CommunityParameters) -> FloatArray:
    """Days since the first action within the longest window: how long engagers have been known at least."""
    known = np.unique(keys(taken.account, taken.day))
    recent = windows(days, known, parameters.network_days - 1, 0)
    oldest = np.append(known, 0)[recent.start] - keys(days.asked_account, np.zeros_like(days.asked_day))
    return np.where(recent.sizes > 0, days.asked_day - oldest + 1.0, 0.0)


def _counts(people: dict[str, FloatArray]) -> dict[str, object]:
    return {
        "engagers_count_28d": integer_column(people["engagers"]),
        "repeat_engagers_count_28d": integer_column(people["repeat"]),
        "core_engagers_count_28d": integer_column(people["core"]),
        "interactors_count_28d": integer_column(people["interactors"]),
        "engaged_followers_count_28d": integer_column(np.where(_is_judged(people), people["followers"], np.nan)),
        "community_days_count": integer_column(people["observed_days"]),
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
    logs = np.rint(np.log1p(followers) * _LOG_STEPS)
    total = latest_value_stays(active, parameters.network_days, logs).totals(days)
    engagers = engager_stays(active, parameters.network_days).totals(days)
    return np.asarray(np.expm1(quotient(total / _LOG_STEPS, engagers)))


def interactor_ratio(interactors: Values, followers: Values) -> Values:
    """Ir: accounts that reposted, quoted, mentioned or replied, each once / followers.

    Unit: 1; above 1 is possible, since whoever interacts need not follow.
    Null when either is unknown or there are no followers.
    Source: Riquelme and Gonzalez-Cantergiani, arXiv 1508.07951, whose printed form adds reposters and mentioners;
    here an account in both counts once.

    >>> float(interactor_ratio(interactors=50, followers=1000))
    0.05
    """
    return quotient(interactors, followers)


@dataclass(frozen=True)
class Coverage:
    """For every row asked for: the share of the engagement whose actors were read, and whether there was none."""

    share: FloatArray
    is_nobody: BoolArray


def action_coverage(taken: Actions, mature: pd.DataFrame, days: Calendar, parameters: CommunityParameters) -> Coverage:
    """Over the mature posts of the current window: actions read with their actor / engagement counted by X.

    Null when no post of the window is known or none of them was engaged with.
    """
    account = account_numbers(days, mature)
    received = float_values(mature["engagement_count"])
    kept = np.flatnonzero((account >= 0) & ~np.isnan(received))
    day = day_numbers(mature["created_at"])
    order = kept[np.argsort(keys(account[kept], day[kept]), kind="stable")]
    read = np.minimum(_read_actions(taken, mature["post_id"].to_numpy(dtype=np.int64)[order]), received[order])
    oldest = parameters.lag_days + parameters.window_days - 1
    now = windows(days, keys(account[order], day[order]), oldest, parameters.lag_days)
    total = now.sums(received[order])
    return Coverage(np.asarray(quotient(now.sums(read), total)), (now.sizes > 0) & (total == 0))


def _read_actions(taken: Actions, posts: IntArray) -> FloatArray:
    """How many engagements of each post were read: one per actor and kind, mentions left out."""
    counted = taken.kind != "mention"
    post = taken.post[counted]
    subject = pd.DataFrame({"post": post, "actor": taken.actor[counted], "kind": taken.kind[counted]})
    known, per_post = np.unique(post[~subject.duplicated().to_numpy()], return_counts=True)
    if not len(known):
        return np.zeros(len(posts))
    place = np.searchsorted(known, posts).clip(max=len(known) - 1)
    return np.where(known[place] == posts, per_post[place], 0).astype(np.float64)
