"""Parquet that another program wrote: read within bounds, a piece at a time, and never trusted."""

from collections.abc import Callable, Collection, Iterator, Sequence
from functools import reduce
from typing import IO, BinaryIO

import pyarrow as pa
import pyarrow.compute as pc
from pyarrow import parquet

from tasks.store.parquet import UnreadableFileError

_MAGIC = b"PAR1"
"""The first four bytes of every Parquet file (Apache Parquet format, "File format")."""
_MOST_ROWS = 20_000_000
_MOST_BYTES = 4 * 1024**3
"""More than any follower list holds, unpacked: a file that says more of itself is not read."""
_ROWS = 131_072
"""Rows that are held at once."""
_READ_AHEAD = 2**20
"""Packed bytes of a column that are read at once; row groups of other programs may be as large as the file."""
_DAMAGED = "the Parquet is damaged; save it again"


def is_parquet(content: bytes) -> bool:
    """Whether the bytes begin as Parquet does."""
    return content.startswith(_MAGIC)


def foreign_names(file: BinaryIO) -> list[str]:
    """The names of the columns; `UnreadableFileError` when the file is damaged."""
    return [str(name) for name in _opened(file).schema_arrow.names]


def foreign_pieces(file: BinaryIO, columns: Sequence[str]) -> Iterator[pa.Table]:
    """These columns of the file in the types it has, some rows at a time.

    `UnreadableFileError` when it is damaged or too large.
    """
    opened = _opened(file)
    groups = range(opened.num_row_groups)
    unpacked = sum(opened.metadata.row_group(group).total_byte_size for group in groups)
    if opened.metadata.num_rows > _MOST_ROWS or unpacked > _MOST_BYTES:
        message = f"the file holds {opened.metadata.num_rows} rows, more than can be read; give a part of it"
        raise UnreadableFileError(message)
    try:
        for group in groups:
            for batch in opened.iter_batches(_ROWS, row_groups=[group], columns=list(columns)):
                yield pa.Table.from_batches([batch])
    except (pa.ArrowException, OSError, ValueError) as damage:
        raise UnreadableFileError(_DAMAGED) from damage


def _opened(file: BinaryIO) -> parquet.ParquetFile:
    try:
        file.seek(0)
        return parquet.ParquetFile(file, pre_buffer=False, buffer_size=_READ_AHEAD)
    except (pa.ArrowException, OSError, ValueError) as damage:
        raise UnreadableFileError(_DAMAGED) from damage


def people_in(file: BinaryIO, is_person: Callable[[str], bool]) -> set[str]:
    """Every text and whole number that stands in any column and is the id of somebody who is meant."""
    found: set[str] = set()
    for rows in foreign_pieces(file, foreign_names(file)):
        for column in rows.columns:
            found.update(filter(is_person, pc.unique(_texts(column)).drop_null().to_pylist()))
    return found


def write_parquet_without(file: BinaryIO, people: Collection[str], sink: IO[bytes]) -> None:
    """Write the file without the rows in which one of the ids stands, in any column."""
    ids = pa.array(sorted(people), pa.string())
    with parquet.ParquetWriter(sink, _opened(file).schema_arrow) as writer:
        for rows in foreign_pieces(file, foreign_names(file)):
            about = [pc.is_in(_texts(column), value_set=ids) for column in rows.columns]
            writer.write_table(rows.filter(pc.invert(reduce(pc.or_, about))))


def _texts(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """The column as text where it may hold ids, else nulls."""
    is_id = pa.types.is_integer(column.type) or pa.types.is_string(column.type) or pa.types.is_large_string(column.type)
    return column.cast(pa.string()) if is_id else pa.chunked_array([pa.nulls(len(column), pa.string())])
