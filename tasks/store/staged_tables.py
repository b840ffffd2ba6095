"""Staged tables, by batches: what one day of reading gave, or one imported file, is replaced as a whole.

A month's file stands for the files of its days.
It hides them by its name, so that a kill between writing it and removing them changes nothing.
In it a day's batch are the rows of that day; a table whose batches hold rows of other days is not put together.
"""

import io
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import PurePosixPath
from typing import IO, Any, TypeVar

import pyarrow as pa
import pyarrow.compute as pc
from pyarrow import parquet

from tasks.schema.frames import in_order
from tasks.schema.months import Days
from tasks.schema.staged import FOLLOWER_LIST_MEMBERS, STAGED_TABLES
from tasks.schema.table import Table
from tasks.store import layout
from tasks.store.account_rows import AccountQuery, AccountRows, merge_by_account
from tasks.store.deletion import delete_rows
from tasks.store.forgotten import Forgotten, read_forgotten
from tasks.store.lock import hold_lock
from tasks.store.object_store import Entry
from tasks.store.parquet import (
    EVERYTHING,
    Selection,
    WrittenFile,
    encode,
    read_files,
    rewrite_files,
    sha256,
    write_file,
    write_pieces,
)
from tasks.store.root import DataRoot
from tasks.store.scan import count_rows, scan_files

STAGING = "staging"
"""The lock of everything that replaces staged files."""
_LEAST_FILES = 2
"""Below two files there is nothing to put together."""
_ATTEMPTS = 5
_Result = TypeVar("_Result")


@dataclass(frozen=True)
class Compaction:
    """How many files of days were put together into how many files of months."""

    days_count: int
    months_count: int

    def __str__(self) -> str:
        """One sentence."""
        if not self.days_count:
            return "nothing to put together"
        return f"{self.days_count} files of days put together into {self.months_count} files of months"


@dataclass(frozen=True)
class BatchContent:
    """One batch: where its own file lies or would lie, that file's SHA-256, and the days that it speaks of."""

    path: str
    sha256: str
    days: Days | None


