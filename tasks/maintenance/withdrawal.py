"""Undoing an import: the rows that it staged and the file that it kept go.

Until the reports are derived again the import stands as pending in a note, from which a killed run is finished.
The note names imports alone, by their fingerprints.
"""

import json
from collections.abc import Mapping, Sequence
from pathlib import PurePosixPath

import pyarrow.compute as pc

from tasks.maintenance.locks import lock_everything
from tasks.schema.staged import STAGED_TABLES, VERDICTS
from tasks.store import layout
from tasks.store.parquet import Selection
from tasks.store.root import DataRoot
from tasks.store.sealed import SEAL, sealed_json
from tasks.store.tables import Tables

_NOTE = layout.LEDGER / "undone.json"
_PENDING, _UNDONE = "pending", "undone"


class NoImportError(ValueError):
    """An import that is to be undone is none of the data root; the message names it by its fingerprint."""


def import_accounts(root: DataRoot, batch: str) -> frozenset[str]:
    """The accounts of which an imported batch holds rows, by the ids under which these stand."""
    tables, columns = Tables(root), Selection(columns=("account_id",))
    of_accounts = [table for table in STAGED_TABLES if "account_id" in table.schema.names]
    found = (tables.read_batch(table, batch, columns) for table in of_accounts)
    return frozenset(account for rows in found if rows for account in pc.unique(rows["account_id"]).to_pylist())


def import_files(root: DataRoot, batch: str) -> list[PurePosixPath]:
    """The files of an imported batch: its rows in every table, and what was kept of the file itself."""
    staged = (Tables(root).batch_file(table, batch) for table in STAGED_TABLES)
    kept = map(PurePosixPath, root.every_file(layout.RAW_EXPORTS / batch))
    return [*(path for path in staged if root.exists(path)), *kept]


def due_batches(root: DataRoot, fingerprints: Sequence[str]) -> list[str]:
    """The batches of these imports that are there, or of which a killed run left the reports; none of an undone one.

    Raises `NoImportError` for the first that never was undone here, and is not here.
    """
    note, due = _read_note(root), []
    for batch in map(layout.import_batch, fingerprints):
        if import_files(root, batch) or note.get(batch) == _PENDING:
            due.append(batch)
        elif batch not in note:
            name = batch.removeprefix("import=")
            message = f"no import has the fingerprint {name}: the summary of each import names its own"
            raise NoImportError(message)
    return due


def is_interrupted(root: DataRoot, batches: Sequence[str]) -> bool:
    """Whether a killed run began to undo one of these imports, so that whose rows it took is no longer known."""
    note = _read_note(root)
    return any(note.get(batch) == _PENDING for batch in batches)


def withdraw(root: DataRoot, batches: Sequence[str]) -> int:
    """Take away the files of these imports; how many there were. Call it inside `staging`."""
    _write_note(root, dict.fromkeys(batches, _PENDING))
    files = [path for batch in batches for path in import_files(root, batch)]
    for path in files:
        root.remove(path)
    for batch in batches:
        root.remove_folder(layout.RAW_EXPORTS / batch)
    return len(files)


def note_undone(root: DataRoot, batches: Sequence[str]) -> None:
    """Remember that nothing of these imports is left in any report."""
    _write_note(root, dict.fromkeys(batches, _UNDONE))


def clear_reports(root: DataRoot) -> None:
    """Take away all reports, and what was noted and said of them: the last account has gone from the staged tables."""
    with lock_everything(root):
        for folder in (layout.REPORTS, layout.LEDGER / "days"):
            root.remove_folder(folder)
        for path in Tables(root).files(VERDICTS):
            root.remove(PurePosixPath(path))


def _read_note(root: DataRoot) -> dict[str, str]:
    return json.loads(root.read_bytes(_NOTE)) if root.exists(_NOTE) else {}


def _write_note(root: DataRoot, batches: Mapping[str, str]) -> None:
    note = _read_note(root) | dict(batches)
    note.pop(SEAL, None)
    root.replace(_NOTE, sealed_json(note, indent=1))
