"""A lock in an object store: one object that says who works, renewed as long as its holder lives.

Who takes it writes on the condition that it is free; who finds it unchanged for a whole lease writes on the condition
that it still is. No clock is compared with another one: each measures by its own how long nothing happened.
"""

import os
import secrets
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import PurePosixPath

from tasks.store.object_store import ABSENT, ChangedError, ObjectStore, StoreError

_FREE = b"free"
_BEATS = 4
"""How often a lease is renewed while it lasts: three renewals may fail in a row."""
_TRUSTED = 0.75
"""The part of a lease after which its holder, not having heard from the store, writes no more."""
_POLL_SECONDS = 1.0
_CLOCK = getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC)
"""Goes on while the machine sleeps, where the system offers such a clock."""


class LockedError(RuntimeError):
    """Another run holds the lock, or has taken it over."""


@dataclass(frozen=True)
class Lock:
    """The object that is the lock, and for how long it is waited for."""

    store: ObjectStore
    path: PurePosixPath
    patience_seconds: float

    @property
    def lease_seconds(self) -> float:
        """After so much silence the holder is taken for dead."""
        return self.store.location.lease_seconds

    def now(self) -> tuple[str | None, bytes]:
        """The object's tag and content; None and nothing when there is no such object."""
        try:
            found = self.store.read(self.path)
        except FileNotFoundError:
            return None, b""
        return found.tag, bytes(found.content)

    def put(self, content: bytes, only_if: str) -> str | None:
        """The new tag; None when another run has written.

        A request whose answer was lost is repeated, and then meets its own work.
        """
        try:
            return self.store.put(self.path, content, only_if)
        except ChangedError:
            tag, found = self.now()
            return tag if _holder(found) == _holder(content) else None


@contextmanager
def hold_lease(lock: Lock) -> Iterator[None]:
    """Hold the lock; a holder that dies or falls silent loses it after its lease, and then writes no more.

    `LockedError` when another holds it for longer than the patience.
    """
    holder = f"{socket.gethostname()} process {os.getpid()} {secrets.token_hex(8)}"
    lease = _Lease(lock, holder, *_taken(lock, f"{holder} 0".encode()))
    lock.store.guards.append(lease.refuse_lost)
    try:
        with lease.renewed():
            lock.store.renew_snapshot()
            yield
    finally:
        lock.store.guards.remove(lease.refuse_lost)
        lease.release()


def _holder(content: bytes) -> str:
    """Who holds the lock; the last word of the content counts the renewals."""
    return content.decode(errors="replace").rpartition(" ")[0]


def _clock() -> float:
    return time.clock_gettime(_CLOCK)


def _taken(lock: Lock, mine: bytes) -> tuple[float, str]:
    """Since when the lock is ours, and its tag."""
    deadline = _clock() + lock.patience_seconds
    seen, since = lock.now(), _clock()
    while True:
        tag, content = seen
        began = _clock()
        is_free = tag is None or content == _FREE or began - since >= lock.lease_seconds
        taken = lock.put(mine, tag or ABSENT) if is_free else None
        if taken is not None:
            return began, taken
        if began > deadline:
            raise LockedError(_held_too_long(lock, content))
        time.sleep(min(_POLL_SECONDS, lock.lease_seconds / _BEATS))
        now = lock.now()
        seen, since = now, since if now == seen else _clock()


def _held_too_long(lock: Lock, content: bytes) -> str:
    holder = _holder(content).rpartition(" ")[0]
    return (
        f"{lock.store.location}/{lock.path}: {holder or 'another run'} has held this lock for "
        f"{lock.patience_seconds:.0f} s; see whether it still works"
    )


class _Lease:
    """What a holder knows of its lease: the tag it wrote last, and when."""

    def __init__(self, lock: Lock, holder: str, renewed_at: float, tag: str) -> None:
        self.lock, self.holder, self.renewed_at, self.tag = lock, holder, renewed_at, tag
        self.number = 0
        self.is_lost = False
        self._over = threading.Event()
        self._renewing = threading.Lock()

    def refuse_lost(self) -> None:
        """Raise when another run may hold the lock by now.

        A holder that was silent only because it was busy renews its lease first: that succeeds if nobody took it over.
        """
        if self._is_overdue:
            with suppress(StoreError), self._renewing:
                if self._is_overdue:
                    self._renew()
        if self.is_lost or self._is_overdue:
            message = (
                f"{self.lock.store.location}/{self.lock.path}: this run was silent for too long and may have lost its "
                "lock, so it stopped writing; run it again"
            )
            raise LockedError(message)

    @property
    def _is_overdue(self) -> bool:
        return not self.is_lost and _clock() - self.renewed_at > _TRUSTED * self.lock.lease_seconds

    @contextmanager
    def renewed(self) -> Iterator[None]:
        """Renew the lease in a thread of its own, until the block ends."""
        renewer = threading.Thread(target=self._renew_on, name=str(self.lock.path), daemon=True)
        renewer.start()
        try:
            yield
        finally:
            self._over.set()
            renewer.join()

    def release(self) -> None:
        """Let the next one have it at once; where the store does not answer, the lease ends by itself."""
        if not self.is_lost:
            with suppress(StoreError):
                self.lock.put(_FREE, self.tag)

    def _renew_on(self) -> None:
        while not self.is_lost and not self._over.wait(self.lock.lease_seconds / _BEATS):
            # Where the store does not answer now, it may the next time; `refuse_lost` looks at how long ago that was.
            with suppress(StoreError), self._renewing:
                self._renew()

    def _renew(self) -> None:
        began = _clock()
        self.number += 1
        tag = self.lock.put(f"{self.holder} {self.number}".encode(), self.tag)
        if tag is None:
            self.is_lost = True
        else:
            self.tag, self.renewed_at = tag, began
