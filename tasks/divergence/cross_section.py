"""An account among all others of the same day: the only measures that depend on the cohort."""

import numpy as np
import pandas as pd

from tasks.divergence.pace import FloatArray
from tasks.divergence.pace_frame import KEY, floats, text
from tasks.divergence.pace_parameters import PaceParameters
from tasks.divergence.scaling import distant_pair_slope, percentiles, residual_z, theil_sen_slope

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
    followers = np.log(floats(levels["followers_geometric_mean"]))
    engagement = np.log1p(floats(levels["engagement_geometric_mean"]))
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
    columns |= dict(zip(MEASURED, measured.T, strict=True)) | {"cross_section_reason": text(reason)}
    return pd.concat([levels[KEY].reset_index(drop=True), pd.DataFrame(columns)], axis=1)


def _cohort(followers: FloatArray, engagement: FloatArray, parameters: PaceParameters) -> FloatArray:
    if len(followers) <= parameters.complete_accounts:
        beta = theil_sen_slope(followers, engagement)
    else:
        pairs = parameters.complete_accounts * (parameters.complete_accounts - 1) // 2
        beta = distant_pair_slope(followers, engagement, pairs)
    z = residual_z(engagement - beta * followers)
    places = [np.asarray(percentiles(side)) for side in (followers, engagement)]
    return np.column_stack([np.full(len(z), beta), z, *places, places[0] - places[1]])
