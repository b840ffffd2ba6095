"""All locks of the data root at once, for work that touches everything."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import PurePosixPath

from tasks.store.layout import LOCKS
from tasks.store.lock import hold_lock
from tasks.store.root import DataRoot
from tasks.store.staged_tables import STAGING

_REPORTS = "reports"


@contextmanager
def lock_everything(root: DataRoot) -> Iterator[None]:
    """No reading, no staging and no report runs inside this block.

    The order is that in which the other flows take them: readings, reports, staging.
    """
    with ExitStack() as held:
        for name in (*_readings(root), _REPORTS, STAGING):
            held.enter_context(hold_lock(root, name))
        yield


def _readings(root: DataRoot) -> list[str]:
    names = (PurePosixPath(path).stem for path in root.files(LOCKS, ".lock"))
    return sorted(name for name in names if name.startswith("fetch"))