@dataclass(frozen=True)
class StagedTables:
    """The staged tables below a data root."""

    root: DataRoot

    def staged(self, table: Table, selection: Selection = EVERYTHING) -> pa.Table:
        """The selected rows of a staged table, from all of its batches."""
        return self._of_files(table, lambda files: read_files(table, self.root, files, selection))

    def fold(self, table: Table, selection: Selection, function: Callable[[Iterator[pa.Table]], _Result]) -> _Result:
        """What the function makes of the selected rows, which it gets some at a time."""
        return self._of_files(table, lambda files: function(scan_files(table, self.root, files, selection)))

    def distinct(self, table: Table, columns: Sequence[str], selection: Selection = EVERYTHING) -> pa.Table:
        """The distinct values of the columns in the selected rows, with rows_count, in the order of their first row."""
        needed = Selection(selection.days, tuple(columns), selection.accounts)
        return self.fold(table, needed, lambda tables: count_rows(table, tables, columns))

    def by_account(self, table: Table, query: AccountQuery) -> Iterator[AccountRows]:
        """The rows of a staged table in the order of account ids, as `merge_by_account` gives them."""
        return merge_by_account(self.root, [entry.path for entry in self.entries(table)], query)

    def entries(self, table: Table) -> list[Entry]:
        """The files of a staged table, each row in one of them: months, the days of other months, and imports."""
        found = self.root.entries(layout.staged_folder(table))
        # Days go after their month is whole, so a day that this listing missed stands in a month of the next.
        months = [entry for entry in self.root.entries(layout.staged_folder(table)) if is_month(entry.path)]
        hidden = {_batch(entry.path) for entry in months}
        days = [
            entry
            for entry in found
            if not is_month(entry.path) and layout.month_batch(_batch(entry.path)) not in hidden
        ]
        return sorted([*days, *months], key=lambda entry: entry.path)

    def _of_files(self, table: Table, function: Callable[[list[str]], _Result]) -> _Result:
        """What the function makes of a staged table's files; also while days are put together."""
        for _ in range(_ATTEMPTS - 1):
            try:
                return function([entry.path for entry in self.entries(table)])
            except FileNotFoundError:  # A day went into its month since the listing.
                continue
        return function([entry.path for entry in self.entries(table)])

    def batch_contents(self, table: Table, entry: Entry, day_columns: Sequence[str | None]) -> list[BatchContent]:
        """What a file of a staged table holds: its batch, or each day's of a month, with the days in these columns.

        What is said of a day's batch in a month is what was said of the file it had.
        """
        if is_month(entry.path):
            days = self._days_of_month(table, entry.path).items()
            return [_content(path, _encoded(table, rows), day_columns) for path, rows in days]
        with self._open(entry) as file:
            return [_content(entry.path, file, day_columns)]

    def _open(self, entry: Entry) -> IO[bytes]:
        """A long file is read in pieces, where that does not take several requests to an object store."""
        if self.root.local is None:
            return io.BytesIO(self.root.read_bytes(PurePosixPath(entry.path)))
        return (self.root.local / entry.path).open("rb")

    def _days_of_month(self, table: Table, path: str) -> dict[str, pa.Table]:
        """What a month's file holds: the rows of each batch of a day, by the path at which its own file would lie."""
        rows, month = read_files(table, self.root, [path]), _batch(path)
        days = pc.unique(rows[table.day_column]).to_pylist()
        batches = sorted(f"{month.split('=')[0]}={day}" for day in days)
        return {str(layout.staged_file(table, batch)): rows.filter(_of_day(table, batch)) for batch in batches}

    def import_batches(self, table: Table) -> list[str]:
        """The names of the batches that were imported."""
        return [batch for entry in self.entries(table) if (batch := _batch(entry.path)).startswith("import=")]

    def read_batch(self, table: Table, batch: str, selection: Selection = EVERYTHING) -> pa.Table | None:
        """The rows of one batch, wherever they stand; None where it was never staged, or lies in a month with no row.

        The columns of a day's batch include its day.
        """
        if month := self._month_of(table, batch):
            rows = read_files(table, self.root, [str(month)], selection).filter(_of_day(table, batch))
            return rows if rows.num_rows else None
        path = layout.staged_file(table, batch)
        return read_files(table, self.root, [str(path)], selection) if self.root.exists(path) else None

    @contextmanager
    def staging(self) -> Iterator[Forgotten]:
        """Nobody else replaces staged files or forgets somebody inside this block; gives who was forgotten before."""
        with hold_lock(self.root, STAGING):
            yield read_forgotten(self.root)

    def batch_file(self, table: Table, batch: str) -> PurePosixPath:
        """Where the batch's rows of the table stand, or would stand, in a file of their own."""
        return layout.staged_file(table, batch)

    def write_batch(self, batch: str, rows: Mapping[Table, pa.Table]) -> None:
        """Replace the batch of each of the tables by the rows that are about nobody who asked to be forgotten."""
        with self.staging() as forgotten:
            for table, given in rows.items():
                self.put_batch(table, batch, forgotten.kept(table, given))

    def put_batch(self, table: Table, batch: str, rows: pa.Table) -> WrittenFile:
        """Replace a batch by the rows, in its own file or in that of its month; call it inside `staging`."""
        month = self._month_of(table, batch)
        if month is None:
            return write_file(table, rows, self.root, layout.staged_file(table, batch))
        if not _is_of_day(table, batch, rows):
            message = f"{table.name}: {batch} lies in a month's file, and its rows are of other days too"
            raise ValueError(message)
        others = read_files(table, self.root, [str(month)]).filter(~_of_day(table, batch))
        return write_file(table, in_order(table, pa.concat_tables([others, rows])), self.root, month)

    def put_pieces(self, table: Table, batch: str, pieces: Iterable[pa.Table]) -> WrittenFile:
        """Replace an imported batch too long to be held by pieces in the table's order; call it inside `staging`."""
        return write_pieces(table, pieces, self.root, layout.staged_file(table, batch))

    def delete_ranks(self, batch: str, ranks: Sequence[int]) -> None:
        """Take out of an imported follower list the rows of the places that its kept file loses."""
        path = layout.staged_file(FOLLOWER_LIST_MEMBERS, batch)
        if ranks and self.root.exists(path):
            is_gone = pc.field("follower_rank").isin(pa.array(sorted(ranks), pa.int64()))
            rewrite_files(FOLLOWER_LIST_MEMBERS, self.root, [str(path)], lambda rows: rows.filter(~is_gone))

    def delete_staged(self, table: Table, columns: Sequence[str], values: Sequence[str]) -> list[WrittenFile]:
        """Take out of all batches the rows with one of the values in one of the columns; an empty batch stays.

        Files of days that a killed compaction left beside their month are rewritten too: no byte stays behind.
        """
        return delete_rows(table, self.root, self.root.files(layout.staged_folder(table)), columns, values)

    def rewrite_staged(self, table: Table, change: Callable[[pa.Table], pa.Table | None]) -> list[WrittenFile]:
        """Replace the rows of each file by what they change to; None leaves a file alone."""
        return rewrite_files(table, self.root, self.root.files(layout.staged_folder(table)), change)

    def compact(self, before: date) -> Compaction:
        """Put the days of each month that ended before this day into one file, table by table.

        What is staged later of a month that was put together goes into its file; of days that a kill left beside it,
        only the files are removed. Running it again changes nothing.
        Call it inside `lock_everything`.
        """
        months = ((table, *month) for table in STAGED_TABLES for month in self._months(table, before))
        done = [self._compact(table, month, days) for table, month, days in months]
        return Compaction(sum(done), sum(1 for count in done if count))

    def _months(self, table: Table, before: date) -> Iterator[tuple[PurePosixPath, list[str]]]:
        days = defaultdict(list)
        for path in self.root.files(layout.staged_folder(table)):
            if month := layout.month_batch(_batch(path)):
                days[month].append(path)
        for month, paths in sorted(days.items()):
            whole = layout.staged_file(table, month)
            is_over = month.split("=")[1] < before.isoformat()[:7]
            if is_over and (len(paths) >= _LEAST_FILES or self.root.exists(whole)):
                yield whole, paths

    def _compact(self, table: Table, month: PurePosixPath, paths: Sequence[str]) -> int:
        """How many files of days went into the month; those that a kill left beside their month only go."""
        if not self.root.exists(month):
            parts = {path: read_files(table, self.root, [path]) for path in paths}
            if not all(_is_of_day(table, _batch(path), rows) for path, rows in parts.items()):
                return 0
            write_file(table, in_order(table, pa.concat_tables(list(parts.values()))), self.root, month)
        for path in paths:
            self.root.remove_folder(PurePosixPath(path).parent)
        return len(paths)

    def _month_of(self, table: Table, batch: str) -> PurePosixPath | None:
        month = layout.month_batch(batch)
        path = layout.staged_file(table, month) if month else None
        return path if path and self.root.exists(path) else None


