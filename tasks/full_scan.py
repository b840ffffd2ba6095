"""Reads whole follower lists within the budget, and stages who is gone since the last time."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

import numpy as np
import pandas as pd
from prefect import task
from prefect.cache_policies import NO_CACHE
from prefect.states import Failed

from tasks import REFUSED
from tasks.datasets.staged_inputs import staged_rows
from tasks.fetch import WINDOW_SECONDS, Door, is_rate_limited, opened_desk, past
from tasks.raw_pages import raw_root
from tasks.schema.frames import arrow
from tasks.schema.staged import ACCOUNT_SNAPSHOTS, ACCOUNT_SPEND, API_SPEND, FOLLOWER_ARRIVALS, FOLLOWER_DEPARTURES
from tasks.sources.x_api.endpoints import USERS_GONE
from tasks.sources.x_api.history import PriorFollowers, Wish
from tasks.sources.x_api.pages import Ids, read_pages
from tasks.sources.x_api.parameters import Budget
from tasks.sources.x_api.problems import DayOverError, RunEndedError
from tasks.sources.x_api.scan import (
    ScanProgress,
    departure_reasons,
    departure_rows,
    fetch_reasons,
    fetch_scan,
    list_order,
    missing_followers,
    scan_ids,
)
from tasks.sources.x_api.staging import parse_spend
from tasks.sources.x_api.transport import XAccount, XSession
from tasks.store import layout
from tasks.store.parquet import Selection
from tasks.store.root import DataRoot
from tasks.store.staged import write_staged

EARLY = timedelta(hours=12)
"""A scan may begin so much before its week is over: a schedule drifts."""
ARRIVAL_COLUMNS = ("account_id", "follower_id", "first_seen_date", "observed_at")


@dataclass(frozen=True)
class _Seen:
    """What earlier days told of an account's followers: when each was last seen to arrive, and who is gone."""

    known: PriorFollowers
    arrived: pd.DataFrame
    gone: Ids


@task(cache_policy=NO_CACHE, retries=4, retry_delay_seconds=WINDOW_SECONDS, retry_condition_fn=is_rate_limited)
def scan(root: DataRoot, day: date, wishes: Sequence[Wish], door: Door, scan_days: int) -> list[str]:
    """A sentence per account: how far its list was read, who is gone, and in which order it stands.

    The rows of scans that ended on the day are staged; the day's requests are staged anew.
    A scan that the budget or a limit of X cut goes on behind its last page, also days later.
    """
    notes: list[str] = []
    rows: list[pd.DataFrame] = []
    try:
        with opened_desk(root, day, door) as desk:
            _scan_all(root, desk, _bounded(wishes, door), scan_days, (notes, rows))
    except (RunEndedError, DayOverError) as problem:
        return Failed(name=REFUSED, message=str(problem))  # type: ignore[return-value]  # a state ends the task
    finally:
        spend = parse_spend(raw_root(root, day), day, door.prices)
        for table in (API_SPEND, ACCOUNT_SPEND):
            write_staged(table, arrow(table, spend[table.name]), root, layout.day_batch(day))
    if rows:
        write_staged(FOLLOWER_DEPARTURES, arrow(FOLLOWER_DEPARTURES, pd.concat(rows)), root, layout.day_batch(day))
    return notes


def _bounded(wishes: Sequence[Wish], door: Door) -> list[Wish]:
    limit = door.limits.account_day_usd
    return [replace(wish, day_usd=wish.day_usd if wish.day_usd is not None else limit) for wish in wishes]


def _scan_all(
    root: DataRoot, desk: XSession, wishes: Sequence[Wish], scan_days: int, told: tuple[list[str], list[pd.DataFrame]]
) -> None:
    """Go through the accounts at level full, and note for each what was found and who is gone."""
    notes, rows = told
    ids, known = _ids(root), past(root, desk.day).known
    for wish in (wish for wish in wishes if wish.level == "full"):
        account_id = ids.get(wish.handle.lower())
        if account_id is None or account_id not in known:
            notes.append(f"{wish.handle}: nobody is known to follow it yet, so nobody can be missed")
            continue
        own = replace(desk, budget=_budget(desk, wish, account_id))
        note, gone = _account(root, own, XAccount(account_id, wish.is_owned), known[account_id], scan_days)
        notes.append(f"{wish.handle}: {note}")
        rows += [] if gone is None else [gone]


def _budget(desk: XSession, wish: Wish, account_id: str) -> Budget:
    limit = desk.budget.limit if wish.day_usd is None else wish.day_usd
    return Budget(limit, desk.ledger.spent_on(desk.day, account_id), within=desk.budget)


def _account(
    root: DataRoot, desk: XSession, account: XAccount, known: PriorFollowers, scan_days: int
) -> tuple[str, pd.DataFrame | None]:
    scanned = fetch_scan(desk, account, timedelta(days=scan_days) - EARLY)
    if scanned is None:
        return f"read less than {scan_days} days ago", None
    if scanned.reason is not None:
        return f"the list goes on another day ({scanned.reason})", None
    return _ended(root, desk, account, scanned, known)


def _ended(
    root: DataRoot, desk: XSession, account: XAccount, scanned: ScanProgress, known: PriorFollowers
) -> tuple[str, pd.DataFrame]:
    listed = scan_ids(desk.root, account.id, scanned.scan)
    seen = _seen(root, desk.day, account.id, known)
    since = seen.arrived.loc[seen.arrived["first_seen_date"] >= pd.Timestamp(scanned.scan.began_at.date())]
    lost = missing_followers(listed, known, seen.gone, since["follower_id"].to_numpy(dtype=np.int64))
    unasked = fetch_reasons(desk, account, lost)
    told = departure_reasons(read_pages(desk.root, desk.day, account.id, {USERS_GONE.name}))
    rows = departure_rows(account.id, lost, seen.arrived.set_index("follower_id")["observed_at"], scanned.scan, told)
    order = list_order(listed, known)
    share = order.contradicting_share
    said = f"{len(listed)} followers listed, {len(lost)} gone"
    said += f" (why was not asked of all: {unasked})" if unasked else ""
    return said if share is None else f"{said}, {share:.1%} of those known stand out of order", rows


def _seen(root: DataRoot, day: date, account_id: str, known: PriorFollowers) -> _Seen:
    """The last arrival of each known follower, and those who were found gone after it."""
    before = Selection(days=(date.min, day - timedelta(days=1)))
    arrived = staged_rows(FOLLOWER_ARRIVALS, root, replace(before, columns=ARRIVAL_COLUMNS))
    arrived = arrived[arrived["account_id"] == account_id].sort_values("first_seen_date", kind="stable")
    arrived = arrived.drop_duplicates("follower_id", keep="last")
    departed_before = staged_rows(FOLLOWER_DEPARTURES, root, before)
    own = departed_before[departed_before["account_id"] == account_id]
    gone = own.merge(arrived[["follower_id", "first_seen_date"]], on="follower_id")
    is_gone = gone["first_missing_date"] >= gone["first_seen_date"]
    return _Seen(known, arrived, gone.loc[is_gone, "follower_id"].to_numpy(dtype=np.int64))


def _ids(root: DataRoot) -> dict[str, str]:
    """The id of every handle that X has told."""
    rows = staged_rows(ACCOUNT_SNAPSHOTS, root).sort_values("observed_at", kind="stable")
    read = rows[rows["source"] == "x_api"]
    return dict(zip(read["handle"].str.lower(), read["account_id"].astype(str), strict=True))
