"""Staged batches by content: which of them a report day rests on."""

import hashlib
import json
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import date, timedelta
from itertools import chain
from pathlib import PurePosixPath

from tasks.schema.staged import (
    ACCOUNT_ACTIVITY,
    ACCOUNT_SNAPSHOTS,
    ACCOUNT_SPEND,
    ENGAGEMENTS,
    FOLLOWER_ARRIVALS,
    FOLLOWER_DEPARTURES,
    POSTS,
    READINGS,
)
from tasks.schema.table import Table
from tasks.store.object_store import Entry
from tasks.store.root import DataRoot
from tasks.store.sealed import is_sealed, sealed_json
from tasks.store.staged_tables import BatchContent
from tasks.store.tables import Tables

_DIGESTS = PurePosixPath("ledger") / "batches.json"
"""Digests of files that have not changed since, so that a plan reads only new ones."""
REPORT_INPUTS = (
    ACCOUNT_SNAPSHOTS,
    ACCOUNT_ACTIVITY,
    READINGS,
    POSTS,
    ENGAGEMENTS,
    FOLLOWER_ARRIVALS,
    FOLLOWER_DEPARTURES,
    ACCOUNT_SPEND,
)
"""Staged tables from which reports are derived; requests by themselves and what was said are not among them."""


@dataclass(frozen=True)
class Batch:
    """One staged batch: its own file's place, what tells whether it changed, its SHA-256, and the days it speaks of.

    A batch that was put into its month's file lies in `month`, and that file's size and time tell whether it changed;
    place and SHA-256 stay those of the file it had, so that nothing becomes stale by it.
    """

    path: str
    size: int
    modified: int
    digest: str
    first: date | None
    last: date | None
    is_import: bool
    month: str | None = None


def staged_batches(root: DataRoot) -> list[Batch]:
    """Every batch that reports rest on, by path; unchanged files are not read again."""
    known = known_batches(root)
    by_file = defaultdict(list)
    for batch in known.values():
        by_file[(batch.month or batch.path, batch.size, batch.modified)].append(batch)
    files = [(table, entry) for table in REPORT_INPUTS for entry in Tables(root).entries(table)]
    found = [
        by_file.get((entry.path, entry.size, entry.version)) or _read_batches(root, table, entry)
        for table, entry in files
    ]
    batches = sorted(chain.from_iterable(found), key=lambda batch: batch.path)
    if {batch.path: batch for batch in batches} != known:
        content = [{**asdict(batch), "first": _text(batch.first), "last": _text(batch.last)} for batch in batches]
        root.replace(_DIGESTS, sealed_json({"batches": content}, indent=0))
    return batches


def inputs_by_day(
    batches: Iterable[Batch], days: Sequence[date], lookback_days: int, history_days: int
) -> dict[date, str]:
    """A fingerprint per report day: of the paths and contents of all batches that are felt on that day.

    What X said of a day completes the `lookback_days` before it; an import speaks of its days alone.
    Both lie in the windows of the `history_days` after them.
    """
    before, after = timedelta(days=lookback_days), timedelta(days=history_days)
    reached = [
        (batch.first - (timedelta() if batch.is_import else before), batch.last + after, f"{batch.path} {batch.digest}")
        for batch in batches
        if batch.first and batch.last
    ]
    return {day: fingerprint([name for first, last, name in reached if first <= day <= last]) for day in days}


def fingerprint(parts: Iterable[str]) -> str:
    """The first 16 hexadecimal digits of the SHA-256 of the lines."""
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:16]


def known_batches(root: DataRoot) -> dict[str, Batch]:
    """What the last run noted of the batches, by path; nothing where the note was changed."""
    if not root.exists(_DIGESTS):
        return {}
    content = root.read_bytes(_DIGESTS)
    # A note of what was read before: where it was changed, everything is read again.
    entries = json.loads(content)["batches"] if is_sealed(content) else []
    days = [(_day(entry.pop("first")), _day(entry.pop("last"))) for entry in entries]
    pairs = zip(entries, days, strict=True)
    return {entry["path"]: Batch(**entry, first=first, last=last) for entry, (first, last) in pairs}


def _read_batches(root: DataRoot, table: Table, entry: Entry) -> list[Batch]:
    """The batches of a file: its own, or those of a month's days."""
    names = [table.date_column, "created_at"] if "/import=" in entry.path and table is POSTS else [table.date_column]
    return [_batch(entry, content) for content in Tables(root).batch_contents(table, entry, names)]


def _batch(entry: Entry, content: BatchContent) -> Batch:
    first, last = content.days or (None, None)
    is_import, month = "/import=" in content.path, None if content.path == entry.path else entry.path
    return Batch(content.path, entry.size, entry.version, content.sha256[:16], first, last, is_import, month)


def _text(day: date | None) -> str | None:
    return day.isoformat() if day else None


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None
