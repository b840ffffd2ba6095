"""What was observed, read from the staged tables for those tasks that need all of it."""

from datetime import date, timedelta

import pandas as pd

from tasks.reports.arrivals import first_baseline
from tasks.reports.identity import identified, known_ids
from tasks.reports.observed import LISTED, Observed
from tasks.store import layout
from tasks.store.parquet import EVERYTHING, Selection, read_all
from tasks.store.root import DataRoot
from tasks.tables.frames import frame
from tasks.tables.staged import (
    ACCOUNT_ACTIVITY,
    ACCOUNT_SNAPSHOTS,
    ENGAGEMENTS,
    FOLLOWER_ARRIVALS,
    FOLLOWER_DEPARTURES,
    FOLLOWER_LIST_MEMBERS,
    POSTS,
    READINGS,
)
from tasks.tables.table import Table


def since(day: date, history_days: int) -> Selection:
    """Everything from so many days before a day on; what was read later may be about earlier days."""
    return Selection(days=(day - timedelta(days=history_days), date.max))


def observed(root: DataRoot, posts: Selection = EVERYTHING, arrivals: Selection = EVERYTHING) -> Observed:
    """All counts and readings, and as much of posts, engagements and arrivals as is selected."""
    snapshots = staged_rows(ACCOUNT_SNAPSHOTS, root)
    ids = known_ids(snapshots)
    return Observed(
        snapshots=identified(snapshots, ids),
        activity=identified(staged_rows(ACCOUNT_ACTIVITY, root), ids),
        readings=identified(staged_rows(READINGS, root), ids),
        arrivals=first_baseline(identified(staged_rows(FOLLOWER_ARRIVALS, root, arrivals), ids)),
        posts=identified(staged_rows(POSTS, root, posts), ids),
        engagements=identified(staged_rows(ENGAGEMENTS, root, posts), ids),
        departures=identified(staged_rows(FOLLOWER_DEPARTURES, root), ids),
        lists=identified(staged_rows(FOLLOWER_LIST_MEMBERS, root, Selection(columns=tuple(LISTED))), ids),
    )


def staged_rows(table: Table, root: DataRoot, selection: Selection = EVERYTHING) -> pd.DataFrame:
    """The selected rows of a staged table, from all of its batches."""
    return frame(read_all(table, root, layout.staged_folder(table), selection))
