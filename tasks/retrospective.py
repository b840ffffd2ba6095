"""Looks back on the time before the tool was installed: what follower lists in follow order tell of it."""

from collections.abc import Mapping
from itertools import chain

from prefect import task
from prefect.cache_policies import NO_CACHE

from tasks.datasets.follower_lists import ListQuery, read_first_lists, read_imported_lists
from tasks.reports.inputs import provisional_id, replace_provisional_ids
from tasks.reports.retrospective import ListSearchParameters, describe_lists, retrospective_reports, with_account_counts
from tasks.schema.frames import arrow, frame
from tasks.schema.months import Days
from tasks.schema.retrospective_tables import FOLLOWER_LISTS, PAST_BLOCKS, RETROSPECTIVE_TABLES
from tasks.schema.staged import ACCOUNT_SNAPSHOTS
from tasks.store.parquet import Selection
from tasks.store.tables import Tables


@task(cache_policy=NO_CACHE)
def search_lists(tables: Tables, days: Days, accounts: Mapping[str, str], parameters: ListSearchParameters) -> None:
    """Rows on the lists that were read on these days, left as work files for `report`; `accounts` are handles by id."""
    ids = {provisional_id(handle): account for account, handle in accounts.items()}
    query = ListQuery(days, accounts, ids)
    lists = chain(
        read_imported_lists(tables, query), read_first_lists(tables, query, parameters.largest_violation_share)
    )
    reports = retrospective_reports(lists, parameters)
    names = ("account_id", "snapshot_date", "observed_at", "followers_count")
    counted = frame(tables.staged(ACCOUNT_SNAPSHOTS, Selection(columns=names, accounts=(*accounts, *ids))))
    reports[FOLLOWER_LISTS.name] = with_account_counts(
        reports[FOLLOWER_LISTS.name], replace_provisional_ids(counted, ids)
    )
    for table in RETROSPECTIVE_TABLES:
        tables.write_work(table, arrow(table, reports[table.name]))


def read_findings(tables: Tables, handle: str) -> list[str]:
    """What the published reports say of the account's follower lists, one sentence for each finding."""
    lists = frame(tables.latest(FOLLOWER_LISTS))
    return describe_lists(lists[lists["handle"].str.lower() == handle.lower()], frame(tables.latest(PAST_BLOCKS)))
