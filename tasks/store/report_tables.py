"""Publishing a report table: its days, its flat file, its CSV, and the manifest last of all."""

import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import PurePosixPath
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from tasks.schema.frames import in_order
from tasks.schema.table import SCHEMA_VERSION, Table
from tasks.store import layout
from tasks.store.flat_file import Source, write_flat
from tasks.store.parquet import Selection, WrittenFile, read, read_all, stored_schema, write
from tasks.store.root import DataRoot


@dataclass(frozen=True)
class Scope:
    """What a run replaces: the rows of these accounts on these days, both included."""

    days: tuple[date, date]
    account_ids: frozenset[str]


def write_days(
    table: Table, rows: pa.Table, root: DataRoot, scope: Scope, flat: pa.Table | None = None
) -> list[WrittenFile]:
    """Replace what the scope holds of the table by the rows, day by day; everything else stays.

    A day that ends without a row has no file.
    Where `flat`, the flat file's rows, agree with history, days that hold these rows already are left alone.
    """
    dates = rows[table.day_column]
    days = {day for day in _written_days(table, root) if scope.days[0] <= day <= scope.days[1]}
    touched = sorted(days.union(pc.unique(dates).to_pylist()))
    others = None
    if flat is not None:
        changed = set(_changed(table, touched, rows, flat.filter(_of_accounts(scope))))
        touched = [day for day in touched if day in changed or day not in days]
        others = flat.filter(~_of_accounts(scope))
    written = [_write_day(table, _of_day(table, rows, day), root, (day, scope, others)) for day in touched]
    return [file for file in written if file]


def _changed(table: Table, days: Collection[date], rows: pa.Table, old: pa.Table) -> list[date]:
    return [day for day in days if not _same(table, _of_day(table, rows, day), _of_day(table, old, day))]


def _same(table: Table, rows: pa.Table, old: pa.Table) -> bool:
    return bool(rows.num_rows == old.num_rows and in_order(table, rows).equals(in_order(table, old)))


def _of_day(table: Table, rows: pa.Table, day: date) -> pa.Table:
    return rows.filter(pc.equal(rows[table.day_column], pa.scalar(day, pa.date32())))


def _written_days(table: Table, root: DataRoot) -> list[date]:
    folders = (PurePosixPath(path).parent.name for path in root.files(layout.report_folder(table)))
    return [date.fromisoformat(folder.removeprefix("dt=")) for folder in folders]


def _write_day(
    table: Table, rows: pa.Table, root: DataRoot, place: tuple[date, Scope, pa.Table | None]
) -> WrittenFile | None:
    day, scope, others = place
    path = layout.report_file(table, day)
    if others is not None:
        rows = pa.concat_tables([_of_day(table, others, day), rows])
    elif root.exists(path):
        rows = _replaced(read(table, root, [str(path)]), rows, _of_accounts(scope))
    if not rows.num_rows:
        root.remove(path)
        return None
    return write(table, in_order(table, rows), root, path)


def _of_accounts(scope: Scope) -> pc.Expression:
    return pc.field("account_id").isin(sorted(scope.account_ids))


def _replaced(old: pa.Table, new: pa.Table, replaced: pc.Expression) -> pa.Table:
    return pa.concat_tables([old.filter(~replaced), new])


def write_latest(table: Table, rows: pa.Table, root: DataRoot) -> WrittenFile:
    """Replace the flat file of a table."""
    return write(table, in_order(table, rows), root, layout.latest_file(table))


def rebuild_latest(table: Table, root: DataRoot) -> WrittenFile:
    """Rebuild the flat file from all days of the table's history."""
    return write_flat(table, root, [Source(root.files(layout.report_folder(table)))])


def read_latest(table: Table, root: DataRoot) -> pa.Table:
    """The flat file's rows."""
    return read(table, root, [str(layout.latest_file(table))])


def read_published(table: Table, root: DataRoot, selection: Selection) -> pa.Table:
    """The selected published rows: from the flat file where it agrees with history, else from history itself."""
    if _agree([table], root):
        return read(table, root, [str(layout.latest_file(table))], selection)
    return read_all(table, root, layout.report_folder(table), selection)


def refresh_latest(table: Table, root: DataRoot, scope: Scope, files: Sequence[str]) -> WrittenFile:
    """Replace what the scope holds of the flat file by the files' rows: as rebuilding it, without reading history.

    That holds while the flat file agrees with history; `publishing` sees to it.
    """
    first, last = (pa.scalar(day, pa.date32()) for day in scope.days)
    column = pc.field(table.day_column)
    replaced = _of_accounts(scope) & (column >= first) & (column <= last)
    return write_flat(table, root, [Source([str(layout.latest_file(table))], replaced), Source(files)])


@contextmanager
def publishing(tables: Collection[Table], root: DataRoot) -> Iterator[bool]:
    """Around everything that changes reports: yields whether the flat files agree with history as the block begins.

    A run that was killed inside the block leaves its mark, and so does a table of another schema: then they do not.
    """
    agrees = _agree(tables, root)
    root.replace(layout.PUBLISHING, b"")
    yield agrees
    root.remove(layout.PUBLISHING)


def _agree(tables: Collection[Table], root: DataRoot) -> bool:
    flat = [layout.latest_file(table) for table in tables]
    return not root.exists(layout.PUBLISHING) and all(map(root.exists, flat)) and _have_schema(tables, root)


def _have_schema(tables: Collection[Table], root: DataRoot) -> bool:
    return all(stored_schema(root, layout.latest_file(table)).equals(table.schema) for table in tables)


def write_manifest(root: DataRoot, run: Mapping[str, Any], files: Collection[WrittenFile]) -> PurePosixPath:
    """Say what `latest/` holds, and by which run: written after everything that it names."""
    content = {
        "schema_version": SCHEMA_VERSION,
        **run,
        "files": [asdict(file) for file in sorted(files, key=lambda file: file.path)],
    }
    root.replace(layout.MANIFEST, json.dumps(content, indent=2).encode())
    return layout.MANIFEST


def refresh_manifest(root: DataRoot, files: Collection[WrittenFile]) -> None:
    """Let the manifest say what these files hold now; what it says of the run and of other files stays."""
    if not root.exists(layout.MANIFEST):
        return
    content = json.loads(root.read_bytes(layout.MANIFEST))
    entries = {entry["path"]: entry for entry in content["files"]} | {file.path: asdict(file) for file in files}
    content["files"] = [entries[path] for path in sorted(entries)]
    root.replace(layout.MANIFEST, json.dumps(content, indent=2).encode())
