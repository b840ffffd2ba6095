"""Purging a tracked account: nothing of it stays but what its readings cost."""

import hashlib
import json
from collections.abc import Collection
from dataclasses import replace
from pathlib import PurePosixPath

import pyarrow as pa
import pyarrow.compute as pc

from tasks.freshness.ledger import read_ledger, report_days, write_ledger
from tasks.maintenance.raw_files import forget_in_raw
from tasks.maintenance.tables import RowSelection, drop_report_rows, drop_staged_rows
from tasks.schema.judgement_tables import JUDGEMENT_TABLES
from tasks.schema.report_tables import ACCOUNTS, DAILY_TABLES
from tasks.schema.retrospective_tables import RETROSPECTIVE_TABLES
from tasks.schema.staged import ACCOUNT_ACTIVITY, ACCOUNT_SNAPSHOTS, API_SPEND, FOLLOWER_LIST_MEMBERS, STAGED_TABLES
from tasks.schema.table import Table
from tasks.store import layout
from tasks.store.parquet import Selection, WrittenFile, read, write
from tasks.store.report_tables import publishing
from tasks.store.root import DataRoot
from tasks.store.staged_tables import read_staged

_TABLES_WITH_HANDLE = (ACCOUNT_SNAPSHOTS, ACCOUNT_ACTIVITY, FOLLOWER_LIST_MEMBERS)
"""Staged tables that name the account's handle."""
_REPORTS = (*DAILY_TABLES, *JUDGEMENT_TABLES, *RETROSPECTIVE_TABLES, ACCOUNTS)
_TOLD = PurePosixPath("ledger") / "told.json"


def purge(root: DataRoot, handle: str, secret: str) -> str:
    """Remove the rows, pages, exports and records of the account; one sentence of what was done.

    What was spent on it stays, without its id.
    Call it inside `lock_everything`; a run that was killed is finished by running it again.
    The staged rows that tie the handle to its id go last, because a second run finds the id there.
    """
    ids = _ids(root, handle)
    if not ids:
        return "nothing of that account is held"
    rows = RowSelection(("account_id",), ids)
    raw_count = _purge_raw(root, ids)
    written = _purge_spend(root, ids, secret)
    _purge_ledger(root, ids)
    with publishing(_REPORTS, root):
        _purge_news(root, ids)
        written += drop_report_rows(_REPORTS, root, rows)
    for table in sorted(STAGED_TABLES, key=_TABLES_WITH_HANDLE.__contains__):
        written += drop_staged_rows(table, root, rows)
    return f"purged: {raw_count} raw files, {len(written)} table files rewritten"


def _ids(root: DataRoot, handle: str) -> tuple[str, ...]:
    """The ids under which the handle stands, that of an export before the account was known included."""
    wanted, found = handle.lower().removeprefix("@"), set()
    for table in _TABLES_WITH_HANDLE:
        selected = Selection(columns=("account_id", "handle"))
        rows = read_staged(table, root, selected)
        is_wanted = pc.equal(pc.utf8_lower(rows["handle"]), wanted)
        found |= set(pc.unique(rows.filter(is_wanted)["account_id"]).to_pylist())
    return tuple(sorted(found | {f"@{wanted}"})) if found else ()


def _purge_raw(root: DataRoot, ids: Collection[str]) -> int:
    pages, exports = layout.RAW / "x_api", layout.RAW / "exports"
    folders = [pages / day / account for day in root.folders(pages) for account in ids]
    folders += [exports / batch for batch in sorted(_imports(root, ids))]
    count = sum(map(root.remove_folder, folders))
    return count + forget_in_raw(root, [account for account in ids if account.isdecimal()])


def _imports(root: DataRoot, ids: Collection[str]) -> set[str]:
    """The imports that hold rows of the account: one file is of one account."""
    files = [(table, path) for table in STAGED_TABLES for path in root.files(layout.staged_folder(table))]
    imported = [(table, path) for table, path in files if "/import=" in path and "account_id" in table.schema.names]
    return {PurePosixPath(path).parent.name for table, path in imported if _accounts(table, root, path) & set(ids)}


def _accounts(table: Table, root: DataRoot, path: str) -> set[str]:
    return set(pc.unique(read(table, root, [path], Selection(columns=("account_id",)))["account_id"]).to_pylist())


def _purge_spend(root: DataRoot, ids: Collection[str], secret: str) -> list[WrittenFile]:
    """Requests keep their price and time under a name that does not tell the account."""
    written: list[WrittenFile] = []
    for path in root.files(layout.staged_folder(API_SPEND)):
        rows = read(API_SPEND, root, [path])
        names = rows["request_id"]
        for account in ids:
            hidden = hashlib.blake2b(account.encode(), key=secret.encode(), digest_size=8).hexdigest()
            names = pc.replace_substring(names, f"/{account}/", f"/purged-{hidden}/")
        if not names.equals(rows["request_id"]):
            place = rows.schema.get_field_index("request_id")
            renamed = rows.set_column(place, API_SPEND.schema.field("request_id"), names)
            order = [(name, "ascending") for name in API_SPEND.sort_order]
            written.append(write(API_SPEND, renamed.sort_by(order), root, PurePosixPath(path)))
    return written


def _purge_ledger(root: DataRoot, ids: Collection[str]) -> None:
    """Forget by what the account's days were derived."""
    records = read_ledger(root, list(report_days(root))).values()
    kept = [{name: rest for name, rest in record.alone.items() if name not in ids} for record in records]
    write_ledger(root, [replace(record, alone=alone) for record, alone in zip(records, kept, strict=True)])


def _purge_news(root: DataRoot, ids: Collection[str]) -> None:
    """Forget which of the account's events were told."""
    events = _events(root, ids)
    if root.exists(_TOLD):
        told = json.loads(root.read_bytes(_TOLD))
        root.replace(_TOLD, json.dumps({name: told[name] for name in told if name not in events}, indent=1).encode())


def _events(root: DataRoot, ids: Collection[str]) -> set[str]:
    table = JUDGEMENT_TABLES[0]
    path = layout.latest_file(table)
    if not root.exists(path):
        return set()
    rows = read(table, root, [str(path)], Selection(columns=("account_id", "event_id")))
    return set(rows.filter(pc.is_in(rows["account_id"], pa.array(sorted(ids))))["event_id"].to_pylist())
