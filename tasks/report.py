"""Publishes what was measured: history by day, flat files, the CSV copy, and the manifest last."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from prefect import task
from prefect.cache_policies import NO_CACHE

from tasks.datasets.staged_inputs import read_all_accounts
from tasks.metrics.benchmarks import benchmarks
from tasks.metrics.parameters import EngagementParameters
from tasks.page.hero import JudgedEvents, summarize
from tasks.reports.account_summary import SUMMARY_INPUTS
from tasks.reports.accounts import ACCOUNTS_INPUTS, accounts_table
from tasks.reports.gap_dates import gap_dates
from tasks.reports.inputs import provisional_id
from tasks.reports.judgement import JudgementDays
from tasks.schema.dictionary import columns_table
from tasks.schema.frames import arrow, frame
from tasks.schema.judgement_tables import (
    ARRIVAL_COHORTS,
    COMMUNITY_MEMBERS,
    DIVERGENCE_EVENTS,
    EVENT_EVIDENCE,
    JUDGEMENT_TABLES,
    LIST_PROFILES,
    SHARED_DAYS,
)
from tasks.schema.months import Days
from tasks.schema.report_tables import (
    ACCOUNT_DAILY,
    ACCOUNT_SUMMARY,
    ACCOUNTS,
    BENCHMARKS,
    COLUMNS_TABLE,
    CSV_TABLES,
    DAILY_TABLES,
    REPORT_TABLES,
)
from tasks.schema.retrospective_tables import RETROSPECTIVE_TABLES
from tasks.store.parquet import Selection, WrittenFile
from tasks.store.report_tables import Scope
from tasks.store.tables import Tables

MONTHLY = (*DAILY_TABLES, COMMUNITY_MEMBERS)
"""Tables of which a long range holds more than memory should: their work files are months."""


@dataclass(frozen=True)
class ReportScope:
    """What lies in the work files: days, and the accounts by id with their handles.

    `windows` are those that the vanity gap compares.
    `judged` are the days of `account_daily` and of the community's lists, `lists_days` those of follower lists.
    """

    days: Days
    judged: JudgementDays
    lists_days: Days
    accounts: Mapping[str, str]
    windows: EngagementParameters


@task(cache_policy=NO_CACHE)
def report(tables: Tables, measured: ReportScope, written_at: datetime) -> str:
    """What was measured and judged, published; gives the manifest's path.

    Only the rows of these accounts are replaced.
    Call it inside the lock `reports`, together with the measuring, so that no other run's rows are lost.
    """
    # Rows under a handle are replaced with those of its account, unless they are an account of their own.
    own = {*read_all_accounts(tables).accounts} - {*measured.accounts}
    joined = {*map(provisional_id, measured.accounts.values())} - own
    accounts_replaced = frozenset([*measured.accounts, *joined])
    scopes = {table: Scope(measured.days, accounts_replaced) for table in DAILY_TABLES}
    scopes[ACCOUNT_DAILY] = Scope(measured.judged.account_days, accounts_replaced)
    # An event may turn out to have begun on another day, so those of the accounts are replaced as a whole.
    scopes |= {table: Scope((date.min, date.max), accounts_replaced) for table in JUDGEMENT_TABLES}
    scopes |= {table: Scope(measured.lists_days, accounts_replaced) for table in RETROSPECTIVE_TABLES}
    scopes[COMMUNITY_MEMBERS] = Scope(measured.judged.members_days, accounts_replaced)
    with tables.publication(scopes) as agrees:
        files = [
            tables.replace(table, scope, by_month=table in MONTHLY, agrees=agrees) for table, scope in scopes.items()
        ]
        files += _write_flat_tables(tables, measured.windows)
        for table in CSV_TABLES:
            tables.write_csv(table)
        manifest = tables.write_manifest({"created_at": written_at.isoformat()}, files)
    return str(manifest)


def _write_flat_tables(tables: Tables, windows: EngagementParameters) -> list[WrittenFile]:
    columns = tuple({*ACCOUNTS_INPUTS, *SUMMARY_INPUTS})
    days = frame(tables.latest(ACCOUNT_DAILY, Selection(columns=columns)))
    judged = [frame(tables.latest(table)) for table in (DIVERGENCE_EVENTS, EVENT_EVIDENCE, ARRIVAL_COHORTS)]
    summaries = summarize(days, JudgedEvents(*judged), gap_dates(days, windows))
    lists = frame(tables.read_work(LIST_PROFILES))
    tables.clear_work(LIST_PROFILES)
    shared = tables.read_work(SHARED_DAYS)
    tables.clear_work(SHARED_DAYS)
    return [
        tables.replace_latest(SHARED_DAYS, shared),
        tables.replace_latest(ACCOUNT_SUMMARY, arrow(ACCOUNT_SUMMARY, summaries)),
        tables.replace_latest(ACCOUNTS, arrow(ACCOUNTS, accounts_table(days, lists))),
        tables.replace_latest(BENCHMARKS, arrow(BENCHMARKS, benchmarks())),
        tables.replace_latest(COLUMNS_TABLE, arrow(COLUMNS_TABLE, columns_table(REPORT_TABLES))),
    ]
