"""The one way in which Parquet is written and read."""

import hashlib
import re
import tempfile
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
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
from tasks.store import layout
from tasks.store.durable import at_once
from tasks.store.root import DataRoot
from tasks.store.spill_file import regroup

GROUP_ROWS = 131_072
"""Rows of a row group: 180 MB of `account_daily`, of which a writer holds two."""
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
    # A CRC-32 of every page: a flipped bit would else be read as another value.
    "write_page_checksum": True,
    "store_schema": True,
}
CHECKED = ds.ParquetFileFormat(
    default_fragment_scan_options=ds.ParquetFragmentScanOptions(page_checksum_verification=True)
)
"""How files are read: pages whose checksum is not theirs raise."""
_EARLIER_GROUP_ROWS = 262_144
"""Rows of a row group in files of the first version."""
_FORM = "vanity-gap"
"""Names the writer in every file whose bytes are those that its rows give again; older files lack it."""
_THIS_WRITER = f"1 pyarrow {pa.__version__} "
_ANOTHER_WRITER = re.compile(rb"\d+ pyarrow \d+\.\d+\.\d+\S* [0-9a-f]{16}")
_FIELD_NUMBER = b"PARQUET:field_id"
"""What the reader adds to every column."""
_DICTIONARY_BYTES = 64 * 2**20
"""So large that no dictionary is given up within a row group: fastparquet reads the strings after it as null."""
_MEMORY_BYTES = 64 * 2**20
"""A file up to this size is made in memory, a larger one on the disk of this machine."""
_THREADED_ROWS = 16_384
"""Rows from which a file's columns are decoded side by side: a day of an account takes less than a thread does."""
_COPY_BYTES = 2**20
_BUFFER_BYTES = 2**20
_LONGEST_REASON = 300


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


def write_files(
    table: Table, rows: pa.Table, files: Mapping[PurePosixPath, range], root: DataRoot
) -> list[WrittenFile]:
    """The same of several files at once, by the places of their rows; with any problem none is written."""
    if not files:
        return []
    refuse_problems(table, rows)
    return at_once(lambda path: _put(table, [rows_at(rows, files[path])], root, path), files)


def rows_at(rows: pa.Table, places: range) -> pa.Table:
    """The rows of these places, which follow one another."""
    return rows.slice(places.start, len(places))


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
    """Put the pieces' file at the path in one move, unless its bytes stand there; refused when rows are missing.

    Flat files alone carry the words on each column: a root has thousands of others.
    """
    schema = table.schema if path.parent == layout.LATEST else table.short_schema
    with tempfile.SpooledTemporaryFile(_MEMORY_BYTES, prefix="vanity-gap-") as spooled:
        file = cast("IO[bytes]", spooled)
        count = encode(table, pieces, file, schema)
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


def encode(
    table: Table, pieces: Iterable[pa.Table], sink: IO[bytes], schema: pa.Schema, group_rows: int = GROUP_ROWS
) -> int:
    """Write the pieces as one Parquet file to the sink: equal pieces give equal bytes; how many rows there were.

    `UnreadableFileError` where the footer that was written tells of another number.
    """
    count = 0
    footers: list[Any] = []
    # A file of many columns is written in hundreds of small pieces, each of which would call Python.
    buffered = pa.BufferedOutputStream(pa.PythonFile(sink, mode="w"), _BUFFER_BYTES)
    options: dict[str, Any] = {**WRITER, **_dictionaries(table), "metadata_collector": footers}
    with parquet.ParquetWriter(buffered, schema, **options) as writer:
        for piece in pieces:
            writer.write_table(piece, row_group_size=group_rows)
            count += piece.num_rows
        writer.add_key_value_metadata({_FORM: _written_by(schema)})
    # Else the sink would be closed with the buffer.
    buffered.detach()
    if footers[0].num_rows != count:
        message = f"{table.name}: the encoded file does not hold the {count} rows given; the old file was kept"
        raise UnreadableFileError(message)
    return count


def _written_by(schema: pa.Schema) -> str:
    """The writer, and a digest of what the schema says of its columns."""
    said = [str(schema.remove_metadata())]
    for notes in (schema.metadata, *(field.metadata for field in schema)):
        said += [f"{name!r} {text!r}" for name, text in sorted((notes or {}).items()) if name != _FIELD_NUMBER]
    return _THIS_WRITER + hashlib.sha256("\n".join(said).encode()).hexdigest()[:16]


