"""A generic CSV of dates and follower counts, from wherever somebody kept them."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

import pandas as pd

from tasks.sources.exports.cells import Row, Sheet, sheet
from tasks.sources.exports.days import day, refuse_future, refuse_repeats
from tasks.sources.exports.owner import Owner, staged
from tasks.tables.staged import ACCOUNT_SNAPSHOTS

SOURCE = "counts_csv"
TITLES = {
    "date": ("date", "day"),
    "followers_count": ("followers", "followerscount"),
    "following_count": ("following", "followingcount", "friends"),
    "posts_count": ("posts", "postscount", "tweets", "tweetscount"),
    "listed_count": ("listed", "listedcount"),
}
ALIASES = {title: column for column, titles in TITLES.items() for title in titles}


@dataclass(frozen=True)
class CountsExport:
    """What the file states: rows of `account_snapshots`, oldest first. Days may be missing; they stay unknown."""

    snapshots: pd.DataFrame
    first_day: date
    last_day: date
    notes: tuple[str, ...] = ()


def counts_export(content: bytes, name: str, owner: Owner, today: date) -> CountsExport:
    """The counts of a CSV with the columns `date,followers`, and `following`, `posts`, `listed` where it has them.

    A count is taken as read at the end of its day; one of `today` as of now.
    Raises `ExportRefusedError` on a foreign header, a repeated day, a day in the future, or what is no count.
    """
    export = sheet(content, name, ALIASES)
    if not {"date", "followers_count"} <= export.columns:
        raise export.refusal(None, "the header must name date and followers")
    if not export.rows:
        raise export.refusal(None, "holds a header and no day")
    days = [day(export, row) for row in export.rows]
    refuse_future(export, days, today)
    refuse_repeats(export, days)
    rows = [_snapshot(export, row, at, owner) for at, row in zip(days, export.rows, strict=True)]
    return CountsExport(staged(ACCOUNT_SNAPSHOTS, rows), min(days), max(days))


def _snapshot(export: Sheet, row: Row, at: date, owner: Owner) -> dict[str, object]:
    stated = {column: export.count(row, column) for column in TITLES if column != "date"}
    if stated["followers_count"] is None:
        raise export.refusal(row, "followers is empty; leave the whole line out when the count is unknown")
    return {
        "account_id": owner.account_id,
        "snapshot_date": at,
        "source": SOURCE,
        "handle": owner.handle,
        "observed_at": datetime.combine(at + timedelta(days=1), time(), UTC),
        "is_estimated": False,
        **stated,
    }
