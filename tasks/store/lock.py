"""One writer at a time: the lock around everything that reads, changes and writes back."""

from collections.abc import Iterator
from contextlib import contextmanager

from filelock import FileLock, Timeout

from tasks.store.layout import LOCKS
from tasks.store.lease import Lock, LockedError, hold_lease
from tasks.store.root import DataRoot

__all__ = ["PATIENCE_SECONDS", "LockedError", "hold_lock"]

PATIENCE_SECONDS = 900
"""How long a run waits for another one's lock; the longest write takes a small part of this."""


@contextmanager
def hold_lock(root: DataRoot, name: str) -> Iterator[None]:
    """Hold the named lock of the data root; `LockedError` when another run holds it for longer than the patience.

    On a disk the operating system frees it when the process dies, on an object store its lease ends.
    """
    path = LOCKS / f"{name}.lock"
    if root.local is None:
        with hold_lease(Lock(root.object_store, path, PATIENCE_SECONDS)):
            yield
        return
    file = root.local / path
    file.parent.mkdir(parents=True, exist_ok=True)
    try:
        with FileLock(file, timeout=PATIENCE_SECONDS):
            yield
    except Timeout as late:
        message = f"{file}: another run has held this lock for {PATIENCE_SECONDS} s; see which one still works"
        raise LockedError(message) from late
