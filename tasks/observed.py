"""What was observed, read from the staged tables for those tasks that need all of it."""

from dataclasses import replace
from datetime import date, timedelta

import pandas as pd

from tasks.reports.arrivals import first_baseline
from tasks.reports.identity import identified, known_ids
from tasks.reports.observed import LISTED, Observed
from tasks.reports.shards import Share
from tasks.store.months import read_staged
from tasks.store.parquet import EVERYTHING, Selection
from tasks.store.root import DataRoot
from tasks.tables.frames import frame
from tasks.tables.staged import (
    ACCOUNT_ACTIVITY,
    ACCOUNT_SNAPSHOTS,
    ACCOUNT_SPEND,
    ENGAGEMENTS,
    FOLLOWER_ARRIVALS,
    FOLLOWER_DEPARTURES,
    FOLLOWER_LIST_MEMBERS,
    POSTS,
    READINGS,
)
from tasks.tables.table import Table

TELLING = (ACCOUNT_ACTIVITY, POSTS, FOLLOWER_LIST_MEMBERS)
"""Staged tables that make an account known, beside its counts."""


def since(day: date, history_days: int) -> Selection:
    """Everything from so many days before a day on; what was read later may be about earlier days."""
    return Selection(days=(day - timedelta(days=history_days), date.max))


def everybody(root: DataRoot) -> Share:
    """All accounts of which something is known, and the provisional ids that stand for some of them."""
    named = staged_rows(ACCOUNT_SNAPSHOTS, root, Selection(columns=("account_id", "snapshot_date", "handle")))
    ids = known_ids(named)
    others = (staged_rows(table, root, Selection(columns=("account_id",))) for table in TELLING)
    found = {str(account) for rows in (named, *others) for account in rows["account_id"].unique()}
    standing = {provisional: ids[provisional] for provisional in sorted(found & ids.keys())}
    return Share(tuple(sorted(found - standing.keys())), standing)


def observed(
    root: DataRoot, posts: Selection = EVERYTHING, arrivals: Selection = EVERYTHING, share: Share | None = None
) -> Observed:
    """All counts and readings, and as much of posts, engagements and arrivals as is selected; of a share if given."""
    accounts = None if share is None else (*share.accounts, *share.ids)

    def rows(table: Table, selection: Selection = EVERYTHING) -> pd.DataFrame:
        return staged_rows(table, root, replace(selection, accounts=accounts))

    snapshots = rows(ACCOUNT_SNAPSHOTS)
    ids = known_ids(snapshots) if share is None else dict(share.ids)
    return Observed(
        snapshots=identified(snapshots, ids),
        activity=identified(rows(ACCOUNT_ACTIVITY), ids),
        readings=identified(rows(READINGS), ids),
        arrivals=first_baseline(identified(rows(FOLLOWER_ARRIVALS, arrivals), ids)),
        posts=identified(rows(POSTS, posts), ids),
        engagements=identified(rows(ENGAGEMENTS, posts), ids),
        departures=identified(rows(FOLLOWER_DEPARTURES), ids),
        lists=identified(rows(FOLLOWER_LIST_MEMBERS, Selection(columns=tuple(LISTED))), ids),
        spend=rows(ACCOUNT_SPEND),
    )


def staged_rows(table: Table, root: DataRoot, selection: Selection = EVERYTHING) -> pd.DataFrame:
    """The selected rows of a staged table, from all of its batches."""
    return frame(read_staged(table, root, selection))
