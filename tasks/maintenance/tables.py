"""Rows taken out of tables, file by file, each in one move."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.dataset as ds

from tasks.schema.report_tables import ACCOUNT_DAILY
from tasks.schema.table import Table
from tasks.store import layout
from tasks.store.durable import at_once
from tasks.store.flat_file import write_csv
from tasks.store.parquet import WrittenFile, read, write
from tasks.store.report_tables import refresh_manifest
from tasks.store.root import DataRoot


@dataclass(frozen=True)
class RowSelection:
    """The rows of a table with one of these values in one of these columns."""

    columns: tuple[str, ...]
    values: tuple[str, ...]

    def filter_of(self, table: Table) -> pc.Expression | None:
        """The rows, as a filter; None where the table has none of the columns."""
        names = [name for name in self.columns if name in table.schema.names]
        conditions = [pc.field(name).isin(_values(table, name, self.values)) for name in names]
        found = None
        for condition in conditions:
            # A null is nobody's id.
            known = pc.if_else(condition.is_null(), pa.scalar(False), condition)
            found = known if found is None else found | known
        return found


def _values(table: Table, name: str, values: Collection[str]) -> pa.Array:
    column_type = table.schema.field(name).type
    if column_type == pa.string():
        return pa.array(sorted(values), pa.string())
    return pa.array(sorted(int(value) for value in values if value.isdecimal() and int(value) < 2**63), column_type)


def _drop_rows(table: Table, root: DataRoot, files: Sequence[str], rows: RowSelection) -> list[WrittenFile]:
    """Rewrite those of the files that hold such rows without them; what was written."""
    dropped = rows.filter_of(table)
    if dropped is None:
        return []
    touched = _holding(table, root, files, dropped)
    return at_once(
        lambda path: write(table, read(table, root, [path]).filter(~dropped), root, PurePosixPath(path)), touched
    )


def _holding(table: Table, root: DataRoot, files: Sequence[str], rows: pc.Expression) -> list[str]:
    if not files:
        return []
    source = ds.dataset(list(files), schema=table.schema, format="parquet", filesystem=root.filesystem)
    found = source.to_table(columns=["__filename"], filter=rows)
    return sorted(set(found["__filename"].unique().to_pylist()))


def drop_staged_rows(table: Table, root: DataRoot, rows: RowSelection) -> list[WrittenFile]:
    """The same in all batches of a staged table; a batch that ends without a row stays, because it was read.

    Files of days that a killed compaction left beside their month are rewritten too: no byte stays behind.
    """
    return _drop_rows(table, root, root.files(layout.staged_folder(table)), rows)


def drop_report_rows(tables: Collection[Table], root: DataRoot, rows: RowSelection) -> list[WrittenFile]:
    """The same in the history, the flat files, the CSV and the manifest of report tables; a day without rows goes.

    Call it inside `publishing`, so that a kill in between is seen.
    """
    written = [file for table in tables for file in _drop_from_report(table, root, rows)]
    flat = [file for file in written if PurePosixPath(file.path).parent == layout.LATEST]
    if str(layout.latest_file(ACCOUNT_DAILY)) in {file.path for file in flat}:
        write_csv(ACCOUNT_DAILY, root)
    if flat:
        refresh_manifest(root, flat)
    return written


def _drop_from_report(table: Table, root: DataRoot, rows: RowSelection) -> list[WrittenFile]:
    flat = str(layout.latest_file(table))
    history = root.files(layout.report_folder(table))
    written = _drop_rows(table, root, [*history, *([flat] if root.exists(PurePosixPath(flat)) else [])], rows)
    for file in written:
        if file.path != flat and not file.rows_count:
            root.remove(PurePosixPath(file.path))
    return written
