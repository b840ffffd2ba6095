"""A folder of this machine that stands for one of an object store, for programs that know files alone.

What they write through `durable.write_bytes` is in the store before it is here: the machine may vanish at any moment.
"""

import atexit
import shutil
import tempfile
from functools import cache
from pathlib import Path, PurePosixPath

from filelock import FileLock, Timeout

from tasks.store.durable import at_once, mirror
from tasks.store.object_store import version_of
from tasks.store.root import DataRoot

_PREFIX = "vanity-gap-"
_HELD = ".held"
"""Locked as long as the process lives that the folder belongs to."""


class LocalCopy:
    """The folder `path`, empty at first; it belongs to this process, and goes with it."""

    def __init__(self, root: DataRoot, folder: PurePosixPath) -> None:
        """Make it."""
        self._root, self._folder = root, folder
        self.path = _own_folder()
        self._known: dict[PurePosixPath, int] = {}
        mirror(self.path, self._put)

    def bring(self, below: PurePosixPath, ending: str = "") -> None:
        """Let the folder hold here what it holds in the store, as far as files have that ending; fewer, when fewer."""
        place = self._folder / below
        there = {PurePosixPath(entry.path): entry.version for entry in self._root.entries(place, ending)}
        at_once(self._fetch, [path for path, version in there.items() if self._known.get(path) != version])
        held = [path for path in self._known if path.is_relative_to(place) and path.name.endswith(ending)]
        for path in held:
            if path not in there:
                self._drop(path)
        self._known |= there

    def bring_file(self, below: PurePosixPath) -> bool:
        """The same for one file; whether it is there."""
        path = self._folder / below
        tag = self._root.object_store.tag(path)
        if tag is None:
            self._drop(path)
        elif self._known.get(path) != version_of(tag):
            self._fetch(path)
            self._known[path] = version_of(tag)
        return tag is not None

    def _put(self, target: Path, content: bytes | memoryview) -> None:
        path = self._folder / target.relative_to(self.path).as_posix()
        self._known[path] = version_of(self._root.object_store.put(path, content))

    def _fetch(self, path: PurePosixPath) -> None:
        target = self._local(path)
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(self._root.read_bytes(path))

    def _drop(self, path: PurePosixPath) -> None:
        self._known.pop(path, None)
        self._local(path).unlink(missing_ok=True)

    def _local(self, path: PurePosixPath) -> Path:
        return self.path / path.relative_to(self._folder)


@cache
def local_copy(root: DataRoot, folder: PurePosixPath) -> LocalCopy:
    """This process's copy for the folder of the object store."""
    return LocalCopy(root, folder)


@cache
def work_root(root: DataRoot) -> DataRoot:
    """Where rows lie on their way from one task of this process to its next: an object store would be asked for each.

    On a disk it is the root itself.
    """
    return root if root.local is not None else DataRoot(str(_own_folder()))


def _own_folder() -> Path:
    """A new folder of this process, which goes with it; those that killed processes left go now, with people's data."""
    path = Path(tempfile.mkdtemp(prefix=_PREFIX))
    atexit.register(shutil.rmtree, path, ignore_errors=True)
    lock = FileLock(path / _HELD)
    lock.acquire()
    _LOCKS.append(lock)
    _sweep(path.parent)
    return path


_LOCKS: list[FileLock] = []
"""Those of this process, held until its end."""


def _sweep(folder: Path) -> None:
    for held in folder.glob(f"{_PREFIX}*/{_HELD}"):
        try:
            with FileLock(held, blocking=False):
                shutil.rmtree(held.parent)
        except (Timeout, PermissionError):
            continue  # its process lives, or it is another user's
