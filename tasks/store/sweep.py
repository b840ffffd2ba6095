"""Temporary files that a killed run left behind."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

from tasks.store.durable import TEMPORARY_SUFFIX
from tasks.store.layout import LEDGER, RAW_EXPORTS, RAW_PAGES, REPORTS, STAGED, WORK
from tasks.store.root import DataRoot

ORPHAN_AGE = timedelta(hours=6)
"""Older than any run lasts, so that no running write is swept away."""

_WRITTEN_FOLDERS = (STAGED, REPORTS, WORK, LEDGER, RAW_EXPORTS)
"""Where files are written at any time; raw pages are written in the folders of the newest days alone."""
_NEWEST_DAYS = 3


def sweep_orphans(root: DataRoot, now: datetime) -> int:
    """Delete temporary files older than six hours below the data root; how many there were.

    In an object store there are none: an upload that breaks off leaves nothing.
    """
    if root.local is None:
        return 0
    oldest = (now - ORPHAN_AGE).timestamp()
    orphans = [path for path in _temporary_files(root.local) if _written_before(path, oldest)]
    for path in orphans:
        path.unlink(missing_ok=True)
    return len(orphans)


def _written_before(path: Path, moment: float) -> bool:
    """Whether it is that old; what another run puts in its place meanwhile is not."""
    try:
        return path.stat().st_mtime < moment
    except FileNotFoundError:
        return False


def _temporary_files(folder: Path) -> Iterator[Path]:
    pattern = f".*{TEMPORARY_SUFFIX}"
    days = sorted((folder / RAW_PAGES).glob("dt=*"))[-_NEWEST_DAYS:]
    yield from folder.glob(pattern)
    for place in (*(folder / name for name in _WRITTEN_FOLDERS), *days):
        yield from place.rglob(pattern)
