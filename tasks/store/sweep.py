"""Temporary files that a killed run left behind."""

from datetime import datetime, timedelta

from tasks.store.durable import TEMPORARY_SUFFIX
from tasks.store.root import DataRoot

ORPHAN_AGE = timedelta(hours=6)
"""Older than any run lasts, so that no running write is swept away."""


def sweep_orphans(root: DataRoot, now: datetime) -> int:
    """Delete temporary files older than six hours below the data root; how many there were."""
    if root.local is None:
        return 0
    oldest = (now - ORPHAN_AGE).timestamp()
    orphans = [path for path in root.local.rglob(f".*{TEMPORARY_SUFFIX}") if path.stat().st_mtime < oldest]
    for path in orphans:
        path.unlink(missing_ok=True)
    return len(orphans)
