"""From staged tables to report rows: everything here is a pure function of what was observed and configured."""

from collections.abc import Sequence

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from prefect import task
from prefect.cache_policies import NO_CACHE

from tasks.datasets.staged_inputs import observed, since
from tasks.reports.daily import COMPARISON_COLUMNS, MeasureParameters, compare_accounts, daily_reports, select_accounts
from tasks.reports.inputs import Shard
from tasks.schema.arrays import DAY_KEY
from tasks.schema.frames import arrow, frame, in_order, with_columns
from tasks.schema.months import Days, is_within, months
from tasks.schema.report_tables import ACCOUNT_DAILY, DAILY_TABLES
from tasks.schema.table import Table
from tasks.store import layout
from tasks.store.parquet import EVERYTHING, Selection, read, write
from tasks.store.root import DataRoot
from tasks.store.work import clear_months, write_month

_HANDLES = Selection(columns=(*DAY_KEY, "handle"))


# What fails for a moment, as an object store may, is tried once more; the other shards go on meanwhile.
@task(cache_policy=NO_CACHE, retries=1, task_run_name="measure-{shard.days[0]}-{shard.days[1]}")
def measure(root: DataRoot, name: str, shard: Shard, parameters: MeasureParameters) -> None:
    """The report rows of a shard, left as files of its own, one a month; what compares accounts is null in them.

    The name is a fingerprint of all that the rows rest on: files that stand under it already are those rows.
    """
    files = [(table, span) for table in DAILY_TABLES for span in months(shard.days)]
    if all(root.exists(layout.shard_month(name, table, span[0])) for table, span in files):
        return
    seen = observed(root, since(shard.days[0], parameters.history_days), share=shard.share)
    reports = daily_reports(seen, shard.days, parameters)
    for table, span in files:
        rows = reports[table.name]
        of_month = rows[is_within(rows[table.day_column], span)]
        write(table, arrow(table, of_month), root, layout.shard_month(name, table, span[0]))


@task(cache_policy=NO_CACHE)
def compare(
    root: DataRoot, names: Sequence[str], days: Days, parameters: MeasureParameters, accounts: Sequence[str] | None
) -> dict[str, str]:
    """The rows of all shards, with the accounts of each day compared, left as work files by month for `judge`.

    Gives id and handle of each account in them; `accounts` are ids or handles, None stands for all.
    """
    named = [frame(_of_month(ACCOUNT_DAILY, root, names, span, _HANDLES)) for span in months(days)]
    chosen = select_accounts(pd.concat(named, ignore_index=True), accounts)
    for table in DAILY_TABLES:
        clear_months(table, root)
        for span in months(days) if chosen else ():
            rows = _of_month(table, root, names, span)
            if table is ACCOUNT_DAILY:
                rows = with_columns(
                    table, rows, compare_accounts(frame(rows.select(list(COMPARISON_COLUMNS))), parameters)
                )
            write_month(table, rows.filter(pc.field("account_id").isin(list(chosen))), root, span)
    return chosen


def _of_month(
    table: Table, root: DataRoot, names: Sequence[str], span: Days, selection: Selection = EVERYTHING
) -> pa.Table:
    files = [str(layout.shard_month(name, table, span[0])) for name in names]
    return in_order(table, read(table, root, files, selection))
