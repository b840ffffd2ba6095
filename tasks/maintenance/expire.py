"""Raw pages grow old: what of them may go, and what can then no longer be staged again."""

import json
from collections.abc import Sequence
from datetime import date, timedelta
from pathlib import PurePosixPath

import pyarrow.compute as pc

from tasks.schema.staged import READINGS
from tasks.store import layout
from tasks.store.parquet import Selection
from tasks.store.root import DataRoot
from tasks.store.sealed import sealed_json
from tasks.store.tables import Tables

_NOTE = layout.LEDGER / "expired.json"
_CURSOR = "gaps.json"
"""Where a reading that a budget ended goes on: the newest one is needed, however old it is."""
_LEAST_DAYS = 7
"""A reading needs today's pages, and yesterday's that came late; a week leaves time to look into a failed one."""


class TooYoungError(ValueError):
    """Raw pages would expire that a reading may still need."""


def expire(root: DataRoot, today: date, days: int) -> str:
    """Remove raw pages of days older than this; one sentence of what was done, and what can no longer be done.

    Pages of days that were never staged stay, and so do staged rows and the kept exports.
    Call it inside `lock_everything`.
    """
    if days < _LEAST_DAYS:
        message = f"raw pages younger than {_LEAST_DAYS} days may still be needed: give at least {_LEAST_DAYS} days"
        raise TooYoungError(message)
    every = _raw_days(root)
    old = [day for day in every if day < today - timedelta(days=days)]
    _note_expired(root, today - timedelta(days=days))
    is_staged = {day: Tables(root).read_batch(READINGS, layout.day_batch(day)) is not None for day in old}
    kept = _newest_cursor(root, every)
    gone = [day for day in old if is_staged[day] and _remove(root, layout.RAW_PAGES / f"dt={day}", kept)]
    return _sentence(gone, [day for day in old if not is_staged[day]])


def expired_days(root: DataRoot) -> frozenset[str]:
    """The days whose pages were removed because they had grown old, or whose removal was begun; as text."""
    return frozenset(json.loads(root.read_bytes(_NOTE))["days"]) if root.exists(_NOTE) else frozenset()


def _note_expired(root: DataRoot, before: date) -> None:
    """Remember, before anything goes, that the pages of staged days before this one are gone for their age.

    Also those that an earlier version removed, which noted nothing.
    """
    staged = pc.unique(Tables(root).staged(READINGS, Selection(columns=("snapshot_date",)))["snapshot_date"])
    known = (str(day) for day in staged.to_pylist() if day < before)
    root.replace(_NOTE, sealed_json({"days": sorted({*expired_days(root), *known})}))


def _sentence(gone: Sequence[date], unstaged: Sequence[date]) -> str:
    said = "no raw page has expired"
    if gone:
        said = f"raw pages of {len(gone)} days removed, {gone[0]} to {gone[-1]}: these can no longer be staged again"
    if unstaged:
        said += f"; {len(unstaged)} days were never staged, so theirs stay: {', '.join(map(str, unstaged))}"
    return said


def _raw_days(root: DataRoot) -> list[date]:
    return [
        date.fromisoformat(name.removeprefix("dt="))
        for name in root.folders(layout.RAW_PAGES)
        if name.startswith("dt=")
    ]


def _remove(root: DataRoot, folder: PurePosixPath, kept: PurePosixPath | None) -> bool:
    """Remove the pages of a day, and say whether there were any; the newest cursor stays."""
    batches = root.folders(folder)
    for batch in batches:
        root.remove_folder(folder / batch)
    if kept is None or kept.parent != folder:
        root.remove_folder(folder)
        return bool(batches)
    for path in map(PurePosixPath, root.files(folder, "")):
        if path != kept:
            root.remove(path)
    return bool(batches)


def _newest_cursor(root: DataRoot, days: Sequence[date]) -> PurePosixPath | None:
    files = (layout.RAW_PAGES / f"dt={day}" / _CURSOR for day in reversed(days))
    return next((file for file in files if root.exists(file)), None)
