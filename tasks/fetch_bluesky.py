"""Reads accounts on Bluesky, which costs nothing, and stages what it says: a day's batch of its own beside X's."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

import pandas as pd
import pyarrow as pa
from prefect import task
from prefect.cache_policies import NO_CACHE

from tasks.reports.inputs import provisional_id
from tasks.schema.frames import arrow, empty_frame, frame
from tasks.schema.staged import (
    ACCOUNT_SNAPSHOTS,
    ENGAGEMENTS,
    FOLLOWER_ARRIVALS,
    FOLLOWER_DEPARTURES,
    POSTS,
    READINGS,
)
from tasks.schema.table import Table
from tasks.sources.bluesky.past import known_before
from tasks.sources.bluesky.problems import BlueskyError
from tasks.sources.bluesky.wish import BlueskyParameters, Wish
from tasks.sources.x_api.readings import Reading
from tasks.store import layout
from tasks.store.parquet import Selection
from tasks.store.root import DataRoot
from tasks.store.tables import Tables

if TYPE_CHECKING:
    from tasks.sources.bluesky.gateway import Gateway

TABLES = (ACCOUNT_SNAPSHOTS, FOLLOWER_ARRIVALS, FOLLOWER_DEPARTURES, POSTS, ENGAGEMENTS, READINGS)
KNOWN = (ACCOUNT_SNAPSHOTS, FOLLOWER_ARRIVALS, FOLLOWER_DEPARTURES, ENGAGEMENTS, READINGS)


@dataclass(frozen=True)
class BlueskyDoor:
    """Where Bluesky answers, by which clock, and how much is asked."""

    base_url: str
    clock: Callable[[], datetime]
    parameters: BlueskyParameters


@task(cache_policy=NO_CACHE)
def fetch_bluesky(root: DataRoot, day: date, accounts: Sequence[tuple[str, str]], door: BlueskyDoor) -> list[Reading]:
    """How far each reading of these accounts got, handle and level each; their rows are staged.

    Accounts that were read completely on this day are not asked for again.
    Once a week the list is read to its end, which tells who has left.
    """
    # atproto takes a second to load, which who reads X alone need not pay.
    from tasks.sources.bluesky.gateway import Gateway  # noqa: PLC0415 - see above

    staged = _staged(root, day)
    done = _complete(staged)
    with Gateway(door.parameters.most_requests, door.base_url) as gateway:
        for handle, level in accounts:
            if handle.lower() not in done:
                _observe(gateway, _wish(root, day, (handle, level), door), (door, staged))
    for table in TABLES:
        rows = pd.concat([empty_frame(table), *staged[table.name]], ignore_index=True)
        Tables(root).write_batch(table, layout.bluesky_batch(day), arrow(table, rows))
    return [_reading(row) for rows in staged[READINGS.name] for _, row in rows.iterrows()]


Staged = dict[str, list[pd.DataFrame]]


def _observe(gateway: "Gateway", wish: Wish, into: tuple[BlueskyDoor, Staged]) -> None:
    from tasks.sources.bluesky.observation import observe  # noqa: PLC0415 - it loads atproto too

    door, staged = into
    try:
        seen = observe(gateway, wish, door.clock)
    except BlueskyError as problem:
        unread = {
            "account_id": provisional_id(wish.actor),
            "subject": "counts",
            "snapshot_date": pd.Timestamp(wish.day),
        }
        told = {"status": problem.status, "reading_reason": problem.reason, "pages_count": 0, "objects_count": 0}
        empty = empty_frame(READINGS)
        row = pd.DataFrame([unread | told | {"observation_level": "counts"}], columns=list(empty.columns))
        staged[READINGS.name].append(row.astype(empty.dtypes))
        return
    for table in TABLES:
        if table.name in seen.rows:
            rows = staged[table.name]
            others = [part[part["account_id"] != seen.account_id] for part in rows]
            staged[table.name] = [*others, seen.rows[table.name]]


def _wish(root: DataRoot, day: date, account: tuple[str, str], door: BlueskyDoor) -> Wish:
    handle, level = account
    since = door.clock() - timedelta(days=door.parameters.posts_days)
    wish = Wish(handle, day, since, level, is_whole=day.weekday() == door.parameters.whole_weekday)
    before = Selection(days=(date.min, day - timedelta(days=1)))
    snapshots = frame(Tables(root).staged(ACCOUNT_SNAPSHOTS, before))
    named = snapshots[(snapshots["source"] == "bluesky") & (snapshots["handle"].str.lower() == handle.lower())]
    if named.empty:
        return wish
    account_id = named["account_id"].iloc[-1]
    rows = {table.name: frame(Tables(root).staged(table, before)) for table in KNOWN}
    return replace(wish, known=known_before({name: of[of["account_id"] == account_id] for name, of in rows.items()}))


def _staged(root: DataRoot, day: date) -> Staged:
    """What an earlier run of the day staged; accounts that could not be found are asked for again."""
    rows = {table.name: frame(_batch(table, root, day)) for table in TABLES}
    return {name: [of[~of["account_id"].str.startswith("@")]] for name, of in rows.items()}


def _batch(table: Table, root: DataRoot, day: date) -> pa.Table:
    rows = Tables(root).read_batch(table, layout.bluesky_batch(day))
    return table.schema.empty_table() if rows is None else rows


def _complete(staged: Staged) -> set[str]:
    readings, snapshots = staged[READINGS.name][0], staged[ACCOUNT_SNAPSHOTS.name][0]
    unfinished = set(readings.loc[readings["status"] != "complete", "account_id"])
    return {
        str(handle).lower()
        for account, handle in zip(snapshots["account_id"], snapshots["handle"], strict=True)
        if account not in unfinished
    }


def _reading(row: pd.Series) -> Reading:
    reason = None if pd.isna(row["reading_reason"]) else str(row["reading_reason"])
    counted = int(row["pages_count"]), int(row["objects_count"])
    return Reading(str(row["account_id"]), str(row["subject"]), str(row["status"]), reason, *counted)
