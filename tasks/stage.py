"""From raw to staged: typed rows with keys, in batches that are replaced as a whole."""

from collections.abc import Sequence

from prefect import task
from prefect.cache_policies import NO_CACHE

from tasks.schema.frames import arrow
from tasks.schema.staged import (
    ACCOUNT_SPEND,
    API_SPEND,
    STAGED_TABLES,
)
from tasks.sources.accounts import Account
from tasks.sources.bluesky.day import FILLED_TABLES, BlueskyDay
from tasks.sources.x_api.day import XDay
from tasks.sources.x_api.staging import parse_day, parse_spend
from tasks.store import layout
from tasks.store.tables import Tables


@task(cache_policy=NO_CACHE)
def stage_day(x_day: XDay, accounts: Sequence[Account]) -> None:
    """Stage what X said on a day: the day's batch of every table that X fills, replaced as a whole."""
    rows = parse_day(x_day.folder, x_day.day, accounts, x_day.history, x_day.prices)
    filled = {table: arrow(table, rows[table.name]) for table in STAGED_TABLES if table.name in rows}
    Tables(x_day.root).write_batch(layout.day_batch(x_day.day), filled)


def stage_spend(x_day: XDay) -> None:
    """Stage anew what the day's requests cost: after another task than the day's own has asked X."""
    spend = parse_spend(x_day.folder, x_day.day, x_day.prices)
    filled = {table: arrow(table, spend[table.name]) for table in (API_SPEND, ACCOUNT_SPEND)}
    Tables(x_day.root).write_batch(layout.day_batch(x_day.day), filled)


@task(cache_policy=NO_CACHE)
def stage_bluesky(bluesky_day: BlueskyDay) -> None:
    """Stage what Bluesky said on a day: a batch of its own beside X's, replaced as a whole."""
    filled = {table: arrow(table, bluesky_day.rows(table)) for table in FILLED_TABLES}
    Tables(bluesky_day.root).write_batch(layout.bluesky_batch(bluesky_day.day), filled)