def is_month(path: str) -> bool:
    """Whether the file is that of a month."""
    return layout.MONTH_BATCH.fullmatch(_batch(path)) is not None


def _is_of_day(table: Table, batch: str, rows: pa.Table) -> bool:
    return bool(rows.filter(_of_day(table, batch)).num_rows == rows.num_rows)


def _of_day(table: Table, batch: str) -> pc.Expression:
    return pc.field(table.day_column) == pa.scalar(date.fromisoformat(batch.split("=")[1]), pa.date32())


def _batch(path: str) -> str:
    return PurePosixPath(path).parent.name


def _encoded(table: Table, rows: pa.Table) -> IO[bytes]:
    file = io.BytesIO()
    encode(table, [rows], file, table.short_schema)
    return file


def _content(path: str, file: IO[bytes], day_columns: Sequence[str | None]) -> BatchContent:
    """The earliest and latest day come from the file's own statistics."""
    metadata: Any = parquet.read_metadata(file)
    groups = [metadata.row_group(number) for number in range(metadata.num_row_groups)]
    columns = [group.column(place) for group in groups for place in range(group.num_columns)]
    known = [column.statistics for column in columns if column.path_in_schema in day_columns]
    ends = [_as_day(value) for entry in known if entry and entry.has_min_max for value in (entry.min, entry.max)]
    return BatchContent(path, sha256(file), (min(ends), max(ends)) if ends else None)


def _as_day(value: date | datetime) -> date:
    return value.date() if isinstance(value, datetime) else value
