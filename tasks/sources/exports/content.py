"""X's content analytics export, of today and of before 2024: what each post received, for nothing."""

import re
from datetime import date, timedelta

from tasks.schema.staged import ACCOUNT_SNAPSHOTS, POSTS
from tasks.sources.exports.dates import start_of
from tasks.sources.exports.export import Export, Owner, staged_frame
from tasks.sources.exports.sheet import Sheet, SheetColumns, SheetRow, read_sheet, refuse_future, refuse_repeats
from tasks.sources.exports.titles import IN_ANOTHER_LANGUAGE
from tasks.sources.snowflakes import FIRST_SNOWFLAKE, snowflake_moment

_COUNTS = {
    "impression_count": ("impressions",),
    "like_count": ("likes", "favorites"),
    "bookmark_count": ("bookmarks",),
    "reply_count": ("replies",),
    "repost_count": ("reposts", "retweets"),
}
_OLD_CLICKS = (
    *("engagementrate", "userprofileclicks", "appopens", "appinstalls", "follows", "emailtweet", "dialphone"),
    *("mediaviews", "mediaengagements"),
)
_OLD_TITLES = (
    *("engagements", "impressions", "retweets", "replies", "likes", "favorites", "urlclicks", "hashtagclicks"),
    *("detailexpands", "permalinkclicks"),
)
_NOT_TAKEN = (
    *("date", "posttext", "engagements", "shares", "share", "newfollows", "profilevisits"),
    *("detailexpands", "urlclicks", "hashtagclicks", "permalinkclicks", "tweettext", "time"),
    *_OLD_CLICKS,
    *(f"promoted{title}" for title in (*_OLD_TITLES, *_OLD_CLICKS)),
)
"""Titles of X's that are known, and for which `posts` has no column: not taken, and not worth a note."""

CONTENT_COLUMNS = SheetColumns(
    {title: (title,) for title in _NOT_TAKEN}
    | {"post_id": ("postid", "tweetid"), "post_link": ("postlink", "link", "tweetpermalink"), **_COUNTS},
    frozenset({"post_id", "impression_count", "like_count"}),
    "content",
)

_RANGE_IN_NAME = re.compile(r"_\d{4}-?\d{2}-?\d{2}_(\d{4})-?(\d{2})-?(\d{2})(?!\d)")
"""The TO of `..._FROM_TO`, whatever X, a browser or its owner have added: `(1)`, `-2`, `_714d`, `_en`."""
_DAY_IN_NAME = re.compile(r"(\d{4})-(\d{2})-(\d{2})(?: ?\(\d+\)|-\d)?\.csv$", re.IGNORECASE)
_ID_IN_LINK = re.compile(r"/status/(\d+)")
_HANDLE_IN_LINK = re.compile(r"(?:x|twitter)\.com/([A-Za-z0-9_]{1,15})/status/", re.IGNORECASE)
_HANDLE_IN_NAME = re.compile(r"tweet_activity_metrics_(\w{1,15})_\d{8}_\d{8}")

_MOST_DIGITS = 19
"""Digits of the largest id that a signed integer of 64 bits holds."""
_ROUND = 100
"""A number that went through a spreadsheet keeps 15 to 17 digits, so an id of 19 then ends in two zeros or more."""
_ENOUGH_TO_TELL = 3
"""As many ids, all of them ending in two zeros, are chance once in a million files."""
_ONE_DAY = timedelta(days=1)


