"""What was observed, read from the staged tables for those tasks that need all of it."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from tasks.reports.arrivals import sum_by_day
from tasks.reports.inputs import (
    LIST_INPUTS,
    Share,
    StagedInputs,
    first_provisional_days,
    map_provisional_ids,
    provisional_id,
    replace_provisional_ids,
)
from tasks.schema.frames import frame
from tasks.schema.staged import (
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
from tasks.schema.table import Table
from tasks.store.parquet import EVERYTHING, Selection
from tasks.store.scan import count_rows
from tasks.store.tables import Tables

_HANDLE_TABLES = (ACCOUNT_ACTIVITY, POSTS, FOLLOWER_LIST_MEMBERS)
"""Staged tables that make an account known, beside its counts."""
_ARRIVAL_COLUMNS = ("account_id", "follower_id", "first_seen_date", "is_baseline")
"""All that is read of an arrival: lists have millions, so profiles stay on disk."""
_BY_DAY, _FOLLOWERS = ["account_id", "first_seen_date"], ["account_id", "follower_id"]


def select_since(day: date, history_days: int) -> Selection:
    """Everything from so many days before a day on; what was read later may be about earlier days."""
    return Selection(days=(day - timedelta(days=history_days), date.max))


def read_all_accounts(tables: Tables) -> Share:
    """All accounts of which something is known, and the provisional ids that stand for some of them."""
    columns = ("account_id", "snapshot_date", "handle", "account_created_at")
    named = frame(tables.staged(ACCOUNT_SNAPSHOTS, Selection(columns=columns)))
    stated = frame(tables.staged(ACCOUNT_ACTIVITY, Selection(columns=("account_id", "activity_date"))))
    ids = map_provisional_ids(named, first_provisional_days(named, stated))
    others = (frame(tables.distinct(table, ["account_id"])) for table in _HANDLE_TABLES)
    found = {str(account) for rows in (named, *others) for account in rows["account_id"].unique()}
    standing = {provisional: ids[provisional] for provisional in sorted(found & ids.keys())}
    return Share(tuple(sorted(found - standing.keys())), standing)


def read_strangers(tables: Tables, handle: str) -> list[str]:
    """The ids of accounts that have the handle, where rows imported under it are of nobody that X names so."""
    stands_under = provisional_id(handle)
    if stands_under not in read_all_accounts(tables).accounts:
        return []
    named = frame(tables.distinct(ACCOUNT_SNAPSHOTS, ["account_id", "handle"]))
    has_it = named["handle"].str.lower().eq(handle.lower()) & named["account_id"].ne(stands_under)
    return sorted(map(str, named.loc[has_it.fillna(value=False), "account_id"].unique()))


def read_staged_inputs(
    tables: Tables, posts: Selection = EVERYTHING, arrivals: Selection = EVERYTHING, share: Share | None = None
) -> StagedInputs:
    """All counts and readings, and as much of posts, engagements and arrivals as is selected; of a share if given.

    Of the arrivals are told how many came on which day, and which of those who engaged are among them.
    """
    accounts = None if share is None else (*share.accounts, *share.ids)

    def rows(table: Table, selection: Selection = EVERYTHING) -> pd.DataFrame:
        return frame(tables.staged(table, replace(selection, accounts=accounts)))

    snapshots, activity, engagements = rows(ACCOUNT_SNAPSHOTS), rows(ACCOUNT_ACTIVITY), rows(ENGAGEMENTS, posts)
    # Days staged before own replies, likes and reposts were left out still hold them.
    engagements = engagements[engagements["actor_id"].astype("str") != engagements["account_id"]]
    begins = first_provisional_days(snapshots, activity)
    ids = map_provisional_ids(snapshots, begins) if share is None else dict(share.ids)
    lists = tables.distinct(FOLLOWER_LIST_MEMBERS, LIST_INPUTS, Selection(accounts=accounts))
    arrived, followers = _read_followers(
        tables, Selection(arrivals.days, _ARRIVAL_COLUMNS, accounts), engagements["actor_id"]
    )
    return StagedInputs(
        snapshots=replace_provisional_ids(snapshots, ids),
        activity=replace_provisional_ids(activity, ids),
        readings=replace_provisional_ids(rows(READINGS), ids),
        arrivals=replace_provisional_ids(followers, ids),
        arrival_counts=sum_by_day(replace_provisional_ids(arrived, ids)),
        posts=replace_provisional_ids(rows(POSTS, posts), ids),
        engagements=replace_provisional_ids(engagements, ids),
        departures=replace_provisional_ids(rows(FOLLOWER_DEPARTURES), ids),
        lists=replace_provisional_ids(frame(lists.select(LIST_INPUTS)), ids),
        ids=ids,
        spend=rows(ACCOUNT_SPEND),
    )


def _read_followers(tables: Tables, arrivals: Selection, actors: pd.Series) -> tuple[pd.DataFrame, pd.DataFrame]:
    """How many came by account and day, those of whole lists aside, and of followers those who acted.

    Of each account whose list was read at least one follower is given.
    """
    acted = pa.array(actors.unique(), pa.int64())

    none = FOLLOWER_ARRIVALS.schema.empty_table()

    def count(parts: Iterator[pa.Table]) -> tuple[pa.Table, pa.Table]:
        counts, followers = [count_rows(FOLLOWER_ARRIVALS, iter([]), _BY_DAY)], [none.select(_FOLLOWERS)]
        for rows in parts:
            came = rows.filter(pc.invert(rows["is_baseline"]))
            counts.append(count_rows(FOLLOWER_ARRIVALS, iter([came]), _BY_DAY))
            anybody = rows.group_by("account_id").aggregate([("follower_id", "min")])
            followers.append(anybody.rename_columns(_FOLLOWERS).cast(followers[0].schema))
            followers.append(rows.filter(pc.is_in(rows["follower_id"], value_set=acted)).select(_FOLLOWERS))
        return pa.concat_tables(counts), pa.concat_tables(followers)

    counts, followers = tables.fold(FOLLOWER_ARRIVALS, arrivals, count)
    return frame(counts), frame(followers)
