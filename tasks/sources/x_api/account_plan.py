"""What is read of each account today: chosen from what earlier days told and from today's counts, before it is paid."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import pandas as pd
import pyarrow as pa

from tasks.sources.accounts import Account
from tasks.sources.x_api.followers import ListExpectation
from tasks.sources.x_api.history import PriorFollowers, ReadingHistory
from tasks.sources.x_api.parameters import ReadingParameters
from tasks.sources.x_api.subjects import PostWindow
from tasks.sources.x_api.transport import XAccount

SPARE_POSTS = 5
"""Posts asked for beyond those that the account's own count promises: it counts what was deleted meanwhile as less."""


@dataclass(frozen=True)
class AccountCounts:
    """An account's counts, and when they arrived."""

    at: datetime
    followers_count: int | None
    posts_count: int | None


@dataclass(frozen=True)
class Today:
    """What the counts of the day tell of all accounts, before anything else is read.

    The moment at which counts arrived stands for now, so that a second run of the day asks the same questions.
    `listed` are the posts whose people were to be listed on earlier days.
    """

    counted: Mapping[str, AccountCounts]
    earlier: Mapping[str, Sequence[AccountCounts]]
    moving: frozenset[str]
    again: Mapping[str, Sequence[int]]
    listed: frozenset[int]


@dataclass(frozen=True)
class AccountPlan:
    """What is read of one account, apart from its counts; `is_first` where its posts were never read to their end."""

    account: Account
    x_account: XAccount
    known: PriorFollowers | None
    expected: ListExpectation
    window: PostWindow
    again: Sequence[int]
    mentions_since: datetime
    is_first: bool


def today_of(snapshots: pd.DataFrame, history: ReadingHistory, parameters: ReadingParameters) -> Today:
    """What the staged snapshots of the day tell, beside what earlier days told."""
    now = snapshots["observed_at"].max()
    age = history.posts["observed_at"] - history.posts["created_at"]
    return Today(
        counted={account_id: rows[-1] for account_id, rows in _counts_by_account(snapshots).items()},
        earlier=_counts_by_account(history.counts),
        moving=moving_accounts(history.counts, snapshots, parameters),
        again={} if pd.isna(now) else moving_posts(history.posts, now.to_pydatetime(), parameters),
        listed=frozenset(history.posts.loc[age >= parameters.settled, "post_id"].astype("int64").tolist()),
    )


def account_plan(
    account: Account, account_id: str, history: ReadingHistory, today: Today, parameters: ReadingParameters
) -> AccountPlan:
    """What is read of an account whose counts were read today."""
    counted = today.counted[account_id]
    return AccountPlan(
        account=account,
        x_account=XAccount(account_id, account.owned),
        known=history.followers.get(account_id),
        expected=ListExpectation(
            counted.followers_count, most_objects=parameters.sample_followers if account.level == "sample" else None
        ),
        window=_window(account_id, history, today, parameters),
        again=today.again.get(account_id, ()),
        mentions_since=history.engagers_read_at.get(account_id, counted.at - timedelta(days=1)),
        is_first=account_id not in history.posts_read_at,
    )


def _window(account_id: str, history: ReadingHistory, today: Today, parameters: ReadingParameters) -> PostWindow:
    """Posts that have settled since the last reading; of an account that moves also the younger ones."""
    counted = today.counted[account_id]
    until = counted.at if account_id in today.moving else counted.at - parameters.settled
    read_at = history.posts_read_at.get(account_id)
    if read_at is None:
        # Old posts still show what they received, so the first reading gives the engagement a past.
        return PostWindow(counted.at - timedelta(days=parameters.first_days), until)
    since = read_at - parameters.settled
    return PostWindow(since, until, _most_posts((*today.earlier.get(account_id, ()), counted), since, until))


def _most_posts(counted: Sequence[AccountCounts], since: datetime, until: datetime) -> int | None:
    """By how much the count of posts rose over the window, and some more; null where it was not read around it."""
    before = [entry.posts_count for entry in counted if entry.at <= since and entry.posts_count is not None]
    after = [entry.posts_count for entry in counted if entry.at >= until and entry.posts_count is not None]
    return max(after[0] - before[-1], 0) + SPARE_POSTS if before and after else None


def _counts_by_account(snapshots: pd.DataFrame) -> dict[str, list[AccountCounts]]:
    rows = snapshots.sort_values("observed_at", kind="stable")
    counted: dict[str, list[AccountCounts]] = {}
    moments = rows["observed_at"].dt.to_pydatetime()
    followers_counts, posts_counts = (_integers(rows[name]) for name in ("followers_count", "posts_count"))
    for account_id, *said in zip(rows["account_id"], moments, followers_counts, posts_counts, strict=True):
        counted.setdefault(str(account_id), []).append(AccountCounts(*said))
    return counted


def _integers(counts: pd.Series) -> list[int | None]:
    parameters: list[int | None] = pa.Array.from_pandas(counts, type=pa.int64()).to_pylist()
    return parameters


_ENGAGEMENT_COUNTS = ("like_count", "repost_count", "reply_count", "quote_count")

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
    read = posts.assign(engagement=posts[list(_ENGAGEMENT_COUNTS)].fillna(0).sum(axis=1).astype("float64"))
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