def content_export(content: bytes, name: str, owner: Owner, today: date) -> Export:
    """The posts of `account_analytics_content_FROM_TO.csv`, or of `tweet_activity_metrics_*.csv` of before 2024.

    They are rows of `posts`, and one of `account_snapshots` that names the account and states no count.
    The time of a post is taken from its id, since the export states the day alone.
    When the export was made nobody says, so the earliest moment stands at which that can have been: when the last day
    of the range in the file's name began, or the newest post was published.
    That day is TO in the form of 2026, with `Post Link`; TO of the other forms is the midnight after it.
    What the export does not state is null: quotes, and whether a post answers somebody.
    Raises `ExportRefusedError` on a foreign header, a repeated or destroyed id, a day in the future, or other people's
    posts.
    """
    sheet = read_sheet(content, name, CONTENT_COLUMNS)
    _refuse_stranger(sheet, owner)
    _refuse_foreign(sheet)
    _refuse_impossible(sheet)
    ids = _post_ids(sheet)
    times = [snowflake_moment(post_id) for post_id in ids]
    days = [at.date() for at in times]
    refuse_future(sheet, days, today)
    reading_date = _reading_date(sheet, max(days), today)
    about: dict[str, object] = {"account_id": owner.account_id, "source": "content_csv", "snapshot_date": reading_date}
    about["observed_at"] = max(start_of(reading_date), *times)
    rows = [
        about | {"post_id": post_id, "created_at": at} | {column: sheet.count(row, column) for column in _COUNTS}
        for post_id, at, row in zip(ids, times, sheet.rows, strict=True)
    ]
    named = staged_frame(ACCOUNT_SNAPSHOTS, [about | {"handle": owner.handle}])
    tables = ((POSTS, staged_frame(POSTS, rows)), (ACCOUNT_SNAPSHOTS, named))
    return Export(name, owner, sheet.content, (min(days), reading_date), tables, sheet.notes, _taken(sheet))


def _taken(sheet: Sheet) -> tuple[tuple[str, str], ...]:
    return tuple((column, title) for column, title in sheet.columns if column in _COUNTS or column == "post_id")


def content_handle(content: bytes, name: str) -> str | None:
    """Whose posts these are, by their links or by the name of an export of before 2024; None where neither says it.

    Raises `ExportRefusedError` where links name several accounts.
    """
    return _stated_handle(read_sheet(content, name, CONTENT_COLUMNS))


def _stated_handle(sheet: Sheet) -> str | None:
    links = (_HANDLE_IN_LINK.search(row.cells.get("post_link", "")) for row in sheet.rows)
    handles = {found.group(1).lower(): found.group(1) for found in links if found and found.group(1).lower() != "i"}
    if len(handles) > 1:
        raise sheet.refusal(None, f"links to posts of {', '.join(sorted(handles))}; give one account's export")
    return next(iter(handles.values()), None) or handle_in_name(sheet.name)


def _refuse_stranger(sheet: Sheet, owner: Owner) -> None:
    """Refuse posts of another handle, unless the account's id is given: links keep no former name, but names change."""
    stated = _stated_handle(sheet)
    if stated and stated.lower() != owner.handle.lower() and not owner.account_id.isdecimal():
        said = f"is of @{stated}, not of @{owner.handle}; give that handle, or --account-id if the account was renamed"
        raise sheet.refusal(None, said)


def handle_in_name(name: str) -> str | None:
    """The @name that exports of before 2024 have in theirs."""
    found = _HANDLE_IN_NAME.search(name)
    return found.group(1) if found else None


def _refuse_foreign(sheet: Sheet) -> None:
    if not sheet.titles.keys() >= CONTENT_COLUMNS.required:
        said = "the header must name Post id, Impressions and Likes; download X's account_analytics_content CSV"
        raise sheet.refusal(None, said)
    if not sheet.rows:
        raise sheet.refusal(None, "holds a header and no post; download it again")


def _refuse_impossible(sheet: Sheet) -> None:
    """Refuse translated titles under which a post has more likes, replies and reposts than engagements in all."""
    if not sheet.is_translated or "engagements" not in sheet.titles:
        return
    for row in sheet.rows:
        parts = (sheet.count(row, column) or 0 for column in ("like_count", "reply_count", "repost_count"))
        if sum(parts) > (sheet.count(row, "engagements") or 0):
            raise sheet.refusal(row, IN_ANOTHER_LANGUAGE)


def _reading_date(sheet: Sheet, newest: date, today: date) -> date:
    is_range = _RANGE_IN_NAME.search(sheet.name)
    found = is_range or _DAY_IN_NAME.search(sheet.name)
    if not found:
        return newest
    try:
        last = date(*map(int, found.groups()))
    except ValueError:
        last = date.max
    if is_range and sheet.titles.get("post_link", "").lower() != "post link":
        last -= _ONE_DAY
    if last > today:
        written = "-".join(found.groups())
        said = f"the name says that it reaches to {written}, but today is {today}; give it the name X gave it"
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
