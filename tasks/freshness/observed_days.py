"""On which days something was observed of which account, and by which source."""

from collections.abc import Collection

import pandas as pd

from tasks.freshness.plan import LIST, MATURITY
from tasks.metrics.parameters import EngagementParameters
from tasks.metrics.posts import select_own_posts
from tasks.reports.inputs import first_provisional_days, map_provisional_ids, replace_provisional_ids
from tasks.schema.frames import frame
from tasks.schema.staged import ACCOUNT_ACTIVITY, ACCOUNT_SNAPSHOTS, FOLLOWER_LIST_MEMBERS, POSTS, READINGS
from tasks.schema.table import Table
from tasks.store.parquet import Selection
from tasks.store.root import DataRoot
from tasks.store.tables import Tables

_DAY_COLUMNS = {
    ACCOUNT_SNAPSHOTS: "snapshot_date",
    ACCOUNT_ACTIVITY: "activity_date",
    READINGS: "snapshot_date",
}
"""Staged tables whose rows make a report day; a reading alone tells only that the day was asked for."""

_POST_KINDS = ("is_repost", "is_reply_to_other")


class UnobservedAccountError(ValueError):
    """Accounts of which no day tells; the message names them."""


def read_observed_days(root: DataRoot, parameters: EngagementParameters) -> pd.DataFrame:
    """A row per account, day, handle and source that tells of it; handle and source are null where not stated."""
    days = [*(_read_days(root, table, day) for table, day in _DAY_COLUMNS.items()), _read_list_days(root)]
    ids = map_provisional_ids(_read_named(root), _first_days(pd.concat(days[:2], ignore_index=True)))
    return replace_provisional_ids(pd.concat([*days, *_read_post_days(root, parameters)], ignore_index=True), ids)


def account_ids(observed: pd.DataFrame, names: Collection[str]) -> list[str]:
    """The ids of accounts that are named by id or handle; `UnobservedAccountError` for those nobody ever observed."""
    asked = {name.lower() for name in names}
    is_asked = observed["account_id"].str.lower().isin(asked) | observed["handle"].str.lower().isin(asked)
    found = observed[is_asked]
    if strangers := asked - set(found["account_id"].str.lower()) - set(found["handle"].str.lower()):
        message = f"never observed: {', '.join(sorted(strangers))}; see the report table accounts for those that were"
        raise UnobservedAccountError(message)
    return sorted(map(str, found["account_id"].unique()))


def _read_named(root: DataRoot) -> pd.DataFrame:
    columns = ("account_id", "snapshot_date", "handle", "account_created_at")
    return frame(Tables(root).staged(ACCOUNT_SNAPSHOTS, Selection(columns=columns)))


def _first_days(days: pd.DataFrame) -> dict[str, pd.Timestamp]:
    both = days.rename(columns={"report_date": "snapshot_date"})
    return first_provisional_days(both, both.rename(columns={"snapshot_date": "activity_date"}))


def _read_days(root: DataRoot, table: Table, day: str) -> pd.DataFrame:
    rows = frame(Tables(root).staged(table, Selection(columns=("account_id", day, "source", "handle"))))
    return _day_rows(rows.rename(columns={day: "report_date"}))


def _read_list_days(root: DataRoot) -> pd.DataFrame:
    """The days on which an imported follower list was read."""
    lists = frame(Tables(root).distinct(FOLLOWER_LIST_MEMBERS, ["account_id", "list_date", "handle"]))
    return _day_rows(lists.rename(columns={"list_date": "report_date"}).assign(source=LIST))


def _read_post_days(root: DataRoot, parameters: EngagementParameters) -> list[pd.DataFrame]:
    """The days on which posts were read, and those on which own ones matured, which may lie before any reading."""
    columns = (*("account_id", "snapshot_date", "created_at", "observed_at", "source"), *_POST_KINDS)
    rows = frame(Tables(root).staged(POSTS, Selection(columns=columns)))
    read = rows.rename(columns={"snapshot_date": "report_date"})
    own = select_own_posts(rows, parameters)
    settled = own["created_at"] + pd.Timedelta(hours=parameters.maturity_hours)
    matured = settled.dt.tz_localize(None).dt.normalize().astype(rows["snapshot_date"].dtype)
    is_past = settled <= own["observed_at"]
    return [_day_rows(read), _day_rows(own[is_past].assign(report_date=matured[is_past], source=MATURITY))]


def _day_rows(rows: pd.DataFrame) -> pd.DataFrame:
    return rows.reindex(columns=["account_id", "report_date", "source", "handle"]).drop_duplicates()
