"""Parquet that another program wrote: read within bounds, and never trusted."""

import io
from collections.abc import Sequence

import pyarrow as pa
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
