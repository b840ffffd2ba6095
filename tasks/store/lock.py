"""One writer at a time: the lock around everything that reads, changes and writes back."""

import errno
import fcntl
import logging
import os
import socket
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath

from tasks.store.durable import PRIVATE, make_folders
from tasks.store.layout import LEDGER, LOCKS
from tasks.store.lease import Lock, LockedError, hold_lease
from tasks.store.root import DataRoot

__all__ = ["HOLDER", "PATIENCE_SECONDS", "LockedError", "hold_lock"]

HOLDER: ContextVar[str] = ContextVar("holder", default="a run")
"""What waiting runs are told of this one: the name of the run."""

PATIENCE_SECONDS = 900
"""How long a run waits for another one's lock; the longest write takes a small part of this."""
_POLL_SECONDS = 0.05
_SAID_SECONDS = 60.0
"""How often a waiting run says so again; the first time is after a second."""
_BUSY = {errno.EAGAIN, errno.EACCES, errno.EINTR}


@contextmanager
def hold_lock(root: DataRoot, name: str) -> Iterator[None]:
    """Hold the named lock of the data root; `LockedError` when another run holds it for longer than the patience.

    On a disk the operating system frees it when the process dies, on an object store its lease ends.
    On a disk two files in two folders are the lock: where one is deleted, the other still lets nobody in.
    """
    path = LOCKS / f"{name}.lock"
    if root.local is None:
        with hold_lease(Lock(root.object_store, path, PATIENCE_SECONDS)):
            yield
        return
    deadline = time.monotonic() + PATIENCE_SECONDS
    with ExitStack() as held:
        for file in (path, _twin(name)):
            held.callback(os.close, _taken(root.local / file, deadline))
        yield


def _twin(name: str) -> PurePosixPath:
    """The other file; no pattern of those who tidy up locks matches both."""
    return LEDGER / f".held-{name}"


def _taken(file: Path, deadline: float) -> int:
    """The open file, locked; whoever locked a file that was deleted meanwhile locks the one in its place."""
    say_at = time.monotonic() + 1
    while True:
        make_folders(file.parent)
        descriptor = os.open(file, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, PRIVATE)
        if _is_locked(descriptor, file) and _is_same(descriptor, file):
            _sign(descriptor)
            return descriptor
        os.close(descriptor)
        if time.monotonic() > deadline:
            message = f"{file}: another run has held this lock for {PATIENCE_SECONDS} s: {_holder(file)}"
            raise LockedError(message)
        if time.monotonic() > say_at:
            logging.getLogger(__name__).warning("waiting for the lock %s of %s", file.stem, _holder(file))
            say_at += _SAID_SECONDS
        time.sleep(_POLL_SECONDS)


def _sign(descriptor: int) -> None:
    """Write into the locked file who holds it; when, is the file's own time."""
    os.truncate(descriptor, 0)
    os.write(descriptor, f"{HOLDER.get()}, process {os.getpid()} on {socket.gethostname()}".encode())


def _holder(file: Path) -> str:
    """Who holds the lock, and since when."""
    try:
        name = file.read_text(encoding="utf-8", errors="replace") or "another run"
        since = datetime.fromtimestamp(file.stat().st_mtime, UTC)
    except OSError:
        return "another run"
    return f"{name} (since {since:%Y-%m-%d %H:%M:%S} UTC)"


def _is_locked(descriptor: int, file: Path) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as problem:
        if problem.errno in _BUSY:
            return False
        os.close(descriptor)
        message = f"{file}: this file system has no locks ({problem.strerror}), so two runs could write at once: "
        raise LockedError(message + "put the data root on a local disk or an object store") from None
    return True


def _is_same(descriptor: int, file: Path) -> bool:
    try:
        return os.path.samestat(os.fstat(descriptor), file.stat())
    except FileNotFoundError:
        return False
