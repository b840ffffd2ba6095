"""One file, replaced in one move: a reader sees the old bytes or the new ones, never a part of either."""

import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

TEMPORARY_SUFFIX = ".tmp"
"""Ending of a file being written; it starts with a dot and never ends in .parquet, so that no glob matches it."""


@contextmanager
def replacing(target: Path) -> Iterator[Path]:
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


def write_bytes(target: Path, content: bytes) -> None:
    """Replace the target's content in one move."""
    with replacing(target) as temporary:
        temporary.write_bytes(content)


def _synchronize(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
