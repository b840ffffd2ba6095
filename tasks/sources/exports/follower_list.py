"""A follower list as rows of the staged table, and the day on which it was read."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
from numpy.typing import NDArray

from tasks.schema.staged import FOLLOWER_LIST_MEMBERS
from tasks.sources.exports.followers import follower_pieces
from tasks.sources.exports.kind import opened
from tasks.sources.exports.owner import Owner
from tasks.sources.exports.refusal import refusal
from tasks.store.pieces import GROUP, sha256
from tasks.store.shelves import Shelves, sorted_groups

NAMES = {
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
CHECKED = {"rank": np.int64, "created_at": "datetime64[us]", "follower_id": np.int64}
"""What is held of every follower, so that the list can be checked as a whole."""


@dataclass(frozen=True)
class FollowerList:
    """A follower list whose cells were all read: `followers` has rank, created_at and, where known, follower_id.

    They stand in the file's order; everything else of them lies on the shelves.
    """

    path: Path
    owner: Owner
    read_on: date
    fingerprint: str
    followers: pd.DataFrame = field(repr=False)
    shelves: Shelves = field(repr=False)

    @property
    def name(self) -> str:
        """What the file is called."""
        return self.path.name

    @property
    def days(self) -> tuple[date, date]:
        """The day of the reading."""
        return self.read_on, self.read_on

    def rows(self) -> Iterator[pa.Table]:
        """Rows of `follower_list_members` in the table's order, some at a time."""
        ranks = self.followers["rank"].to_numpy()
        return (self._staged(piece) for piece in sorted_groups(self.shelves, ranks, GROUP))

    def _staged(self, piece: pa.Table) -> pa.Table:
        about = {"account_id": self.owner.account_id, "handle": self.owner.handle, "list_date": self.read_on}
        schema = FOLLOWER_LIST_MEMBERS.schema
        arrays = []
        for of in schema:
            if of.name in about:
                arrays.append(pa.repeat(pa.scalar(about[of.name], of.type), piece.num_rows))
            elif NAMES[of.name] in piece.column_names:
                arrays.append(piece[NAMES[of.name]].cast(of.type))
            else:
                arrays.append(pa.nulls(piece.num_rows, of.type))
        return pa.Table.from_arrays(arrays, schema=schema)


def follower_list(path: Path, owner: Owner, days: tuple[date, date]) -> FollowerList:
    """The list of a CSV or Parquet file; `days` are the day on which it was read, and today.

    Raises `ExportRefusedError` for what `follower_pieces` refuses, and a list read in the future.
    """
    read_on, today = days
    if read_on > today:
        said = f"was read on {read_on}, but today is {today} in UTC; give the day on which it was read"
        raise refusal(path.name, said)
    shelves = Shelves()
    held: dict[str, list[NDArray[np.generic]]] = {}
    with opened(path) as file:
        fingerprint = sha256(file, owner.account_id.encode() + b"\n")
        file.seek(0)
        for piece in follower_pieces(file, path.name):
            shelves.put(piece)
            for name in CHECKED.keys() & set(piece.column_names):
                held.setdefault(name, []).append(piece[name].to_numpy().astype(CHECKED[name], copy=False))
    return FollowerList(path, owner, read_on, fingerprint, _checked(held), shelves)


def _checked(held: dict[str, list[NDArray[np.generic]]]) -> pd.DataFrame:
    columns = {name: np.concatenate(held.pop(name)) for name in CHECKED if name in held}
    created = pd.DatetimeIndex(columns["created_at"], copy=False).tz_localize("UTC")
    return pd.DataFrame(columns | {"created_at": created}, copy=False)