def is_as_written(table: Table, rows: pa.Table, file: IO[bytes]) -> bool:
    """Whether the file is, bit for bit, what its rows give; true where another version of the writer made it."""
    noted, schema = parquet.read_metadata(file), parquet.read_schema(file)
    note = (noted.metadata or {}).get(_FORM.encode(), b"")
    # What its columns meant may have been said otherwise when it was written.
    said = pa.schema(list(schema), {name: text for name, text in schema.metadata.items() if name != _FORM.encode()})
    if note != _written_by(said).encode():
        is_older = not note and len(noted.metadata or ()) <= len(schema.metadata or ()) + 1
        return is_older or (_ANOTHER_WRITER.fullmatch(note) is not None and _THIS_WRITER.encode() not in note)
    with tempfile.SpooledTemporaryFile(_MEMORY_BYTES, prefix="vanity-gap-") as spooled:
        again = cast("IO[bytes]", spooled)
        is_large = any(noted.row_group(number).num_rows > GROUP_ROWS for number in range(noted.num_row_groups))
        group_rows = _EARLIER_GROUP_ROWS if is_large else GROUP_ROWS
        encode(table, regroup([rows.select(schema.names).cast(said)], group_rows), again, said, group_rows)
        return sha256(again) == sha256(file)


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
    kept = build_filter(table, selection)
    with readable(table, root):
        if root.local is None:
            return open_files(table, root, files).to_table(columns=names, filter=kept)
        return pa.concat_tables([_read_local(table, root, path, names, kept) for path in files])


def _read_local(table: Table, root: DataRoot, path: str, names: Sequence[str], kept: ds.Expression | None) -> pa.Table:
    """The same of one file on a disk; a dataset reads one row group, as most have, at twice the cost."""
    with root.filesystem.open_input_file(path) as source:
        file = parquet.ParquetFile(source, page_checksum_verification=True)
        if file.num_row_groups > 1:
            return pa.concat_tables(
                [table.schema.empty_table().select(names), *_groups(table, root, path, names, kept)]
            )
        needed = {*names, *([] if kept is None else ["account_id", table.date_column or ""])}
        # What an older file lacks is not read.
        columns = [name for name in table.schema.names if name in needed]
        rows = file.read(columns, use_threads=file.metadata.num_rows >= _THREADED_ROWS)
    declared = table.schema if needed.issuperset(table.schema.names) else _fields(table, needed)
    if not rows.schema.equals(declared):
        found = dict(zip(rows.column_names, rows.columns, strict=True))
        empty = pa.nulls(rows.num_rows)
        rows = pa.Table.from_arrays([found.get(name, empty) for name in declared.names], declared.names).cast(declared)
    return (rows if kept is None else rows.filter(kept)).select(names)


def read_groups(table: Table, root: DataRoot, path: PurePosixPath) -> Iterator[pa.Table]:
    """All rows of a file in its order, one row group at a time."""
    with readable(table, root):
        yield from _groups(table, root, str(path), table.schema.names, None)


def _groups(
    table: Table, root: DataRoot, path: str, names: Sequence[str], kept: ds.Expression | None
) -> Iterator[pa.Table]:
    """The kept rows of each row group that may hold any; asked for all at once, a dataset holds several groups."""
    (file,) = open_files(table, root, [path]).get_fragments()
    for group in file.split_by_row_group(kept, table.schema):
        yield group.to_table(schema=table.schema, columns=list(names), filter=kept)


def _fields(table: Table, names: Collection[str]) -> pa.Schema:
    return pa.schema([field for field in table.schema if field.name in names], table.schema.metadata)


@contextmanager
def readable(table: Table, root: DataRoot) -> Iterator[None]:
    """`UnreadableFileError` where a file that is read inside the block is damaged."""
    try:
        yield
    except FileNotFoundError:
        raise
    except (pa.ArrowException, OSError, OverflowError, UnicodeDecodeError) as damage:
        message = f"{table.name}: a file below {root.uri} cannot be read: {str(damage)[:_LONGEST_REASON]}"
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
    return ds.dataset(list(files), schema=table.schema, format=CHECKED, filesystem=root.filesystem)


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
