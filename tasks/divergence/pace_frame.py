"""Pace of every account on every day."""

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from tasks.divergence.pace import (
    FloatArray,
    community_equivalent_followers,
    detectable_divergence,
    hollow_share,
    pace_divergence,
    vanity_index,
)
from tasks.divergence.pace_parameters import PaceParameters

KEY = ["account_id", "report_date"]
RESOLUTION = 1e-6
"""Nats below which an end of the interval is zero: logarithms are resampled in steps of 6e-8."""


def pace(changes: pd.DataFrame, account_days: pd.DataFrame, parameters: PaceParameters) -> pd.DataFrame:
    """Divergence, community-equivalent followers and state: one row per row of `changes`, in its order.

    `changes` is the result of `engagement_changes`: both windows' posts, followers and intervals.
    D and `windowed_hollow_share` compare windows and lag; `hollow_share` takes the count of the day itself.
    The interval of D is the bootstrap interval of the engagement change; followers are counted, not sampled.
    """
    today = changes[KEY].merge(account_days[[*KEY, "followers_count"]], on=KEY, how="left", validate="1:1")
    window = _windowed(changes, parameters)
    columns = window | _equivalent(changes, floats(today["followers_count"]), window, parameters)
    reason = _reason(changes, floats(today["followers_count"]))
    state = _states(columns, parameters)
    keys = changes[KEY].reset_index(drop=True)
    return pd.concat([keys, pd.DataFrame({**columns, "pace_state": state, "pace_reason": reason})], axis=1)


def _windowed(changes: pd.DataFrame, parameters: PaceParameters) -> dict[str, FloatArray]:
    gain = np.log(floats(changes["followers_geometric_mean"])) - np.log(
        floats(changes["reference_followers_geometric_mean"])
    )
    moved = {end: floats(changes[f"engagement_log_change{end}"]) for end in ("", "_low", "_high")}
    # Without an interval there is no test, so posts on too few days give no divergence either.
    has_interval = ~np.isnan(moved["_low"])
    divergence = np.where(has_interval, pace_divergence(gain, moved[""], parameters.beta), np.nan)
    posts, before = (floats(changes[name]) for name in ("mature_posts_count", "reference_posts_count"))
    rates = (1 - parameters.confidence, 1 - parameters.power)
    detectable = detectable_divergence(floats(changes["post_log_deviation"]), posts, before, rates)
    index = np.asarray(vanity_index(divergence, parameters.beta))
    return {
        "pace_divergence": divergence,
        "pace_divergence_low": np.asarray(pace_divergence(gain, moved["_high"], parameters.beta)),
        "pace_divergence_high": np.asarray(pace_divergence(gain, moved["_low"], parameters.beta)),
        "pace_detectable_divergence": np.where(np.isnan(divergence), np.nan, detectable),
        "windowed_hollow_share": np.maximum(0.0, 1.0 - 1.0 / index),
        "vanity_index": index,
    }


def _equivalent(
    changes: pd.DataFrame, followers: FloatArray, window: dict[str, FloatArray], parameters: PaceParameters
) -> dict[str, FloatArray]:
    # The equivalent stands where the divergence stands, so that no row shows one without the other.
    is_known = ~np.isnan(window["pace_divergence"])
    reference = np.where(is_known, floats(changes["reference_followers_geometric_mean"]), np.nan)
    columns: dict[str, FloatArray] = {}
    for end, opposite in (("", ""), ("_low", "_high"), ("_high", "_low")):
        moved = floats(changes[f"engagement_log_change{end}"])
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
    return text(state)


def _reason(changes: pd.DataFrame, followers: FloatArray) -> pd.Series:
    counted = [floats(changes[f"{side}followers_geometric_mean"]) for side in ("", "reference_")]
    missing = [np.isnan(counted[0] + counted[1]), ~(followers > 0)]
    of_counts = np.select(missing, ["too_few_counts", "no_followers_count"], default="")
    return changes["change_reason"].reset_index(drop=True).fillna(text(of_counts))


def floats(values: pd.Series) -> FloatArray:
    """The values as real numbers, NaN for null."""
    return values.to_numpy(dtype=np.float64, na_value=np.nan)


def text(values: NDArray[np.str_]) -> pd.Series:
    """Codes for a report column, null for an empty one."""
    return pd.Series(values, dtype=pd.StringDtype(na_value=np.nan)).mask(values == "")
