"""Several exports of one account, read and checked before anything is written."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pandas as pd

from tasks.sources.exports.analytics import analytics_export
from tasks.sources.exports.anchor import Anchor, anchored_counts
from tasks.sources.exports.content import content_export
from tasks.sources.exports.counts import counts_export
from tasks.sources.exports.follower_members import follower_members
from tasks.sources.exports.followers import parse_follower_list
from tasks.sources.exports.owner import Owner
from tasks.sources.exports.refusal import ExportRefusedError
from tasks.tables.staged import ACCOUNT_ACTIVITY, ACCOUNT_SNAPSHOTS, FOLLOWER_LIST_MEMBERS, POSTS
from tasks.tables.table import Table


@dataclass(frozen=True)
class ExportFiles:
    """The files of one import, and whose they are; `anchor` is a count known at the end of a day.

    `followers` is an ordered follower list, `followers_read_on` the day on which it was read, today when not given.
    """

    owner: Owner
    analytics_csv: Path | None = None
    content_csv: Path | None = None
    counts_csv: Path | None = None
    anchor: Anchor | None = None
    followers: Path | None = None
    followers_read_on: date | None = None


@dataclass(frozen=True)
class ReadExport:
    """One export, read and checked: its bytes, their fingerprint, and the staged rows they hold."""

    name: str
    content: bytes
    fingerprint: str
    days: tuple[date, date]
    notes: tuple[str, ...]
    tables: tuple[tuple[Table, pd.DataFrame], ...]


def read_exports(files: ExportFiles, today: date) -> list[ReadExport]:
    """Every file, read; `ExportRefusedError` when one of them cannot be used, or none was given."""
    if files.anchor and not files.analytics_csv:
        message = "an anchor belongs to an analytics export: give that file too"
        raise ExportRefusedError(message)
    read = list(_read(files, today))
    if not read:
        message = "no file was given: name at least one export"
        raise ExportRefusedError(message)
    return read


def _read(files: ExportFiles, today: date) -> Iterator[ReadExport]:
    if files.analytics_csv:
        yield _analytics(files, files.analytics_csv, today)
    if files.content_csv:
        yield _content(files, files.content_csv, today)
    if files.counts_csv:
        yield _counts(files, files.counts_csv, today)
    if files.followers:
        yield _followers(files, files.followers, today)


def _analytics(files: ExportFiles, path: Path, today: date) -> ReadExport:
    content = _bytes(path)
    export = analytics_export(content, path.name, files.owner, today)
    tables = [(ACCOUNT_ACTIVITY, export.activity)]
    if files.anchor:
        tables.append((ACCOUNT_SNAPSHOTS, anchored_counts(export, files.anchor, files.owner)))
    days = (export.first_day, export.last_day)
    return ReadExport(path.name, content, _fingerprint(files, content), days, export.notes, tuple(tables))


def _content(files: ExportFiles, path: Path, today: date) -> ReadExport:
    content = _bytes(path)
    export = content_export(content, path.name, files.owner, today)
    days, tables = (export.first_day, export.read_on), ((POSTS, export.posts),)
    return ReadExport(path.name, content, _fingerprint(files, content), days, export.notes, tables)


def _counts(files: ExportFiles, path: Path, today: date) -> ReadExport:
    content = _bytes(path)
    export = counts_export(content, path.name, files.owner, today)
    days, tables = (export.first_day, export.last_day), ((ACCOUNT_SNAPSHOTS, export.snapshots),)
    return ReadExport(path.name, content, _fingerprint(files, content), days, export.notes, tables)


def _followers(files: ExportFiles, path: Path, today: date) -> ReadExport:
    content, day = _bytes(path), files.followers_read_on or today
    if day > today:
        message = f"{path.name}: read on {day}, which lies in the future; today is {today}"
        raise ExportRefusedError(message)
    members = follower_members(parse_follower_list(content, path.name), files.owner, day)
    notes = (f"{len(members)} followers in follow order",)
    return ReadExport(
        path.name, content, _fingerprint(files, content), (day, day), notes, ((FOLLOWER_LIST_MEMBERS, members),)
    )


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as problem:
        message = f"{path}: cannot be read: {problem.strerror}"
        raise ExportRefusedError(message) from None


def _fingerprint(files: ExportFiles, content: bytes) -> str:
    """SHA-256 of the account and the file's bytes: the same file of the same account is the same import."""
    return hashlib.sha256(files.owner.account_id.encode() + b"\n" + content).hexdigest()
