"""An ordered follower list that somebody kept: CSV or Parquet, one row per follower, read a piece at a time."""

import re
from collections.abc import Callable, Iterator
from typing import BinaryIO

import pyarrow as pa

from tasks.sources.exports.cells import Row, Sheet
from tasks.sources.exports.follower_columns import EMPTY, ID, PLAIN, kind, must_be
from tasks.sources.exports.follower_csv import Cells, csv_cells
from tasks.sources.exports.follower_parquet import parquet_pieces
from tasks.sources.exports.moments import moment
from tasks.sources.exports.refusal import ExportRefusedError, refusal
from tasks.sources.exports.usual import TRUTHS, usual_values
from tasks.store.foreign import is_parquet

MOST_FOLLOWERS = 20_000_000
"""Ranks, ids and creation dates of all are held to be checked: 24 bytes each."""
HEAD = 65_536
"""Bytes that tell the format."""


def follower_pieces(file: BinaryIO, name: str) -> Iterator[pa.Table]:
    """Some followers of the file at a time, in its order; the columns are those of ours that it has.

    `rank` is int64 without null, and so is `follower_id` where the file has it; `created_at` is a moment in UTC, null
    where the cell is empty. Counts are int64 and flags bool, null where a cell is empty. Other columns are left out.
    Whether the ranks are whole and the dates possible is for whoever judges the list.
    Raises `ExportRefusedError` for another format, a missing column, and the first value that cannot be read.
    """
    head = file.read(HEAD)
    file.seek(0)
    count = 0
    for piece in parquet_pieces(file, name) if is_parquet(head) else _csv_pieces(file, name, head):
        count += piece.num_rows
        if count > MOST_FOLLOWERS:
            raise refusal(name, f"holds more than {MOST_FOLLOWERS:,} followers; give a part of it")
        yield piece
    if not count:
        raise refusal(name, EMPTY)


def _csv_pieces(file: BinaryIO, name: str, head: bytes) -> Iterator[pa.Table]:
    _refuse_other_formats(head, name)
    for cells in csv_cells(file, name):
        yield pa.table({column: _column(cells, column) for column in cells.texts})


def _column(cells: Cells, column: str) -> pa.Array:
    texts = cells.texts[column]
    found = usual_values(kind(column), texts)
    found = _read_one_by_one(cells, column) if found is None else found
    if column in ("rank", "follower_id") and found.null_count:
        place = found.is_null().index(value=True).as_py()
        where = f"{cells.header.name}, line {cells.lines[place]}"
        raise refusal(where, f"{cells.header.titles[column]} is empty; every follower needs one")
    return found


def _read_one_by_one(cells: Cells, column: str) -> pa.Array:
    texts = (text.strip() if text else "" for text in cells.texts[column].to_pylist())
    rows = [Row(line, {column: text}) for line, text in zip(cells.lines, texts, strict=True)]
    sheet = Sheet(cells.header.name, cells.header.separator, cells.header.titles, (), rows)
    of = READERS[kind(column)]
    return pa.array([of(sheet, row, column) for row in rows], PLAIN[kind(column)])


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


def _moment(rows: Sheet, row: Row, column: str) -> object:
    text = row.cells[column]
    try:
        return moment(text) if text else None
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


def _refuse_other_formats(head: bytes, name: str) -> None:
    if head.startswith(b"PK"):
        raise refusal(name, "is a workbook or a ZIP; save the follower list as CSV UTF-8 or Parquet")
    if head.lstrip()[:1] in (b"{", b"["):
        raise refusal(name, "is JSON; save the follower list as CSV UTF-8 or Parquet")
