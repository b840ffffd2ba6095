"""Which of the free files this is, told by its first bytes and its header."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, Literal, TypeAlias

from tasks.sources.exports import analytics, content, counts, follower_columns
from tasks.sources.exports.cells import header_columns
from tasks.sources.exports.refusal import ExportRefusedError, refusal
from tasks.store.foreign import is_parquet

Kind: TypeAlias = Literal["analytics", "content", "counts", "followers", "archive"]

ZIP = b"PK"
MOST_BYTES = 512 * 1024**2
"""A file that is read whole: more than twenty years of days or posts have."""
MOST_LIST_BYTES = 4 * 1024**3
"""A follower list is read in pieces: one of twenty million followers has about as much, with every column twice."""
HEAD = 2**20
"""Bytes in which the header of a CSV ends."""


def export_kind(file: bytes, name: str = "the file") -> Kind:
    """The kind of export whose required columns the header names, its language and its way of saving aside.

    A ZIP is taken for X's archive and Parquet for a follower list.
    Ranks are in a follower list alone, a post id in the content export, follows and unfollows in the analytics.
    Raises `ExportRefusedError` for any other file, an empty one, and one that is not UTF-8 text.
    """
    if file.startswith(ZIP):
        return "archive"
    if is_parquet(file) or header_columns(file, name, follower_columns.ALIASES) >= set(follower_columns.REQUIRED):
        return "followers"
    if header_columns(file, name, content.ALIASES) >= content.REQUIRED:
        return "content"
    if header_columns(file, name, analytics.ALIASES) >= analytics.REQUIRED.keys():
        return "analytics"
    if header_columns(file, name, counts.ALIASES) >= counts.REQUIRED:
        return "counts"
    message = (
        f"{name}: the header is of no known export; give X's account_overview_analytics.csv, "
        "X's account_analytics_content CSV, the ZIP of X's archive, a CSV with date and followers, "
        "or a follower list with rank and created_at"
    )
    raise ExportRefusedError(message)


def file_kind(path: Path) -> Kind:
    """The kind of a file, of which no more than the beginning is read."""
    with opened(path) as file:
        head = file.read(HEAD)
    if head.startswith(ZIP):
        return "archive"
    # Cut where a line ends, so that no letter is.
    return export_kind(head if len(head) < HEAD else head[: head.rfind(b"\n") + 1] or head, path.name)


@contextmanager
def opened(path: Path) -> Iterator[BinaryIO]:
    """The file to be read; `ExportRefusedError` when that cannot be done, or it is larger than any export."""
    try:
        with path.open("rb") as file:
            if path.stat().st_size > MOST_LIST_BYTES:
                raise refusal(path.name, f"holds more than {MOST_LIST_BYTES:,} bytes; give a part of it")
            yield file
    except OSError as problem:
        raise refusal(str(path), f"cannot be read: {problem.strerror}") from None


def file_bytes(path: Path) -> bytes:
    """All bytes of a file that is not too large to be read whole."""
    with opened(path) as file:
        if path.stat().st_size > MOST_BYTES:
            raise refusal(path.name, f"holds more than {MOST_BYTES:,} bytes; give a part of it")
        return file.read()
