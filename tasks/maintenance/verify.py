"""Whether every file is what it should be: what is wrong, and what to run."""

import json
import re
from collections import defaultdict
from collections.abc import Callable, Iterator
from pathlib import PurePosixPath

import pyarrow as pa

from tasks.freshness.batches import known_batches
from tasks.freshness.ledger import DAY_TABLES, read_ledger, recorded_days, report_days
from tasks.maintenance.expire import expired_days
from tasks.maintenance.forget import read_forget_list
from tasks.maintenance.redaction import NotRedactedError, content_without
from tasks.schema.check import table_problems
from tasks.schema.frames import in_order
from tasks.schema.report_tables import ACCOUNT_DAILY, REPORT_TABLES
from tasks.schema.staged import API_SPEND, READINGS, STAGED_TABLES
from tasks.schema.table import Table
from tasks.sources.x_api.pages import LATE, SUFFIX, page_stem
from tasks.store import layout
from tasks.store.durable import TEMPORARY_SUFFIX, at_once
from tasks.store.foreign import is_parquet
from tasks.store.forgotten import read_forgotten
from tasks.store.parquet import Selection, UnreadableFileError
from tasks.store.people import People
from tasks.store.root import DataRoot
from tasks.store.sealed import is_sealed, is_whole
from tasks.store.secret import NOTE, LostSecretError
from tasks.store.tables import Tables

REBUILD = "run `vanity-gap housekeeping repair`"
_RESTORE = "restore it from a backup, or remove it and stage its day or its export again"
_PAGE_LOST = "restore it from a backup; where an older version let it expire, run `vanity-gap housekeeping expire`"
_READ_AGAIN = "remove it to have its day read or its export imported again, or restore it from a backup"
_PAGE_DEPTH = 4
"""Folders above a page; the notes of a day stand one higher."""
_FORGET = "run `vanity-gap housekeeping forget` with the id"
_TABLE_FILES = ("part-0.parquet",)
_FOLDERS = {
    layout.STAGED: {table.name for table in STAGED_TABLES},
    layout.REPORTS: {table.name for table in REPORT_TABLES},
}
_BATCH = re.compile(r"(dt|bluesky)=\d{4}-\d\d(-\d\d)?|import=[0-9a-f]{16}")
_BESIDE = re.compile(r"(latest/)?(_manifest\.json|index\.html|[\w.-]+\.(parquet|csv))")
_Found = Iterator[str]


def verify(root: DataRoot) -> list[str]:
    """One sentence for everything that is wrong; none when all is whole. Call it inside `lock_everything`.

    Tables are decoded, and written again in memory to be compared bit for bit; other files carry their own digest.
    """
    return [problem for check in _CHECKS for problem in _named(check, root)]


def remove_damaged(root: DataRoot) -> int:
    """Remove the report files and notes that are not what was written, so that they are derived anew; how many.

    What cannot be derived, staged and raw files, stays as it is. Call it inside `lock_everything`.
    """
    tables = Tables(root)
    held = [(table, path) for table in REPORT_TABLES for path in _files(table, root)]
    reported = {path for table, path in held if _problems(table, root, path)}
    flat = {tables.latest_name(table) for table in REPORT_TABLES if table.date_column and _disagrees(table, root)}
    notes = {
        *root.files(layout.LEDGER / "days", ".json"),
        *(path.as_posix() for path in (layout.MANIFEST,) if root.exists(path)),
    }
    damaged = reported | flat | {path for path in notes if _is_changed(root, path)}
    for path in damaged:
        root.remove(PurePosixPath(path))
    return len(damaged)


def _files(table: Table, root: DataRoot) -> list[str]:
    """The files of a report table: its days, and the flat one."""
    tables = Tables(root)
    return [*tables.files(table), *([tables.latest_name(table)] if tables.has_latest(table) else [])]


def _disagrees(table: Table, root: DataRoot) -> bool:
    return Tables(root).has_latest(table) and any(True for _ in _disagreement(table, root))


def _is_changed(root: DataRoot, path: str) -> bool:
    content = root.read_bytes(PurePosixPath(path))
    return not (is_sealed(content) and _parses(content))


def _named(check: Callable[[DataRoot], _Found], root: DataRoot) -> list[str]:
    """What the check finds; what keeps it from going on is a finding too."""
    found: list[str] = []
    try:
        found.extend(check(root))
    except (ValueError, KeyError, TypeError, AttributeError, OSError, OverflowError, pa.ArrowException) as problem:
        found.append(f"a check could not be finished, because a file is damaged ({type(problem).__name__}); {REBUILD}")
    return found


def _unfinished(root: DataRoot) -> _Found:
    if people := read_forget_list(root):
        yield f"{len(people)} people are still to be forgotten: run `vanity-gap housekeeping forget`"
    if root.exists(layout.PUBLISHING):
        yield "a run was killed while publishing, so reports may disagree: run the same command again"
    try:
        read_forgotten(root)
    except LostSecretError as problem:
        yield str(problem)
    if root.exists(layout.PSEUDONYMS) and not root.exists(NOTE):
        yield f"{NOTE}: is lost, or was never written by an older version; {REBUILD}"


