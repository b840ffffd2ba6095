"""From files that were given to staged rows, kept and taken back as a whole."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import PurePosixPath
from typing import IO

import pyarrow as pa
import pyarrow.compute as pc
from prefect import task
from prefect.cache_policies import NO_CACHE
from prefect.states import Failed

from tasks import REFUSED
from tasks.datasets.staged_inputs import read_all_accounts
from tasks.followers.lists import ListRefusedError
from tasks.maintenance.redaction import Taken, content_without, write_without
from tasks.maintenance.withdrawal import NoImportError, due_batches, import_accounts, is_interrupted, withdraw
from tasks.reports.retrospective import refuse_export
from tasks.schema.frames import arrow
from tasks.schema.months import Days
from tasks.schema.plain_text import plain_text
from tasks.schema.staged import (
    FOLLOWER_ARRIVALS,
    FOLLOWER_LIST_MEMBERS,
    VERDICTS,
)
from tasks.sources.exports.export import Export, ExportRefusedError, open_file
from tasks.sources.exports.files import ExportFiles, read_exports
from tasks.sources.exports.follower_list import FollowerListExport
from tasks.sources.exports.preview import KIND_WORDS
from tasks.store import layout
from tasks.store.parquet import copy
from tasks.store.people import text_without
from tasks.store.root import DataRoot
from tasks.store.tables import Tables


@dataclass(frozen=True)
class StagedExports:
    """What was staged: the days that it touches, a sentence per file, and whether a whole follower list is in it.

    `new_files` are those of rows that were not there before.
    """

    days: Days
    notes: tuple[str, ...]
    has_list: bool
    new_files: tuple[PurePosixPath, ...] = ()


@dataclass(frozen=True)
class Withdrawal:
    """Which imports were undone, how many files went with them, and whose reports rest on them.

    `accounts` are ids, those of the staged rows and those for which these stood; None for anybody, after a killed run.
    """

    batches: tuple[str, ...]
    files_count: int
    accounts: frozenset[str] | None


@task(cache_policy=NO_CACHE)
def stage_exports(root: DataRoot, files: ExportFiles, today: date) -> StagedExports:
    """Stage the rows of every file and keep the files; a refusal, with nothing written, when one cannot be used.

    A batch is named by account and content, so importing the same again replaces equal rows by equal rows.
    """
    try:
        exports = read_exports(files, today)
        _refuse_lists(exports)
    except (ExportRefusedError, ListRefusedError) as problem:
        return Failed(name=REFUSED, message=plain_text(problem))  # type: ignore[return-value]  # a state ends the task
    new_files: list[PurePosixPath] = []
    try:
        for export in exports:
            new_files += [path for path in _staged_files(root, export) if not root.exists(path)]
            _stage_export(root, export)
    except BaseException:
        withdraw_files(root, new_files)
        raise
    return replace(_summary(exports), new_files=tuple(new_files))


def withdraw_files(root: DataRoot, files: Sequence[PurePosixPath]) -> None:
    """Take away what an import staged that cannot be reported, and what it kept: the root is what it was before."""
    for path in files:
        root.remove(path)
        root.remove_folder(layout.RAW_EXPORTS / path.parent.name)


@task(cache_policy=NO_CACHE)
def withdraw_imports(root: DataRoot, fingerprints: Sequence[str]) -> Withdrawal:
    """Take away what these imports staged and kept; a refusal, with nothing taken, where one of them is unknown."""
    tables = Tables(root)
    with tables.staging():
        try:
            batches = due_batches(root, fingerprints)
        except NoImportError as problem:
            return Failed(name=REFUSED, message=str(problem))  # type: ignore[return-value]  # a state ends the task
        staged = frozenset[str]().union(*(import_accounts(root, batch) for batch in batches))
        ids = read_all_accounts(tables).ids
        accounts = staged | {ids[stand] for stand in staged & ids.keys()}
        known_accounts = None if is_interrupted(root, batches) else accounts
        files_count = withdraw(root, batches)
        # What was said of an account that nobody knows any more is nobody's.
        if unknown := accounts.difference(read_all_accounts(tables).accounts):
            tables.delete_staged(VERDICTS, ("account_id",), sorted(unknown))
        return Withdrawal(tuple(batches), files_count, known_accounts)


def _refuse_lists(exports: list[Export | FollowerListExport]) -> None:
    for export in exports:
        if isinstance(export, FollowerListExport):
            refuse_export(export.followers, export.read_on)


def _staged_files(root: DataRoot, export: Export | FollowerListExport) -> list[PurePosixPath]:
    """Every file of rows that staging the export writes."""
    tables = [table for table, _ in export.tables] if isinstance(export, Export) else [FOLLOWER_LIST_MEMBERS]
    return [Tables(root).batch_file(table, layout.import_batch(export.fingerprint)) for table in tables]


def _stage_export(root: DataRoot, export: Export | FollowerListExport) -> None:
    """Keep the file and stage its rows, both or neither of which a forgetting finds."""
    batch = layout.import_batch(export.fingerprint)
    name = PurePosixPath(export.name.removesuffix(".gz")).name
    tables = Tables(root)
    with tables.staging() as forgotten:
        kept = layout.RAW_EXPORTS / batch / text_without(name, forgotten.people)
        if isinstance(export, FollowerListExport):
            with open_file(export.path) as file, root.writing(kept) as sink:
                taken = write_without(file, sink, forgotten.people) if forgotten.marks else _copied(file, sink)
            rows = (_placed(forgotten.kept(FOLLOWER_LIST_MEMBERS, piece), taken.ranks) for piece in export.rows())
            tables.put_pieces(FOLLOWER_LIST_MEMBERS, batch, rows)
            return
        root.replace(kept, content_without(export.content, forgotten.people)[0] if forgotten.marks else export.content)
        for table, values in export.tables:
            tables.put_batch(table, batch, forgotten.kept(table, arrow(table, values)))


def _copied(file: IO[bytes], sink: IO[bytes]) -> Taken:
    copy(file, sink)
    return Taken()


def _placed(rows: pa.Table, gone: Sequence[int]) -> pa.Table:
    """The rows but for those of the places that the kept file lost."""
    return (
        rows.filter(pc.invert(pc.is_in(rows["follower_rank"], value_set=pa.array(gone, pa.int64())))) if gone else rows
    )


def _summary(exports: list[Export | FollowerListExport]) -> StagedExports:
    days = (min(export.days[0] for export in exports), max(export.days[1] for export in exports))
    spans = [
        f"{export.name}: {KIND_WORDS[export.kind].name}, {export.days[0]} to {export.days[1]}, "
        f"fingerprint {layout.import_batch(export.fingerprint).removeprefix('import=')}"
        for export in exports
    ]
    files = [export for export in exports if isinstance(export, Export)]
    notes = [f"{export.name}: {note}" for export in exports for note in export.notes]
    has_arrivals = any(table is FOLLOWER_ARRIVALS for export in files for table, _ in export.tables)
    return StagedExports(days, tuple(map(plain_text, (*spans, *notes))), has_arrivals or len(files) < len(exports))
