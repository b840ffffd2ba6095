"""Batches of many days in one file: a month's file stands for the files of its days.

A month's file hides those of its days by its name, so that a kill between writing it and removing them changes nothing.
In it a day's batch are the rows of that day; a table whose batches hold rows of other days is not put together.
"""

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import PurePosixPath
from typing import TypeVar

import pyarrow as pa
import pyarrow.compute as pc

from tasks.schema.frames import in_order
from tasks.schema.staged import STAGED_TABLES
from tasks.schema.table import Table
from tasks.store import layout
from tasks.store.object_store import Entry
from tasks.store.parquet import EVERYTHING, Selection, WrittenFile, read, write
from tasks.store.root import DataRoot

LEAST_FILES = 2
"""Below two files there is nothing to put together."""
ATTEMPTS = 5
Told = TypeVar("Told")


@dataclass(frozen=True)
class Compacted:
    """How many files of days were put together into how many files of months."""

    days_count: int
    months_count: int

    def __str__(self) -> str:
        """One sentence."""
        if not self.days_count:
            return "nothing to put together"
        return f"{self.days_count} files of days put together into {self.months_count} files of months"


def staged_entries(table: Table, root: DataRoot) -> list[Entry]:
    """The files of a staged table, each row in one of them: a month's file, or else those of its days, and imports."""
    found = root.entries(layout.staged_folder(table))
    # Days go after their month is whole, so a day that this listing missed stands in a month of the next.
    months = [entry for entry in root.entries(layout.staged_folder(table)) if is_month(entry.path)]
    hidden = {_batch(entry.path) for entry in months}
    days = [
        entry for entry in found if not is_month(entry.path) and layout.month_batch(_batch(entry.path)) not in hidden
    ]
    return sorted([*days, *months], key=lambda entry: entry.path)


def staged_files(table: Table, root: DataRoot) -> list[str]:
    """The paths of `staged_entries`."""
    return [entry.path for entry in staged_entries(table, root)]


def is_month(path: str) -> bool:
    """Whether the file is that of a month."""
    return layout.MONTH_BATCH.fullmatch(_batch(path)) is not None


def of_staged_files(table: Table, root: DataRoot, told: Callable[[list[str]], Told]) -> Told:
    """What is told of a staged table's files; also while days are put together."""
    for _ in range(ATTEMPTS - 1):
        try:
            return told(staged_files(table, root))
        except FileNotFoundError:  # A day went into its month since the listing.
            continue
    return told(staged_files(table, root))


def read_staged(table: Table, root: DataRoot, selection: Selection = EVERYTHING) -> pa.Table:
    """The selected rows of a staged table, from all of its batches."""
    return of_staged_files(table, root, lambda files: read(table, root, files, selection))


def read_batch(table: Table, root: DataRoot, batch: str) -> pa.Table | None:
    """The rows of one batch, wherever they stand; None where it was never staged, or lies in a month without a row."""
    path = layout.staged_file(table, batch)
    if month := _month_of(table, root, batch):
        rows = read(table, root, [str(month)])
        rows = rows.filter(_of_day(table, batch))
        return rows if rows.num_rows else None
    return read(table, root, [str(path)]) if root.exists(path) else None


def write_batch(table: Table, root: DataRoot, batch: str, rows: pa.Table) -> WrittenFile:
    """Replace the batch by the rows, in its own file or in that of its month. Call it inside the lock of staging."""
    month = _month_of(table, root, batch)
    if month is None:
        return write(table, rows, root, layout.staged_file(table, batch))
    if not _is_of_day(table, batch, rows):
        message = f"{table.name}: {batch} lies in a month's file, and its rows are of other days too"
        raise ValueError(message)
    others = read(table, root, [str(month)]).filter(~_of_day(table, batch))
    return write(table, in_order(table, pa.concat_tables([others, rows])), root, month)


def days_of_month(table: Table, root: DataRoot, path: str) -> dict[str, pa.Table]:
    """What a month's file holds: the rows of each batch of a day, by the path at which its own file would lie."""
    rows, month = read(table, root, [path]), _batch(path)
    days = pc.unique(rows[table.day_column]).to_pylist()
    batches = sorted(f"{month.split('=')[0]}={day}" for day in days)
    return {str(layout.staged_file(table, batch)): rows.filter(_of_day(table, batch)) for batch in batches}


def compact(root: DataRoot, before: date) -> Compacted:
    """Put the days of each month that ended before this day into one file, table by table.

    What is staged later of a month that was put together goes into its file; of days that a kill left beside it,
    only the files are removed. Running it again changes nothing.
    Call it inside `lock_everything`.
    """
    months = ((table, *month) for table in STAGED_TABLES for month in _months(table, root, before))
    done = [_compact(table, root, month, days) for table, month, days in months]
    return Compacted(sum(done), sum(1 for count in done if count))


def _months(table: Table, root: DataRoot, before: date) -> Iterator[tuple[PurePosixPath, list[str]]]:
    days = defaultdict(list)
    for path in root.files(layout.staged_folder(table)):
        if month := layout.month_batch(_batch(path)):
            days[month].append(path)
    for month, paths in sorted(days.items()):
        whole = layout.staged_file(table, month)
        if month.split("=")[1] < before.isoformat()[:7] and (len(paths) >= LEAST_FILES or root.exists(whole)):
            yield whole, paths


def _compact(table: Table, root: DataRoot, month: PurePosixPath, paths: Sequence[str]) -> int:
    """How many files of days went into the month; those that a kill left beside their month only go."""
    if not root.exists(month):
        parts = {path: read(table, root, [path]) for path in paths}
        if not all(_is_of_day(table, _batch(path), rows) for path, rows in parts.items()):
            return 0
        write(table, in_order(table, pa.concat_tables(list(parts.values()))), root, month)
    for path in paths:
        root.remove_folder(PurePosixPath(path).parent)
    return len(paths)


def _month_of(table: Table, root: DataRoot, batch: str) -> PurePosixPath | None:
    month = layout.month_batch(batch)
    path = layout.staged_file(table, month) if month else None
    return path if path and root.exists(path) else None


def _is_of_day(table: Table, batch: str, rows: pa.Table) -> bool:
    return bool(rows.filter(_of_day(table, batch)).num_rows == rows.num_rows)


def _of_day(table: Table, batch: str) -> pc.Expression:
    return pc.field(table.day_column) == pa.scalar(date.fromisoformat(batch.split("=")[1]), pa.date32())


def _batch(path: str) -> str:
    return PurePosixPath(path).parent.name
