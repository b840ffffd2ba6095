"""How staged batches are written: without those who asked to be forgotten, and one writer at a time."""

import pyarrow as pa

from tasks.store.forgotten import read_forgotten
from tasks.store.lock import locked
from tasks.store.months import write_batch
from tasks.store.parquet import WrittenFile
from tasks.store.root import DataRoot
from tasks.tables.table import Table

STAGING = "staging"
"""The lock of everything that replaces staged files."""


def write_staged(table: Table, rows: pa.Table, root: DataRoot, batch: str) -> WrittenFile:
    """Replace a batch of a staged table by the rows that are about nobody who asked to be forgotten."""
    with locked(root, STAGING):
        return write_batch(table, root, batch, read_forgotten(root).kept(table, rows))
