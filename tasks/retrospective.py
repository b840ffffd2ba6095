"""Looks back on the time before the tool was installed: what follower lists in follow order tell of it."""

from collections.abc import Mapping
from datetime import date
from itertools import chain

from prefect import task
from prefect.cache_policies import NO_CACHE

from tasks.datasets.follower_lists import Wanted, brought_lists, first_lists
from tasks.reports.inputs import provisional_id
from tasks.reports.retrospective import ListSearchParameters, describe_lists, retrospective_reports
from tasks.schema.frames import arrow, frame
from tasks.schema.retrospective_tables import FOLLOWER_LISTS, PAST_BLOCKS, RETROSPECTIVE_TABLES
from tasks.store import layout
from tasks.store.parquet import write
from tasks.store.report_tables import read_latest
from tasks.store.root import DataRoot


@task(cache_policy=NO_CACHE)
def search_lists(
    root: DataRoot, days: tuple[date, date], accounts: Mapping[str, str], parameters: ListSearchParameters
) -> None:
    """Rows on the lists that were read on these days, left as work files for `report`; `accounts` are handles by id."""
    ids = {provisional_id(handle): account for account, handle in accounts.items()}
    wanted = Wanted(days, accounts, ids)
    lists = chain(brought_lists(root, wanted), first_lists(root, wanted, parameters.largest_violation_share))
    reports = retrospective_reports(lists, parameters)
    for table in RETROSPECTIVE_TABLES:
        write(table, arrow(table, reports[table.name]), root, layout.work_file(table))


def read_findings(root: DataRoot, handle: str) -> list[str]:
    """What the published reports say of the account's follower lists, one sentence for each finding."""
    lists = frame(read_latest(FOLLOWER_LISTS, root))
    return describe_lists(lists[lists["handle"].str.lower() == handle.lower()], frame(read_latest(PAST_BLOCKS, root)))