def _staged(root: DataRoot) -> _Found:
    for table in STAGED_TABLES:
        for path in Tables(root).files(table):
            yield from (f"{path}: {said}; {_RESTORE}" for said in _problems(table, root, path))


def _reported(root: DataRoot) -> _Found:
    for table in REPORT_TABLES:
        tables = Tables(root)
        for path in _files(table, root):
            yield from (f"{path}: {said}; {REBUILD}" for said in _problems(table, root, path))
        if table.date_column and (tables.has_latest(table) or tables.files(table)):
            yield from _disagreement(table, root)


def _problems(table: Table, root: DataRoot, path: str) -> list[str]:
    try:
        rows = Tables(root).read_file(table, path)
        changed = [] if Tables(root).is_as_written(table, path, rows) else ["is not bit for bit what was written"]
        unsorted = [] if in_order(table, rows).equals(rows) else ["rows are not in order"]
        return [*table_problems(table, rows), *unsorted, *_strangers(table, rows, path), *changed]
    except (UnreadableFileError, ValueError, OverflowError, pa.ArrowException, OSError) as problem:
        return [f"cannot be read ({type(problem).__name__})"]


def _strangers(table: Table, rows: pa.Table, path: str) -> list[str]:
    """A day's file, staged or of a history, holds rows of that day alone."""
    folder = PurePosixPath(path).parent.name
    day = re.fullmatch(r"(?:dt|bluesky)=(\d{4}-\d\d(?:-\d\d)?)", folder)
    if day is None or (table.stage == "report" and table.date_column is None):
        return []
    days = {str(one) for one in rows[table.day_column].unique().to_pylist()}
    return [] if all(one.startswith(day[1]) for one in days) else ["holds rows of another day"]


def _disagreement(table: Table, root: DataRoot) -> _Found:
    """The flat file is its history put together."""
    name = Tables(root).latest_name(table)
    try:
        history = in_order(table, Tables(root).read_days(table))
        flat = Tables(root).latest(table)
    except (UnreadableFileError, pa.ArrowException, OSError):
        yield f"{name} or its history cannot be read; {REBUILD}"
        return
    if not history.equals(flat):
        yield (
            f"{name} holds {flat.num_rows} rows and its history {history.num_rows}, or others: "
            f"a day's file was lost or changed; {REBUILD}"
        )


def _manifest(root: DataRoot) -> _Found:
    """What `latest/` holds is what its manifest says, and nothing else."""
    if not root.exists(layout.MANIFEST):
        if root.files(layout.LATEST):
            yield f"{layout.MANIFEST}: is lost; {REBUILD}"
        return
    entries = Tables(root).read_manifest()
    for name in sorted({*entries, *root.files(layout.LATEST)}):
        if name not in entries:
            yield f"{name}: the manifest does not name it; remove it, or {REBUILD}"
        elif not root.exists(PurePosixPath(name)):
            yield f"{name}: the manifest names it, and it is lost; {REBUILD}"
        elif root.sha256(PurePosixPath(name)) != entries[name]["sha256"]:
            yield f"{name}: is not the file that the manifest names; {REBUILD}"


def _copies(root: DataRoot) -> _Found:
    """The CSV is the flat file's, and the page and the manifest are what was written."""
    if Tables(root).has_latest(ACCOUNT_DAILY) and not Tables(root).csv_agrees(ACCOUNT_DAILY):
        yield f"{layout.LATEST / 'account_daily.csv'}: is not what the table beside it gives; {REBUILD}"
    for path in (layout.MANIFEST, layout.PAGE):
        if root.exists(path) and not is_sealed(root.read_bytes(path)):
            yield f"{path}: was changed since it was written, or is of an older version; {REBUILD}"


def _notes(root: DataRoot) -> _Found:
    """The notes of what was reported, and of what was told."""
    for path in root.files(layout.LEDGER, ".json"):
        content = root.read_bytes(PurePosixPath(path))
        is_required = PurePosixPath(path).parent.name == "days" or path == str(NOTE)
        if not _parses(content) or not (is_sealed(content) if is_required else is_whole(content)):
            yield f"{path}: was changed since it was written, or is of an older version; {REBUILD}"


def _lost(root: DataRoot) -> _Found:
    """The ledger says which tables a day had; the files say which it has."""
    published = report_days(root)
    recorded = read_ledger(root, recorded_days(root))
    for day in sorted(set(published) - set(recorded)):
        yield f"{day}: is reported, and what it rests on is noted nowhere; {REBUILD}"
    for day, record in sorted(recorded.items()):
        names = {table.name for table in DAY_TABLES} & set(record.tables) - set(published.get(day, ()))
        if names:
            yield f"{day}: the files of {', '.join(sorted(names))} are lost; {REBUILD}"


