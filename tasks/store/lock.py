"""One writer at a time: the lock around everything that reads, changes and writes back."""

from collections.abc import Iterator
from contextlib import contextmanager

from filelock import FileLock, Timeout

from tasks.store.layout import LOCKS
from tasks.store.root import DataRoot

PATIENCE_SECONDS = 900
"""How long a run waits for another one's lock; the longest write takes a small part of this."""


class LockedError(RuntimeError):
    """Another run held the lock for longer than a run may wait."""


@contextmanager
def locked(root: DataRoot, name: str) -> Iterator[None]:
    """Hold the named lock of the data root; the operating system frees it when the process dies.

    Only local folders are locked: on an object store one run at a time is kept by Prefect's concurrency limit.
    """
    if root.local is None:
        yield
        return
    path = root.local / LOCKS / f"{name}.lock"
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        with FileLock(path, timeout=PATIENCE_SECONDS):
            yield
    except Timeout as late:
        message = f"{path}: another run has held this lock for {PATIENCE_SECONDS} s; see which one still works"
        raise LockedError(message) from late
