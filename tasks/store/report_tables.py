"""Report tables: rows on their way to them, their days, their flat files, their CSV, and the manifest last of all."""

import json
import tempfile
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import date, datetime
from itertools import accumulate
from pathlib import PurePosixPath
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
from pyarrow import parquet

from tasks.schema.frames import in_order, sort_rows
from tasks.schema.months import Days, months
from tasks.schema.report_tables import CSV_TABLES
from tasks.schema.table import SCHEMA_VERSION, Table
from tasks.store import layout
from tasks.store.deletion import delete_rows
from tasks.store.flat_file import RowSource, copy_csv, write_csv, write_flat
from tasks.store.local_copy import work_root
from tasks.store.parquet import (
    EVERYTHING,
    Selection,
    WrittenFile,
    days_filter,
    read_files,
    rows_at,
    sha256,
    write_file,
    write_files,
)
from tasks.store.root import DataRoot
from tasks.store.sealed import sealed_json


@dataclass(frozen=True)
class Scope:
    """What a run replaces: the rows of these accounts on these days, both included."""

    days: Days
    account_ids: frozenset[str]

    @property
    def accounts_filter(self) -> pc.Expression:
        """The rows of these accounts, whatever their day."""
        return pc.field("account_id").isin(sorted(self.account_ids))


@dataclass(frozen=True)
class WorkTables:
    """Report rows on their way from one task to the next, under the lock `reports`.

    Work files are this process's alone and lie on its machine; shards, which other machines measure, below the root.
    A table of which a range may hold more than memory should lies in months, and a span is always within one month.
    """

    root: DataRoot

    @property
    def _work(self) -> DataRoot:
        return work_root(self.root)

    def write_work(self, table: Table, rows: pa.Table, span: Days | None = None) -> None:
        """Leave the rows, sorted as the table declares: of a span alone, if it is given."""
        write_file(table, rows, self._work, layout.work_month(table, span[0]) if span else layout.work_file(table))

    def read_work(self, table: Table, days: Days | None = None, selection: Selection = EVERYTHING) -> pa.Table:
        """What was left; of the months of these days, month after month, each sorted as the table declares."""
        return read_files(table, self._work, self._work_files(table, days), selection)

    def _work_files(self, table: Table, days: Days | None) -> list[str]:
        if days is None:
            return [str(layout.work_file(table))]
        files = (layout.work_month(table, first) for first, _ in months(days))
        return [str(path) for path in files if self._work.exists(path)]

    def clear_work(self, table: Table) -> None:
        """Remove what was left, also by a run that was killed."""
        _remove(self._work, [*self._work.files(layout.work_folder(table)), *self._work_files(table, None)])

    def write_shard(self, shard: str, table: Table, rows: pa.Table, span: Days) -> None:
        """Leave the rows of a shard in a span, under the fingerprint of all that they rest on."""
        write_file(table, rows, self.root, layout.shard_month(shard, table, span[0]))

    def has_shard(self, shard: str, tables: Collection[Table], days: Days) -> bool:
        """Whether the rows of these tables were left for every month of the days."""
        files = (layout.shard_month(shard, table, span[0]) for table in tables for span in months(days))
        return all(map(self.root.exists, files))

    def read_shards(
        self, shards: Collection[str], table: Table, span: Days, selection: Selection = EVERYTHING
    ) -> pa.Table:
        """What was left of these shards for the span, sorted as the table declares."""
        files = [str(layout.shard_month(shard, table, span[0])) for shard in shards]
        return in_order(table, read_files(table, self.root, files, selection))

    def clear_shards(self, shards: Collection[str]) -> None:
        """Remove what was measured of these shards, now that it is published."""
        files = self.root.files(layout.SHARDS)
        _remove(self.root, [path for path in files if PurePosixPath(path).name.startswith(tuple(shards))])

    def sweep_shards(self, before: datetime) -> int:
        """Remove shards that nobody came back for, written before that moment; how many files there were."""
        old = [file.path for file in self.root.entries(layout.SHARDS) if file.written_at < before]
        _remove(self.root, old)
        return len(old)


