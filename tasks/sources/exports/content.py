"""X's content analytics export: what each post received, for nothing."""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

import pandas as pd

from tasks.sources.exports.cells import Row, Sheet, sheet
from tasks.sources.exports.days import refuse_future
from tasks.sources.exports.owner import Owner, staged
from tasks.tables.staged import POSTS

SOURCE = "content_csv"
TITLES = {
    "post_id": ("postid", "tweetid"),
    "impression_count": ("impressions",),
    "like_count": ("likes",),
    "bookmark_count": ("bookmarks",),
    "reply_count": ("replies",),
    "repost_count": ("reposts", "retweets"),
}
ALIASES = {title: column for column, titles in TITLES.items() for title in titles}
REQUIRED = frozenset({"post_id", "impression_count", "like_count"})

SNOWFLAKE_EPOCH_MS = 1_288_834_974_657
"""Unix milliseconds from which X counts the time inside an id."""
SNOWFLAKE_SHIFT = 22
FIRST_SNOWFLAKE = 2**40
LAST_DAY_IN_NAME = re.compile(r"(\d{4}-\d{2}-\d{2})(?=\.csv$)", re.IGNORECASE)


@dataclass(frozen=True)
class ContentExport:
    """What the export states: rows of `posts`, as read at the end of `read_on`."""

    posts: pd.DataFrame
    first_day: date
    last_day: date
    read_on: date
    notes: tuple[str, ...] = ()


def content_export(content: bytes, name: str, owner: Owner, today: date) -> ContentExport:
    """The posts of `account_analytics_content_FROM_TO.csv`, in the form of 2025 or of 2026.

    The time of a post is taken from its id, since the export states the day alone.
    The reading is that of the last day in the file's name, else of the newest post's day.
    What the export does not state is null: quotes, and whether a post answers somebody.
    Raises `ExportRefusedError` on a foreign header, a repeated or destroyed id, or a post in the future.
    """
    export = sheet(content, name, ALIASES)
    _refuse_foreign(export)
    ids = [_post_id(export, row) for row in export.rows]
    _refuse_repeated_posts(export, ids)
    times = [_published_at(post_id) for post_id in ids]
    days = [at.date() for at in times]
    refuse_future(export, days, today)
    read_on = _read_on(name, max(days))
    observed_at = datetime.combine(read_on + timedelta(days=1), time(), UTC)
    known = {"account_id": owner.account_id, "source": SOURCE, "snapshot_date": read_on, "observed_at": observed_at}
    counted = [{column: export.count(row, column) for column in TITLES if column != "post_id"} for row in export.rows]
    rows = [
        {**known, "post_id": post_id, "created_at": at, **counts}
        for post_id, at, counts in zip(ids, times, counted, strict=True)
    ]
    return ContentExport(staged(POSTS, rows), min(days), max(days), read_on)


def _refuse_foreign(export: Sheet) -> None:
    if not export.columns >= REQUIRED:
        said = "the header must name Post id, Impressions and Likes, as X's account_analytics_content CSV does"
        raise export.refusal(None, said)
    if not export.rows:
        raise export.refusal(None, "holds a header and no post; download it again")


def _post_id(export: Sheet, row: Row) -> int:
    text = row.cells["post_id"].strip("'\"")
    if not text.isdecimal() or int(text) < FIRST_SNOWFLAKE:
        said = f"the post id is {text!r}; a spreadsheet has destroyed it: download the file again"
        raise export.refusal(row, said)
    return int(text)


def _refuse_repeated_posts(export: Sheet, ids: list[int]) -> None:
    seen: dict[int, Row] = {}
    for row, post_id in zip(export.rows, ids, strict=True):
        if post_id in seen:
            raise export.refusal(row, f"post {post_id} stands here and on line {seen[post_id].line}; keep one of them")
        seen[post_id] = row


def _published_at(post_id: int) -> datetime:
    milliseconds = (post_id >> SNOWFLAKE_SHIFT) + SNOWFLAKE_EPOCH_MS
    return datetime.fromtimestamp(0, UTC) + timedelta(milliseconds=milliseconds)


def _read_on(name: str, newest: date) -> date:
    found = LAST_DAY_IN_NAME.search(name)
    return max(newest, date.fromisoformat(found.group(1))) if found else newest
