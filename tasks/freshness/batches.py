"""Staged batches by content: which of them a report day rests on."""

import hashlib
import io
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta
from pathlib import PurePosixPath
from typing import IO, Any

from pyarrow import parquet

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
from tasks.store.staged_tables import days_of_month, is_month, staged_entries
from tasks.store.object_store import Entry
from tasks.store.parquet import encoded
from tasks.store.pieces import sha256
from tasks.store.root import DataRoot
from tasks.store.staged_tables import days_of_month, is_month, staged_entries

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
    known = _known(root)
    files = [(table, entry) for table in REPORT_INPUTS for entry in staged_entries(table, root)]
    found = [batch for table, entry in files for batch in _of_file(root, table, entry, known)]
    batches = sorted(found, key=lambda batch: batch.path)
    if {batch.path: batch for batch in batches} != known:
        content = [{**asdict(batch), "first": _text(batch.first), "last": _text(batch.last)} for batch in batches]
        root.replace(_DIGESTS, json.dumps(content, indent=0).encode())
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


def _known(root: DataRoot) -> dict[str, Batch]:
    if not root.exists(_DIGESTS):
        return {}
    entries = json.loads(root.read_bytes(_DIGESTS))
    days = [(_day(entry.pop("first")), _day(entry.pop("last"))) for entry in entries]
    pairs = zip(entries, days, strict=True)
    return {entry["path"]: Batch(**entry, first=first, last=last) for entry, (first, last) in pairs}


def _of_file(root: DataRoot, table: Table, info: Entry, known: Mapping[str, Batch]) -> list[Batch]:
    if not is_month(info.path):
        return [_batch(root, table, info, known)]
    same = (info.path, info.size, info.version)
    before = [batch for batch in known.values() if (batch.month, batch.size, batch.modified) == same]
    return before or _of_month(root, table, info)


def _of_month(root: DataRoot, table: Table, info: Entry) -> list[Batch]:
    days = days_of_month(table, root, info.path).items()
    contents = {path: _content(table, path, io.BytesIO(encoded(table, rows))) for path, rows in days}
    return [Batch(path, info.size, info.version, *what, info.path) for path, what in contents.items()]


def _batch(root: DataRoot, table: Table, info: Entry, known: Mapping[str, Batch]) -> Batch:
    before = known.get(info.path)
    if before and (before.size, before.modified) == (info.size, info.version):
        return before
    with _opened(root, info) as file:
        return Batch(info.path, info.size, info.version, *_content(table, info.path, file))


def _opened(root: DataRoot, info: Entry) -> IO[bytes]:
    """A long file is read in pieces, where that does not take several requests to an object store."""
    if root.local is None:
        return io.BytesIO(root.read_bytes(PurePosixPath(info.path)))
    return (root.local / info.path).open("rb")


def _content(table: Table, path: str, file: IO[bytes]) -> tuple[str, date | None, date | None, bool]:
    """The digest of a batch's file, the days it speaks of, and whether it was imported."""
    is_import = "/import=" in path
    names = [table.date_column, "created_at"] if is_import and table is POSTS else [table.date_column]
    first, last = _span(parquet.read_metadata(file), names)
    return sha256(file)[:16], first, last, is_import


def _span(metadata: Any, names: Sequence[str | None]) -> tuple[date | None, date | None]:  # noqa: ANN401 - pyarrow
    """The earliest and latest day in the columns, from the file's own statistics."""
    groups = [metadata.row_group(number) for number in range(metadata.num_row_groups)]
    columns = [group.column(place) for group in groups for place in range(group.num_columns)]
    known = [column.statistics for column in columns if column.path_in_schema in names]
    ends = [_as_day(value) for entry in known if entry and entry.has_min_max for value in (entry.min, entry.max)]
    return (min(ends), max(ends)) if ends else (None, None)


def _as_day(value: date | datetime) -> date:
    return value.date() if isinstance(value, datetime) else value


def _text(day: date | None) -> str | None:
    return day.isoformat() if day else None


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None
