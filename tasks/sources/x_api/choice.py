"""What is read of each account today: chosen from what earlier days told and from today's counts, before it is paid."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import pandas as pd
import pyarrow as pa

from tasks.sources.x_api.accounts import Account
from tasks.sources.x_api.followers import Expected
from tasks.sources.x_api.known import KnownFollowers
from tasks.sources.x_api.moving import moving_accounts, moving_posts
from tasks.sources.x_api.past import Past, ReadingParameters, Wish
from tasks.sources.x_api.posts import Window

SPARE_POSTS = 5
"""Posts asked for beyond those that the account's own count promises: it counts what was deleted meanwhile as less."""


@dataclass(frozen=True)
class Counted:
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

    counted: Mapping[str, Counted]
    earlier: Mapping[str, Sequence[Counted]]
    moving: frozenset[str]
    again: Mapping[str, Sequence[int]]
    listed: frozenset[int]


@dataclass(frozen=True)
class Choice:
    """What is read of one account, apart from its counts; `is_first` where its posts were never read to their end."""

    account: Account
    wish: Wish
    known: KnownFollowers | None
    expected: Expected
    window: Window
    again: Sequence[int]
    mentions_since: datetime
    is_first: bool


def today_of(snapshots: pd.DataFrame, past: Past, parameters: ReadingParameters) -> Today:
    """What the staged snapshots of the day tell, beside what earlier days told."""
    now = snapshots["observed_at"].max()
    age = past.posts["observed_at"] - past.posts["created_at"]
    return Today(
        counted={account_id: rows[-1] for account_id, rows in _counted(snapshots).items()},
        earlier=_counted(past.counts),
        moving=moving_accounts(past.counts, snapshots, parameters),
        again={} if pd.isna(now) else moving_posts(past.posts, now.to_pydatetime(), parameters),
        listed=frozenset(past.posts.loc[age >= parameters.settled, "post_id"].astype("int64").tolist()),
    )


def choice(wish: Wish, account_id: str, past: Past, today: Today, parameters: ReadingParameters) -> Choice:
    """What is read of an account whose counts were read today."""
    counted = today.counted[account_id]
    return Choice(
        account=Account(account_id, wish.is_owned),
        wish=wish,
        known=past.known.get(account_id),
        expected=Expected(
            counted.followers_count, most_objects=parameters.sample_followers if wish.level == "sample" else None
        ),
        window=_window(account_id, past, today, parameters),
        again=today.again.get(account_id, ()),
        mentions_since=past.engagers_read_at.get(account_id, counted.at - timedelta(days=1)),
        is_first=account_id not in past.posts_read_at,
    )


def _window(account_id: str, past: Past, today: Today, parameters: ReadingParameters) -> Window:
    """Posts that have settled since the last reading; of an account that moves also the younger ones."""
    counted = today.counted[account_id]
    until = counted.at if account_id in today.moving else counted.at - parameters.settled
    read_at = past.posts_read_at.get(account_id)
    if read_at is None:
        # Old posts still show what they received, so the first reading gives the engagement a past.
        return Window(counted.at - timedelta(days=parameters.first_days), until)
    since = read_at - parameters.settled
    return Window(since, until, _most_posts((*today.earlier.get(account_id, ()), counted), since, until))


def _most_posts(counted: Sequence[Counted], since: datetime, until: datetime) -> int | None:
    """By how much the count of posts rose over the window, and some more; null where it was not read around it."""
    before = [entry.posts_count for entry in counted if entry.at <= since and entry.posts_count is not None]
    after = [entry.posts_count for entry in counted if entry.at >= until and entry.posts_count is not None]
    return max(after[0] - before[-1], 0) + SPARE_POSTS if before and after else None


def _counted(snapshots: pd.DataFrame) -> dict[str, list[Counted]]:
    rows = snapshots.sort_values("observed_at", kind="stable")
    counted: dict[str, list[Counted]] = {}
    moments = rows["observed_at"].dt.to_pydatetime()
    followers_counts, posts_counts = (_numbers(rows[name]) for name in ("followers_count", "posts_count"))
    for account_id, *said in zip(rows["account_id"], moments, followers_counts, posts_counts, strict=True):
        counted.setdefault(str(account_id), []).append(Counted(*said))
    return counted


def _numbers(counts: pd.Series) -> list[int | None]:
    parameters: list[int | None] = pa.Array.from_pandas(counts, type=pa.int64()).to_pylist()
    return parameters
