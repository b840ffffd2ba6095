"""Cohorts, judged followers and the community as rows of the report tables."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from tasks.schema.arrays import DAY_ROOM, IntArray, day_numbers
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
_REACH = pd.Timedelta(days=WINDOW_DAYS - 1)
_PERSON = ["account_id", "actor_id"]


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
    days: pd.DatetimeIndex,
    parameters: MemberParameters,
) -> pd.DataFrame:
    """Rows of `community_members`: everybody who engaged in the 28 days up to each of the days, mentions included.

    They are those whom `engagers_count_28d` counts: each of the `engagements` stands with its day as `engaged_date`.
    Who had been seen to follow by a day is a follower on it; null before anybody of the account was.
    The list does not move when silent followers arrive.
    """
    ends = day_numbers(days.to_series())
    acts = engagements[engagements["engaged_date"].between(days.min() - _REACH, days.max())]
    acts = acts.dropna(subset=["actor_id"])
    by_person = acts.groupby(_PERSON, sort=True)
    number, day = by_person.ngroup().to_numpy(), day_numbers(acts["engaged_date"])
    persons = _persons(by_person.size().reset_index()[_PERSON], arrivals, judgements)
    acted, times = np.unique(number * DAY_ROOM + day, return_counts=True)
    end, person, members = _in_windows(acted, times, ends)
    rows = persons.iloc[person].reset_index(drop=True)
    report_date = pd.Series(days.as_unit("s")[end])
    pairs = zip(persons["account_id"], persons["actor_id"], strict=True)
    names = pd.Series([pseudonym(account, actor, parameters.secret) for account, actor in pairs], dtype="str")
    return pd.DataFrame(
        {
            "account_id": rows["account_id"],
            "report_date": report_date,
            "member_id": names.iloc[person].reset_index(drop=True),
            "is_follower": (rows["seen"] <= report_date).astype("boolean").where(rows["listed"] <= report_date),
            "is_core": pd.array(members["days"] >= parameters.core_days_count, dtype="boolean"),
            "member_actions_count_28d": pd.array(members["actions"], dtype="Int64"),
            "member_days_count_28d": pd.array(members["days"], dtype="Int64"),
            "member_last_date": pd.Series(members["last"].astype("datetime64[D]").astype("datetime64[s]")),
            "unexplained_probability": rows["unexplained_probability"].astype("float64"),
        }
    )


def _persons(people: pd.DataFrame, arrivals: pd.DataFrame, judgements: pd.DataFrame) -> pd.DataFrame:
    """Each person of an account, when it was first seen to follow and anybody of the account was, and its judgement."""
    seen = arrivals.groupby(["account_id", "follower_id"])["first_seen_date"].min().rename("seen").rename_axis(_PERSON)
    listed = arrivals.groupby("account_id")["first_seen_date"].min().rename("listed")
    chance = judgements.groupby(["account_id", "follower_id"])["unexplained_probability"].max().rename_axis(_PERSON)
    known = people.merge(seen.reset_index(), on=_PERSON, how="left")
    known = known.merge(listed.reset_index(), on="account_id", how="left")
    return known.merge(chance.reset_index(), on=_PERSON, how="left")


def _in_windows(acted: IntArray, times: IntArray, ends: IntArray) -> tuple[IntArray, IntArray, dict[str, IntArray]]:
    """The places of the window's end and of the person of each member, end after end, and what each did in it.

    Of `acted`, persons x `DAY_ROOM` + their days, each stands in the windows that end on it or up to 27 days later.
    """
    person, day = np.divmod(acted, DAY_ROOM)
    first, after = np.searchsorted(ends, day), np.searchsorted(ends, day + WINDOW_DAYS)
    source = np.repeat(np.arange(len(acted)), after - first)
    place = np.arange(len(source)) - np.repeat(np.cumsum(after - first) - after, after - first)
    # A person's days follow one another, so that the last of each is the latest.
    order = np.argsort(place, kind="stable")
    end, source = place[order], source[order]
    member = end * (len(acted) + 1) + person[source]
    starts = np.flatnonzero(np.diff(member, prepend=-1))
    sizes = np.diff(starts, append=len(member))
    did = {
        "days": sizes,
        "actions": np.add.reduceat(times[source], starts) if len(starts) else sizes,
        "last": day[source[starts + sizes - 1]],
    }
    return end[starts], person[source[starts]], did


def pseudonym(account_id: str, actor_id: int, secret: str | None) -> str:
    """A name of 16 hexadecimal digits that only the secret ties to the id; the id itself without a secret."""
    if secret is None:
        return str(actor_id)
    return keyed(f"{account_id}/{actor_id}", secret.encode(), 8)
