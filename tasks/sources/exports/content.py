"""X's content analytics export: what each post received, for nothing."""

import re
from dataclasses import dataclass
from datetime import date, datetime

import pandas as pd

from tasks.schema.staged import POSTS
from tasks.sources.exports.cells import Sheet, left_out, sheet
from tasks.sources.exports.days import read_at, refuse_future
from tasks.sources.exports.owner import Owner, staged
from tasks.sources.exports.post_ids import post_ids, published_at

SOURCE = "content_csv"
COUNTS = {
    "impression_count": ("impressions",),
    "like_count": ("likes",),
    "bookmark_count": ("bookmarks",),
    "reply_count": ("replies",),
    "repost_count": ("reposts", "retweets"),
}
WITHOUT_A_PLACE = (
    *("date", "posttext", "engagements", "shares", "share", "newfollows", "profilevisits"),
    *("detailexpands", "urlclicks", "hashtagclicks", "permalinkclicks"),
)
"""Titles of X's that are known, and for which `posts` has no column: not taken, and not worth a note."""

TITLES = {"post_id": ("postid", "tweetid"), "post_link": ("postlink", "link"), **COUNTS}
ALIASES = {title: title for title in WITHOUT_A_PLACE} | {
    title: column for column, titles in TITLES.items() for title in titles
}
REQUIRED = frozenset({"post_id", "impression_count", "like_count"})

LAST_DAY_IN_NAME = re.compile(r"(\d{4}-\d{2}-\d{2})(?: ?\(\d+\))?\.csv$", re.IGNORECASE)
"""The TO of `..._FROM_TO.csv`, also when a browser has numbered a second download."""


@dataclass(frozen=True)
class ContentExport:
    """What the export states: rows of `posts`, as read on `read_on`."""

    posts: pd.DataFrame
    first_day: date
    last_day: date
    read_on: date
    notes: tuple[str, ...] = ()


def content_export(content: bytes, name: str, owner: Owner, today: date) -> ContentExport:
    """The posts of `account_analytics_content_FROM_TO.csv`, in the form of 2025 or of 2026.

    The time of a post is taken from its id, since the export states the day alone.
    The reading is that of the last day in the file's name, else of the newest post's day: at the end of that day,
    or, when it is `today`, at its beginning or with the newest post, so that no post seems older than it was.
    What the export does not state is null: quotes, and whether a post answers somebody.
    Raises `ExportRefusedError` on a foreign header, a repeated or destroyed id, or a day in the future.
    """
    export = sheet(content, name, ALIASES)
    _refuse_foreign(export)
    ids = post_ids(export)
    times = [published_at(post_id) for post_id in ids]
    days = [at.date() for at in times]
    refuse_future(export, days, today)
    read_on = _read_on(export, max(days), today)
    known = {
        "account_id": owner.account_id,
        "source": SOURCE,
        "snapshot_date": read_on,
        "observed_at": max(read_at(read_on, today), *times),
    }
    posts = staged(POSTS, [known | post for post in _posts(export, ids, times)])
    return ContentExport(posts, min(days), max(days), read_on, left_out(export))


def _posts(export: Sheet, ids: list[int], times: list[datetime]) -> list[dict[str, object]]:
    return [
        {"post_id": post_id, "created_at": at, **{column: export.count(row, column) for column in COUNTS}}
        for post_id, at, row in zip(ids, times, export.rows, strict=True)
    ]


def _refuse_foreign(export: Sheet) -> None:
    if not export.titles.keys() >= REQUIRED:
        said = "the header must name Post id, Impressions and Likes; download X's account_analytics_content CSV"
        raise export.refusal(None, said)
    if not export.rows:
        raise export.refusal(None, "holds a header and no post; download it again")


def _read_on(export: Sheet, newest: date, today: date) -> date:
    found = LAST_DAY_IN_NAME.search(export.name)
    if not found:
        return newest
    try:
        last = date.fromisoformat(found.group(1))
    except ValueError:
        last = date.max
    if last > today:
        said = f"the name says that it reaches to {found.group(1)}, but today is {today}; give it the name X gave it"
        raise export.refusal(None, said)
    return max(newest, last)
