"""From raw to staged: typed rows with keys, in batches that are replaced as a whole."""

from dataclasses import dataclass
from datetime import date
from pathlib import PurePosixPath

import pandas as pd
from prefect import task
from prefect.cache_policies import NO_CACHE

from tasks.audience.lists import ListRefusedError
from tasks.keeping.raw_files import content_without
from tasks.outcome import refused
from tasks.reports.looked_back import refuse_imported
from tasks.sources.exports.files import ExportFiles, ReadExport, read_exports
from tasks.sources.exports.refusal import ExportRefusedError
from tasks.sources.x_api.staging import RawDay, staged_day
from tasks.store import layout
from tasks.store.forgotten import read_forgotten
from tasks.store.root import DataRoot
from tasks.store.staged import write_staged
from tasks.tables.frames import arrow
from tasks.tables.staged import FOLLOWER_ARRIVALS, FOLLOWER_LIST_MEMBERS, STAGED_TABLES


@dataclass(frozen=True)
class StagedExports:
    """What was staged: the days that it touches, a sentence per file, and whether a whole follower list is in it."""

    days: tuple[date, date]
    notes: tuple[str, ...]
    has_list: bool


@task(cache_policy=NO_CACHE)
def stage_exports(root: DataRoot, files: ExportFiles, today: date) -> StagedExports:
    """Stage the rows of every file and keep the files; a refusal, with nothing written, when one cannot be used.

    A batch is named by account and content, so importing the same again replaces equal rows by equal rows.
    """
    try:
        exports = read_exports(files, today)
        _refuse_lists(exports)
    except (ExportRefusedError, ListRefusedError) as problem:
        return refused(problem)  # type: ignore[return-value]  # a state ends the task
    for export in exports:
        _stage_export(root, export)
    return _summary(exports)


@task(cache_policy=NO_CACHE)
def stage_day(root: DataRoot, raw: RawDay) -> None:
    """Stage what X said on a day: the day's batch of every table that X fills, replaced as a whole."""
    _write_batch(root, staged_day(raw), layout.day_batch(raw.day))


def _write_batch(root: DataRoot, rows: dict[str, pd.DataFrame], batch: str) -> None:
    for table in STAGED_TABLES:
        if table.name in rows:
            write_staged(table, arrow(table, rows[table.name]), root, batch)


def _refuse_lists(exports: list[ReadExport]) -> None:
    for export in exports:
        for table, rows in export.tables:
            if table is FOLLOWER_LIST_MEMBERS:
                refuse_imported(rows)


def _stage_export(root: DataRoot, export: ReadExport) -> None:
    batch = layout.import_batch(export.fingerprint)
    kept = content_without(export.name, export.content, read_forgotten(root))
    root.replace(layout.RAW / "exports" / batch / PurePosixPath(export.name).name, kept)
    _write_batch(root, {table.name: rows for table, rows in export.tables}, batch)


def _summary(exports: list[ReadExport]) -> StagedExports:
    days = (min(export.days[0] for export in exports), max(export.days[1] for export in exports))
    spans = [f"{export.name}: {export.days[0]} to {export.days[1]}" for export in exports]
    notes = [f"{export.name}: {note}" for export in exports for note in export.notes]
    tables = {table.name for export in exports for table, _ in export.tables}
    has_list = not tables.isdisjoint({FOLLOWER_LIST_MEMBERS.name, FOLLOWER_ARRIVALS.name})
    return StagedExports(days, (*spans, *notes), has_list)
