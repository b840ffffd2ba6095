"""Flat files: a whole report table in one file, written a block of accounts at a time, so that memory holds no more."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import IO

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from pyarrow import csv

from tasks.schema.frames import in_order
from tasks.schema.table import Table
from tasks.store import layout
from tasks.store.parquet import GROUP_ROWS, Selection, WrittenFile, read_files, read_groups, write_pieces
from tasks.store.root import DataRoot

BLOCK_ROWS = GROUP_ROWS // 2
"""Half a row group is 90 MB of `account_daily`; smaller blocks would decode each row group more often."""
_BYTE_ORDER_MARK = b"\xef\xbb\xbf"
"""Excel reads a CSV as UTF-8 only when it begins with this."""


@dataclass(frozen=True)
class RowSource:
    """Files below a root whose rows stand in the flat file, but for those that are left out."""

    root: DataRoot
    files: Sequence[str]
    left_out: pc.Expression | None = None


def write_flat(table: Table, root: DataRoot, sources: Sequence[RowSource]) -> WrittenFile:
    """Replace the flat file by the rows of all sources, as `write_file` would write them together."""
    # An account is whole in one block, and so are keys.
    return write_pieces(table, _blocks(table, sources), root, layout.latest_file(table))


def write_csv(table: Table, root: DataRoot) -> PurePosixPath:
    """A CSV copy of the flat file for spreadsheets: UTF-8 with byte order mark, empty cells for null."""
    path = layout.latest_file(table, "csv")
    # A year of a thousand accounts is half a gigabyte, which need not stand in memory.
    with root.writing(path) as file:
        copy_csv(table, root, file)
    return path


def copy_csv(table: Table, root: DataRoot, file: IO[bytes]) -> None:
    """Write the flat file as CSV to the file."""
    file.write(_BYTE_ORDER_MARK)
    with csv.CSVWriter(file, table.schema, write_options=csv.WriteOptions(quoting_style="needed")) as writer:
        for group in read_groups(table, root, layout.latest_file(table)):
            writer.write_table(_without_formulas(group))


def _without_formulas(rows: pa.Table) -> pa.Table:
    """The rows with an apostrophe before each text that a spreadsheet takes for a formula (OWASP, "CSV Injection")."""
    for place, field in enumerate(rows.schema):
        if field.type == pa.string():
            escaped = pc.replace_substring_regex(rows.column(place), r"^([=+\-@\t\r\n])", r"'\1")
            rows = rows.set_column(place, field, escaped)
    return rows


def _blocks(table: Table, sources: Sequence[RowSource]) -> Iterator[pa.Table]:
    """The rows in the declared order, all rows of some accounts at a time."""
    for accounts in _cut(table, sources):
        parts = [_left(_read(table, source, Selection(accounts=accounts)), source) for source in sources]
        yield in_order(table, pa.concat_tables(parts))


def _read(table: Table, source: RowSource, selection: Selection) -> pa.Table:
    return read_files(table, source.root, source.files, selection)


def _left(rows: pa.Table, source: RowSource) -> pa.Table:
    return rows if source.left_out is None else rows.filter(~source.left_out)


def _cut(table: Table, sources: Sequence[RowSource]) -> list[tuple[str, ...] | None]:
    """The accounts in blocks; None for all of them, where they are few or the table is not sorted by account first."""
    if table.sort_order[0] != "account_id":
        return [None]
    keys = [_read(table, source, Selection(columns=("account_id",))) for source in sources]
    found = pa.concat_tables(keys)["account_id"].value_counts()
    if not len(found):
        return [None]
    accounts, counts = found.field("values").to_numpy(zero_copy_only=False), found.field("counts").to_numpy()
    order = np.argsort(accounts)
    block = np.cumsum(counts[order]) // BLOCK_ROWS
    return [tuple(accounts[order][block == number].tolist()) for number in np.unique(block)]
