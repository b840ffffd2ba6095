"""The vanity scores of every account on every day."""

import numpy as np
import pandas as pd

from tasks.metrics.parameters import VanityParameters
from tasks.metrics.scores import (
    amplification_score,
    audience_score,
    components_count,
    damping_factor,
    decade_points,
    klout_style_score,
    network_base,
    network_score,
    reach_score,
    social_networking_potential,
    starting_mass,
    vanity_gap,
)
from tasks.schema.arrays import DAY_KEY, FloatArray, code_column

SCORE_INPUTS = (
    "followers_count",
    "following_count",
    "listed_count",
    "inbound_actions_per_post",
    "engager_followers_geometric_mean",
    "interactor_ratio",
    "repost_reply_ratio",
    "community_equivalent_followers",
    "community_equivalent_followers_low",
    "community_equivalent_followers_high",
)
"""Columns of the account's day that the scores rest on."""


def vanity_scores(days: pd.DataFrame, parameters: VanityParameters) -> pd.DataFrame:
    """Scores of the count beside the score of the community: one row per row of `days`, in its order.

    `days` has account_id, report_date and the columns of `SCORE_INPUTS`: counts of the day itself,
    levels and community of its windows, and the community-equivalent followers of `pace`.
    """
    given = {name: days[name].to_numpy(dtype=np.float64, na_value=np.nan) for name in SCORE_INPUTS}
    scores = pd.DataFrame(_klout_style(given, parameters) | gap_columns(days, parameters) | _others(given))
    return pd.concat([days[DAY_KEY].reset_index(drop=True), scores], axis=1)


def _klout_style(given: dict[str, FloatArray], parameters: VanityParameters) -> dict[str, object]:
    damping = damping_factor(given["followers_count"], given["following_count"], parameters)
    base = network_base(given["engager_followers_geometric_mean"], given["listed_count"])
    parts = (
        reach_score(given["followers_count"], damping, parameters),
        amplification_score(given["inbound_actions_per_post"], parameters),
        network_score(base.size, parameters),
    )
    reasons = [np.isnan(given["followers_count"]), np.isnan(given["following_count"])]
    reason = np.select(reasons, ["no_followers_count", "no_following_count"], default="")
    return {
        "klout_style_score": klout_style_score(*parts, parameters),
        "reach_score": parts[0],
        "amplification_score": parts[1],
        "network_score": parts[2],
        "score_components_count": pd.Series(components_count(*parts)).astype("Int64"),
        "damping_factor": damping,
        "network_source": code_column(base.source),
        "vanity_reason": code_column(reason),
    }


def gap_columns(days: pd.DataFrame, parameters: VanityParameters) -> dict[str, object]:
    """The score of the count beside that of the community, and the gap between them, of each row of `days`.

    `days` has followers_count and community_equivalent_followers with its ends.
    """
    names = ("followers_count", *(f"community_equivalent_followers{end}" for end in ("", "_low", "_high")))
    given = {name: days[name].to_numpy(dtype=np.float64, na_value=np.nan) for name in names}
    audience = audience_score(given["followers_count"], parameters)
    community = {
        end: decade_points(given[f"community_equivalent_followers{end}"], parameters.reach_points)
        for end in ("", "_low", "_high")
    }
    return {
        "audience_score": audience,
        **{f"community_score{end}": score for end, score in community.items()},
        "vanity_gap": vanity_gap(audience, community[""]),
        "vanity_gap_low": vanity_gap(audience, community["_high"]),
        "vanity_gap_high": vanity_gap(audience, community["_low"]),
    }


def _others(given: dict[str, FloatArray]) -> dict[str, object]:
    return {
        "tweepcred_mass_score": starting_mass(given["followers_count"], given["following_count"]),
        "social_networking_potential": social_networking_potential(
            given["interactor_ratio"], given["repost_reply_ratio"]
        ),
    }
