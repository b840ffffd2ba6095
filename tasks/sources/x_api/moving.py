"""What moves: accounts whose count does what it does not usually do, and posts that are not over yet."""

from datetime import datetime, timedelta

import pandas as pd

from tasks.sources.x_api.past import ReadingParameters

ENGAGEMENT = ("like_count", "repost_count", "reply_count", "quote_count")
GRACE_DAYS = 5
"""A post that was not read at its age, because a day was missed, is read so many days later at most."""


def moving_accounts(counts: pd.DataFrame, today: pd.DataFrame, parameters: ReadingParameters) -> frozenset[str]:
    """The accounts whose count changed since the last reading by more than it usually does.

    Unusual is a change of `minimum_jump_count` at least and of `jump_ratio` times the mean change between two readings.
    `counts` are earlier staged snapshots, `today` those of the day.
    An account of which no earlier change is known does not move: nothing is usual of it yet.
    """
    columns = ["account_id", "observed_at", "followers_count"]
    rows = pd.concat([counts[columns], today[columns]], ignore_index=True).dropna()
    rows = rows.sort_values(["account_id", "observed_at"], kind="stable")
    change = rows.groupby("account_id")["followers_count"].diff().abs().astype("float64")
    is_last = ~rows["account_id"].duplicated(keep="last")
    usual = change[~is_last].groupby(rows["account_id"]).mean()
    last = pd.Series(change[is_last].to_numpy(), index=rows.loc[is_last, "account_id"])
    least = (usual.reindex(last.index) * parameters.jump_ratio).clip(lower=parameters.minimum_jump_count)
    is_moving = last >= least.fillna(float("inf"))
    return frozenset(str(account_id) for account_id in last.index[is_moving])


def moving_posts(posts: pd.DataFrame, now: datetime, parameters: ReadingParameters) -> dict[str, list[int]]:
    """By account, the ids of posts to be read again: those that have come of one of the ages, and move.

    At the first age a post moves when its engagement is `moving_ratio` times the account's median post or more;
    at later ages when it also rose by `rising_share` or more between its last two readings.
    """
    read = posts.assign(engagement=posts[list(ENGAGEMENT)].fillna(0).sum(axis=1).astype("float64"))
    read = read.sort_values(["account_id", "post_id", "observed_at"], kind="stable")
    before = read.groupby(["account_id", "post_id"])["engagement"].shift()
    last = read.assign(before=before)[~read.duplicated(["account_id", "post_id"], keep="last")]
    last = last[~last["is_repost"].fillna(value=False).astype(bool)]
    is_large = (
        last["engagement"] >= last.groupby("account_id")["engagement"].transform("median") * parameters.moving_ratio
    )
    is_rising = last["before"].isna() | (last["engagement"] >= last["before"] * (1 + parameters.rising_share))
    due = last[_is_due(last, now, parameters) & is_large & is_rising]
    return {
        str(account_id): sorted(rows["post_id"].astype("int64").tolist())
        for account_id, rows in due.groupby("account_id")
    }


def _is_due(last: pd.DataFrame, now: datetime, parameters: ReadingParameters) -> pd.Series:
    age = pd.Timestamp(now) - last["created_at"]
    age_then = last["observed_at"] - last["created_at"]
    is_due = pd.Series(data=False, index=last.index)
    for days in parameters.again_days:
        is_of_age = (age >= timedelta(days=days)) & (age < timedelta(days=days + GRACE_DAYS))
        is_due |= is_of_age & (age_then < timedelta(days=days))
    return is_due
