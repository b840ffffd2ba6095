"""From staged tables to report rows: everything here is a pure function of what was observed and configured."""

from collections.abc import Sequence
from datetime import date

from prefect import task
from prefect.cache_policies import NO_CACHE

from tasks.observed import observed, since
from tasks.reports.daily import Numbers, chosen_accounts, daily_reports
from tasks.store import layout
from tasks.store.parquet import Selection, write
from tasks.store.root import DataRoot
from tasks.tables.frames import arrow
from tasks.tables.reported import ACCOUNT_DAILY, DAILY_TABLES

ARRIVALS = Selection(columns=("account_id", "follower_id", "first_seen_date", "is_baseline"))
"""All that the measures need of an arrival: a list of millions is read, so the profiles stay on disk."""


@task(cache_policy=NO_CACHE)
def measure(
    root: DataRoot, days: tuple[date, date], numbers: Numbers, accounts: Sequence[str] | None
) -> dict[str, str]:
    """The report rows of the days, left as work files for `report`; gives id and handle of each account in them.

    `accounts` are ids or handles; None stands for all. All accounts are measured together, since some measures compare.
    """
    seen = observed(root, posts=since(days[0], numbers.history_days), arrivals=ARRIVALS)
    reports = daily_reports(seen, days, numbers)
    chosen = chosen_accounts(reports[ACCOUNT_DAILY.name], accounts)
    for table in DAILY_TABLES if chosen else ():
        rows = reports[table.name]
        write(table, arrow(table, rows[rows["account_id"].isin(list(chosen))]), root, layout.work_file(table))
    return chosen
