"""Parquet that another program wrote: read within bounds, and never trusted."""

import io
from collections.abc import Collection, Sequence
from functools import reduce

import pyarrow as pa
import pyarrow.compute as pc
from pyarrow import parquet

from tasks.store.parquet import UnreadableFileError

MAGIC = b"PAR1"
"""The first four bytes of every Parquet file (Apache Parquet format, "File format")."""
MOST_ROWS = 20_000_000
MOST_BYTES = 2 * 1024**3
"""More than the wanted columns of any follower list hold, unpacked: a file that says more of itself is not read."""


def is_parquet(content: bytes) -> bool:
    """Whether the bytes begin as Parquet does."""
    return content.startswith(MAGIC)


def foreign_names(content: bytes) -> list[str]:
    """The names of the columns; `UnreadableFileError` when the file is damaged."""
    return [str(name) for name in _metadata(content).schema.to_arrow_schema().names]


def foreign_rows(content: bytes, columns: Sequence[str]) -> pa.Table:
    """These columns of the file, in the types it has; `UnreadableFileError` when it is damaged or too large."""
    file = _metadata(content)
    packed = [file.row_group(group) for group in range(file.num_row_groups)]
    if file.num_rows > MOST_ROWS or sum(group.total_byte_size for group in packed) > MOST_BYTES:
        message = f"the file holds {file.num_rows} rows, more than can be read; give a part of it"
        raise UnreadableFileError(message)
    try:
        return parquet.read_table(io.BytesIO(content), columns=list(columns))
    except (pa.ArrowException, OSError, ValueError) as damage:
        message = "the Parquet is damaged; save it again"
        raise UnreadableFileError(message) from damage


def _metadata(content: bytes) -> parquet.FileMetaData:
    try:
        return parquet.read_metadata(io.BytesIO(content))
    except (pa.ArrowException, OSError, ValueError) as damage:
        message = "the Parquet is damaged; save it again"
        raise UnreadableFileError(message) from damage


def parquet_without(content: bytes, people: Collection[str]) -> bytes:
    """The file without the rows in which one of the ids stands, in any column; the same bytes where none does."""
    rows = foreign_rows(content, foreign_names(content))
    about = [pc.is_in(_texts(column), value_set=pa.array(sorted(people), pa.string())) for column in rows.columns]
    kept = rows.filter(pc.invert(reduce(pc.or_, about)))
    if kept.num_rows == rows.num_rows:
        return content
    sink = pa.BufferOutputStream()
    parquet.write_table(kept, sink)
    return bytes(sink.getvalue())


def foreign_numbers(content: bytes) -> set[bytes]:
    """Every text and whole number that stands in any column."""
    rows = foreign_rows(content, foreign_names(content))
    return {text.encode() for column in rows.columns for text in pc.unique(_texts(column)).drop_null().to_pylist()}


def _texts(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """The column as text where it may hold ids, else nulls."""
    is_id = pa.types.is_integer(column.type) or pa.types.is_string(column.type) or pa.types.is_large_string(column.type)
    return column.cast(pa.string()) if is_id else pa.chunked_array([pa.nulls(len(column), pa.string())])
