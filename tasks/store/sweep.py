"""Temporary files that a killed run left behind."""

from datetime import datetime, timedelta

from tasks.store.durable import TEMPORARY_SUFFIX
from tasks.store.layout import REPORTS, STAGED, WORK
from tasks.store.root import DataRoot

ORPHAN_AGE = timedelta(hours=6)
"""Older than any run lasts, so that no running write is swept away."""

WRITTEN = (STAGED, REPORTS, WORK)
"""Where tables are written; raw pages sweep for themselves, day by day."""


def sweep_orphans(root: DataRoot, now: datetime) -> int:
    """Delete temporary files older than six hours below the data root; how many there were."""
    if root.local is None:
        return 0
    oldest = (now - ORPHAN_AGE).timestamp()
    found = (path for folder in WRITTEN for path in (root.local / folder).rglob(f".*{TEMPORARY_SUFFIX}"))
    orphans = [path for path in found if path.stat().st_mtime < oldest]
    for path in orphans:
        path.unlink(missing_ok=True)
    return len(orphans)
