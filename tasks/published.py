"""What has been published, read back for those who show it."""

import pandas as pd

from tasks.page.material import Material
from tasks.page.needed import ARRIVAL_COLUMNS, DAY_COLUMNS, SPEND_COLUMNS
from tasks.store import layout
from tasks.store.parquet import EVERYTHING, Selection, read, read_all
from tasks.store.root import DataRoot
from tasks.tables.frames import frame
from tasks.tables.judged import COMMUNITY_MEMBERS, DIVERGENCE_EVENTS, EVENT_EVIDENCE
from tasks.tables.reported import ACCOUNT_DAILY
from tasks.tables.staged import API_SPEND, FOLLOWER_ARRIVALS
from tasks.tables.table import Table


def published(root: DataRoot) -> Material:
    """The flat files of the reports, and what the staged tables add; a table that was never written has no row."""
    return Material(
        days=_latest(ACCOUNT_DAILY, root, Selection(columns=DAY_COLUMNS)),
        events=_latest(DIVERGENCE_EVENTS, root),
        evidence=_latest(EVENT_EVIDENCE, root),
        members=_latest(COMMUNITY_MEMBERS, root),
        arrivals=_staged(FOLLOWER_ARRIVALS, root, ARRIVAL_COLUMNS),
        spend=_staged(API_SPEND, root, SPEND_COLUMNS),
    )


def _latest(table: Table, root: DataRoot, selection: Selection = EVERYTHING) -> pd.DataFrame:
    path = layout.latest_file(table)
    return frame(read(table, root, [str(path)] if root.exists(path) else [], selection))


def _staged(table: Table, root: DataRoot, columns: tuple[str, ...]) -> pd.DataFrame:
    return frame(read_all(table, root, layout.staged_folder(table), Selection(columns=columns)))
