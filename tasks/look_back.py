"""Looks back on the time before the tool was installed: what follower lists in follow order tell of it."""

from collections.abc import Mapping
from datetime import date
from itertools import chain

import pandas as pd
from prefect import task
from prefect.cache_policies import NO_CACHE

from tasks.observed import staged_rows
from tasks.reports.arrivals import first_baseline
from tasks.reports.identity import identified, provisional_id
from tasks.reports.looked_back import (
    LookBackParameters,
    imported_lists,
    list_sentences,
    looked_back_reports,
    read_lists,
)
from tasks.store import layout
from tasks.store.parquet import Selection, write
from tasks.store.reports import read_latest
from tasks.store.root import DataRoot
from tasks.tables.frames import arrow, frame, nothing
from tasks.tables.looked_back import FOLLOWER_LISTS, LOOKED_BACK_TABLES, PAST_BLOCKS
from tasks.tables.staged import FOLLOWER_ARRIVALS, FOLLOWER_LIST_MEMBERS

LIST_COLUMNS = ("account_id", "list_date", "handle", "follower_rank", "follower_created_at")
"""All that is looked at of a list that was brought in: one of millions is read, so its profiles stay on disk."""


@task(cache_policy=NO_CACHE)
def look_back(
    root: DataRoot, days: tuple[date, date], accounts: Mapping[str, str], parameters: LookBackParameters
) -> None:
    """Rows on the lists that were read on these days, left as work files for `report`; `accounts` are handles by id."""
    ids = {provisional_id(handle): account for account, handle in accounts.items()}
    members = identified(staged_rows(FOLLOWER_LIST_MEMBERS, root, Selection(days=days, columns=LIST_COLUMNS)), ids)
    arrivals = _listed(root, days, ids)
    lists = chain(
        imported_lists(members[members["account_id"].isin(list(accounts))]),
        read_lists(arrivals, dict(accounts), parameters.largest_violation_share),
    )
    reports = looked_back_reports(lists, parameters)
    for table in LOOKED_BACK_TABLES:
        write(table, arrow(table, reports[table.name]), root, layout.work_file(table))


def _listed(root: DataRoot, days: tuple[date, date], ids: Mapping[str, str]) -> pd.DataFrame:
    """The first lists that were read on these days."""
    which = Selection(days=days, columns=("account_id", "is_baseline"))
    if not staged_rows(FOLLOWER_ARRIVALS, root, which)["is_baseline"].astype(bool).any():
        return nothing(FOLLOWER_ARRIVALS)
    return first_baseline(identified(staged_rows(FOLLOWER_ARRIVALS, root, Selection(days=days)), dict(ids)))


def findings(root: DataRoot, handle: str) -> list[str]:
    """What the published reports say of the account's follower lists, one sentence for each finding."""
    lists = frame(read_latest(FOLLOWER_LISTS, root))
    return list_sentences(lists[lists["handle"].str.lower() == handle.lower()], frame(read_latest(PAST_BLOCKS, root)))
