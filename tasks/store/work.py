"""Rows on their way from one task to the next, under the lock `reports`: a file a month, where a range may be long."""

from collections.abc import Sequence
from datetime import datetime
from pathlib import PurePosixPath

import pyarrow as pa

from tasks.schema.months import Days, months
from tasks.schema.table import Table
from tasks.store import layout
from tasks.store.parquet import EVERYTHING, Selection, read, write
from tasks.store.root import DataRoot


def write_month(table: Table, rows: pa.Table, root: DataRoot, span: Days) -> None:
    """Leave the rows of the span, which lies within one month; they are sorted as the table declares."""
    write(table, rows, root, layout.work_month(table, span[0]))


def read_months(table: Table, root: DataRoot, days: Days, selection: Selection = EVERYTHING) -> pa.Table:
    """What was left for the months of these days, month after month, each sorted as the table declares."""
    return read(table, root, [str(path) for path in month_files(table, root, days)], selection)


def month_files(table: Table, root: DataRoot, days: Days) -> list[PurePosixPath]:
    """The files that were left for the months of these days."""
    files = (layout.work_month(table, first) for first, _ in months(days))
    return [path for path in files if root.exists(path)]


def clear_months(table: Table, root: DataRoot) -> None:
    """Remove what was left, also by a run that was killed."""
    for path in root.files(layout.work_folder(table)):
        root.remove(PurePosixPath(path))


def clear_shards(root: DataRoot, names: Sequence[str]) -> None:
    """Remove what was measured of these shards, now that it is published."""
    for path in root.files(layout.SHARDS):
        if PurePosixPath(path).name.startswith(tuple(names)):
            root.remove(PurePosixPath(path))


def sweep_shards(root: DataRoot, before: datetime) -> int:
    """Remove shards that nobody came back for, written before that moment; how many files there were."""
    old = [file.path for file in root.entries(layout.SHARDS) if file.written_at < before]
    for path in old:
        root.remove(PurePosixPath(path))
    return len(old)
