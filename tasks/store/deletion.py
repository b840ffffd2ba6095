"""Rows taken out of tables, file by file, each in one move."""

from collections.abc import Collection, Sequence
from functools import reduce
from operator import or_

import pyarrow as pa
import pyarrow.compute as pc

from tasks.schema.table import Table
from tasks.store.parquet import WrittenFile, open_files, rewrite_files
from tasks.store.root import DataRoot


def delete_rows(
    table: Table, root: DataRoot, files: Sequence[str], columns: Sequence[str], values: Collection[str]
) -> list[WrittenFile]:
    """Rewrite those of the files that hold one of the values in one of the columns without these rows."""
    conditions = [_holds(table, name, values) for name in columns if name in table.schema.names]
    if not conditions or not files:
        return []
    deleted = reduce(or_, conditions)
    found = open_files(table, root, files).to_table(columns=["__filename"], filter=deleted)
    touched = sorted(set(found["__filename"].unique().to_pylist()))
    return rewrite_files(table, root, touched, lambda rows: rows.filter(~deleted))


def _holds(table: Table, name: str, values: Collection[str]) -> pc.Expression:
    condition = pc.field(name).isin(_typed(table.schema.field(name).type, values))
    # A null is nobody's id.
    return pc.if_else(condition.is_null(), pa.scalar(False), condition)


def _typed(kind: pa.DataType, values: Collection[str]) -> pa.Array:
    if kind == pa.string():
        return pa.array(sorted(values), pa.string())
    return pa.array(sorted(int(value) for value in values if value.isdecimal() and int(value) < 2**63), kind)
