"""One file, replaced in one move: a reader sees the old bytes or the new ones, never a part of either."""

import os
import secrets
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

TEMPORARY_SUFFIX = ".tmp"
"""Ending of a file being written; it starts with a dot and never ends in .parquet, so that no glob matches it."""

WRITERS = 16
"""A disk takes as long to make sixteen files durable together as one alone."""
_LONGEST_NAME = 200
"""File systems hold names of 255 bytes, and a temporary one is longer."""
PRIVATE = 0o600
"""Files are for their owner alone, from their first byte on; a folder has the same bits and those to pass it."""
_Item = TypeVar("_Item")
_Done = TypeVar("_Done")
_MIRRORED: dict[Path, Callable[[Path, bytes | memoryview], None]] = {}
"""Folders of this process that stand for those of an object store (`tasks/store/local_copy.py`)."""


@contextmanager
def open_replacement(target: Path, mode: int = PRIVATE) -> Iterator[Path]:
    """A temporary path beside the target, which replaces the target when the block ends without an exception.

    The bytes are on disk before the name changes (fsync of file and folder), so a power cut loses neither version.
    """
    make_folders(target.parent, mode)
    temporary = target.with_name(f".{target.name[:_LONGEST_NAME]}.{secrets.token_hex(6)}{TEMPORARY_SUFFIX}")
    try:
        _create(temporary, mode)
        yield temporary
        _synchronize(temporary)
        temporary.replace(target)
        _synchronize(target.parent)
    finally:
        temporary.unlink(missing_ok=True)


def make_folders(folder: Path, mode: int = PRIVATE) -> None:
    """Make the folder, and those above it that are missing, for whoever may read files of this mode."""
    passing = mode | (mode & 0o444) >> 2
    missing = [path for path in (folder, *folder.parents) if not path.exists()]
    for path in reversed(missing):
        path.mkdir(passing, exist_ok=True)
        if mode != PRIVATE:
            path.chmod(passing)


def _create(path: Path, mode: int) -> None:
    """An empty file, which nobody else may read even for an instant; what the user chose goes before the umask."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, PRIVATE)
    try:
        if mode != PRIVATE:
            os.fchmod(descriptor, mode)
    finally:
        os.close(descriptor)


def mirror(folder: Path, put: Callable[[Path, bytes | memoryview], None]) -> None:
    """From now on, what `write_bytes` puts below the folder is put elsewhere by this before."""
    _MIRRORED[folder] = put


def write_bytes(target: Path, content: bytes | memoryview, mode: int = PRIVATE) -> None:
    """Replace the target's content in one move."""
    for folder, put in _MIRRORED.items():
        if target.is_relative_to(folder):
            put(target, content)
    with open_replacement(target, mode) as temporary:
        temporary.write_bytes(content)


def _synchronize(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def at_once(write: Callable[[_Item], _Done], items: Iterable[_Item]) -> list[_Done]:
    """What writing each item gives, in their order; the writers wait for the disk together."""
    with ThreadPoolExecutor(WRITERS) as writers:
        return list(writers.map(write, items))
