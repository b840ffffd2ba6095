"""From staged tables to report rows: everything here is a pure function of what was observed and configured."""

from collections.abc import Mapping, Sequence

import pandas as pd
import pyarrow.compute as pc
from prefect import task
from prefect.cache_policies import NO_CACHE
from prefect.logging import get_logger

from tasks.datasets.staged_inputs import read_staged_inputs, select_since
from tasks.reports.daily import COMPARISON_COLUMNS, MeasureParameters, compare_accounts, daily_reports, select_accounts
from tasks.reports.inputs import Shard
from tasks.schema.check import TableProblemsError, spoiled_accounts
from tasks.schema.frames import arrow, frame, with_columns
from tasks.schema.months import Days, months
from tasks.schema.report_tables import ACCOUNT_DAILY, DAILY_TABLES
from tasks.schema.table import Table
from tasks.store.parquet import Selection, days_filter
from tasks.store.tables import Tables

_HANDLES = ["account_id", "handle"]


# What fails for a moment, as an object store may, is tried once more; the other shards go on meanwhile.
@task(cache_policy=NO_CACHE, retries=1, task_run_name="measure-{shard.days[0]}-{shard.days[1]}")
def measure(tables: Tables, name: str, shard: Shard, parameters: MeasureParameters) -> None:
    """The report rows of a shard, left as files of its own, one a month; what compares accounts is null in them.

    The name is a fingerprint of all that the rows rest on: files that stand under it already are those rows.
    An account whose rows break their declaration is left out and said: it keeps nobody else from being reported.
    """
    if tables.has_shard(name, DAILY_TABLES, shard.days):
        return
    inputs = read_staged_inputs(tables, select_since(shard.days[0], parameters.history_days), share=shard.share)
    reports = daily_reports(inputs, shard.days, parameters)
    try:
        _write_shard(tables, name, reports, shard.days)
    except TableProblemsError:
        spoiled = _spoiled(reports)
        if not spoiled:
            raise
        get_logger("measure").warning("not reported, because their rows cannot be right: %s", ", ".join(spoiled))
        sound = {name: rows[~rows["account_id"].isin(spoiled)] for name, rows in reports.items()}
        _write_shard(tables, name, sound, shard.days)


def _write_shard(tables: Tables, name: str, reports: Mapping[str, pd.DataFrame], days: Days) -> None:
    for table in DAILY_TABLES:
        rows = arrow(table, reports[table.name])
        for span in months(days):
            tables.write_shard(name, table, rows.filter(days_filter(table.day_column, span)), span)


def _spoiled(reports: Mapping[str, pd.DataFrame]) -> list[str]:
    """The accounts whose rows of some table break its declaration."""
    found = (spoiled_accounts(table, arrow(table, reports[table.name])) for table in DAILY_TABLES)
    return sorted(frozenset[str]().union(*found))


def _handles(tables: Tables, names: Sequence[str], table: Table, span: Days) -> pd.DataFrame:
    selected = Selection(columns=tuple(dict.fromkeys([*table.sort_order, *_HANDLES])))
    return frame(tables.read_shards(names, table, span, selected))[_HANDLES]


@task(cache_policy=NO_CACHE)
def compare(
    tables: Tables, names: Sequence[str], days: Days, parameters: MeasureParameters, accounts: Sequence[str] | None
) -> dict[str, str]:
    """The rows of all shards, with the accounts of each day compared, left as work files by month for `judge`.

    Gives id and handle of each account in them, also of one that has posts of these days and no row of its own:
    it was counted later. `accounts` are ids or handles, None stands for all.
    """
    # The handle of the account's own days stands, where it has some: those come last.
    places = [(table, span) for table in reversed(DAILY_TABLES) for span in months(days)]
    named = [_handles(tables, names, table, span) for table, span in places]
    chosen = select_accounts(pd.concat(named, ignore_index=True), accounts)
    for table in DAILY_TABLES:
        tables.clear_work(table)
        for span in months(days) if chosen else ():
            rows = tables.read_shards(names, table, span)
            if table is ACCOUNT_DAILY:
                levels = frame(rows.select(list(COMPARISON_COLUMNS)))
                rows = with_columns(table, rows, compare_accounts(levels, parameters))
            tables.write_work(table, rows.filter(pc.field("account_id").isin(list(chosen))), span)
    return chosen
