"""A CSV of dates and follower counts, from wherever somebody kept them: one row a day, a reading, or a quantity."""

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime
from itertools import pairwise

from tasks.schema.staged import ACCOUNT_SNAPSHOTS
from tasks.sources.exports.dates import parse_moment, start_of
from tasks.sources.exports.export import Export, Owner, staged_frame
from tasks.sources.exports.sheet import (
    Sheet,
    SheetColumns,
    SheetRow,
    header_of,
    read_sheet,
    refuse_future,
    refuse_repeats,
)
from tasks.sources.exports.titles import plain_title

_COUNT_TITLES = {
    "followers_count": (
        *("followers", "followerscount", "followercount", "totalfollowers", "numfollowers", "nfollowers"),
        *("publicmetricsfollowerscount", "count", "value"),
    ),
    "following_count": (
        *("followingcount", "friendscount", "publicmetricsfollowingcount", "following", "friends", "followings"),
    ),
    "posts_count": (
        *("posts", "postscount", "postcount", "tweets", "tweetscount", "tweetcount", "statusescount", "statuses"),
        "publicmetricstweetcount",
    ),
    "listed_count": ("listed", "listedcount", "publicmetricslistedcount"),
}
_DAY_TITLES = ("date", "day", "timestamp", "datetime", "time", "snapshotdate", "observedat", "retrievedat", "scrapedat")
COUNTS_COLUMNS = SheetColumns(
    {
        "date": _DAY_TITLES,
        **_COUNT_TITLES,
        "handle": ("handle", "username", "screenname", "account", "user"),
        "metric": ("metric", "measure", "variable"),
    },
    frozenset({"date", "followers_count"}),
)
"""With `handle` a file holds the rows of several accounts, with `metric` each quantity in a row of its own."""
_BY_TITLE = {title: column for column, titles in _COUNT_TITLES.items() for title in titles}
_ABBREVIATED = re.compile(r"^(\d{1,4}(?:[.,]\d{1,2})?) ?([KMB\u4e07\u5104])$", re.IGNORECASE)
_FACTORS = {"K": 10**3, "M": 10**6, "B": 10**9, "\u4e07": 10**4, "\u5104": 10**8}
"""As X abbreviates counts: thousand, million, billion, and in Japan ten thousand and a hundred million."""
_GROUP = re.compile(r"^\d{3}$")
_FIRST_GROUP = re.compile(r"^[1-9]\d{0,2}$")
_LEAP = 0.2
"""Hundreds cut from larger numbers leap by more than a fifth from day to day; posts and followings do not."""


def counts_export(content: bytes, name: str, owner: Owner, today: date) -> Export:
    """The counts of a CSV with a date and followers, and following, posts, listed where it has them.

    They are rows of `account_snapshots`; days may be missing, and stay unknown.
    Of several readings of a day, told apart by their times, the last one stands; one without a time counts as made
    when its day began, the earliest moment that it can be of.
    `41.2K` is read and marked as estimated. Rows of other accounts and further columns are left out, and noted.
    Raises `ExportRefusedError` on a foreign header, a repeated day, a day in the future, or what is no count.
    """
    sheet = _sheet(content, name, owner)
    if not sheet.titles.keys() >= COUNTS_COLUMNS.required:
        raise sheet.refusal(None, "the header must name date and followers; name the columns so")
    sheet, notes = _own_rows(sheet, owner)
    if not sheet.rows:
        raise sheet.refusal(None, "holds a header and no day; add a line for each day with a count")
    sheet = _one_row_a_moment(sheet)
    _refuse_cut(sheet)
    days = sheet.days()
    refuse_future(sheet, days, today)
    read = sorted(_readings(sheet, days), key=lambda each: each[0])
    last = {moment.date(): (moment, row) for moment, row in read}
    if len(last) < len(read):
        notes = (*notes, "of several readings of a day the last one is taken")
    about: dict[str, object] = {"account_id": owner.account_id, "source": "counts_csv", "handle": owner.handle}
    rows = [
        about | {"snapshot_date": day, "observed_at": moment} | _counts(sheet, row)
        for day, (moment, row) in last.items()
    ]
    if estimated := sum(bool(row["is_estimated"]) for row in rows):
        notes = (*notes, f"{estimated} counts are abbreviated, as 41.2K, and so estimates")
    tables = ((ACCOUNT_SNAPSHOTS, staged_frame(ACCOUNT_SNAPSHOTS, rows)),)
    return Export(name, owner, sheet.content, (min(last), max(last)), tables, (*sheet.notes, *notes), sheet.columns)


