"""Rows of files read some at a time, so that what is said of millions fits where they do not."""

from collections.abc import Iterator, Sequence

import pyarrow as pa
import pyarrow.dataset as ds

from tasks.schema.table import Table
from tasks.store.parquet import Selection, build_filter, open_files, readable, select_columns
from tasks.store.root import DataRoot

_ROWS = 131_072
"""Rows that are held at once."""
_FILES_AHEAD = 16
"""An object store answers slowly, so the files of days are asked for together."""
_COUNT = "rows_count"
_FEW = 64


def scan_files(table: Table, root: DataRoot, files: Sequence[str], selection: Selection) -> Iterator[pa.Table]:
    """The selected rows and columns of the files, some rows at a time."""
    if not files:
        return
    # Arrow's usual scan reads a long file to its end while its first rows are worked on.
    scanner = open_files(table, root, files).scanner(
        columns=select_columns(table, selection),
        filter=build_filter(table, selection),
        batch_size=_ROWS,
        batch_readahead=1,
        fragment_readahead=_FILES_AHEAD if root.local is None else 1,
        fragment_scan_options=ds.ParquetFragmentScanOptions(
            pre_buffer=root.local is None, page_checksum_verification=True
        ),
        use_threads=False,
    )
    held: list[pa.RecordBatch] = []
    with readable(table, root):
        for batch in scanner.to_batches():
            held.append(batch)
            # The files of days are short, and there are many.
            if sum(one.num_rows for one in held) >= _ROWS:
                yield pa.Table.from_batches(held)
                held = []
        if held:
            yield pa.Table.from_batches(held)


def count_rows(table: Table, tables: Iterator[pa.Table], columns: Sequence[str]) -> pa.Table:
    """How many of the table's rows have the same values in these columns: rows_count, in the order of first rows."""
    empty = table.schema.empty_table().select(list(columns)).append_column(_COUNT, pa.array([], pa.int64()))
    parts = [empty]
    for rows in tables:
        parts.append(_grouped(rows.append_column(_COUNT, pa.repeat(pa.scalar(1, pa.int64()), rows.num_rows)), columns))
        if len(parts) > _FEW:
            parts = [_grouped(pa.concat_tables(parts), columns)]
    return _grouped(pa.concat_tables(parts), columns)


def _grouped(rows: pa.Table, columns: Sequence[str]) -> pa.Table:
    # One thread keeps the order in which values come.
    sums = rows.group_by(list(columns), use_threads=False).aggregate([(_COUNT, "sum")])
    return sums.rename_columns({f"{_COUNT}_sum": _COUNT}).select([*columns, _COUNT])
