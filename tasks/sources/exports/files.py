"""Several exports of one account, read and checked before anything is written."""

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pandas as pd

from tasks.schema.staged import (
    ACCOUNT_ACTIVITY,
    ACCOUNT_SNAPSHOTS,
    FOLLOWER_ARRIVALS,
    POSTS,
)
from tasks.schema.table import Table
from tasks.sources.exports.analytics import analytics_export
from tasks.sources.exports.anchor import Anchor, anchored_counts
from tasks.sources.exports.archive import archive_export
from tasks.sources.exports.content import content_export
from tasks.sources.exports.counts import counts_export
from tasks.sources.exports.follower_list import FollowerList, follower_list
from tasks.sources.exports.kind import Kind, file_bytes, file_kind
from tasks.sources.exports.owner import Owner
from tasks.sources.exports.refusal import ExportRefusedError


@dataclass(frozen=True)
class ExportFiles:
    """The files of one import, and whose they are.

    `anchor` is a count known at the end of a day, `followers_read_on` the day of the follower list, today if not given.
    `files` are of any kind, each told by its content.
    """

    owner: Owner
    analytics_csv: Path | None = None
    content_csv: Path | None = None
    counts_csv: Path | None = None
    anchor: Anchor | None = None
    followers: Path | None = None
    followers_read_on: date | None = None
    files: tuple[Path, ...] = ()


@dataclass(frozen=True)
class ReadExport:
    """One export, read and checked: what of it is kept, the fingerprint of that, and the staged rows it holds."""

    name: str
    content: bytes
    fingerprint: str
    days: tuple[date, date]
    notes: tuple[str, ...]
    tables: tuple[tuple[Table, pd.DataFrame], ...]


def read_exports(files: ExportFiles, today: date) -> list[ReadExport | FollowerList]:
    """Every file, read; `ExportRefusedError` when one of them cannot be used, or none was given."""
    given = list(_given(files))
    if files.anchor and "analytics" not in [kind for kind, _ in given]:
        message = "an anchor belongs to an analytics export: give that file too"
        raise ExportRefusedError(message)
    if not given:
        message = "no file was given: name at least one export"
        raise ExportRefusedError(message)
    return [READERS[kind](files, path, today) for kind, path in given]


def _given(files: ExportFiles) -> Iterator[tuple[Kind, Path]]:
    named: tuple[tuple[Kind, Path | None], ...] = (
        ("analytics", files.analytics_csv),
        ("content", files.content_csv),
        ("counts", files.counts_csv),
        ("followers", files.followers),
    )
    yield from ((kind, path) for kind, path in named if path)
    yield from ((file_kind(path), path) for path in files.files)


def _analytics(files: ExportFiles, path: Path, today: date) -> ReadExport:
    content = file_bytes(path)
    export = analytics_export(content, path.name, files.owner, today)
    tables = [(ACCOUNT_ACTIVITY, export.activity)]
    if files.anchor:
        tables.append((ACCOUNT_SNAPSHOTS, anchored_counts(export, files.anchor, files.owner)))
    days = (export.first_day, export.last_day)
    return ReadExport(path.name, content, _fingerprint(files.owner, content), days, export.notes, tuple(tables))


def _content(files: ExportFiles, path: Path, today: date) -> ReadExport:
    content = file_bytes(path)
    export = content_export(content, path.name, files.owner, today)
    days, tables = (export.first_day, export.read_on), ((POSTS, export.posts),)
    return ReadExport(path.name, content, _fingerprint(files.owner, content), days, export.notes, tables)


def _counts(files: ExportFiles, path: Path, today: date) -> ReadExport:
    content = file_bytes(path)
    export = counts_export(content, path.name, files.owner, today)
    days, tables = (export.first_day, export.last_day), ((ACCOUNT_SNAPSHOTS, export.snapshots),)
    return ReadExport(path.name, content, _fingerprint(files.owner, content), days, export.notes, tables)


def _followers(files: ExportFiles, path: Path, today: date) -> FollowerList:
    return follower_list(path, files.owner, (files.followers_read_on or today, today))


def _archive(files: ExportFiles, path: Path, today: date) -> ReadExport:
    export = archive_export(path, files.owner, today)
    tables = (
        (ACCOUNT_SNAPSHOTS, export.snapshots),
        (FOLLOWER_ARRIVALS, export.arrivals),
        (POSTS, export.posts),
    )
    days, name = (export.first_day, export.last_day), f"{path.stem}.json"
    return ReadExport(name, export.kept, _fingerprint(export.owner, export.kept), days, export.notes, tables)


READERS: dict[Kind, Callable[[ExportFiles, Path, date], ReadExport | FollowerList]] = {
    "analytics": _analytics,
    "content": _content,
    "counts": _counts,
    "followers": _followers,
    "archive": _archive,
}


def _fingerprint(owner: Owner, content: bytes) -> str:
    """SHA-256 of the account and the file's bytes: the same file of the same account is the same import."""
    return hashlib.sha256(owner.account_id.encode() + b"\n" + content).hexdigest()
