"""What has been published, read back for those who show it."""

import pandas as pd

from tasks.page.material import Material
from tasks.page.needed import ARRIVAL_COLUMNS, DAY_COLUMNS, LISTED_COLUMNS, PROFILE_COLUMNS, SPEND_COLUMNS
from tasks.reports.identity import identified, provisional_id
from tasks.store import layout
from tasks.store.months import read_staged
from tasks.store.parquet import EVERYTHING, Selection, read
from tasks.store.root import DataRoot
from tasks.tables.frames import frame
from tasks.tables.judged import COMMUNITY_MEMBERS, DIVERGENCE_EVENTS, EVENT_EVIDENCE
from tasks.tables.looked_back import FOLLOWER_LISTS, PAST_BLOCKS
from tasks.tables.reported import ACCOUNT_DAILY, ACCOUNTS
from tasks.tables.staged import API_SPEND, FOLLOWER_ARRIVALS, FOLLOWER_LIST_MEMBERS
from tasks.tables.table import Table


def published(root: DataRoot) -> Material:
    """The flat files of the reports, and what the staged tables add; a table that was never written has no row."""
    days = _latest(ACCOUNT_DAILY, root, Selection(columns=DAY_COLUMNS))
    return Material(
        days=days,
        events=_latest(DIVERGENCE_EVENTS, root),
        evidence=_latest(EVENT_EVIDENCE, root),
        members=_latest(COMMUNITY_MEMBERS, root),
        arrivals=_arrivals(root, days),
        lists=_latest(FOLLOWER_LISTS, root),
        blocks=_latest(PAST_BLOCKS, root),
        profiles=_latest(ACCOUNTS, root, Selection(columns=PROFILE_COLUMNS)),
        spend=_staged(API_SPEND, root, SPEND_COLUMNS),
    )


def _arrivals(root: DataRoot, days: pd.DataFrame) -> pd.DataFrame:
    """Followers in follow order; of an account whose list nobody read, those of the latest list brought in."""
    read = _staged(FOLLOWER_ARRIVALS, root, ARRIVAL_COLUMNS)
    ids = {
        provisional_id(handle): account for account, handle in set(zip(days["account_id"], days["handle"], strict=True))
    }
    listed = identified(_staged(FOLLOWER_LIST_MEMBERS, root, LISTED_COLUMNS), ids)
    listed = listed[~listed["account_id"].isin(read["account_id"].unique())]
    latest = listed[listed["list_date"] == listed.groupby("account_id")["list_date"].transform("max")]
    brought = latest.rename(columns={"list_date": "first_seen_date", "follower_rank": "arrival_number"})
    return pd.concat([read, brought.assign(is_baseline=True)], ignore_index=True) if len(brought) else read


def _latest(table: Table, root: DataRoot, selection: Selection = EVERYTHING) -> pd.DataFrame:
    path = layout.latest_file(table)
    return frame(read(table, root, [str(path)] if root.exists(path) else [], selection))


def _staged(table: Table, root: DataRoot, columns: tuple[str, ...]) -> pd.DataFrame:
    return frame(read_staged(table, root, Selection(columns=columns)))