def _lost_batches(root: DataRoot) -> _Found:
    """What the last run knew of staged batches is there, in files of their own or in that of their month."""
    for path in sorted(known_batches(root)):
        batch = PurePosixPath(path).parent
        month = layout.month_batch(batch.name)
        places = [batch, *([batch.with_name(month)] if month else [])]
        if not any(root.exists(place / name) for place in places for name in _TABLE_FILES):
            yield f"{path}: is lost; {_RESTORE}"


def _raw(root: DataRoot) -> _Found:
    """Every raw file is decoded: it is what was written, and names nobody who was forgotten."""
    forgotten = read_forgotten(root)
    paths = root.every_file(layout.RAW)
    said = at_once(lambda path: _raw_problem(root, path, forgotten.people if forgotten.marks else None), paths)
    yield from (f"{path}: {what}" for path, what in zip(paths, said, strict=True) if what)
    batches = {batch for table in STAGED_TABLES for batch in Tables(root).import_batches(table)}
    for batch in sorted(batches - set(root.folders(layout.RAW_EXPORTS))):
        yield f"{layout.RAW_EXPORTS / batch}: the file of this import is lost; restore it from a backup"


def _lost_pages(root: DataRoot) -> _Found:
    """Every request of X that was staged has its page, but for expired ones and purged accounts, and the reverse."""
    requests = Tables(root).staged(API_SPEND, Selection(columns=("request_id",)))["request_id"].to_pylist()
    named = [request for request in requests if "/purged-" not in request]
    expired = expired_days(root) if named else frozenset[str]()
    there = {path.removesuffix(SUFFIX).removesuffix(LATE) for path in root.every_file(layout.RAW_PAGES)}
    lost = defaultdict(list)
    for request in named:
        day = request.partition("/")[0]
        if day not in expired and str(layout.RAW_PAGES / page_stem(request)) not in there:
            lost[day].append(layout.RAW_PAGES / page_stem(request))
    asked = {request.partition("/")[0] for request in requests}
    staged = Tables(root).staged(READINGS, Selection(columns=("snapshot_date",)))["snapshot_date"].to_pylist()
    for day in sorted({str(one) for one in staged if asked} - asked):
        if any(
            stem.startswith(f"{layout.RAW_PAGES / page_stem(day)}/") and stem.count("/") == _PAGE_DEPTH
            for stem in there
        ):
            yield f"{day}: its pages are there, and the staged requests for them are lost; {_RESTORE}"
    for day, stems in sorted(lost.items()):
        others = f" and {len(stems) - 1} others of {day}" if stems[1:] else ""
        yield f"{min(stems)}{SUFFIX}{others}: is lost, and what was staged of it stays; {_PAGE_LOST}"


def _raw_problem(root: DataRoot, path: str, forgotten: People | None) -> str:
    content = root.read_bytes(PurePosixPath(path))
    if path.endswith(TEMPORARY_SUFFIX):
        return ""
    if path.endswith(".json") and not is_parquet(content) and content.lstrip()[:1] not in (b"{", b"["):
        return "" if b"," in content.partition(b"\n")[0] else f"is no JSON: {_READ_AGAIN}"
    if path.endswith(".json") and not (_parses(content) and is_whole(content)) and not is_parquet(content):
        return f"is no JSON, or was changed since it was written: {_READ_AGAIN}"
    if forgotten is None:
        return ""
    try:
        left = content_without(content, forgotten)[0]
    except (NotRedactedError, UnreadableFileError) as problem:
        return f"{problem}: {_READ_AGAIN}"
    return "" if left == content else f"names somebody who was forgotten: {_FORGET}"


def _parses(content: bytes) -> bool:
    try:
        json.loads(content)
    except (ValueError, RecursionError):
        return False
    return True


def _foreign(root: DataRoot) -> _Found:
    """Files where only tables lie, under names that this program gives to none."""
    for folder, names in _FOLDERS.items():
        for path in map(PurePosixPath, root.every_file(folder)):
            if path.name.endswith(TEMPORARY_SUFFIX):
                continue
            below = path.relative_to(folder)
            is_batch = len(below.parts) == len(("table", "batch", "file")) and below.parts[0] in names
            is_table = is_batch and _BATCH.fullmatch(below.parts[1]) and below.name in _TABLE_FILES
            if not is_table and not (folder == layout.REPORTS and _BESIDE.fullmatch(str(below))):
                yield f"{path}: is no file of this program, or of a newer version; move it elsewhere"


_CHECKS: tuple[Callable[[DataRoot], _Found], ...] = (
    _unfinished,
    _staged,
    _reported,
    _manifest,
    _copies,
    _lost,
    _lost_batches,
    _raw,
    _lost_pages,
    _notes,
    _foreign,
)
