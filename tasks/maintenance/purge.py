"""Purging a tracked account: nothing of it stays but what its readings cost."""

import json
from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import date
from pathlib import PurePosixPath

import pyarrow as pa
import pyarrow.compute as pc

from tasks.freshness.ledger import read_ledger, recorded_days, report_days, write_ledger
from tasks.maintenance.raw_files import Named, Rewriting, forget_in_raw
from tasks.maintenance.withdrawal import import_accounts
from tasks.outbox.outbox import forget_messages
from tasks.schema.judgement_tables import JUDGEMENT_TABLES
from tasks.schema.keyed_hash import keyed
from tasks.schema.report_tables import ACCOUNT_SUMMARY, ACCOUNTS, DAILY_TABLES
from tasks.schema.retrospective_tables import RETROSPECTIVE_TABLES
from tasks.schema.staged import ACCOUNT_ACTIVITY, ACCOUNT_SNAPSHOTS, API_SPEND, FOLLOWER_LIST_MEMBERS, STAGED_TABLES
from tasks.store import layout
from tasks.store.parquet import Selection, WrittenFile
from tasks.store.root import DataRoot
from tasks.store.sealed import sealed_json
from tasks.store.tables import Tables

_TABLES_WITH_HANDLE = (ACCOUNT_SNAPSHOTS, ACCOUNT_ACTIVITY, FOLLOWER_LIST_MEMBERS)
"""Staged tables that name the account's handle."""
_REPORTS = (*DAILY_TABLES, *JUDGEMENT_TABLES, *RETROSPECTIVE_TABLES, ACCOUNT_SUMMARY, ACCOUNTS)
_ID = ("account_id",)
_TOLD, _UNHEARD = (PurePosixPath("ledger") / f"{name}.json" for name in ("told", "unheard"))


def purge(root: DataRoot, handle: str, secret: str) -> str:
    """Remove the rows, pages, exports and records of the account; one sentence of what was done.

    What was spent on it stays, without its id.
    Call it inside `lock_everything`; a run that was killed is finished by running it again.
    The staged rows that tie the handle to its id go last, because a second run finds the id there.
    """
    ids = _ids(root, handle)
    if not ids:
        return "nothing of that account is held"
    tables = Tables(root)
    removed, raw = _purge_raw(root, ids)
    written = _purge_spend(root, ids, secret)
    forget_messages(root, ids, handle.removeprefix("@"))
    # After a kill nothing tells what this purge removed from what was lost before it.
    lost = {} if root.exists(layout.PUBLISHING) else _lost_tables(root)
    with tables.publication(_REPORTS):
        _purge_news(root, ids)
        written += tables.delete_reported(_REPORTS, _ID, ids)
        _purge_ledger(root, ids, lost)
    for table in sorted(STAGED_TABLES, key=_TABLES_WITH_HANDLE.__contains__):
        written += tables.delete_staged(table, _ID, ids)
    done = f"purged: {removed + raw.count} raw files, {len(written)} table files rewritten"
    return "; ".join([done, *raw.problems])


def _ids(root: DataRoot, handle: str) -> tuple[str, ...]:
    """The ids under which the handle stands, that of an export before the account was known included."""
    wanted, found = handle.lower().removeprefix("@"), set()
    for table in _TABLES_WITH_HANDLE:
        selected = Selection(columns=("account_id", "handle"))
        rows = Tables(root).staged(table, selected)
        is_wanted = pc.equal(pc.utf8_lower(rows["handle"]), wanted)
        found |= set(pc.unique(rows.filter(is_wanted)["account_id"]).to_pylist())
    return tuple(sorted(found | {f"@{wanted}"})) if found else ()


def _purge_raw(root: DataRoot, ids: Collection[str]) -> tuple[int, Rewriting]:
    pages, exports = layout.RAW_PAGES, layout.RAW_EXPORTS
    folders = [pages / day / account for day in root.folders(pages) for account in ids]
    folders += [exports / batch for batch in sorted(_imports(root, ids))]
    count = sum(map(root.remove_folder, folders))
    handles = frozenset(account.removeprefix("@") for account in ids if not account.isdecimal())
    return count, forget_in_raw(root, Named(frozenset(filter(str.isdecimal, ids)), handles))


def _imports(root: DataRoot, ids: Collection[str]) -> set[str]:
    """The imports that hold rows of the account: one file is of one account."""
    tables = Tables(root)
    batches = {batch for table in STAGED_TABLES for batch in tables.import_batches(table)}
    return {batch for batch in batches if import_accounts(root, batch) & set(ids)}


def _purge_spend(root: DataRoot, ids: Collection[str], secret: str) -> list[WrittenFile]:
    """Requests keep their price and time under a name that does not tell the account."""

    def rename(rows: pa.Table) -> pa.Table | None:
        names = rows["request_id"]
        for account in ids:
            hidden = keyed(account, secret.encode(), 8)
            names = pc.replace_substring(names, f"/{account}/", f"/purged-{hidden}/")
        if names.equals(rows["request_id"]):
            return None
        place = rows.schema.get_field_index("request_id")
        renamed = rows.set_column(place, API_SPEND.schema.field("request_id"), names)
        return renamed.sort_by([(name, "ascending") for name in API_SPEND.sort_order])

    return Tables(root).rewrite_staged(API_SPEND, rename)


def _lost_tables(root: DataRoot) -> dict[date, frozenset[str]]:
    """The tables that records name and of which no file lies on disk, by day."""
    there = report_days(root)
    records = read_ledger(root, recorded_days(root))
    return {day: frozenset(one.tables) - {*there.get(day, ())} for day, one in records.items()}


def _purge_ledger(root: DataRoot, ids: Collection[str], lost: Mapping[date, frozenset[str]]) -> None:
    """Forget by what the account's days were derived, and name no table of a day that held nobody else.

    What was `lost` before stays named, so that it is missed.
    """
    there = report_days(root)
    write_ledger(
        root,
        [
            replace(
                record,
                tables=tuple(sorted({*there.get(day, ()), *lost.get(day, ())})),
                alone={name: rest for name, rest in record.alone.items() if name not in ids},
            )
            for day, record in read_ledger(root, recorded_days(root)).items()
        ],
    )


def _purge_news(root: DataRoot, ids: Collection[str]) -> None:
    """Forget which of the account's events were told, and which no server has heard of."""
    events = _events(root, ids)
    if root.exists(_UNHEARD):
        unheard = json.loads(root.read_bytes(_UNHEARD))
        root.replace(_UNHEARD, json.dumps([each for each in unheard if each["account_id"] not in ids]).encode())
    if root.exists(_TOLD):
        told = json.loads(root.read_bytes(_TOLD))
        root.replace(_TOLD, sealed_json({name: told[name] for name in told if name not in events}, indent=1))


def _events(root: DataRoot, ids: Collection[str]) -> set[str]:
    table = JUDGEMENT_TABLES[0]
    rows = Tables(root).latest(table, Selection(columns=("account_id", "event_id")))
    return set(rows.filter(pc.is_in(rows["account_id"], pa.array(sorted(ids))))["event_id"].to_pylist())
