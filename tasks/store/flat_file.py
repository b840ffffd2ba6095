"""Flat files: a whole report table in one file, written a block of accounts at a time, so that memory holds no more."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import PurePosixPath
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from pyarrow import csv, parquet

from tasks.schema.check import refuse_problems
from tasks.schema.frames import in_order
from tasks.schema.table import Table
from tasks.store import layout
from tasks.store.parquet import EVERYTHING, WRITER, Selection, WrittenFile, dictionaries, put_encoded, read
from tasks.store.root import DataRoot

GROUP_ROWS: int = WRITER["row_group_size"]  # type: ignore[assignment]  # a dictionary of options
BLOCK_ROWS = GROUP_ROWS // 2
"""Half a row group is 160 MB of `account_daily`; smaller blocks would decode each row group more often."""
BYTE_ORDER_MARK = b"\xef\xbb\xbf"
"""Excel reads a CSV as UTF-8 only when it begins with this."""


@dataclass(frozen=True)
class Source:
    """Files whose rows stand in the flat file, but for those that are left out."""

    files: Sequence[str]
    left_out: pc.Expression | None = None


def write_flat(table: Table, root: DataRoot, sources: Sequence[Source]) -> WrittenFile:
    """Replace the flat file by the rows of all sources, as `write` would write them together."""
    sink = pa.BufferOutputStream()
    rows_count = 0
    with parquet.ParquetWriter(sink, table.schema, **_options(table)) as writer:
        for group in _groups(table, _checked(table, _blocks(table, root, sources))):
            writer.write_table(group, row_group_size=GROUP_ROWS)
            rows_count += group.num_rows
    return put_encoded(root, layout.latest_file(table), memoryview(sink.getvalue()), rows_count)


def write_csv(table: Table, root: DataRoot) -> PurePosixPath:
    """A CSV copy of the flat file for spreadsheets: UTF-8 with byte order mark, empty cells for null."""
    flat = [Source([str(layout.latest_file(table))])]
    path = layout.latest_file(table, "csv")
    # A year of a thousand accounts is half a gigabyte, which need not stand in memory.
    with root.writing(path) as file:
        file.write(BYTE_ORDER_MARK)
        with csv.CSVWriter(file, table.schema, write_options=csv.WriteOptions(quoting_style="needed")) as writer:
            for block in _blocks(table, root, flat):
                writer.write_table(block)
    return path


def _options(table: Table) -> dict[str, Any]:
    return {name: value for name, value in WRITER.items() if name != "row_group_size"} | dictionaries(table)


def _groups(table: Table, blocks: Iterator[pa.Table]) -> Iterator[pa.Table]:
    """The rows of all blocks in row groups of full size; an empty table is one group, as `write` gives it."""
    rows = table.schema.empty_table()
    for block in blocks:
        rows = pa.concat_tables([rows, block])
        while rows.num_rows > GROUP_ROWS:
            yield rows.slice(0, GROUP_ROWS).combine_chunks()
            rows = rows.slice(GROUP_ROWS)
    yield rows.combine_chunks()


def _checked(table: Table, blocks: Iterator[pa.Table]) -> Iterator[pa.Table]:
    """The blocks, each refused where its rows break the declaration; an account is whole in one, and so are keys."""
    for block in blocks:
        refuse_problems(table, block)
        yield block


def _blocks(table: Table, root: DataRoot, sources: Sequence[Source]) -> Iterator[pa.Table]:
    """The rows in the declared order, all rows of some accounts at a time."""
    for accounts in _cut(table, root, sources):
        chosen = replace(EVERYTHING, accounts=accounts)
        parts = [_left(read(table, root, source.files, chosen), source) for source in sources]
        yield in_order(table, pa.concat_tables(parts))


def _left(rows: pa.Table, source: Source) -> pa.Table:
    return rows if source.left_out is None else rows.filter(~source.left_out)


def _cut(table: Table, root: DataRoot, sources: Sequence[Source]) -> list[tuple[str, ...] | None]:
    """The accounts in blocks; None for all of them, where they are few or the table is not sorted by account first."""
    files = [path for source in sources for path in source.files]
    if table.sort_order[0] != "account_id":
        return [None]
    found = read(table, root, files, Selection(columns=("account_id",)))["account_id"].value_counts()
    if not len(found):
        return [None]
    accounts, counts = found.field("values").to_numpy(zero_copy_only=False), found.field("counts").to_numpy()
    order = np.argsort(accounts)
    block = np.cumsum(counts[order]) // BLOCK_ROWS
    return [tuple(accounts[order][block == number].tolist()) for number in np.unique(block)]
