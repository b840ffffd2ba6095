"""What has been published, read back for those who show it."""

from collections.abc import Callable
from typing import TypeAlias

import pandas as pd

from tasks.page.arrival_map import count_alike, measure_spans, merge_counts, merge_spans
from tasks.page.chart_data import SERIES
from tasks.page.clearance import CLEARANCE_COLUMNS
from tasks.page.figures import FIGURE_COLUMNS, MISSING_FIGURES, REACHABLE_COLUMN
from tasks.page.hero import JudgedEvents, summarize
from tasks.page.inputs import PageInputs
from tasks.reports.account_summary import SUMMARY_INPUTS
from tasks.reports.inputs import provisional_id, replace_provisional_ids
from tasks.schema.columns import lists
from tasks.schema.frames import frame
from tasks.schema.judgement_tables import ARRIVAL_COHORTS, COMMUNITY_MEMBERS, DIVERGENCE_EVENTS, EVENT_EVIDENCE
from tasks.schema.report_tables import ACCOUNT_DAILY, ACCOUNT_SUMMARY, ACCOUNTS, POST_ENGAGEMENT
from tasks.schema.retrospective_tables import FOLLOWER_LISTS, PAST_BLOCKS
from tasks.schema.staged import API_SPEND, FOLLOWER_ARRIVALS, FOLLOWER_LIST_MEMBERS
from tasks.schema.table import Table
from tasks.store.layout import NOTICE_FILE
from tasks.store.parquet import Selection
from tasks.store.root import DataRoot
from tasks.store.tables import Tables

_ARRIVAL_NAMES = {"list_date": "first_seen_date", "follower_rank": "arrival_number"}
"""Columns of a list brought in, and what they are in `follower_arrivals`."""
_ENDS = ("", "_low", "_high")

_DAY_COLUMNS = tuple(
    sorted(
        {
            *("account_id", "handle", "report_date", "is_estimated", "unread_reason", "observation_level"),
            *("engager_coverage_share", "followers_status", "listed_arrivals_count"),
            *(f"{figure.column}{end}" for figure in FIGURE_COLUMNS for end in _ENDS),
            *(f"{REACHABLE_COLUMN}{end}" for end in _ENDS),
            *(column for column, _ in SERIES.values()),
            *MISSING_FIGURES,
            *CLEARANCE_COLUMNS,
            *SUMMARY_INPUTS,
        }
    )
)
"""Columns of account_daily that page and terminal show."""

_PROFILE_COLUMNS = ("account_id", *(column.name for column in lists.LIST_PROFILE_COLUMNS))
"""Columns of accounts that tell what its follower list is made of."""

_ARRIVAL_COLUMNS = ("account_id", "first_seen_date", "is_baseline", "arrival_number", "follower_created_at")
_LIST_COLUMNS = ("account_id", "list_date", "follower_rank", "follower_created_at")
_SPEND_COLUMNS = ("request_id", "spend_date", "endpoint", "new_objects_count", "price_usd")

_POST_COLUMNS = ("account_id", "created_at", "engagement_count")

_Count: TypeAlias = Callable[[pd.DataFrame], pd.DataFrame]


def read_page_inputs(tables: Tables, *, has_map: bool = True) -> PageInputs:
    """The flat files of the reports, and what the staged tables add; a table that was never written has no row.

    The arrivals of a page with a map of them are counted, of which lists have millions; without one there are none.
    """
    days = frame(tables.latest(ACCOUNT_DAILY, Selection(columns=_DAY_COLUMNS)))
    blocks, lists = frame(tables.latest(PAST_BLOCKS)), frame(tables.latest(FOLLOWER_LISTS))
    events, evidence = frame(tables.latest(DIVERGENCE_EVENTS)), frame(tables.latest(EVENT_EVIDENCE))
    return PageInputs(
        days=days,
        events=events,
        evidence=evidence,
        members=frame(tables.latest(COMMUNITY_MEMBERS)),
        arrivals=_read_arrivals(tables, days, blocks, lists) if has_map else merge_counts([]),
        lists=lists,
        blocks=blocks,
        profiles=frame(tables.latest(ACCOUNTS, Selection(columns=_PROFILE_COLUMNS))),
        summaries=_read_summaries(tables, days, events, evidence),
        posts=frame(tables.latest(POST_ENGAGEMENT, Selection(columns=_POST_COLUMNS))),
        spend=frame(tables.staged(API_SPEND, Selection(columns=_SPEND_COLUMNS))),
        notice=read_notice(tables.root),
    )


def read_notice(root: DataRoot) -> str:
    """What is to be said of all data below the root before anything else, such as that it is invented; usually none."""
    return root.read_bytes(NOTICE_FILE).decode() if root.exists(NOTICE_FILE) else ""


def _read_summaries(tables: Tables, days: pd.DataFrame, events: pd.DataFrame, evidence: pd.DataFrame) -> pd.DataFrame:
    """The table; where an older release wrote none, what it would hold, but for days that are still to come."""
    written = frame(tables.latest(ACCOUNT_SUMMARY))
    if len(written) or days.empty:
        return written
    judged = JudgedEvents(events, evidence, frame(tables.latest(ARRIVAL_COHORTS)))
    return summarize(days, judged, pd.Series(dtype="datetime64[s]"))


def _read_arrivals(tables: Tables, days: pd.DataFrame, blocks: pd.DataFrame, searched: pd.DataFrame) -> pd.DataFrame:
    """Followers in follow order, counted; of an account whose list nobody read, those of the latest list brought in.

    `searched` are the `follower_lists`: one that stood newest first is turned, one in no order has no places.

    They are read twice, some at a time, because lists have millions: the map's width is known after the first time.
    """
    read = frame(tables.distinct(FOLLOWER_ARRIVALS, ["account_id"]))
    handles = set(zip(days["account_id"], days["handle"], strict=True))
    ids = {provisional_id(handle): account for account, handle in handles}
    lists = replace_provisional_ids(frame(tables.distinct(FOLLOWER_LIST_MEMBERS, ["account_id", "list_date"])), ids)
    latest = lists[~lists["account_id"].isin(read["account_id"])].groupby("account_id")["list_date"].max()
    shown = latest.reset_index().merge(searched, on=["account_id", "list_date"]).set_index("account_id")

    def as_arrivals(rows: pd.DataFrame) -> pd.DataFrame:
        named = replace_provisional_ids(rows, ids)
        mine: pd.DataFrame = named[named["list_date"].to_numpy() == latest.reindex(named["account_id"]).to_numpy()]
        return mine.rename(columns=_ARRIVAL_NAMES).assign(is_baseline=True)

    def count_each(count: _Count) -> list[pd.DataFrame]:
        found = _each(FOLLOWER_ARRIVALS, tables, _ARRIVAL_COLUMNS, count)
        return found + _each(FOLLOWER_LIST_MEMBERS, tables, _LIST_COLUMNS, lambda rows: count(as_arrivals(rows)))

    parts = count_each(measure_spans)
    if not parts:
        return merge_counts([])
    spans = merge_spans(parts)
    spans["is_turned"] = shown["is_order_turned"].reindex(spans.index).fillna(value=False).astype(bool)
    spans["has_order"] = shown["is_order_used"].reindex(spans.index).fillna(value=True).astype(bool)
    return merge_counts(count_each(lambda rows: count_alike(rows, spans, blocks)))


def _each(table: Table, tables: Tables, columns: tuple[str, ...], count: _Count) -> list[pd.DataFrame]:
    return tables.fold(table, Selection(columns=columns), lambda parts: [count(frame(rows)) for rows in parts])