def is_wide_counts(header: Sequence[str], handle: str) -> bool:
    """Whether the file has a date and a column for each of several accounts, the one of this handle among them."""
    titles = [plain_title(title) for title in header]
    return bool(handle) and plain_title(handle) in titles and bool(set(_DAY_TITLES) & set(titles))


def _sheet(content: bytes, name: str, owner: Owner) -> Sheet:
    sheet = read_sheet(content, name, COUNTS_COLUMNS)
    if "followers_count" in sheet.titles or not is_wide_counts(header_of(content, name), owner.handle):
        return sheet
    titles = {**COUNTS_COLUMNS.titles, "followers_count": (plain_title(owner.handle),)}
    return read_sheet(content, name, replace(COUNTS_COLUMNS, titles=titles))


def _own_rows(sheet: Sheet, owner: Owner) -> tuple[Sheet, tuple[str, ...]]:
    """The rows of the owner, where the file says whose each row is, and a note about the others."""
    if "handle" not in sheet.titles:
        return sheet, ()
    own = [row for row in sheet.rows if row.cells["handle"].lstrip("@").lower() == owner.handle.lower()]
    if sheet.rows and not own:
        raise sheet.refusal(None, f"has no row of @{owner.handle}; give one of the accounts that it names")
    others = len(sheet.rows) - len(own)
    return replace(sheet, rows=own), ((f"{others} rows of other accounts are left out",) if others else ())


def _one_row_a_moment(sheet: Sheet) -> Sheet:
    """The rows with each quantity in a column, where the file has each in a row."""
    if "metric" not in sheet.titles:
        return sheet
    rows: dict[str, SheetRow] = {}
    for row in sheet.rows:
        column = _BY_TITLE.get(plain_title(row.cells["metric"]))
        if column is None:
            continue
        known = rows.setdefault(row.cells["date"], SheetRow(row.line, {"date": row.cells["date"]}))
        rows[row.cells["date"]] = replace(known, cells={**known.cells, column: row.cells["followers_count"]})
    titles = {**sheet.titles, **dict.fromkeys(_COUNT_TITLES, sheet.titles["followers_count"])}
    return replace(sheet, titles=titles, rows=[row for row in rows.values() if "followers_count" in row.cells])


def _refuse_cut(sheet: Sheet) -> None:
    """Refuse thousands whose commas parted the cells: 1,003,677 under three titles is one number and not three."""
    columns = [column for column in _COUNT_TITLES if column in sheet.titles]
    cells = [[row.cells.get(column, "") for column in columns] for row in sheet.rows]
    are_groups = all(_FIRST_GROUP.match(row[0]) and all(map(_GROUP.match, row[1:])) for row in cells)
    if len(columns) > 1 and len(cells) > 1 and are_groups and _leaps([int(row[-1]) for row in cells]):
        titles = ", ".join(sheet.titles[column] for column in columns)
        said = f"{titles} seem to be one number cut at its commas; put numbers such as 1,003,677 in quotes"
        raise sheet.refusal(None, said)


def _leaps(numbers: Sequence[int]) -> bool:
    return any(abs(later - earlier) > _LEAP * max(earlier, 1) for earlier, later in pairwise(numbers))


def _readings(sheet: Sheet, days: Sequence[date]) -> list[tuple[datetime, SheetRow]]:
    moments = [_moment(row.cells["date"], day) for row, day in zip(sheet.rows, days, strict=True)]
    has_times = any(moment != start_of(day) for moment, day in zip(moments, days, strict=True))
    refuse_repeats(sheet, moments if has_times else days)
    return list(zip(moments, sheet.rows, strict=True))


def _moment(text: str, day: date) -> datetime:
    try:
        return parse_moment(text)
    except ValueError:
        return start_of(day)


def _counts(sheet: Sheet, row: SheetRow) -> dict[str, int | bool | None]:
    cells = {column: row.cells.get(column, "") for column in _COUNT_TITLES}
    whole = {column: _unabbreviated(text) for column, text in cells.items()}
    counts = {column: sheet.count(SheetRow(row.line, whole), column) for column in _COUNT_TITLES}
    if counts["followers_count"] is None:
        raise sheet.refusal(row, "followers is empty; leave the whole line out when the count is unknown")
    return {**counts, "is_estimated": whole["followers_count"] != cells["followers_count"]}


def _unabbreviated(text: str) -> str:
    found = _ABBREVIATED.match(text)
    if not found:
        return text
    return str(round(float(found.group(1).replace(",", ".")) * _FACTORS[found.group(2).upper()]))
