"""How staged batches are written: without those who asked to be forgotten, and one writer at a time."""

from collections.abc import Iterator
from contextlib import contextmanager

import pyarrow as pa

from tasks.schema.table import Table
from tasks.store.forgotten import Forgotten, read_forgotten
from tasks.store.lock import locked
from tasks.store.parquet import WrittenFile
from tasks.store.root import DataRoot
from tasks.store.staged_tables import write_batch

STAGING = "staging"
"""The lock of everything that replaces staged files."""


@contextmanager
def staging(root: DataRoot) -> Iterator[Forgotten]:
    """Nobody else replaces staged files or forgets somebody inside this block; gives who was forgotten before."""
    with locked(root, STAGING):
        yield read_forgotten(root)


def write_staged(table: Table, rows: pa.Table, root: DataRoot, batch: str) -> WrittenFile:
    """Replace a batch of a staged table by the rows that are about nobody who asked to be forgotten."""
    with staging(root) as forgotten:
        return write_batch(table, root, batch, forgotten.kept(table, rows))
