"""Whether every file is what it should be: what is wrong, and what to run."""

import hashlib
import json
from collections.abc import Callable, Collection, Iterator
from datetime import date
from pathlib import PurePosixPath

import pyarrow as pa

from tasks.freshness.ledger import DAY_TABLES, read_ledger, report_days
from tasks.maintenance.forget import read_forget_list
from tasks.schema.check import table_problems
from tasks.schema.frames import in_order
from tasks.schema.report_tables import REPORT_TABLES
from tasks.schema.staged import STAGED_TABLES
from tasks.schema.table import Table
from tasks.store import layout
from tasks.store.durable import at_once
from tasks.store.parquet import UnreadableFileError
from tasks.store.root import DataRoot
from tasks.store.tables import Tables

_REBUILD = "run `python -m flows.backfill --force` over these days"
_RESTORE = "restore it from a backup, or remove it and stage its day or its export again"


def verify(root: DataRoot) -> list[str]:
    """One sentence for everything that is wrong; none when all is whole. Call it inside `lock_everything`."""
    checks: tuple[Callable[[DataRoot], Iterator[str]], ...] = (_unfinished, _staged, _reported, _manifest, _lost, _raw)
    return [problem for check in checks for problem in check(root)]


def _unfinished(root: DataRoot) -> Iterator[str]:
    if people := read_forget_list(root):
        yield f"{len(people)} people are still to be forgotten: run `python -m flows.housekeeping forget`"
    if root.exists(layout.PUBLISHING):
        yield "a run was killed while publishing, so reports may disagree: run the same command again"


def _staged(root: DataRoot) -> Iterator[str]:
    for table in STAGED_TABLES:
        for path in Tables(root).files(table):
            yield from (f"{path}: {said}; {_RESTORE}" for said in _problems(table, root, path))


def _reported(root: DataRoot) -> Iterator[str]:
    for table in REPORT_TABLES:
        paths = Tables(root).files(table)
        for path in paths:
            yield from (f"{path}: {said}; {_REBUILD}" for said in _problems(table, root, path))
        if table.date_column and Tables(root).has_latest(table):
            yield from _disagreement(table, root)


def _problems(table: Table, root: DataRoot, path: str) -> list[str]:
    try:
        rows = Tables(root).read_file(table, path)
    except (UnreadableFileError, pa.ArrowException, OSError) as problem:
        return [f"cannot be read ({type(problem).__name__})"]
    unsorted = [] if in_order(table, rows).equals(rows) else ["rows are not in order"]
    return [*table_problems(table, rows), *unsorted, *_strangers(table, rows, path)]


def _strangers(table: Table, rows: pa.Table, path: str) -> list[str]:
    """A day of history holds rows of that day alone."""
    if table.stage != "report" or table.date_column is None:
        return []
    days = {str(day) for day in rows[table.date_column].unique().to_pylist()}
    is_of_day = days <= {PurePosixPath(path).parent.name.removeprefix("dt=")}
    return [] if is_of_day else ["holds rows of another day"]


def _disagreement(table: Table, root: DataRoot) -> Iterator[str]:
    """The flat file is its history put together."""
    name = Tables(root).latest_name(table)
    try:
        history = in_order(table, Tables(root).read_days(table))
        flat = Tables(root).latest(table)
    except (UnreadableFileError, pa.ArrowException, OSError):
        yield f"{name} or its history cannot be read; {_REBUILD}"
        return
    if not history.equals(flat):
        yield (
            f"{name} holds {flat.num_rows} rows and its history {history.num_rows}, or others: "
            f"a day's file was lost or changed; {_REBUILD}"
        )


def _manifest(root: DataRoot) -> Iterator[str]:
    for name, entry in Tables(root).read_manifest().items():
        path = PurePosixPath(name)
        if not root.exists(path):
            yield f"{path}: the manifest names it, and it is lost; {_REBUILD}"
        elif hashlib.sha256(root.read_bytes(path)).hexdigest() != entry["sha256"]:
            yield f"{path}: is not the file that the manifest names; {_REBUILD}"


def _lost(root: DataRoot) -> Iterator[str]:
    """The ledger says which tables a day had; the files say which it has."""
    published = report_days(root)
    recorded = read_ledger(root, _ledger_days(root))
    for day, record in sorted(recorded.items()):
        names = {table.name for table in DAY_TABLES} & set(record.tables) - set(published.get(day, ()))
        if names:
            yield f"{day}: the files of {', '.join(sorted(names))} are lost; {_REBUILD}"


def _ledger_days(root: DataRoot) -> Collection[date]:
    files = root.files(PurePosixPath("ledger") / "days", ".json")
    return [date.fromisoformat(day) for path in files for day in json.loads(root.read_bytes(PurePosixPath(path)))]


def _raw(root: DataRoot) -> Iterator[str]:
    paths = root.files(layout.RAW, ".json")
    parses = at_once(lambda path: _parses(root.read_bytes(PurePosixPath(path))), paths)
    for path, is_whole in zip(paths, parses, strict=True):
        if not is_whole:
            yield f"{path}: is no JSON: remove it to have its day read or its export imported again"


def _parses(content: bytes) -> bool:
    try:
        json.loads(content)
    except ValueError:
        return False
    return True
