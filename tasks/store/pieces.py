"""Tables too long to be held, written piece by piece to the very bytes that `tasks/store/parquet.py` writes at once."""

import hashlib
import tempfile
from collections.abc import Iterable
from pathlib import PurePosixPath
from typing import IO

import pyarrow as pa
from pyarrow import parquet

from tasks.schema.check import refuse_problems
from tasks.schema.table import Table
from tasks.store.parquet import WRITER, WrittenFile, dictionaries
from tasks.store.root import DataRoot
from tasks.store.spill_file import groups

GROUP: int = WRITER["row_group_size"]  # type: ignore[assignment]
OPTIONS = {name: value for name, value in WRITER.items() if name != "row_group_size"}
AT_ONCE = 2**20


def write_pieces(table: Table, pieces: Iterable[pa.Table], root: DataRoot, path: PurePosixPath) -> WrittenFile:
    """Check the rows piece by piece and put them at the path in one move, sorted as they come.

    That no key stands in two pieces is for the caller to know.
    A file that holds the rows already is left alone; with any problem nothing is written and `TableProblemsError`
    names those of the first piece that has any.
    """
    with tempfile.TemporaryFile(prefix="vanity-gap-") as file:
        count = _write(table, groups(pieces, GROUP), file)
        digest, size = sha256(file), file.tell()
        if not _holds(root, path, digest):
            file.seek(0)
            with root.writing(path) as sink:
                copy(file, sink)
    return WrittenFile(str(path), count, size, digest)


def _write(table: Table, pieces: Iterable[pa.Table], file: IO[bytes]) -> int:
    count = 0
    with parquet.ParquetWriter(file, table.schema, **OPTIONS, **dictionaries(table)) as writer:
        for piece in pieces:
            refuse_problems(table, piece)
            writer.write_table(piece, row_group_size=GROUP)
            count += piece.num_rows
    return count


def copy(file: IO[bytes], sink: IO[bytes]) -> None:
    """Write what is left of the file to the sink."""
    while content := file.read(AT_ONCE):
        sink.write(content)


def _holds(root: DataRoot, path: PurePosixPath, digest: str) -> bool:
    if not root.exists(path):
        return False
    with root.filesystem.open_input_file(str(path)) as file:
        return sha256(file) == digest


def sha256(file: IO[bytes], beginning: bytes = b"") -> str:
    """The hexadecimal SHA-256 of the beginning and the whole file, which is read to its end."""
    digest = hashlib.sha256(beginning)
    file.seek(0)
    while content := file.read(AT_ONCE):
        digest.update(content)
    return digest.hexdigest()
