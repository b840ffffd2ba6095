"""Asks X for what a day needs; each page is on disk before the next is asked for."""

import random
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from prefect import task
from prefect.cache_policies import NO_CACHE
from prefect.client.schemas.objects import State, TaskRun
from prefect.states import Failed

from tasks import REFUSED
from tasks.datasets.staged_inputs import staged_rows
from tasks.raw_pages import raw_root
from tasks.schema.staged import ACCOUNT_SNAPSHOTS, API_SPEND, FOLLOWER_ARRIVALS, POSTS, READINGS
from tasks.sources.x_api.day import fetch_day
from tasks.sources.x_api.gateway import Credentials, XGateway, x_client
from tasks.sources.x_api.history import ReadingHistory, Wish, reading_history
from tasks.sources.x_api.ledger import Ledger, pages_billed_on
from tasks.sources.x_api.parameters import Budget, Limits, Prices, ReadingParameters
from tasks.sources.x_api.problems import DayOverError, RateLimitedError, RunEndedError
from tasks.sources.x_api.readings import Reading, open_gaps
from tasks.sources.x_api.transport import Pace, XSession
from tasks.sources.x_api.vocabulary import read_vocabulary, write_vocabulary
from tasks.store.forgotten import read_forgotten
from tasks.store.parquet import Selection
from tasks.store.root import DataRoot

WINDOW_SECONDS = 900
"""X's limits are counted in windows of 15 minutes."""

KNOWN_COLUMNS = ("account_id", "follower_id", "arrival_number", "first_seen_date", "follower_created_at")
RECENT_DAYS = 45
"""How far back posts, counts and readings are looked for: more than any age at which a post is read again."""


@dataclass(frozen=True)
class Door:
    """Where X answers, who asks, what the clock says, and what it may cost."""

    base_url: str
    credentials: Credentials
    clock: Callable[[], datetime]
    prices: Prices
    limits: Limits


@dataclass(frozen=True)
class Earlier:
    """What earlier days told, and the ages at which posts are read again."""

    past: ReadingHistory
    parameters: ReadingParameters


def is_rate_limited(_task: object, _run: TaskRun, state: State[Any]) -> bool:
    """Whether a task ended because X asks for a pause: only then a retry by Prefect helps."""
    return isinstance(state.data, RateLimitedError) or "RateLimitedError" in str(state.message)


@task(
    cache_policy=NO_CACHE,
    retries=4,
    retry_delay_seconds=WINDOW_SECONDS,
    retry_condition_fn=is_rate_limited,
)
def fetch(root: DataRoot, day: date, wishes: Sequence[Wish], door: Door, earlier: Earlier) -> list[Reading]:
    """How far each reading of the day got; a refusal when X accepts neither the credentials nor another request.

    What lies on disk already is not asked for again.
    A limit of X that outlasts short pauses is waited for by Prefect, and the retry goes on from the last page.
    """
    try:
        bounded = [_bounded(wish, door.limits) for wish in wishes]
        with opened_desk(root, day, door) as desk:
            return fetch_day(desk, bounded, earlier.past, earlier.parameters)
    except (RunEndedError, DayOverError) as problem:
        return Failed(name=REFUSED, message=str(problem))  # type: ignore[return-value]  # a state ends the task


def _bounded(wish: Wish, limits: Limits) -> Wish:
    return wish if wish.day_usd is not None else replace(wish, day_usd=limits.account_day_usd)


def past(root: DataRoot, day: date) -> ReadingHistory:
    """What the days before told, as far as the next reading needs it."""
    before = day - timedelta(days=1)
    recent = Selection(days=(day - timedelta(days=RECENT_DAYS), before))
    listed = Selection(days=(date.min, before), columns=KNOWN_COLUMNS)
    staged = {table.name: staged_rows(table, root, recent) for table in (ACCOUNT_SNAPSHOTS, READINGS, POSTS)}
    staged[FOLLOWER_ARRIVALS.name] = staged_rows(FOLLOWER_ARRIVALS, root, listed)
    return reading_history(staged, open_gaps(raw_root(root, day), day))


def budget_of_day(root: DataRoot, day: date, limits: Limits, prices: Prices) -> Budget:
    """What the day may still cost: its own limit and the month's, less what was spent by raw pages and staged rows."""
    spent = Ledger(prices, pages_billed_on(raw_root(root, day), day)).spent(day)
    return limits.of_day(spent, spent_this_month(root, day))


def spent_this_month(root: DataRoot, day: date) -> Decimal:
    """USD that the earlier days of the day's calendar month have cost, by the staged ledger."""
    earlier = Selection(days=(day.replace(day=1), day - timedelta(days=1)), columns=("spend_date", "price_usd"))
    prices = staged_rows(API_SPEND, root, earlier)["price_usd"]
    return sum((Decimal(str(round(price, 4))) for price in prices), Decimal(0))


@contextmanager
def opened_desk(root: DataRoot, day: date, door: Door) -> Iterator[XSession]:
    """Everything a reading of the day needs; what it learns of X's words is kept, also when it breaks off."""
    desk = _desk(root, day, door)
    try:
        yield desk
    finally:
        write_vocabulary(desk.root, desk.vocabulary)


def _desk(root: DataRoot, day: date, door: Door) -> XSession:
    raw = raw_root(root, day)
    ledger = Ledger(door.prices, pages_billed_on(raw, day))
    return XSession(
        client=x_client(door.credentials, XGateway(door.base_url)),
        root=raw,
        day=day,
        clock=door.clock,
        pace=Pace(time.sleep, random.Random(day.toordinal())),  # noqa: S311 - spreads waits, guards nothing
        ledger=ledger,
        budget=door.limits.of_day(ledger.spent(day), spent_this_month(root, day)),
        vocabulary=read_vocabulary(raw),
        forgotten=read_forgotten(root),
    )
