"""X's content analytics export: what each post received, for nothing."""

import re
from datetime import date

from tasks.schema.staged import POSTS
from tasks.sources.exports.dates import reading_time
from tasks.sources.exports.export import Export, Owner, staged_frame
from tasks.sources.exports.sheet import Sheet, SheetColumns, SheetRow, read_sheet, refuse_future, refuse_repeats
from tasks.sources.snowflakes import FIRST_SNOWFLAKE, snowflake_moment

_COUNTS = {
    "impression_count": ("impressions",),
    "like_count": ("likes",),
    "bookmark_count": ("bookmarks",),
    "reply_count": ("replies",),
    "repost_count": ("reposts", "retweets"),
}
_NOT_TAKEN = (
    *("date", "posttext", "engagements", "shares", "share", "newfollows", "profilevisits"),
    *("detailexpands", "urlclicks", "hashtagclicks", "permalinkclicks"),
)
"""Titles of X's that are known, and for which `posts` has no column: not taken, and not worth a note."""

CONTENT_COLUMNS = SheetColumns(
    {title: (title,) for title in _NOT_TAKEN}
    | {"post_id": ("postid", "tweetid"), "post_link": ("postlink", "link"), **_COUNTS},
    frozenset({"post_id", "impression_count", "like_count"}),
)

_LAST_DAY_IN_NAME = re.compile(r"(\d{4}-\d{2}-\d{2})(?: ?\(\d+\))?\.csv$", re.IGNORECASE)
"""The TO of `..._FROM_TO.csv`, also when a browser has numbered a second download."""

_MOST_DIGITS = 19
"""Digits of the largest id that a signed integer of 64 bits holds."""
_ID_IN_LINK = re.compile(r"/status/(\d+)")
_ROUND = 100
"""A number that went through a spreadsheet keeps 15 to 17 digits, so an id of 19 then ends in two zeros or more."""
_ENOUGH_TO_TELL = 3
"""As many ids, all of them ending in two zeros, are chance once in a million files."""


def content_export(content: bytes, name: str, owner: Owner, today: date) -> Export:
    """The posts of `account_analytics_content_FROM_TO.csv`, in the form of 2025 or of 2026: rows of `posts`.

    The time of a post is taken from its id, since the export states the day alone.
    The reading is that of the last day in the file's name, else of the newest post's day: at the end of that day,
    or, when it is `today`, at its beginning or with the newest post, so that no post seems older than it was.
    What the export does not state is null: quotes, and whether a post answers somebody.
    Raises `ExportRefusedError` on a foreign header, a repeated or destroyed id, or a day in the future.
    """
    sheet = read_sheet(content, name, CONTENT_COLUMNS)
    _refuse_foreign(sheet)
    ids = _post_ids(sheet)
    times = [snowflake_moment(post_id) for post_id in ids]
    days = [at.date() for at in times]
    refuse_future(sheet, days, today)
    reading_date = _reading_date(sheet, max(days), today)
    about: dict[str, object] = {"account_id": owner.account_id, "source": "content_csv", "snapshot_date": reading_date}
    about["observed_at"] = max(reading_time(reading_date, today), *times)
    rows = [
        about | {"post_id": post_id, "created_at": at} | {column: sheet.count(row, column) for column in _COUNTS}
        for post_id, at, row in zip(ids, times, sheet.rows, strict=True)
    ]
    return Export(name, owner, content, (min(days), reading_date), ((POSTS, staged_frame(POSTS, rows)),), sheet.notes)


def _refuse_foreign(sheet: Sheet) -> None:
    if not sheet.titles.keys() >= CONTENT_COLUMNS.required:
        said = "the header must name Post id, Impressions and Likes; download X's account_analytics_content CSV"
        raise sheet.refusal(None, said)
    if not sheet.rows:
        raise sheet.refusal(None, "holds a header and no post; download it again")


def _reading_date(sheet: Sheet, newest: date, today: date) -> date:
    found = _LAST_DAY_IN_NAME.search(sheet.name)
    if not found:
        return newest
    try:
        last = date.fromisoformat(found.group(1))
    except ValueError:
        last = date.max
    if last > today:
        said = f"the name says that it reaches to {found.group(1)}, but today is {today}; give it the name X gave it"
        raise sheet.refusal(None, said)
    return max(newest, last)


def _post_ids(sheet: Sheet) -> list[int]:
    """The id of every row, from the columns `post_id` and, as a witness where the file has it, `post_link`.

    A spreadsheet may have destroyed an id, which is refused, or rounded all of them.
    """
    ids = [_post_id(sheet, row) for row in sheet.rows]
    if len(ids) >= _ENOUGH_TO_TELL and all(post_id % _ROUND == 0 for post_id in ids):
        raise sheet.refusal(None, "a spreadsheet has rounded every post id; download the file again")
    refuse_repeats(sheet, [f"post {post_id}" for post_id in ids])
    return ids


def _post_id(sheet: Sheet, row: SheetRow) -> int:
    text = row.cells["post_id"].strip("'\"")
    if not (text.isdecimal() and len(text) <= _MOST_DIGITS and FIRST_SNOWFLAKE <= int(text) < 2**63):
        said = f"the post id is {text[:40]!r}; a spreadsheet has destroyed it: download the file again"
        raise sheet.refusal(row, said)
    linked = _ID_IN_LINK.search(row.cells.get("post_link", ""))
    if linked and linked.group(1) != text:
        said = (
            f"the post id is {text}, its link says {linked.group(1)}; a spreadsheet has rounded it: download it again"
        )
        raise sheet.refusal(row, said)
    return int(text)
