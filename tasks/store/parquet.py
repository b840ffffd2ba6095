"""The one way in which Parquet is written and read."""

import hashlib
import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import reduce
from operator import and_
from pathlib import PurePosixPath
from typing import IO, Any, cast

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.dataset as ds
from pyarrow import parquet

from tasks.schema.check import refuse_problems
from tasks.schema.months import Days
from tasks.schema.table import Table
from tasks.store.durable import at_once
from tasks.store.root import DataRoot
from tasks.store.spill_file import regroup

GROUP_ROWS = 262_144
"""Rows of a row group."""
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
}
_DICTIONARY_BYTES = 64 * 2**20
"""So large that no dictionary is given up within a row group: fastparquet reads the strings after it as null."""
_MEMORY_BYTES = 64 * 2**20
"""A file up to this size is made in memory, a larger one on the disk of this machine."""
_COPY_BYTES = 2**20


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

    days: Days | None = None
    columns: tuple[str, ...] | None = None
    accounts: tuple[str, ...] | None = None


EVERYTHING = Selection()


class UnreadableFileError(ValueError):
    """A Parquet file is damaged or was written by another program."""


def write_file(table: Table, rows: pa.Table, root: DataRoot, path: PurePosixPath) -> WrittenFile:
    """Check the rows against their declaration and put them at the path in one move.

    Equal rows give equal bytes, and a file that holds them already is left alone.
    With any problem nothing is written and `TableProblemsError` names them all.
    """
    refuse_problems(table, rows)
    return _put(table, [rows], root, path)


def write_pieces(table: Table, pieces: Iterable[pa.Table], root: DataRoot, path: PurePosixPath) -> WrittenFile:
    """The same of rows too long to be held, which come sorted and piece by piece, to the very same bytes.

    That no key stands in two pieces is for the caller to know.
    With any problem nothing is written and `TableProblemsError` names those of the first piece that has any.
    """
    return _put(table, regroup(_checked(table, pieces), GROUP_ROWS), root, path)


def _checked(table: Table, pieces: Iterable[pa.Table]) -> Iterator[pa.Table]:
    for piece in pieces:
        refuse_problems(table, piece)
        yield piece


def _put(table: Table, pieces: Iterable[pa.Table], root: DataRoot, path: PurePosixPath) -> WrittenFile:
    """Put the pieces' file at the path in one move, unless its bytes stand there; refused when rows are missing."""
    with tempfile.SpooledTemporaryFile(_MEMORY_BYTES, prefix="vanity-gap-") as spooled:
        file = cast("IO[bytes]", spooled)
        count = encode(table, pieces, file)
        if parquet.read_metadata(file).num_rows != count:
            message = f"{path}: the encoded file does not hold the {count} rows given; the old file was kept"
            raise UnreadableFileError(message)
        digest, size = sha256(file), file.tell()
        if not _holds(root, path, WrittenFile(str(path), count, size, digest)):
            _replace(root, path, file, size)
    return WrittenFile(str(path), count, size, digest)


def _holds(root: DataRoot, path: PurePosixPath, written: WrittenFile) -> bool:
    """Whether the file stands there already; a short one is read in one request."""
    if not root.exists(path):
        return False
    if written.bytes_count <= _MEMORY_BYTES:
        return hashlib.sha256(root.read_bytes(path)).hexdigest() == written.sha256
    with root.filesystem.open_input_file(str(path)) as file:
        return sha256(file) == written.sha256


def _replace(root: DataRoot, path: PurePosixPath, file: IO[bytes], size: int) -> None:
    file.seek(0)
    if size <= _MEMORY_BYTES:
        root.replace(path, file.read())
        return
    with root.writing(path) as sink:
        copy(file, sink)


def encode(table: Table, pieces: Iterable[pa.Table], sink: IO[bytes]) -> int:
    """Write the pieces as one Parquet file to the sink: equal pieces give equal bytes; how many rows there were."""
    count = 0
    with parquet.ParquetWriter(sink, table.schema, **WRITER, **_dictionaries(table)) as writer:
        for piece in pieces:
            writer.write_table(piece, row_group_size=GROUP_ROWS)
            count += piece.num_rows
    return count


def _dictionaries(table: Table) -> dict[str, Any]:
    """Reports: dictionaries for all but floats, which hardly repeat; without them files are smaller and read faster."""
    if table.stage != "report":
        return {}
    repeating = [column.name for column in table.columns if column.type != "float64"]
    return {"use_dictionary": repeating, "dictionary_pagesize_limit": _DICTIONARY_BYTES}


def copy(file: IO[bytes], sink: IO[bytes]) -> None:
    """Write what is left of the file to the sink."""
    while content := file.read(_COPY_BYTES):
        sink.write(content)


def sha256(file: IO[bytes], beginning: bytes = b"") -> str:
    """The hexadecimal SHA-256 of the beginning and the whole file, which is read to its end."""
    digest = hashlib.sha256(beginning)
    file.seek(0)
    while content := file.read(_COPY_BYTES):
        digest.update(content)
    return digest.hexdigest()


def read_files(table: Table, root: DataRoot, files: Sequence[str], selection: Selection = EVERYTHING) -> pa.Table:
    """The selected rows and columns of the files, in the declared types and column order.

    A column that an older file lacks is null. No file gives no row.
    """
    names = select_columns(table, selection)
    if not files:
        return table.schema.empty_table().select(names)
    try:
        return open_files(table, root, files).to_table(columns=names, filter=build_filter(table, selection))
    except pa.ArrowInvalid as damage:
        message = f"{table.name}: a file below {root.uri} cannot be read: {damage}"
        raise UnreadableFileError(message) from damage


def rewrite_files(
    table: Table, root: DataRoot, files: Sequence[str], change: Callable[[pa.Table], pa.Table | None]
) -> list[WrittenFile]:
    """Replace the rows of each file by what they change to, some files at a time; None leaves a file alone."""

    def rewrite(path: str) -> WrittenFile | None:
        rows = change(read_files(table, root, [path]))
        return None if rows is None else write_file(table, rows, root, PurePosixPath(path))

    return [file for file in at_once(rewrite, files) if file]


def open_files(table: Table, root: DataRoot, files: Sequence[str]) -> ds.Dataset:
    """The files as one source of rows with the declared columns."""
    return ds.dataset(list(files), schema=table.schema, format="parquet", filesystem=root.filesystem)


def select_columns(table: Table, selection: Selection) -> list[str]:
    """The selected columns as the table orders them."""
    return [name for name in table.schema.names if selection.columns is None or name in selection.columns]


def build_filter(table: Table, selection: Selection) -> ds.Expression | None:
    """What the reader is told to leave out already in the files; None where that is nothing."""
    parts = []
    if selection.days is not None and table.date_column is not None:
        parts.append(days_filter(table.date_column, selection.days))
    if selection.accounts is not None:
        parts.append(pc.field("account_id").isin(sorted(selection.accounts)))
    return reduce(and_, parts) if parts else None


def days_filter(column: str, days: Days) -> ds.Expression:
    """Rows whose day in this column lies in the range."""
    first, last = (pa.scalar(day, pa.date32()) for day in days)
    return (pc.field(column) >= first) & (pc.field(column) <= last)
