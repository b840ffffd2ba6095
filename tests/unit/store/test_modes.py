"""Who may read what lies on a disk, and who holds a lock whose file somebody deletes."""

import errno
import fcntl
import os
import shutil
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

import pytest

from tasks.store import durable, lock
from tasks.store.lock import LockedError, hold_lock
from tasks.store.root import DataRoot
from tasks.store.secret import secret_of
from tests.flows.conftest import REPOSITORY
from tests.storage.test_locks import HOLDER

_REPORT, _RAW = PurePosixPath("reports/latest/a.csv"), PurePosixPath("raw/x_api/dt=2026-01-01/a.json")


@pytest.fixture(autouse=True)
def _usual_umask() -> Iterator[None]:
    before = os.umask(0o022)
    yield
    os.umask(before)


def _modes(folder: Path) -> dict[str, int]:
    return {str(path.relative_to(folder)): stat.S_IMODE(path.stat().st_mode) for path in (folder, *folder.rglob("*"))}


def _written(root: DataRoot) -> dict[str, int]:
    secret_of(root)
    for path in (_REPORT, _RAW):
        root.replace(path, b"1")
        with root.writing(path) as file:
            file.write(b"2")
    assert root.local
    return _modes(root.local)


def test_everything_is_its_owners_alone(tmp_path: Path) -> None:
    """Folders 0700, files 0600, the lock files among them, under the umask that leaves all readable."""
    modes = _written(DataRoot(str(tmp_path / "data")))
    assert {0o700} == {mode for path, mode in modes.items() if (tmp_path / "data" / path).is_dir()}
    assert {0o600} == {mode for path, mode in modes.items() if (tmp_path / "data" / path).is_file()}


@pytest.mark.parametrize(("chosen", "folder", "top"), [(0o644, 0o755, 0o711), (0o640, 0o750, 0o710)])
def test_reports_have_the_mode_that_was_chosen(tmp_path: Path, chosen: int, folder: int, top: int) -> None:
    """Their readers pass the root, see no name in it, and read nothing else."""
    modes = _written(DataRoot(str(tmp_path / "data"), chosen))
    assert (top, folder, folder, chosen) == tuple(
        modes[name] for name in (".", "reports", "reports/latest", str(_REPORT))
    )
    others = {path: mode for path, mode in modes.items() if path != "." and not path.startswith("reports")}
    assert not any(mode & 0o077 for mode in others.values()), others


def test_no_file_is_readable_by_others_even_for_an_instant(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Looked at before each name is given and before each byte is written."""
    seen: list[int] = []
    synchronize, create = durable._synchronize, durable._create  # noqa: SLF001 - where names and bytes come to be

    def look(path: Path, mode: int = 0) -> None:
        create(path, mode) if mode else synchronize(path)
        if path.is_file():
            seen.append(path.stat().st_mode & 0o077)

    monkeypatch.setattr(durable, "_synchronize", look)
    monkeypatch.setattr(durable, "_create", look)
    secret_of(DataRoot(str(tmp_path / "data")))
    assert seen
    assert not any(seen)


@pytest.mark.parametrize("deleted", [".locks/reports.lock", ".locks", "ledger/.held-reports"])
def test_a_deleted_lock_file_lets_no_second_holder_in(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, deleted: str
) -> None:
    """Another process holds the lock; its file is deleted; nobody gets in before that process ends."""
    monkeypatch.setattr(lock, "PATIENCE_SECONDS", 0.3)
    words = [sys.executable, "-c", HOLDER, str(tmp_path)]
    with subprocess.Popen(words, cwd=REPOSITORY, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as holder:  # noqa: S603 - the test's own
        assert holder.stdin
        assert holder.stdout
        assert b"held\n" == holder.stdout.readline()
        shutil.rmtree(tmp_path / deleted) if (tmp_path / deleted).is_dir() else (tmp_path / deleted).unlink()
        for _ in range(2):
            with (
                pytest.raises(LockedError, match="another run has held this lock"),
                hold_lock(DataRoot(str(tmp_path)), "reports"),
            ):
                pass
        holder.stdin.close()
        holder.wait()
    with hold_lock(DataRoot(str(tmp_path)), "reports"):
        assert (tmp_path / ".locks" / "reports.lock").is_file()


def test_a_file_system_without_locks_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As the kernel says it there: the call is not implemented."""

    def fail(_descriptor: int, _operation: int) -> None:
        raise OSError(errno.ENOSYS, os.strerror(errno.ENOSYS))

    monkeypatch.setattr(fcntl, "flock", fail)
    with pytest.raises(LockedError, match="has no locks"), hold_lock(DataRoot(str(tmp_path)), "reports"):
        pass
