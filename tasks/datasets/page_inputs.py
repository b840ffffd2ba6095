"""What has been published, read back for those who show it."""

from collections.abc import Callable
from typing import TypeAlias

import pandas as pd

from tasks.page.arrivals import counted, span, spans_together, together
from tasks.page.inputs import Material
from tasks.page.needed import ARRIVAL_COLUMNS, DAY_COLUMNS, LISTED_COLUMNS, PROFILE_COLUMNS, SPEND_COLUMNS
from tasks.reports.inputs import identified, provisional_id
from tasks.schema.frames import frame
from tasks.schema.judgement_tables import COMMUNITY_MEMBERS, DIVERGENCE_EVENTS, EVENT_EVIDENCE
from tasks.schema.report_tables import ACCOUNT_DAILY, ACCOUNTS
from tasks.schema.retrospective_tables import FOLLOWER_LISTS, PAST_BLOCKS
from tasks.schema.staged import API_SPEND, FOLLOWER_ARRIVALS, FOLLOWER_LIST_MEMBERS
from tasks.schema.table import Table
from tasks.store import layout
from tasks.store.months import read_staged
from tasks.store.parquet import EVERYTHING, Selection, read
from tasks.store.root import DataRoot
from tasks.store.streamed import distinct_rows, folded

ARRIVED = {"list_date": "first_seen_date", "follower_rank": "arrival_number"}
"""Columns of a list brought in, and what they are in `follower_arrivals`."""
Told: TypeAlias = Callable[[pd.DataFrame], pd.DataFrame]


def published(root: DataRoot) -> Material:
    """The flat files of the reports, and what the staged tables add; a table that was never written has no row."""
    days, blocks = _latest(ACCOUNT_DAILY, root, Selection(columns=DAY_COLUMNS)), _latest(PAST_BLOCKS, root)
    return Material(
        days=days,
        events=_latest(DIVERGENCE_EVENTS, root),
        evidence=_latest(EVENT_EVIDENCE, root),
        members=_latest(COMMUNITY_MEMBERS, root),
        arrivals=_arrivals(root, days, blocks),
        lists=_latest(FOLLOWER_LISTS, root),
        blocks=blocks,
        profiles=_latest(ACCOUNTS, root, Selection(columns=PROFILE_COLUMNS)),
        spend=_staged(API_SPEND, root, SPEND_COLUMNS),
    )


def _arrivals(root: DataRoot, days: pd.DataFrame, blocks: pd.DataFrame) -> pd.DataFrame:
    """Followers in follow order, counted; of an account whose list nobody read, those of the latest list brought in.

    They are read twice, some at a time, because lists have millions: the map's width is known after the first time.
    """
    read = frame(distinct_rows(FOLLOWER_ARRIVALS, root, ["account_id"]))
    handles = set(zip(days["account_id"], days["handle"], strict=True))
    ids = {provisional_id(handle): account for account, handle in handles}
    lists = identified(frame(distinct_rows(FOLLOWER_LIST_MEMBERS, root, ["account_id", "list_date"])), ids)
    latest = lists[~lists["account_id"].isin(read["account_id"])].groupby("account_id")["list_date"].max()

    def brought(rows: pd.DataFrame) -> pd.DataFrame:
        named = identified(rows, ids)
        mine: pd.DataFrame = named[named["list_date"].to_numpy() == latest.reindex(named["account_id"]).to_numpy()]
        return mine.rename(columns=ARRIVED).assign(is_baseline=True)

    def each(told: Told) -> list[pd.DataFrame]:
        found = _each(FOLLOWER_ARRIVALS, root, ARRIVAL_COLUMNS, told)
        return found + _each(FOLLOWER_LIST_MEMBERS, root, LISTED_COLUMNS, lambda rows: told(brought(rows)))

    spans = each(span)
    if not spans:
        return together([])
    known = spans_together(spans)
    return together(each(lambda rows: counted(rows, known, blocks)))


def _each(table: Table, root: DataRoot, columns: tuple[str, ...], told: Told) -> list[pd.DataFrame]:
    asked = Selection(columns=columns)
    return folded(table, root, asked, lambda tables: [told(frame(rows)) for rows in tables])


def _latest(table: Table, root: DataRoot, selection: Selection = EVERYTHING) -> pd.DataFrame:
    path = layout.latest_file(table)
    return frame(read(table, root, [str(path)] if root.exists(path) else [], selection))


def _staged(table: Table, root: DataRoot, columns: tuple[str, ...]) -> pd.DataFrame:
    return frame(read_staged(table, root, Selection(columns=columns)))
