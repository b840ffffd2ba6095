"""An ordered follower list that somebody kept: CSV or Parquet, one row per follower."""

import re
from collections.abc import Callable

import pandas as pd

from tasks.sources.exports.cells import Row, Sheet, sheet
from tasks.sources.exports.follower_columns import (
    ALIASES,
    DTYPES,
    EMPTY,
    HEADER_LACKS,
    ID,
    REQUIRED,
    TITLES,
    kind,
    must_be,
)
from tasks.sources.exports.follower_parquet import parquet_columns
from tasks.sources.exports.moments import moment
from tasks.sources.exports.refusal import ExportRefusedError
from tasks.store.foreign import is_parquet

TRUTHS = {"true": True, "false": False, "1": True, "0": False, "yes": True, "no": False}


def parse_follower_list(content: bytes, name: str) -> pd.DataFrame:
    """The list of a CSV or Parquet file, sorted by rank, oldest follower first.

    `rank` is Int64 without null, `created_at` datetime64[us, UTC], null where the cell is empty.
    Then Int64 `followers_count`, `following_count`, `posts_count`, `listed_count`, `likes_count`,
    and boolean `is_verified`, `is_protected`, `has_default_image`, `has_description`, `has_location`, `has_url`:
    each is always there, and null where the list does not state it.
    `follower_id` (Int64 without null) is there only when the file has the column. Other columns are left out.
    Whether the ranks are whole and the dates possible is for whoever judges the list.
    Raises `ExportRefusedError` for another format, a missing column, and the first value that cannot be read.
    """
    columns = parquet_columns(content, name) if is_parquet(content) else _csv_columns(content, name)
    wanted = [column for column in TITLES if column != "follower_id" or column in columns]
    size = len(columns["rank"])
    filled = {column: columns.get(column, _nothing(column, size)) for column in wanted}
    return pd.DataFrame(filled).sort_values("rank", kind="stable", ignore_index=True)


def _nothing(column: str, size: int) -> pd.Series:
    return pd.Series([None] * size, dtype=DTYPES[kind(column)])


def _csv_columns(content: bytes, name: str) -> dict[str, pd.Series]:
    _refuse_other_formats(content, name)
    rows = sheet(content, name, ALIASES)
    if any(column not in rows.titles for column in REQUIRED):
        raise rows.refusal(None, HEADER_LACKS)
    if not rows.rows:
        raise rows.refusal(None, EMPTY)
    return {column: _column(rows, column) for column in rows.titles}


def _column(rows: Sheet, column: str) -> pd.Series:
    of = READERS[kind(column)]
    values = [of(rows, row, column) for row in rows.rows]
    if column in ("rank", "follower_id") and None in values:
        raise rows.refusal(rows.rows[values.index(None)], f"{rows.titles[column]} is empty; every follower needs one")
    return pd.Series(values, dtype=DTYPES[kind(column)])


def _count(rows: Sheet, row: Row, column: str) -> int | None:
    try:
        return rows.count(row, column)
    except ExportRefusedError:
        raise _refusal(rows, row, column) from None


def _id(rows: Sheet, row: Row, column: str) -> int | None:
    text = row.cells[column].strip("'\"")
    if text and not re.fullmatch(ID, text):
        raise _refusal(rows, row, column)
    return int(text) if text else None


def _flag(rows: Sheet, row: Row, column: str) -> bool | None:
    text = row.cells[column].lower()
    if text and text not in TRUTHS:
        raise _refusal(rows, row, column)
    return TRUTHS[text] if text else None


def _moment(rows: Sheet, row: Row, column: str) -> pd.Timestamp | None:
    text = row.cells[column]
    try:
        return pd.Timestamp(moment(text)) if text else None
    except ValueError:
        raise _refusal(rows, row, column) from None


READERS: dict[str, Callable[[Sheet, Row, str], object]] = {
    "count": _count,
    "id": _id,
    "flag": _flag,
    "moment": _moment,
}


def _refusal(rows: Sheet, row: Row, column: str) -> ExportRefusedError:
    return rows.refusal(row, f"{rows.titles[column]} is {row.cells[column][:40]!r}; write {must_be(column)}")


def _refuse_other_formats(content: bytes, name: str) -> None:
    if content.startswith(b"PK"):
        message = f"{name}: is a workbook or a ZIP; save the follower list as CSV UTF-8 or Parquet"
        raise ExportRefusedError(message)
    if content.lstrip()[:1] in (b"{", b"["):
        message = f"{name}: is JSON; save the follower list as CSV UTF-8 or Parquet"
        raise ExportRefusedError(message)