@dataclass(frozen=True)
class ReportTables(WorkTables):
    """The report tables below a data root: a file a day, their history, and one flat file of all days, the latest."""

    def latest(self, table: Table, selection: Selection = EVERYTHING) -> pa.Table:
        """The selected rows of the flat file; of a table that was never written none."""
        path = layout.latest_file(table)
        return read_files(table, self.root, [str(path)] if self.root.exists(path) else [], selection)

    def has_latest(self, table: Table) -> bool:
        """Whether the table has a flat file."""
        return self.root.exists(layout.latest_file(table))

    def latest_name(self, table: Table) -> str:
        """How people and the manifest name the table's flat file."""
        return str(layout.latest_file(table))

    def history(self, table: Table, selection: Selection = EVERYTHING) -> pa.Table:
        """The selected rows of all days: from the flat file where it agrees with them, else from their own files."""
        if self._agree([table]):
            return self.latest(table, selection)
        return self.read_days(table, selection)

    def read_days(self, table: Table, selection: Selection = EVERYTHING) -> pa.Table:
        """The selected rows of all days, from their own files."""
        return read_files(table, self.root, self.root.files(layout.report_folder(table)), selection)

    def days(self, table: Table) -> list[date]:
        """The days of which the table has a file."""
        folders = (PurePosixPath(path).parent.name for path in self.root.files(layout.report_folder(table)))
        return [date.fromisoformat(folder.removeprefix("dt=")) for folder in folders]

    @contextmanager
    def publication(self, tables: Collection[Table]) -> Iterator[bool]:
        """Around everything that changes reports: yields whether flat files agree with history as the block begins.

        A run that was killed inside the block leaves its mark, and so does a table of another schema: then they do not.
        """
        agrees = self._agree(tables)
        self.root.replace(layout.PUBLISHING, b"")
        yield agrees
        self.root.remove(layout.PUBLISHING)

    def _agree(self, tables: Collection[Table]) -> bool:
        return not self.root.exists(layout.PUBLISHING) and all(map(self._agrees, tables))

    def _agrees(self, table: Table) -> bool:
        """Whether the flat file is of this schema; a table that was never written has none, and no history."""
        return self._has_schema(table) if self.has_latest(table) else not self.days(table)

    def _has_schema(self, table: Table) -> bool:
        with self.root.filesystem.open_input_file(str(layout.latest_file(table))) as file:
            return bool(parquet.read_schema(file).equals(table.schema))

    def replace(self, table: Table, scope: Scope, *, by_month: bool, agrees: bool) -> WrittenFile:
        """Replace what the scope holds of the table by the work rows, which go; what the flat file holds then.

        Work rows that lie `by_month` are replaced month by month, so that memory holds one of them.
        Where the flat file `agrees` with history, it is refreshed without reading history, else rebuilt from it.
        """
        days = scope.days if by_month else None
        spans = list(months(scope.days)) if by_month else [None]
        for span in spans:
            flat = self.latest(table, Selection(days=span)) if agrees else None
            part = Scope(span or scope.days, scope.account_ids)
            self.replace_days(table, self.read_work(table, span), part, flat)
        files = self._work_files(table, days)
        written = self._refresh_latest(table, scope, files) if agrees else self.rebuild_latest(table)
        _remove(self._work, files)
        return written

    def replace_days(self, table: Table, rows: pa.Table, scope: Scope, flat: pa.Table | None = None) -> None:
        """Replace what the scope holds of the table's history by the rows, day by day; everything else stays.

        A day that ends without a row has no file.
        Where `flat`, the flat file's rows, agree with history, days that hold these rows already are left alone.
        """
        days = {day for day in self.days(table) if scope.days[0] <= day <= scope.days[1]}
        held = self._read_days(table, days) if flat is None else flat
        changed = days.union(pc.unique(rows[table.day_column]).to_pylist())
        if flat is not None:
            alike = _alike_days(table, rows, held.filter(scope.accounts_filter), changed)
            changed -= alike & days
        is_changed = pc.field(table.day_column).isin(pa.array(sorted(changed), pa.date32()))
        others = held.filter(~scope.accounts_filter & is_changed)
        every = _in_day_order(table, pa.concat_tables([others, rows.filter(is_changed)]))
        places = _day_places(table, every)
        write_files(table, every, {layout.report_file(table, day): places[day] for day in places}, self.root)
        _remove(self.root, [str(layout.report_file(table, day)) for day in sorted(changed - places.keys())])

    def _read_days(self, table: Table, days: Collection[date]) -> pa.Table:
        """The rows of these days, from their own files."""
        return read_files(table, self.root, [str(layout.report_file(table, day)) for day in sorted(days)])

    def replace_latest(self, table: Table, rows: pa.Table) -> WrittenFile:
        """Replace the flat file of a table."""
        return write_file(table, in_order(table, rows), self.root, layout.latest_file(table))

    def rebuild_latest(self, table: Table) -> WrittenFile:
        """Rebuild the flat file from all days of the table's history."""
        return write_flat(table, self.root, [RowSource(self.root, self.root.files(layout.report_folder(table)))])

    def _refresh_latest(self, table: Table, scope: Scope, files: Sequence[str]) -> WrittenFile:
        """Replace what the scope holds of the flat file by the files' rows: as rebuilding it, without reading history.

        That holds while the flat file agrees with history; `publication` sees to it.
        """
        replaced = scope.accounts_filter & days_filter(table.day_column, scope.days)
        flat = [str(layout.latest_file(table))] if self.has_latest(table) else []
        sources = [RowSource(self.root, flat, replaced), RowSource(self._work, files)]
        return write_flat(table, self.root, sources)

    def csv_agrees(self, table: Table) -> bool:
        """Whether the CSV copy, where there is one, holds what the flat file gives."""
        path = layout.latest_file(table, "csv")
        if not self.root.exists(path):
            return True
        with tempfile.TemporaryFile(prefix="vanity-gap-") as again:
            copy_csv(table, self.root, again)
            return sha256(again) == self.root.sha256(path)

    def write_csv(self, table: Table) -> PurePosixPath:
        """A CSV copy of the flat file for spreadsheets."""
        return write_csv(table, self.root)

    def delete_reported(
        self, tables: Collection[Table], columns: Sequence[str], values: Sequence[str]
    ) -> list[WrittenFile]:
        """Take out of history, flat files, CSV and manifest the rows with one of the values in one of the columns.

        A day without rows goes.
        Call it inside `publication`, so that a kill in between is seen.
        """
        written = [file for table in tables for file in self._delete(table, columns, values)]
        flat = [file for file in written if PurePosixPath(file.path).parent == layout.LATEST]
        paths = {file.path for file in flat}
        for table in CSV_TABLES:
            if str(layout.latest_file(table)) in paths:
                self.write_csv(table)
        if flat:
            self._refresh_manifest(flat)
        return written

    def _delete(self, table: Table, columns: Sequence[str], values: Sequence[str]) -> list[WrittenFile]:
        flat = layout.latest_file(table)
        files = [*self.root.files(layout.report_folder(table)), *([str(flat)] if self.root.exists(flat) else [])]
        written = delete_rows(table, self.root, files, columns, values)
        _remove(self.root, [file.path for file in written if file.path != str(flat) and not file.rows_count])
        return written

    def write_manifest(self, run: Mapping[str, Any], files: Collection[WrittenFile]) -> PurePosixPath:
        """Say what `latest/` holds, and by which run: written after everything that it names."""
        content = {
            "schema_version": SCHEMA_VERSION,
            **run,
            "files": [asdict(file) for file in sorted(files, key=lambda file: file.path)],
        }
        self.root.replace(layout.MANIFEST, sealed_json(content, indent=2))
        return layout.MANIFEST

    def read_manifest(self) -> dict[str, dict[str, Any]]:
        """What the manifest says of each file, by its path; nothing where nothing was published."""
        if not self.root.exists(layout.MANIFEST):
            return {}
        return {entry["path"]: entry for entry in json.loads(self.root.read_bytes(layout.MANIFEST))["files"]}

    def renew_manifest(self) -> None:
        """Let the manifest, if there is one, say what the flat files are now: rows are as many as before."""
        if not self.root.exists(layout.MANIFEST):
            return
        content = json.loads(self.root.read_bytes(layout.MANIFEST))
        sizes = {entry.path: entry.size for entry in self.root.entries(layout.LATEST)}
        content["files"] = [
            file | {"bytes_count": sizes[file["path"]], "sha256": self.root.sha256(PurePosixPath(file["path"]))}
            for file in content["files"]
            if file["path"] in sizes
        ]
        self.root.replace(layout.MANIFEST, sealed_json(content | {"schema_version": SCHEMA_VERSION}, indent=2))

    def _refresh_manifest(self, files: Collection[WrittenFile]) -> None:
        """Let the manifest say what these files hold now; what it says of the run and of other files stays."""
        if not self.root.exists(layout.MANIFEST):
            return
        content = json.loads(self.root.read_bytes(layout.MANIFEST))
        entries = {entry["path"]: entry for entry in content["files"]} | {file.path: asdict(file) for file in files}
        content["files"] = [entries[path] for path in sorted(entries)]
        self.root.replace(layout.MANIFEST, sealed_json(content, indent=2))


def _remove(root: DataRoot, paths: Collection[str]) -> None:
    for path in paths:
        root.remove(PurePosixPath(path))


def _in_day_order(table: Table, rows: pa.Table) -> pa.Table:
    """The rows day after day, those of each day sorted as the table declares."""
    return sort_rows(rows, (table.day_column, *table.sort_order))


def _day_places(table: Table, rows: pa.Table) -> dict[date, range]:
    """Where the rows of each day stand among rows in day order."""
    counts = rows[table.day_column].value_counts()
    ends = accumulate(counts.field("counts").to_pylist())
    days = zip(counts.field("values").to_pylist(), counts.field("counts").to_pylist(), ends, strict=True)
    return {day: range(end - count, end) for day, count, end in days}


def _alike_days(table: Table, rows: pa.Table, old: pa.Table, days: Collection[date]) -> set[date]:
    """Those of the days of which both hold the same rows, or none."""
    new, before = _in_day_order(table, rows), _in_day_order(table, old)
    places, earlier = _day_places(table, new), _day_places(table, before)
    nowhere = range(0)
    pairs = ((day, places.get(day, nowhere), earlier.get(day, nowhere)) for day in days)
    return {day for day, now, then in pairs if rows_at(new, now).equals(rows_at(before, then))}
