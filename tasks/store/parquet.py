"""The one way in which Parquet is written and read."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import reduce
from operator import and_
from pathlib import PurePosixPath
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.dataset as ds
from pyarrow import parquet

from tasks.schema.check import refuse_problems
from tasks.schema.table import Table
from tasks.store.root import DataRoot

WRITER = {
    "version": "2.6",
    # Page version 2 breaks truth values in old readers, Power BI's gateway among them.
    "data_page_version": "1.0",
    # The strictest BI reader knows only Snappy and GZIP.
    "compression": "snappy",
    # Spark cannot read nanoseconds; a value that would lose digits raises.
    "coerce_timestamps": "us",
    "allow_truncated_timestamps": False,
    "write_statistics": True,
    "write_page_index": True,
    "store_schema": True,
    "row_group_size": 262_144,
}
DICTIONARY_BYTES = 64 * 2**20
"""So large that no dictionary is given up within a row group: fastparquet reads the strings after it as null."""


@dataclass(frozen=True)
class WrittenFile:
    """What was written: the manifest's entry for one file."""

    path: str
    rows_count: int
    bytes_count: int
    sha256: str


@dataclass(frozen=True)
class Selection:
    """Which part of a table is read: a closed range of its date column, some columns, some accounts; None is all."""

    days: tuple[date, date] | None = None
    columns: tuple[str, ...] | None = None
    accounts: tuple[str, ...] | None = None


EVERYTHING = Selection()


class UnreadableFileError(ValueError):
    """A Parquet file is damaged or was written by another program."""


def write(table: Table, rows: pa.Table, root: DataRoot, path: PurePosixPath) -> WrittenFile:
    """Check the rows against their declaration and put them at the path in one move.

    Equal rows give equal bytes, and a file that holds them already is left alone.
    With any problem nothing is written and `TableProblemsError` names them all.
    """
    refuse_problems(table, rows)
    return put_encoded(root, path, encoded(table, rows), rows.num_rows)


def put_encoded(root: DataRoot, path: PurePosixPath, content: bytes | memoryview, rows_count: int) -> WrittenFile:
    """Put a Parquet file's bytes at the path in one move, unless they stand there; refused when rows are missing."""
    if parquet.read_metadata(pa.BufferReader(content)).num_rows != rows_count:
        message = f"{path}: the encoded file does not hold the {rows_count} rows given; the old file was kept"
        raise UnreadableFileError(message)
    if not (root.exists(path) and root.read_bytes(path) == content):
        root.replace(path, content)
    return WrittenFile(str(path), rows_count, len(content), hashlib.sha256(content).hexdigest())


def read(table: Table, root: DataRoot, files: Sequence[str], selection: Selection = EVERYTHING) -> pa.Table:
    """The selected rows and columns of the files, in the declared types and column order.

    A column that an older file lacks is null. No file gives no row.
    """
    names = [name for name in table.schema.names if selection.columns is None or name in selection.columns]
    if not files:
        return table.schema.empty_table().select(names)
    source = ds.dataset(list(files), schema=table.schema, format="parquet", filesystem=root.filesystem)
    try:
        return source.to_table(columns=names, filter=selected(table, selection))
    except pa.ArrowInvalid as damage:
        message = f"{table.name}: a file below {root.uri} cannot be read: {damage}"
        raise UnreadableFileError(message) from damage


def read_all(table: Table, root: DataRoot, folder: PurePosixPath, selection: Selection = EVERYTHING) -> pa.Table:
    """The selected rows of every Parquet file below the folder, as `read` gives them."""
    return read(table, root, root.files(folder), selection)


def stored_schema(root: DataRoot, path: PurePosixPath) -> pa.Schema:
    """The schema of a file, without reading its rows."""
    with root.filesystem.open_input_file(str(path)) as file:
        return parquet.read_schema(file)


def encoded(table: Table, rows: pa.Table) -> bytes:
    """The bytes of the rows' file: equal rows give equal bytes."""
    sink = pa.BufferOutputStream()
    parquet.write_table(rows, sink, **WRITER, **dictionaries(table))
    return bytes(sink.getvalue())


def dictionaries(table: Table) -> dict[str, Any]:
    """Reports: dictionaries for all but floats, which hardly repeat; without them files are smaller and read faster."""
    if table.stage != "report":
        return {}
    repeating = [column.name for column in table.columns if column.type != "float64"]
    return {"use_dictionary": repeating, "dictionary_pagesize_limit": DICTIONARY_BYTES}


def selected(table: Table, selection: Selection) -> ds.Expression | None:
    """What the reader is told to leave out already in the files."""
    parts = [_within(table, selection.days)]
    if selection.accounts is not None:
        parts.append(pc.field("account_id").isin(sorted(selection.accounts)))
    stated = [part for part in parts if part is not None]
    return reduce(and_, stated) if stated else None


def _within(table: Table, days: tuple[date, date] | None) -> ds.Expression | None:
    if days is None or table.date_column is None:
        return None
    first, last = (pa.scalar(day, pa.date32()) for day in days)
    column = pc.field(table.date_column)
    return (column >= first) & (column <= last)
