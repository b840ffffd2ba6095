"""From staged tables to report rows: everything here is a pure function of what was observed and configured."""

from collections.abc import Sequence
from datetime import date, timedelta

import pandas as pd
import pyarrow as pa
from prefect import task
from prefect.cache_policies import NO_CACHE

from tasks.reports.daily import Numbers, chosen_accounts, daily_reports
from tasks.reports.identity import identified, known_ids
from tasks.reports.observed import Observed
from tasks.store import layout
from tasks.store.parquet import EVERYTHING, Selection, read_all, write
from tasks.store.root import DataRoot
from tasks.tables.frames import arrow, frame
from tasks.tables.reported import ACCOUNT_DAILY, DAILY_TABLES
from tasks.tables.staged import ACCOUNT_ACTIVITY, ACCOUNT_SNAPSHOTS, ENGAGEMENTS, FOLLOWER_ARRIVALS, POSTS, READINGS
from tasks.tables.table import Table

ARRIVAL_COLUMNS = ("account_id", "follower_id", "first_seen_date", "is_baseline")
"""All that the measures need of an arrival: a list of millions is read, so the profiles stay on disk."""


@task(cache_policy=NO_CACHE)
def measure(
    root: DataRoot, days: tuple[date, date], numbers: Numbers, accounts: Sequence[str] | None
) -> dict[str, str]:
    """The report rows of the days, left as work files for `report`; gives id and handle of each account in them.

    `accounts` are ids or handles; None stands for all. All accounts are measured together, since some measures compare.
    """
    reports = daily_reports(staged(root, days, numbers.history_days), days, numbers)
    chosen = chosen_accounts(reports[ACCOUNT_DAILY.name], accounts)
    for table in DAILY_TABLES if chosen else ():
        rows = reports[table.name]
        write(table, arrow(table, rows[rows["account_id"].isin(list(chosen))]), root, layout.work_file(table))
    return chosen


def staged(root: DataRoot, days: tuple[date, date], history_days: int) -> Observed:
    """All counts that were observed, and posts and engagements as far back as any window of the first day reaches.

    A post's mature reading may have been made long after the day on which it matured, so later readings count too.
    """
    recent = Selection(days=(days[0] - timedelta(days=history_days), date.max))
    snapshots = _staged(ACCOUNT_SNAPSHOTS, root, EVERYTHING)
    ids = known_ids(snapshots)
    return Observed(
        snapshots=identified(snapshots, ids),
        activity=identified(_staged(ACCOUNT_ACTIVITY, root, EVERYTHING), ids),
        readings=identified(_staged(READINGS, root, EVERYTHING), ids),
        arrivals=identified(_staged(FOLLOWER_ARRIVALS, root, Selection(columns=ARRIVAL_COLUMNS)), ids),
        posts=identified(_staged(POSTS, root, recent), ids),
        engagements=identified(_staged(ENGAGEMENTS, root, recent), ids),
    )


def _staged(table: Table, root: DataRoot, selection: Selection) -> pd.DataFrame:
    rows: pa.Table = read_all(table, root, layout.staged_folder(table), selection)
    return frame(rows)
