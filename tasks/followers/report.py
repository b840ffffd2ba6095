"""Cohorts, judged followers and the community as rows of the report tables."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from tasks.schema.keyed_hash import keyed

_WHOLE = [
    "cohort_count",
    "before_count",
    "settled_count",
    "response_days",
    "engaged_count",
    "before_newcomer_count",
    "before_engaged_count",
    "wave_members_count",
]
WINDOW_DAYS = 28


def arrival_cohorts(figures: pd.DataFrame, named: pd.DataFrame) -> pd.DataFrame:
    """Rows of `arrival_cohorts`: the figures of every rise in which followers were seen arriving.

    `named` has event_id, account_id, first_date and last_date in the order of `figures`.
    """
    rows = pd.concat([named.reset_index(drop=True), figures], axis=1)
    rows[_WHOLE] = rows[_WHOLE].round().astype("Int64")
    return rows[rows["cohort_count"] > 0].reset_index(drop=True)


def follower_judgements(members: pd.DataFrame, named: pd.DataFrame) -> pd.DataFrame:
    """Rows of `follower_judgements`: each cohort member with the event in which it arrived."""
    place = members["event"].to_numpy(dtype=np.int64)
    event = named[["event_id", "first_date"]].iloc[place].reset_index(drop=True)
    return pd.concat([event, members.drop(columns="event").reset_index(drop=True)], axis=1)


@dataclass(frozen=True)
class MemberParameters:
    """Who belongs to the core, and how members are named: config/model.toml, [judge.members].

    `secret` makes pseudonyms; without it members stand under their ids, which the operator must choose.
    """

    core_days_count: int
    secret: str | None


def community_members(
    engagements: pd.DataFrame,
    arrivals: pd.DataFrame,
    judgements: pd.DataFrame,
    as_of: pd.Timestamp,
    parameters: MemberParameters,
) -> pd.DataFrame:
    """Rows of `community_members`: everybody who engaged in the 28 days up to the day, mentions included.

    They are those whom `engagers_count_28d` counts: each of the `engagements` stands with its day as `engaged_date`.
    The list does not move when silent followers arrive.
    """
    first = as_of - pd.Timedelta(days=WINDOW_DAYS - 1)
    acts = engagements[engagements["engaged_date"].between(first, as_of)]
    grouped = acts.groupby(["account_id", "actor_id"], sort=True)["engaged_date"]
    members = grouped.agg(["size", "nunique", "max"]).reset_index()
    keys = ["account_id", "actor_id"]
    following = arrivals[["account_id", "follower_id"]].drop_duplicates().rename(columns={"follower_id": "actor_id"})
    members = members.merge(following.assign(is_follower=True), on=keys, how="left")
    chance = judgements.groupby(["account_id", "follower_id"])["unexplained_probability"].max().rename_axis(keys)
    members = members.merge(chance.reset_index(), on=keys, how="left")
    has_list = members["account_id"].isin(arrivals["account_id"].unique())
    is_follower = members["is_follower"].astype("boolean").fillna(value=False).where(has_list)
    return pd.DataFrame(
        {
            "account_id": members["account_id"],
            "report_date": as_of,
            "member_id": [
                pseudonym(account, actor, parameters.secret)
                for account, actor in zip(members["account_id"], members["actor_id"], strict=True)
            ],
            "is_follower": is_follower,
            "is_core": (members["nunique"] >= parameters.core_days_count).astype("boolean"),
            "member_actions_count_28d": members["size"].astype("Int64"),
            "member_days_count_28d": members["nunique"].astype("Int64"),
            "member_last_date": members["max"],
            "unexplained_probability": members["unexplained_probability"].astype("float64"),
        }
    )


def pseudonym(account_id: str, actor_id: int, secret: str | None) -> str:
    """A name of 16 hexadecimal digits that only the secret ties to the id; the id itself without a secret."""
    if secret is None:
        return str(actor_id)
    return keyed(f"{account_id}/{actor_id}", secret.encode(), 8)
