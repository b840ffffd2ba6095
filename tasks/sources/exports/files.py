"""Several exports of one account, each known by its content, read and checked before anything is written."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Literal, TypeAlias

from tasks.schema.staged import ACCOUNT_SNAPSHOTS
from tasks.sources.exports.analytics import (
    ANALYTICS_COLUMNS,
    OLD_DAYS_COLUMNS,
    Anchor,
    analytics_export,
    counts_from_anchor,
    old_days_export,
)
from tasks.sources.exports.archive import archive_export
from tasks.sources.exports.archive_folder import archive_scripts
from tasks.sources.exports.content import CONTENT_COLUMNS, content_export
from tasks.sources.exports.counts import COUNTS_COLUMNS, counts_export, is_wide_counts
from tasks.sources.exports.export import Export, ExportRefusedError, Owner, open_file, read_file, refusal
from tasks.sources.exports.follower_columns import FOLLOWER_COLUMNS, UNRANKED
from tasks.sources.exports.follower_list import FollowerListExport, follower_list_export
from tasks.sources.exports.follower_records import is_record_file
from tasks.sources.exports.sheet import SheetColumns, has_required, header_of
from tasks.sources.exports.titles import IN_ANOTHER_LANGUAGE
from tasks.store.foreign import is_parquet

ExportKind: TypeAlias = Literal["analytics", "old_days", "content", "counts", "followers", "archive"]

_ZIP = b"PK"
_FIRST_BYTES = 64
_HEAD = 2**20
"""Bytes in which the header of a CSV ends."""
_COLUMNS: tuple[tuple[ExportKind, SheetColumns], ...] = (
    ("followers", FOLLOWER_COLUMNS),
    ("content", CONTENT_COLUMNS),
    ("analytics", ANALYTICS_COLUMNS),
    ("old_days", OLD_DAYS_COLUMNS),
    ("counts", COUNTS_COLUMNS),
)
"""Ranks are in a follower list alone, a post id in the content export, follows and unfollows in the analytics."""


@dataclass(frozen=True)
class ExportFiles:
    """The files of one import, and whose they are.

    `anchor` is a count known at the end of a day, `followers_read_on` the day of the follower list, today if not given.
    `files` are of any kind, each known by its content.
    """

    owner: Owner
    analytics_csv: Path | None = None
    content_csv: Path | None = None
    counts_csv: Path | None = None
    anchor: Anchor | None = None
    followers: Path | None = None
    followers_read_on: date | None = None
    files: tuple[Path, ...] = ()


def read_exports(files: ExportFiles, today: date) -> list[Export | FollowerListExport]:
    """Every file, read; `ExportRefusedError` when one of them cannot be used, or none was given."""
    kinds = list(_kinds(files))
    if files.anchor and "analytics" not in [kind for kind, _ in kinds]:
        message = "an anchor belongs to an analytics export: give that file too"
        raise ExportRefusedError(message)
    if not kinds:
        message = "no file was given: name at least one export"
        raise ExportRefusedError(message)
    return [_read_export(kind, path, files, today) for kind, path in kinds]


def export_kind(file: bytes, name: str = "the file", handle: str = "") -> ExportKind:
    """The kind of export whose required columns the header names, its language and its way of saving aside.

    A ZIP is taken for X's archive, and Parquet, JSON and SQLite for a follower list.
    Counts may stand in a column of the handle's name.
    Raises `ExportRefusedError` for any other file, an empty one, and one that is no text.
    """
    if file.startswith(_ZIP):
        return "archive"
    if is_parquet(file) or is_record_file(file):
        return "followers"
    header = header_of(file, name)
    for kind, columns in _COLUMNS:
        if has_required(header, name, columns):
            return kind
    if has_required(header, name, replace(FOLLOWER_COLUMNS, required=UNRANKED)):
        return "followers"
    if is_wide_counts(header, handle):
        return "counts"
    if any(not title.isascii() for title in header):
        raise refusal(name, IN_ANOTHER_LANGUAGE)
    message = (
        f"{name}: the header is of no known export; give X's account_overview_analytics.csv, "
        "X's account_analytics_content CSV, the ZIP of X's archive, a CSV with date and followers, "
        "or a follower list with rank and created_at"
    )
    raise ExportRefusedError(message)


def _kinds(files: ExportFiles) -> Iterator[tuple[ExportKind, Path]]:
    named: tuple[tuple[ExportKind, Path | None], ...] = (
        ("analytics", files.analytics_csv),
        ("content", files.content_csv),
        ("counts", files.counts_csv),
        ("followers", files.followers),
    )
    yield from ((kind, path) for kind, path in named if path)
    yield from file_kinds(files.files, files.owner.handle)


def file_kinds(files: Iterable[Path], handle: str = "") -> Iterator[tuple[ExportKind, Path]]:
    """Every file with its kind, those of folders one by one; `ExportRefusedError` for a file of no known kind."""
    for path in files:
        yield from ((_file_kind(each, handle), each) for each in _files_of(path))


def _files_of(path: Path) -> list[Path]:
    """The file itself, or those of a folder; an archive that was unpacked is one file."""
    if not path.is_dir() or archive_scripts(path):
        return [path]
    found = sorted(each for each in path.iterdir() if each.is_file() and not each.name.startswith("."))
    if not found:
        raise refusal(path.name, "is a folder without a file; name at least one export")
    return found


def _file_kind(path: Path, handle: str) -> ExportKind:
    """The kind of a file, of which no more than the beginning is read."""
    if path.is_dir():
        return "archive"
    with open_file(path) as file:
        head = file.read(_HEAD)
    if head.startswith(_ZIP):
        return "archive"
    # Cut where a line ends, so that no letter is.
    is_cut = len(head) == _HEAD and b"\0" not in head[:_FIRST_BYTES]
    return export_kind(head[: head.rfind(b"\n") + 1] or head if is_cut else head, path.name, handle)


def _read_export(kind: ExportKind, path: Path, files: ExportFiles, today: date) -> Export | FollowerListExport:
    if kind == "archive":
        return replace(archive_export(path, files.owner, today), kind=kind)
    if kind == "followers":
        return follower_list_export(path, files.owner, files.followers_read_on or today, today)
    content = read_file(path)
    export = replace(_READERS[kind](content, path.name, files.owner, today), kind=kind)
    if kind == "analytics" and files.anchor:
        counts = counts_from_anchor(export, files.anchor)
        return replace(export, tables=(*export.tables, (ACCOUNT_SNAPSHOTS, counts)))
    return export


_READERS = {
    "analytics": analytics_export,
    "old_days": old_days_export,
    "content": content_export,
    "counts": counts_export,
}
