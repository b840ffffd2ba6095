"""Locks in an object store: one holder at a time, also when one dies, falls silent, or its answers are lost."""

import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections import Counter
from pathlib import Path, PurePosixPath

import pytest

from tasks.store import lock as lock_module
from tasks.store.lock import LockedError, hold_lock
from tasks.store.root import DataRoot
from tests.flows.conftest import REPOSITORY
from tests.storage.store import SLOW_SECONDS, Proxy, Store

LEASE = 2.0
COUNT = PurePosixPath("count")
HOLDER = """
import sys
from tasks.store.lock import hold_lock
from tasks.store.root import DataRoot
with hold_lock(DataRoot(sys.argv[1]), "reports"):
    print("held", flush=True)
    sys.stdin.read()
"""


def test_nobody_reads_between_another_ones_read_and_write(store: Store) -> None:
    """Four writers add one each, four times: without the lock some would be lost."""
    root = DataRoot(store.uri("counted", lease_seconds=LEASE))
    root.replace(COUNT, b"0")

    def add() -> None:
        for _ in range(4):
            with hold_lock(root, "count"):
                root.replace(COUNT, str(int(root.read_bytes(COUNT)) + 1).encode())

    adding = [threading.Thread(target=add) for _ in range(4)]
    for thread in adding:
        thread.start()
    for thread in adding:
        thread.join()
    assert b"16" == root.read_bytes(COUNT)


def test_a_dead_holder_frees_the_lock_after_its_lease_and_a_living_one_keeps_it(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A living holder is waited for beyond its lease; the sentence names it. After `kill -9` the lock is free."""
    uri = store.uri("dead", lease_seconds=LEASE)
    words = [sys.executable, "-c", HOLDER, uri]
    holder = subprocess.Popen(words, cwd=REPOSITORY, stdin=subprocess.PIPE, stdout=subprocess.PIPE)  # noqa: S603 - the test's own
    assert holder.stdin
    assert holder.stdout
    assert b"held\n" == holder.stdout.readline()
    monkeypatch.setattr(lock_module, "PATIENCE_SECONDS", 1.5 * LEASE)
    with (
        pytest.raises(LockedError, match=f"process {holder.pid} has held this lock for 3 s"),
        hold_lock(DataRoot(uri), "reports"),
    ):
        pass
    os.kill(holder.pid, signal.SIGKILL)
    holder.wait()
    holder.stdin.close()
    holder.stdout.close()
    began = time.monotonic()
    with hold_lock(DataRoot(uri), "reports"):
        assert time.monotonic() - began >= LEASE / 2
    with hold_lock(DataRoot(uri), "reports"):
        pass


def test_who_may_have_lost_the_lock_writes_no_more(store: Store, proxy: Proxy) -> None:
    """A holder that hears nothing from the store stops before another one can take over."""
    cut_off = DataRoot(store.uri("lost", proxy.port, lease_seconds=LEASE, timeout_seconds=SLOW_SECONDS))
    other = DataRoot(store.uri("lost", lease_seconds=LEASE))
    with hold_lock(cut_off, "reports"):
        cut_off.replace(PurePosixPath("a"), b"mine")
        proxy.plan = lambda _method, path, _number: "reset" if "/.locks/" in path else None
        with hold_lock(other, "reports"):
            other.replace(PurePosixPath("a"), b"another's")
            proxy.plan = lambda *_: None
            with pytest.raises(LockedError, match="silent for too long and may have lost its lock"):
                cut_off.replace(PurePosixPath("a"), b"mine")
            with pytest.raises(LockedError, match="silent for too long"):
                cut_off.remove(PurePosixPath("a"))
    assert b"another's" == other.read_bytes(PurePosixPath("a"))


@pytest.mark.parametrize("fate", ["lost", 503])
def test_a_lock_is_taken_and_kept_through_faults(fate: str | int, store: Store, proxy: Proxy) -> None:
    """An answer that was lost makes the client ask again, and it meets its own lease: that is no other holder."""
    root = DataRoot(store.uri(f"faults-{fate}", proxy.port, lease_seconds=2 * LEASE, timeout_seconds=SLOW_SECONDS))
    asked: Counter[str] = Counter()

    def every_other(method: str, path: str, _number: int) -> str | int | None:
        # Counted by object: among requests of two threads an unlucky one might be every other of all each time.
        asked[path] += method == "PUT"
        return fate if method == "PUT" and asked[path] % 2 else None

    proxy.plan = every_other
    with hold_lock(root, "reports"):
        threading.Event().wait(LEASE)
        root.replace(PurePosixPath("a"), b"mine")
    assert b"mine" == store.objects(f"faults-{fate}")["a"]


def test_who_was_only_busy_goes_on_when_nobody_took_over(store: Store, proxy: Proxy) -> None:
    """A write after a long silence renews the lease first, and that succeeds only if it is still ours."""
    root = DataRoot(store.uri("busy", proxy.port, lease_seconds=LEASE, timeout_seconds=SLOW_SECONDS))
    is_silent = True
    proxy.plan = lambda method, path, _number: 503 if is_silent and method == "PUT" and "/.locks/" in path else None
    is_silent = False
    with hold_lock(root, "reports"):
        is_silent = True
        threading.Event().wait(LEASE)
        is_silent = False
        root.replace(PurePosixPath("a"), b"mine")
    assert b"mine" == store.objects("busy")["a"]


def test_a_lock_on_a_disk_is_the_kernels(tmp_path: Path) -> None:
    """Nothing of a lease is written there: only who holds it, for whoever waits."""
    lock_module.HOLDER.set("run daily-1")
    with hold_lock(DataRoot(str(tmp_path)), "reports"):
        written = (tmp_path / ".locks" / "reports.lock").read_text(encoding="utf-8")
        assert written == f"run daily-1, process {os.getpid()} on {socket.gethostname()}"
