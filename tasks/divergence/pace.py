"""Pace: whether engagement keeps step with the follower count, relative to the cross-sectional expectation.

Engagement per post grows with followers to the power beta, so a follower gain of g nats should bring beta x g.
A value may be one number or an array of them; a missing value is NaN.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.special import ndtri

from tasks.schema.arrays import DAY_KEY, FloatArray, Values, code_column, float_values
from tasks.schema.ranges import PositiveCount, PositiveRatio, Probability, Share


def pace_divergence(follower_log_change: Values, engagement_log_change: Values, beta: float) -> Values:
    """D = beta x change of ln(followers) - change of mean ln(1 + engagement), between two windows.

    Unit: nats; above 0 the followers outrun the community.
    Null when either change is unknown.
    Source: engagement per post ~ followers^beta across accounts (PeerIndex 2013, n 806, beta 0.682).

    >>> import math
    >>> round(pace_divergence(math.log(120_000 / 100_000), math.log(440 / 500), beta=0.68), 6)
    0.251812
    """
    return beta * follower_log_change - engagement_log_change


def community_equivalent_followers(reference_followers: Values, engagement_log_change: Values, beta: float) -> Values:
    """F_eq = followers of the reference window x exp(change of mean ln(1 + engagement) / beta).

    How many followers would go with today's engagement, were it as usual for this account.
    Unit: accounts.
    Null when the reference or the change is unknown.

    >>> import math
    >>> round(float(community_equivalent_followers(100_000, math.log(440 / 500), beta=0.68)), 2)
    82862.28
    """
    return reference_followers * np.exp(np.divide(engagement_log_change, beta))


def hollow_share(equivalent_followers: Values, followers: Values) -> Values:
    """Share of the followers for which the community does not account: 1 - F_eq / F, and 0 where F_eq is larger.

    Unit: 1.
    Null when either is unknown or there are no followers.

    >>> round(float(hollow_share(82_862.28, 120_000)), 6)
    0.309481
    """
    many = np.asarray(followers, dtype=float)
    covered = np.divide(equivalent_followers, many, out=np.full(many.shape, np.nan), where=many > 0)
    share: Values = np.maximum(0.0, 1.0 - covered)
    return share


def detectable_divergence(
    deviation: Values, posts: Values, reference_posts: Values, false_alarm: float, miss: float
) -> Values:
    """Smallest divergence that such windows show: (z + z') x sigma x sqrt(1/n + 1/n_ref).

    `false_alarm` (both sides together) and `miss` are the rates of the two errors.
    Unit: nats.
    Null when the deviation per post is unknown or a window is empty.

    >>> round(float(detectable_divergence(1.0, 56, 180, false_alarm=0.05, miss=0.2)), 2)
    0.43
    """
    reach = ndtri(1 - false_alarm / 2) + ndtri(1 - miss)
    sizes = [np.asarray(size, dtype=float) for size in (posts, reference_posts)]
    inverse = [np.divide(1.0, size, out=np.full(size.shape, np.nan), where=size > 0) for size in sizes]
    smallest: Values = float(reach) * np.asarray(deviation) * np.sqrt(inverse[0] + inverse[1])
    return smallest


@dataclass(frozen=True)
class PaceParameters:
    """The scaling exponent, from what size on a divergence has a name, and when an event that left one is closed."""

    beta: PositiveRatio
    minimum_hollow_share: Share
    confidence: Probability
    power: Probability
    minimum_accounts: PositiveCount
    complete_accounts: PositiveCount
    closed_share: Share


RESOLUTION = 1e-6
"""Nats below which an end of the interval is zero: logarithms are resampled in steps of 6e-8."""


def pace(changes: pd.DataFrame, account_days: pd.DataFrame, parameters: PaceParameters) -> pd.DataFrame:
    """Divergence, community-equivalent followers and state: one row per row of `changes`, in its order.

    `changes` is the result of `engagement_changes`: both windows' posts, followers and intervals.
    D and `windowed_hollow_share` compare windows and lag; `hollow_share` takes the count of the day itself.
    The interval of D is the bootstrap interval of the engagement change; followers are counted, not sampled.
    """
    today = changes[DAY_KEY].merge(account_days[[*DAY_KEY, "followers_count"]], on=DAY_KEY, how="left", validate="1:1")
    window = _windowed(changes, parameters)
    columns = window | _equivalent(changes, float_values(today["followers_count"]), window, parameters)
    reason = _pace_reason(changes, float_values(today["followers_count"]))
    state = _states(columns, parameters)
    keys = changes[DAY_KEY].reset_index(drop=True)
    return pd.concat([keys, pd.DataFrame({**columns, "pace_state": state, "pace_reason": reason})], axis=1)


def _windowed(changes: pd.DataFrame, parameters: PaceParameters) -> dict[str, FloatArray]:
    gain = np.log(float_values(changes["followers_geometric_mean"])) - np.log(
        float_values(changes["reference_followers_geometric_mean"])
    )
    moved = {end: float_values(changes[f"engagement_log_change{end}"]) for end in ("", "_low", "_high")}
    # Without an interval there is no test, so posts on too few days give no divergence either.
    has_interval = ~np.isnan(moved["_low"])
    divergence = np.where(has_interval, pace_divergence(gain, moved[""], parameters.beta), np.nan)
    posts, before = (float_values(changes[name]) for name in ("mature_posts_count", "reference_posts_count"))
    errors = (1 - parameters.confidence, 1 - parameters.power)
    detectable = detectable_divergence(float_values(changes["post_log_deviation"]), posts, before, *errors)
    return {
        "pace_divergence": divergence,
        "pace_divergence_low": np.asarray(pace_divergence(gain, moved["_high"], parameters.beta)),
        "pace_divergence_high": np.asarray(pace_divergence(gain, moved["_low"], parameters.beta)),
        "pace_detectable_divergence": np.where(np.isnan(divergence), np.nan, detectable),
        "windowed_hollow_share": np.maximum(0.0, -np.expm1(-divergence / parameters.beta)),
    }


def _equivalent(
    changes: pd.DataFrame, followers: FloatArray, window: dict[str, FloatArray], parameters: PaceParameters
) -> dict[str, FloatArray]:
    # The equivalent stands where the divergence stands, so that no row shows one without the other.
    is_known = ~np.isnan(window["pace_divergence"])
    reference = np.where(is_known, float_values(changes["reference_followers_geometric_mean"]), np.nan)
    columns: dict[str, FloatArray] = {}
    for end, opposite in (("", ""), ("_low", "_high"), ("_high", "_low")):
        moved = float_values(changes[f"engagement_log_change{end}"])
        equivalent = np.asarray(community_equivalent_followers(reference, moved, parameters.beta))
        columns[f"community_equivalent_followers{end}"] = equivalent
        columns[f"hollow_share{opposite}"] = np.asarray(hollow_share(equivalent, followers))
    return columns


def _states(columns: dict[str, FloatArray], parameters: PaceParameters) -> pd.Series:
    is_known = ~np.isnan(columns["pace_divergence"])
    is_hollow = columns["windowed_hollow_share"] >= parameters.minimum_hollow_share
    state = np.select(
        [
            ~is_known,
            (columns["pace_divergence_low"] > RESOLUTION) & is_hollow,
            columns["pace_divergence_high"] < -RESOLUTION,
        ],
        ["insufficient_data", "outrunning", "outgrowing"],
        default="in_step",
    )
    return code_column(state)


def _pace_reason(changes: pd.DataFrame, followers: FloatArray) -> pd.Series:
    counted = [float_values(changes[f"{side}followers_geometric_mean"]) for side in ("", "reference_")]
    missing = [np.isnan(counted[0] + counted[1]), ~(followers > 0)]
    of_counts = np.select(missing, ["too_few_counts", "no_followers_count"], default="")
    return changes["change_reason"].reset_index(drop=True).fillna(code_column(of_counts))
