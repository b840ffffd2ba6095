"""An ordered follower list that somebody kept, CSV or Parquet: read a piece at a time, and given as staged rows."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import BinaryIO

import numpy as np
import pandas as pd
import pyarrow as pa
from numpy.typing import NDArray

from tasks.schema.months import Days
from tasks.schema.staged import FOLLOWER_LIST_MEMBERS
from tasks.sources.exports.export import Owner, open_file, refusal
from tasks.sources.exports.follower_columns import NO_FOLLOWER
from tasks.sources.exports.follower_csv import csv_pieces
from tasks.sources.exports.follower_parquet import parquet_pieces
from tasks.store.foreign import is_parquet
from tasks.store.parquet import GROUP_ROWS, sha256
from tasks.store.spill_file import SpillFile, sort_rows

_MOST_FOLLOWERS = 20_000_000
"""Ranks, ids and creation dates of all are held to be checked: 24 bytes each."""
_HEAD = 65_536
"""Bytes that tell the format."""
_FILE_COLUMNS = {
    "follower_rank": "rank",
    "listed_follower_id": "follower_id",
    "follower_created_at": "created_at",
    "follower_followers_count": "followers_count",
    "follower_following_count": "following_count",
    "follower_posts_count": "posts_count",
    "follower_listed_count": "listed_count",
    "follower_likes_count": "likes_count",
    "has_default_image": "has_default_image",
    "has_description": "has_description",
    "is_follower_protected": "is_protected",
    "is_follower_verified": "is_verified",
}
"""The table's columns and those of the file's pieces."""
_HELD_TYPES = {"rank": np.int64, "created_at": "datetime64[us]", "follower_id": np.int64}
"""What is held of every follower, so that the list can be checked as a whole."""


@dataclass(frozen=True)
class FollowerListExport:
    """A follower list whose cells were all read: `followers` has rank, created_at and, where known, follower_id.

    They stand in the file's order; everything else of them lies in the spill file.
    """

    path: Path
    owner: Owner
    read_on: date
    fingerprint: str
    followers: pd.DataFrame = field(repr=False)
    spill: SpillFile = field(repr=False)

    @property
    def name(self) -> str:
        """What the file is called."""
        return self.path.name

    @property
    def days(self) -> Days:
        """The day of the reading."""
        return self.read_on, self.read_on

    def rows(self) -> Iterator[pa.Table]:
        """Rows of `follower_list_members` in the table's order, some at a time."""
        ranks = self.followers["rank"].to_numpy()
        return (self._rows(piece) for piece in sort_rows(self.spill, ranks, GROUP_ROWS))

    def _rows(self, piece: pa.Table) -> pa.Table:
        about = {"account_id": self.owner.account_id, "handle": self.owner.handle, "list_date": self.read_on}
        schema = FOLLOWER_LIST_MEMBERS.schema
        arrays = []
        for of in schema:
            if of.name in about:
                arrays.append(pa.repeat(pa.scalar(about[of.name], of.type), piece.num_rows))
            elif _FILE_COLUMNS[of.name] in piece.column_names:
                arrays.append(piece[_FILE_COLUMNS[of.name]].cast(of.type))
            else:
                arrays.append(pa.nulls(piece.num_rows, of.type))
        return pa.Table.from_arrays(arrays, schema=schema)


def follower_list_export(path: Path, owner: Owner, read_on: date, today: date) -> FollowerListExport:
    """The list of a CSV or Parquet file, as read on a day.

    Raises `ExportRefusedError` for what `follower_pieces` refuses, and a list read in the future.
    """
    if read_on > today:
        said = f"was read on {read_on}, but today is {today} in UTC; give the day on which it was read"
        raise refusal(path.name, said)
    spill = SpillFile()
    held: dict[str, list[NDArray[np.generic]]] = {}
    with open_file(path) as file:
        fingerprint = sha256(file, owner.account_id.encode() + b"\n")
        file.seek(0)
        for piece in follower_pieces(file, path.name):
            spill.append(piece)
            for name in _HELD_TYPES.keys() & set(piece.column_names):
                held.setdefault(name, []).append(piece[name].to_numpy().astype(_HELD_TYPES[name], copy=False))
    return FollowerListExport(path, owner, read_on, fingerprint, _held_frame(held), spill)


def follower_pieces(file: BinaryIO, name: str) -> Iterator[pa.Table]:
    """Some followers of the file at a time, in its order; the columns are those of ours that it has.

    `rank` is int64 without null, and so is `follower_id` where the file has it; `created_at` is a moment in UTC, null
    where the cell is empty. Counts are int64 and flags bool, null where a cell is empty. Other columns are left out.
    Whether the ranks are whole and the dates possible is for whoever judges the list.
    Raises `ExportRefusedError` for another format, a missing column, and the first value that cannot be read.
    """
    head = file.read(_HEAD)
    file.seek(0)
    _refuse_other_formats(head, name)
    count = 0
    for piece in parquet_pieces(file, name) if is_parquet(head) else csv_pieces(file, name):
        count += piece.num_rows
        if count > _MOST_FOLLOWERS:
            raise refusal(name, f"holds more than {_MOST_FOLLOWERS:,} followers; give a part of it")
        yield piece
    if not count:
        raise refusal(name, NO_FOLLOWER)


def _refuse_other_formats(head: bytes, name: str) -> None:
    if head.startswith(b"PK"):
        raise refusal(name, "is a workbook or a ZIP; save the follower list as CSV UTF-8 or Parquet")
    if head.lstrip()[:1] in (b"{", b"["):
        raise refusal(name, "is JSON; save the follower list as CSV UTF-8 or Parquet")


def _held_frame(held: dict[str, list[NDArray[np.generic]]]) -> pd.DataFrame:
    columns = {name: np.concatenate(held.pop(name)) for name in _HELD_TYPES if name in held}
    created = pd.DatetimeIndex(columns["created_at"], copy=False).tz_localize("UTC")
    return pd.DataFrame(columns | {"created_at": created}, copy=False)
