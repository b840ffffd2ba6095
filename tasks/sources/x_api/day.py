"""One day of all tracked accounts: what is asked of X, in which order."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import partial

import pandas as pd

from tasks.sources.x_api.account_plan import AccountPlan, Today, account_plan, today_of
from tasks.sources.x_api.endpoints import TIMELINE
from tasks.sources.x_api.followers import fetch_new_followers, fetch_rest, new_gap, remaining_gap
from tasks.sources.x_api.history import ReadingHistory, Wish
from tasks.sources.x_api.lists import reading_before_error
from tasks.sources.x_api.pages import read_pages
from tasks.sources.x_api.parameters import Budget, ReadingParameters
from tasks.sources.x_api.parse import parse_posts, parse_snapshots
from tasks.sources.x_api.problems import XError
from tasks.sources.x_api.readings import Gap, Reading, write_gaps, write_readings
from tasks.sources.x_api.subjects import (
    EngagerRequest,
    counts_so_far,
    fetch_counts,
    fetch_engagers,
    fetch_posts,
    fetch_posts_again,
)
from tasks.sources.x_api.transport import XAccount, XSession


@dataclass(frozen=True)
class _Step:
    """One subject of one account, and the fetches that make it up."""

    account_id: str
    subject: str
    fetches: tuple[Callable[[], Reading], ...]


def fetch_day(
    desk: XSession, wishes: Sequence[Wish], past: ReadingHistory, parameters: ReadingParameters
) -> list[Reading]:
    """How far each reading of the day got; the pages lie on disk, and so does this answer.

    Counts come first and for all accounts at once, because they tell what else is worth reading.
    When X or the clock ends the run (`XError`), what was read until then, and where it stopped, lies on disk all the
    same: it can be staged, and the next run goes on from there.
    """
    readings: list[Reading] = []
    try:
        for reading in _readings(desk, wishes, past, parameters):
            readings.append(reading)  # noqa: PERF402 - those before an exception must stay
    finally:
        write_readings(desk.root, desk.day, readings)
        write_gaps(desk.root, desk.day, _gaps(desk, readings, past, parameters))
    return readings


def _readings(
    desk: XSession, wishes: Sequence[Wish], past: ReadingHistory, parameters: ReadingParameters
) -> Iterator[Reading]:
    counts: list[Reading] = []
    for reading in _counts(desk, [wish.handle for wish in wishes]):
        counts.append(reading)
        yield reading
    today = today_of(parse_snapshots(read_pages(desk.root, desk.day, "accounts-*")), past, parameters)
    chosen = [
        account_plan(wish, reading.account_id, past, today, parameters)
        for wish, reading in zip(wishes, counts, strict=True)
        if reading.is_complete
    ]
    for entry in chosen:
        for step in _steps(_own_desk(desk, entry), entry, today, parameters):
            yield from _fetch_step(desk, step)
    # Last what can wait for another day's budget: the whole lists, and what earlier days left of them.
    for entry in chosen:
        for step in _whole_lists(_own_desk(desk, entry), entry, past, parameters):
            yield from _fetch_step(desk, step)


def _gaps(
    desk: XSession, readings: Sequence[Reading], past: ReadingHistory, parameters: ReadingParameters
) -> dict[str, Gap]:
    """The gaps that are open after the day's pages: earlier ones as far as they are left, and those of today's cuts."""
    left = {
        account_id: remaining_gap(desk, XAccount(account_id), gap, past.known[account_id], parameters.sample_followers)
        for account_id, gap in past.gaps.items()
        if account_id in past.known
    }
    heads: dict[str, Reading] = {}
    for reading in readings:
        if reading.subject == "followers":
            heads.setdefault(reading.account_id, reading)
    cut = {
        account_id: new_gap(desk, XAccount(account_id), past.known.get(account_id))
        for account_id, reading in heads.items()
        if reading.status == "partial" and reading.reason == "budget"
    }
    return {account_id: gap for account_id, gap in (left | cut).items() if gap is not None}


def _own_desk(desk: XSession, chosen: AccountPlan) -> XSession:
    """The desk with the account's own budget, which the day's budget binds too."""
    if chosen.wish.day_usd is None:
        return desk
    spent = desk.ledger.spent_on(desk.day, chosen.account.id)
    return replace(desk, budget=Budget(chosen.wish.day_usd, spent, within=desk.budget))


def _counts(desk: XSession, handles: Sequence[str]) -> Iterator[Reading]:
    try:
        counts = fetch_counts(desk, handles, "usernames")
    except XError as error:
        yield from counts_so_far(desk, handles, "usernames", error.reason)
        raise
    yield from counts


def _fetch_step(desk: XSession, step: _Step) -> Iterator[Reading]:
    try:
        parts = [fetch() for fetch in step.fetches]
    except XError as error:
        yield reading_before_error(desk, step.account_id, step.subject, error)
        raise
    yield from parts


def _steps(desk: XSession, chosen: AccountPlan, today: Today, parameters: ReadingParameters) -> Iterator[_Step]:
    account, level = chosen.account, chosen.wish.level
    if level in {"sample", "full"} and chosen.known is not None:
        followers = partial(fetch_new_followers, desk, account, chosen.known, chosen.expected)
        yield _Step(account.id, "followers", (followers,))
    if level != "counts":
        recent = partial(fetch_posts, desk, account, chosen.window)
        yield _Step(account.id, "posts", (recent, partial(fetch_posts_again, desk, account, chosen.again)))
        if chosen.wish.with_engagers:
            yield _Step(account.id, "engagers", (partial(_fetch_engagers, desk, chosen, today, parameters),))


def _whole_lists(
    desk: XSession, chosen: AccountPlan, past: ReadingHistory, parameters: ReadingParameters
) -> Iterator[_Step]:
    """The whole list where nobody is known, else the rest that an earlier day left of it."""
    account, gap = chosen.account, past.gaps.get(chosen.account.id)
    if chosen.wish.level not in {"sample", "full"}:
        return
    if chosen.known is None:
        yield _Step(account.id, "followers", (partial(fetch_new_followers, desk, account, None, chosen.expected),))
    elif gap is not None and gap.is_worth_reading(parameters.sample_followers):
        rest = partial(fetch_rest, desk, account, gap, chosen.known, parameters.sample_followers)
        yield _Step(account.id, "followers", (rest,))


def _fetch_engagers(desk: XSession, chosen: AccountPlan, today: Today, parameters: ReadingParameters) -> Reading:
    """Who engaged, after the posts were read: their counts say of which of them there is anybody to list."""
    read = parse_posts(read_pages(desk.root, desk.day, chosen.account.id, {TIMELINE.name}))
    age = read["observed_at"] - read["created_at"]
    is_settled = (age >= parameters.settled) & (age < timedelta(days=parameters.engagers_days))
    settled = read[is_settled & ~read["post_id"].isin(today.listed)]
    wanted = EngagerRequest(
        mentions_since=chosen.mentions_since,
        quoted_ids=_with_some(settled, "quote_count"),
        reposted_ids=_with_some(settled, "repost_count"),
        liked_ids=_with_some(settled, "like_count") if chosen.wish.with_likers else (),
        expands_authors=chosen.wish.with_authors,
    )
    return fetch_engagers(desk, chosen.account, wanted)


def _with_some(posts: pd.DataFrame, count: str) -> tuple[int, ...]:
    return tuple(posts.loc[posts[count].fillna(0) > 0, "post_id"].astype("int64").tolist())
