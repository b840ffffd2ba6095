"""Rows of staged tables folded as they are read, so that what is told of millions fits where they do not."""

from collections.abc import Callable, Iterator, Sequence

import pyarrow as pa
import pyarrow.dataset as ds

from tasks.schema.table import Table
from tasks.store.parquet import EVERYTHING, Selection, UnreadableFileError, selected
from tasks.store.root import DataRoot
from tasks.store.staged_tables import Told, of_staged_files

ROWS = 131_072
"""Rows that are held at once."""
FILES_AHEAD = 16
"""An object store answers slowly, so the files of days are asked for together."""


def folded(table: Table, root: DataRoot, selection: Selection, told: Callable[[Iterator[pa.Table]], Told]) -> Told:
    """What is told of the selected rows, which are given some at a time."""
    return of_staged_files(table, root, lambda files: told(_tables(table, root, files, selection)))


def distinct_rows(table: Table, root: DataRoot, columns: Sequence[str], selection: Selection = EVERYTHING) -> pa.Table:
    """The distinct values of the columns in the selected rows, with rows_count, in the order of their first row."""
    asked = Selection(selection.days, tuple(columns), selection.accounts)
    return folded(table, root, asked, lambda tables: counted(tables, table.schema.empty_table(), columns))


def counted(tables: Iterator[pa.Table], none: pa.Table, columns: Sequence[str]) -> pa.Table:
    """How many rows have the same values in these columns: rows_count; `none` has their types."""
    empty = none.select(list(columns)).append_column(COUNT, pa.array([], pa.int64()))
    parts = [empty]
    for rows in tables:
        parts.append(_grouped(rows.append_column(COUNT, pa.repeat(pa.scalar(1, pa.int64()), rows.num_rows)), columns))
        if len(parts) > FEW:
            parts = [_grouped(pa.concat_tables(parts), columns)]
    return _grouped(pa.concat_tables(parts), columns)


COUNT = "rows_count"
FEW = 64


def _grouped(rows: pa.Table, columns: Sequence[str]) -> pa.Table:
    # One thread keeps the order in which values come.
    sums = rows.group_by(list(columns), use_threads=False).aggregate([(COUNT, "sum")])
    return sums.rename_columns({f"{COUNT}_sum": COUNT}).select([*columns, COUNT])


def _tables(table: Table, root: DataRoot, files: Sequence[str], selection: Selection) -> Iterator[pa.Table]:
    names = [name for name in table.schema.names if selection.columns is None or name in selection.columns]
    if not files:
        return
    source = ds.dataset(list(files), schema=table.schema, format="parquet", filesystem=root.filesystem)
    # Arrow's usual scan reads a long file to its end while its first rows are worked on.
    scanner = source.scanner(
        columns=names,
        filter=selected(table, selection),
        batch_size=ROWS,
        batch_readahead=1,
        fragment_readahead=FILES_AHEAD if root.local is None else 1,
        fragment_scan_options=ds.ParquetFragmentScanOptions(pre_buffer=root.local is None),
        use_threads=False,
    )
    held: list[pa.RecordBatch] = []
    try:
        for batch in scanner.to_batches():
            held.append(batch)
            # The files of days are short, and there are many.
            if sum(one.num_rows for one in held) >= ROWS:
                yield pa.Table.from_batches(held)
                held = []
        if held:
            yield pa.Table.from_batches(held)
    except pa.ArrowInvalid as damage:
        message = f"{table.name}: a file below {root.uri} cannot be read: {damage}"
        raise UnreadableFileError(message) from damage
