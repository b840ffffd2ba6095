"""One day of all tracked accounts: what is asked of X, in which order."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

import pandas as pd

from tasks.sources.x_api.accounts import Account
from tasks.sources.x_api.counts import fetch_counts
from tasks.sources.x_api.engagers import Engagers, fetch_engagers
from tasks.sources.x_api.followers import Expected, fetch_new_followers
from tasks.sources.x_api.known import KnownFollowers
from tasks.sources.x_api.pages import read_pages
from tasks.sources.x_api.parse import parse_snapshots
from tasks.sources.x_api.posts import fetch_posts_again, fetch_recent_posts
from tasks.sources.x_api.readings import Reading, write_readings
from tasks.sources.x_api.transport import Desk


@dataclass(frozen=True)
class Wish:
    """A tracked account, and how deep it is to be read: `counts`, `posts` or `full`."""

    handle: str
    level: str
    is_owned: bool
    with_engagers: bool


@dataclass(frozen=True)
class ReadingNumbers:
    """When posts are read again, by their age in days, and when the people behind them are read."""

    recent_days: int
    again_days: tuple[int, ...]
    engagers_days: int


@dataclass(frozen=True)
class Past:
    """What earlier days told: the known followers by account, and own posts as last read (staged `posts`)."""

    known: Mapping[str, KnownFollowers]
    posts: pd.DataFrame


def observe(desk: Desk, wishes: Sequence[Wish], past: Past, numbers: ReadingNumbers) -> list[Reading]:
    """How far each reading of the day got; the pages lie on disk, and so does this answer.

    Counts come first and for all accounts at once, because a follower list is checked against its count.
    """
    by_handle = dict(zip((wish.handle for wish in wishes), _counts(desk, wishes), strict=True))
    counted = parse_snapshots(read_pages(desk.root, desk.day, "accounts-*")).set_index("account_id")["followers_count"]
    found = [(wish, by_handle[wish.handle].account_id) for wish in wishes if by_handle[wish.handle].is_complete]
    readings = list(by_handle.values())
    for wish, account_id in found:
        readings += _deeper(desk, (wish, account_id, _number(counted.get(account_id))), past, numbers)
    write_readings(desk.root, desk.day, readings)
    return readings


def _counts(desk: Desk, wishes: Sequence[Wish]) -> list[Reading]:
    return fetch_counts(desk, [wish.handle for wish in wishes], "usernames")


def _number(count: object) -> int | None:
    return None if count is None or pd.isna(count) else int(count)  # type: ignore[call-overload]  # a pandas scalar


def _deeper(desk: Desk, found: tuple[Wish, str, int | None], past: Past, numbers: ReadingNumbers) -> Iterator[Reading]:
    wish, account_id, followers_count = found
    account = Account(account_id, wish.is_owned)
    if wish.level == "full":
        yield fetch_new_followers(desk, account, past.known.get(account_id), Expected(followers_count))
    if wish.level in {"posts", "full"}:
        own = past.posts[past.posts["account_id"] == account_id]
        yield fetch_recent_posts(desk, account, _midnight(desk.day, numbers.recent_days))
        yield fetch_posts_again(desk, account, _of_age(own, desk.day, numbers.again_days))
        if wish.with_engagers:
            yield fetch_engagers(desk, account, _engagers(own, desk.day, numbers))


def _engagers(own: pd.DataFrame, day: date, numbers: ReadingNumbers) -> Engagers:
    settled = own[own["post_id"].isin(_of_age(own, day, (numbers.engagers_days,)))]
    return Engagers(
        mentions_since=_midnight(day, 1),
        quoted_ids=_with_some(settled, "quote_count"),
        reposted_ids=_with_some(settled, "repost_count"),
    )


def _with_some(posts: pd.DataFrame, count: str) -> tuple[int, ...]:
    return tuple(posts.loc[posts[count].fillna(0) > 0, "post_id"].astype("int64").tolist())


def _of_age(own: pd.DataFrame, day: date, ages: Sequence[int]) -> list[int]:
    published = own["created_at"].dt.tz_convert("UTC").dt.tz_localize(None).dt.normalize()
    due = own[published.isin([pd.Timestamp(day) - pd.Timedelta(days=age) for age in ages])]
    return sorted(due["post_id"].astype("int64").unique().tolist())


def _midnight(day: date, days_before: int) -> datetime:
    return datetime.combine(day - timedelta(days=days_before), time(), UTC)
