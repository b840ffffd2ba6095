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
_Item = TypeVar("_Item")
_Done = TypeVar("_Done")
_MIRRORED: dict[Path, Callable[[Path, bytes | memoryview], None]] = {}
"""Folders of this process that stand for those of an object store (`tasks/store/local_copy.py`)."""


@contextmanager
def open_replacement(target: Path) -> Iterator[Path]:
    """A temporary path beside the target, which replaces the target when the block ends without an exception.

    The bytes are on disk before the name changes (fsync of file and folder), so a power cut loses neither version.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    temporary = target.with_name(f".{target.name}.{secrets.token_hex(6)}{TEMPORARY_SUFFIX}")
    try:
        yield temporary
        _synchronize(temporary)
        temporary.replace(target)
        _synchronize(target.parent)
    finally:
        temporary.unlink(missing_ok=True)


def mirror(folder: Path, put: Callable[[Path, bytes | memoryview], None]) -> None:
    """From now on, what `write_bytes` puts below the folder is put elsewhere by this before."""
    _MIRRORED[folder] = put


def write_bytes(target: Path, content: bytes | memoryview) -> None:
    """Replace the target's content in one move."""
    for folder, put in _MIRRORED.items():
        if target.is_relative_to(folder):
            put(target, content)
    with open_replacement(target) as temporary:
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
