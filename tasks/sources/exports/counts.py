"""A generic CSV of dates and follower counts, from wherever somebody kept them."""

from dataclasses import dataclass
from datetime import date, datetime

import pandas as pd

from tasks.schema.staged import ACCOUNT_SNAPSHOTS
from tasks.sources.exports.cells import Row, Sheet, left_out, sheet
from tasks.sources.exports.days import day, read_at, refuse_future, refuse_repeats
from tasks.sources.exports.owner import Owner, staged

SOURCE = "counts_csv"
TITLES = {
    "date": ("date", "day"),
    "followers_count": ("followers", "followerscount"),
    "following_count": ("following", "followingcount", "friends"),
    "posts_count": ("posts", "postscount", "tweets", "tweetscount"),
    "listed_count": ("listed", "listedcount"),
}
ALIASES = {title: column for column, titles in TITLES.items() for title in titles}
REQUIRED = frozenset({"date", "followers_count"})


@dataclass(frozen=True)
class CountsExport:
    """What the file states: rows of `account_snapshots`, oldest first. Days may be missing; they stay unknown."""

    snapshots: pd.DataFrame
    first_day: date
    last_day: date
    notes: tuple[str, ...] = ()


def counts_export(content: bytes, name: str, owner: Owner, today: date) -> CountsExport:
    """The counts of a CSV with the columns `date,followers`, and `following`, `posts`, `listed` where it has them.

    A count is taken as read at the end of its day, one of `today` at its beginning.
    Further columns are left out, and the notes name them.
    Raises `ExportRefusedError` on a foreign header, a repeated day, a day in the future, or what is no count.
    """
    export = sheet(content, name, ALIASES)
    if not export.titles.keys() >= REQUIRED:
        raise export.refusal(None, "the header must name date and followers; name the columns so")
    if not export.rows:
        raise export.refusal(None, "holds a header and no day; add a line for each day with a count")
    days = [day(export, row) for row in export.rows]
    refuse_future(export, days, today)
    refuse_repeats(export, days)
    read = [(at, read_at(at, today)) for at in days]
    rows = [_snapshot(export, row, when, owner) for when, row in zip(read, export.rows, strict=True)]
    return CountsExport(staged(ACCOUNT_SNAPSHOTS, rows), min(days), max(days), left_out(export))


def _snapshot(export: Sheet, row: Row, when: tuple[date, datetime], owner: Owner) -> dict[str, object]:
    at, observed_at = when
    stated = {column: export.count(row, column) for column in TITLES if column != "date"}
    if stated["followers_count"] is None:
        raise export.refusal(row, "followers is empty; leave the whole line out when the count is unknown")
    return {
        "account_id": owner.account_id,
        "snapshot_date": at,
        "source": SOURCE,
        "handle": owner.handle,
        "observed_at": observed_at,
        "is_estimated": False,
        **stated,
    }
