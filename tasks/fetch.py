"""Asks X for what a day needs; each page is on disk before the next is asked for."""

import random
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pandas as pd
from prefect import task
from prefect.cache_policies import NO_CACHE
from prefect.client.schemas.objects import State, TaskRun

from tasks.observed import staged_rows
from tasks.outcome import refused
from tasks.sources.x_api.budget import Budget
from tasks.sources.x_api.client import Credentials, x_client
from tasks.sources.x_api.dialect import Vocabulary
from tasks.sources.x_api.errors import DayOverError, RateLimitedError, RunEndedError
from tasks.sources.x_api.gateway import Gateway
from tasks.sources.x_api.known import KnownFollowers, known_followers
from tasks.sources.x_api.ledger import Ledger, pages_billed_on
from tasks.sources.x_api.observation import Past, ReadingNumbers, Wish, observe
from tasks.sources.x_api.pacing import Pace
from tasks.sources.x_api.price import Prices
from tasks.sources.x_api.readings import Reading
from tasks.sources.x_api.transport import Desk
from tasks.store import layout
from tasks.store.parquet import Selection
from tasks.store.root import DataRoot
from tasks.tables.staged import ACCOUNT_SNAPSHOTS, FOLLOWER_ARRIVALS, POSTS, READINGS

WINDOW_SECONDS = 900
"""X's limits are counted in windows of 15 minutes."""

KNOWN_COLUMNS = ("account_id", "follower_id", "arrival_number", "first_seen_date", "follower_created_at")
RECENT_DAYS = 45
"""How far back posts, counts and readings are looked for: more than any age at which a post is read again."""


@dataclass(frozen=True)
class Door:
    """Where X answers, who asks, what the clock says, and what a day may cost."""

    base_url: str
    credentials: Credentials
    clock: Callable[[], datetime]
    prices: Prices
    day_usd: Decimal


@dataclass(frozen=True)
class Earlier:
    """What earlier days told, and the ages at which posts are read again."""

    past: Past
    numbers: ReadingNumbers


def _is_rate_limited(_task: object, _run: TaskRun, state: State[Any]) -> bool:
    return isinstance(state.data, RateLimitedError) or "RateLimitedError" in str(state.message)


@task(
    cache_policy=NO_CACHE,
    retries=4,
    retry_delay_seconds=WINDOW_SECONDS,
    retry_condition_fn=_is_rate_limited,
)
def fetch(root: DataRoot, day: date, wishes: Sequence[Wish], door: Door, earlier: Earlier) -> list[Reading]:
    """How far each reading of the day got; a refusal when X accepts neither the credentials nor another request.

    What lies on disk already is not asked for again.
    A limit of X that outlasts short pauses is waited for by Prefect, and the retry goes on from the last page.
    """
    try:
        return observe(_desk(root, day, door), wishes, earlier.past, earlier.numbers)
    except (RunEndedError, DayOverError) as problem:
        return refused(problem)  # type: ignore[return-value]  # a state ends the task


def raw_root(root: DataRoot) -> Path:
    """Where raw pages lie: on this machine, because each is put on disk before the next is asked for."""
    local = root.local or Path(".vanity-gap")
    return local / layout.RAW / "x_api"


def past(root: DataRoot, day: date) -> Past:
    """What the days before told, as far as the next reading needs it."""
    before = day - timedelta(days=1)
    recent = Selection(days=(day - timedelta(days=RECENT_DAYS), before))
    posts = staged_rows(POSTS, root, recent)
    last = posts.sort_values("observed_at", kind="stable").drop_duplicates(["account_id", "post_id"], keep="last")
    snapshots = staged_rows(ACCOUNT_SNAPSHOTS, root, recent)
    readings = staged_rows(READINGS, root, recent)
    arrivals = Selection(days=(date.min, before), columns=KNOWN_COLUMNS)
    listed = staged_rows(FOLLOWER_ARRIVALS, root, arrivals)
    is_read = (readings["subject"] == "posts") & (readings["status"] == "complete")
    return Past(
        known=_known(listed, snapshots[snapshots["source"] == "x_api"], readings),
        posts=last,
        posts_read=frozenset(readings.loc[is_read, "account_id"].astype(str)),
    )


def _known(arrivals: pd.DataFrame, snapshots: pd.DataFrame, readings: pd.DataFrame) -> dict[str, KnownFollowers]:
    heads = readings[(readings["subject"] == "followers") & (readings["status"] == "complete")]
    read = heads[["account_id", "snapshot_date"]].merge(snapshots, on=["account_id", "snapshot_date"])
    complete = {str(account_id): rows for account_id, rows in read.groupby("account_id")}
    return {
        str(account_id): _known_of(rows, complete.get(str(account_id), read.iloc[:0]))
        for account_id, rows in arrivals.groupby("account_id", sort=True)
    }


def _known_of(arrivals: pd.DataFrame, complete: pd.DataFrame) -> KnownFollowers:
    """The known followers of one account, and the counts of the days on which its list was read to the end."""
    by_day = complete.set_index("snapshot_date").sort_index()
    if by_day.empty:
        return known_followers(arrivals, None, None, by_day["followers_count"])
    last = by_day.iloc[-1]
    return known_followers(
        arrivals, _whole(last["followers_count"]), last["observed_at"].to_pydatetime(), by_day["followers_count"]
    )


def _whole(count: object) -> int | None:
    return None if count is None or pd.isna(count) else int(count)  # type: ignore[call-overload]  # a pandas scalar


def _desk(root: DataRoot, day: date, door: Door) -> Desk:
    raw = raw_root(root)
    ledger = Ledger(door.prices, pages_billed_on(raw, day))
    return Desk(
        client=x_client(door.credentials, Gateway(door.base_url)),
        root=raw,
        day=day,
        clock=door.clock,
        pace=Pace(time.sleep, random.Random(day.toordinal())),  # noqa: S311 - spreads waits, guards nothing
        ledger=ledger,
        budget=Budget(door.day_usd, spent=ledger.spent(day)),
        vocabulary=Vocabulary(),
    )
