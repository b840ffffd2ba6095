"""One day of all tracked accounts: what is asked of X, in which order."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import partial

import pandas as pd

from tasks.sources.x_api.accounts import Account
from tasks.sources.x_api.counts import counts_so_far, fetch_counts
from tasks.sources.x_api.engagers import Engagers, fetch_engagers
from tasks.sources.x_api.errors import XError
from tasks.sources.x_api.followers import Expected, fetch_new_followers
from tasks.sources.x_api.known import KnownFollowers
from tasks.sources.x_api.lists import interrupted
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
    """When posts are read again, by their age in days, and when the people behind them are read.

    `first_days` is how far back the very first reading of an account's posts goes.
    """

    recent_days: int
    again_days: tuple[int, ...]
    engagers_days: int
    first_days: int = 0


@dataclass(frozen=True)
class Past:
    """What earlier days told: the known followers by account, and own posts as last read (staged `posts`).

    `posts_read` names the accounts whose posts were read before.
    """

    known: Mapping[str, KnownFollowers]
    posts: pd.DataFrame
    posts_read: frozenset[str] = frozenset()


@dataclass(frozen=True)
class _Tracked:
    """An account whose counts were read, and what earlier days told of it."""

    account: Account
    wish: Wish
    known: KnownFollowers | None
    posts: pd.DataFrame
    is_new: bool


@dataclass(frozen=True)
class _Step:
    """One subject of one account, and the fetches that make it up."""

    account_id: str
    subject: str
    fetches: tuple[Callable[[], Reading], ...]


def observe(desk: Desk, wishes: Sequence[Wish], past: Past, numbers: ReadingNumbers) -> list[Reading]:
    """How far each reading of the day got; the pages lie on disk, and so does this answer.

    Counts come first and for all accounts at once, because a follower list is checked against its count.
    When X or the clock ends the run (`XError`), what was read until then, and where it stopped, lies on disk all the
    same: it can be staged, and the next run goes on from there.
    """
    readings: list[Reading] = []
    try:
        for reading in _readings(desk, wishes, past, numbers):
            readings.append(reading)  # noqa: PERF402 - those before an exception must stay
    finally:
        write_readings(desk.root, desk.day, readings)
    return readings


def _readings(desk: Desk, wishes: Sequence[Wish], past: Past, numbers: ReadingNumbers) -> Iterator[Reading]:
    counts: list[Reading] = []
    for reading in _counts(desk, [wish.handle for wish in wishes]):
        counts.append(reading)
        yield reading
    counted = parse_snapshots(read_pages(desk.root, desk.day, "accounts-*")).set_index("account_id")["followers_count"]
    own_posts = {str(account_id): posts for account_id, posts in past.posts.groupby("account_id")}
    for wish, reading in zip(wishes, counts, strict=True):
        if reading.is_complete:
            account = Account(reading.account_id, wish.is_owned)
            own = own_posts.get(account.id, past.posts.iloc[:0])
            is_new = account.id not in past.posts_read
            tracked = _Tracked(account, wish, past.known.get(account.id), own, is_new)
            for step in _steps(desk, tracked, Expected(_number(counted.get(account.id))), numbers):
                yield from _taken(desk, step)


def _counts(desk: Desk, handles: Sequence[str]) -> Iterator[Reading]:
    try:
        counts = fetch_counts(desk, handles, "usernames")
    except XError as error:
        yield from counts_so_far(desk, handles, "usernames", error.reason)
        raise
    yield from counts


def _taken(desk: Desk, step: _Step) -> Iterator[Reading]:
    try:
        parts = [fetch() for fetch in step.fetches]
    except XError as error:
        yield interrupted(desk, step.account_id, step.subject, error)
        raise
    yield from parts


def _number(count: object) -> int | None:
    return None if count is None or pd.isna(count) else int(count)  # type: ignore[call-overload]  # a pandas scalar


def _steps(desk: Desk, tracked: _Tracked, expected: Expected, numbers: ReadingNumbers) -> Iterator[_Step]:
    account, own, level = tracked.account, tracked.posts, tracked.wish.level
    if level == "full":
        yield _Step(account.id, "followers", (partial(fetch_new_followers, desk, account, tracked.known, expected),))
    if level in {"posts", "full"}:
        # Old posts still show what they received, so the first reading gives the engagement a past.
        reach = max(numbers.first_days, numbers.recent_days) if tracked.is_new else numbers.recent_days
        recent = partial(fetch_recent_posts, desk, account, _midnight(desk.day, reach))
        again = partial(fetch_posts_again, desk, account, _of_age(own, desk.day, numbers.again_days))
        yield _Step(account.id, "posts", (recent, again))
        if tracked.wish.with_engagers:
            wanted = _engagers(own, desk.day, numbers)
            yield _Step(account.id, "engagers", (partial(fetch_engagers, desk, account, wanted),))


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
