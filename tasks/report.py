"""Publishes what was measured: history by day, flat files, the CSV copy, and the manifest last."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import PurePosixPath

from prefect import task
from prefect.cache_policies import NO_CACHE

from tasks.metrics.benchmarks import benchmarks
from tasks.reports.accounts import ACCOUNTS_INPUTS, account_rows
from tasks.reports.inputs import provisional_id
from tasks.reports.judgement import JudgementDays
from tasks.schema.dictionary import columns_table
from tasks.schema.frames import arrow, frame
from tasks.schema.judgement_tables import COMMUNITY_MEMBERS, JUDGEMENT_TABLES, LIST_PROFILES
from tasks.schema.months import months
from tasks.schema.report_tables import ACCOUNT_DAILY, ACCOUNTS, BENCHMARKS, COLUMNS_TABLE, DAILY_TABLES, REPORT_TABLES
from tasks.schema.retrospective_tables import RETROSPECTIVE_TABLES
from tasks.schema.table import Table
from tasks.store import layout
from tasks.store.flat_file import write_csv
from tasks.store.parquet import Selection, WrittenFile, read
from tasks.store.report_tables import (
    Scope,
    publishing,
    read_latest,
    rebuild_latest,
    refresh_latest,
    write_days,
    write_latest,
    write_manifest,
)
from tasks.store.root import DataRoot
from tasks.store.work import month_files, read_months

MONTHLY = (*DAILY_TABLES, COMMUNITY_MEMBERS)
"""Tables of which a long range holds more than memory should: their work files are months."""


@dataclass(frozen=True)
class Measured:
    """What lies in the work files: days, and the accounts by id with their handles.

    `judged` are the days of `account_daily` and of the community's lists, `lists_days` those of follower lists.
    """

    days: tuple[date, date]
    judged: JudgementDays
    lists_days: tuple[date, date]
    accounts: Mapping[str, str]


@task(cache_policy=NO_CACHE)
def report(root: DataRoot, measured: Measured, written_at: datetime) -> str:
    """What was measured and judged, published; gives the manifest's path.

    Only the rows of these accounts are replaced.
    Call it inside the lock `reports`, together with the measuring, so that no other run's rows are lost.
    """
    accounts_replaced = frozenset([*measured.accounts, *map(provisional_id, measured.accounts.values())])
    scopes = {table: Scope(measured.days, accounts_replaced) for table in DAILY_TABLES}
    scopes[ACCOUNT_DAILY] = Scope(measured.judged.account_days, accounts_replaced)
    # An event may turn out to have begun on another day, so those of the accounts are replaced as a whole.
    scopes |= {table: Scope((date.min, date.max), accounts_replaced) for table in JUDGEMENT_TABLES}
    scopes |= {table: Scope(measured.lists_days, accounts_replaced) for table in RETROSPECTIVE_TABLES}
    scopes[COMMUNITY_MEMBERS] = Scope(measured.judged.members_days, accounts_replaced)
    with publishing(list(scopes), root) as agrees:
        files = [_publish(table, root, scope, refreshes=agrees) for table, scope in scopes.items()]
        files += _flat_tables(root)
        write_csv(ACCOUNT_DAILY, root)
        manifest = write_manifest(root, {"created_at": written_at.isoformat()}, files)
    return str(manifest)


def _publish(table: Table, root: DataRoot, scope: Scope, *, refreshes: bool) -> WrittenFile:
    if table in MONTHLY:
        files = _publish_months(table, root, scope)
    else:
        files = [layout.work_file(table)]
        rows = read(table, root, [str(files[0])])
        write_days(table, rows, root, scope, read_latest(table, root) if refreshes else None)
    paths = [str(path) for path in files]
    written = refresh_latest(table, root, scope, paths) if refreshes else rebuild_latest(table, root)
    for path in files:
        root.remove(path)
    return written


def _publish_months(table: Table, root: DataRoot, scope: Scope) -> list[PurePosixPath]:
    """Replace what the scope holds month by month, so that memory holds one of them; the files of these months."""
    for span in months(scope.days):
        write_days(table, read_months(table, root, span), root, Scope(span, scope.account_ids))
    return month_files(table, root, scope.days)


def _flat_tables(root: DataRoot) -> list[WrittenFile]:
    known = Selection(columns=ACCOUNTS_INPUTS)
    days = frame(read(ACCOUNT_DAILY, root, [str(layout.latest_file(ACCOUNT_DAILY))], known))
    work = layout.work_file(LIST_PROFILES)
    lists = frame(read(LIST_PROFILES, root, [str(work)]))
    root.remove(work)
    return [
        write_latest(ACCOUNTS, arrow(ACCOUNTS, account_rows(days, lists)), root),
        write_latest(BENCHMARKS, arrow(BENCHMARKS, benchmarks()), root),
        write_latest(COLUMNS_TABLE, arrow(COLUMNS_TABLE, columns_table(REPORT_TABLES)), root),
    ]
