"""Who waits for a lock is told who holds it, and since when."""

import logging
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tasks.store import lock
from tasks.store.lock import HOLDER, LockedError, hold_lock
from tasks.store.root import DataRoot

REPOSITORY = Path(__file__).parents[3]
HOLDS = """
import sys
from tasks.store.lock import HOLDER, hold_lock
from tasks.store.root import DataRoot

HOLDER.set("run daily-2026-07-16")
with hold_lock(DataRoot(sys.argv[1]), "reports"):
    print("held", flush=True)
    sys.stdin.read()
"""


def test_a_waiting_run_says_for_whom_it_waits_and_names_the_holder_in_the_end(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """Another process holds the lock: after a second a line names it, and the refusal names it again."""
    monkeypatch.setattr(lock, "PATIENCE_SECONDS", 1.5)
    words = [sys.executable, "-c", HOLDS, str(tmp_path)]
    with subprocess.Popen(words, cwd=REPOSITORY, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as holder:  # noqa: S603 - the test's own
        assert holder.stdout
        assert b"held\n" == holder.stdout.readline()
        holds = rf"run daily-2026-07-16, process {holder.pid} on \S+ \(since \d{{4}}-\d\d-\d\d \d\d:\d\d:\d\d UTC\)"
        with (
            caplog.at_level(logging.WARNING),
            pytest.raises(LockedError, match=holds),
            hold_lock(DataRoot(str(tmp_path)), "reports"),
        ):
            pass
        assert re.search(f"waiting for the lock reports of {holds}", caplog.text)
        holder.communicate()


def test_the_name_of_the_last_holder_is_written_over(tmp_path: Path) -> None:
    """A shorter name leaves nothing of a longer one."""
    for name in ("run backfill-2026-01-01-2026-12-31", "run daily"):
        token = HOLDER.set(name)
        with hold_lock(DataRoot(str(tmp_path)), "reports"):
            kept = (tmp_path / ".locks" / "reports.lock").read_text(encoding="utf-8")
            assert kept.startswith(f"{name}, process ")
            assert 1 == kept.count("process")
        HOLDER.reset(token)
