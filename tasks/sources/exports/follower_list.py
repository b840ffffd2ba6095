"""An ordered follower list that somebody kept: read a piece at a time, and given as staged rows."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import BinaryIO

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from tasks.schema.months import Days
from tasks.schema.staged import FOLLOWER_LIST_MEMBERS
from tasks.sources.exports.export import Owner, open_file, refusal
from tasks.sources.exports.follower_columns import FLAG_TITLE, FOLLOWER_COLUMNS, MOMENT_TYPE, NO_FOLLOWER
from tasks.sources.exports.follower_csv import BYTE_ORDER_MARK, csv_pieces
from tasks.sources.exports.follower_parquet import parquet_pieces
from tasks.sources.exports.follower_records import is_record_file, record_pieces, record_titles
from tasks.sources.exports.sheet import header_of
from tasks.sources.exports.titles import plain_title
from tasks.sources.snowflakes import snowflake_moments
from tasks.store.foreign import foreign_names, is_parquet
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
_EPOCH = pa.scalar(0, pa.int64()).cast(MOMENT_TYPE)
_HELD_TYPES = {"rank": np.int64, "created_at": "datetime64[us]", "follower_id": np.int64}
"""What is held of every follower, so that the list can be checked as a whole."""
_LONG_ID = 2**54
"""Ids below lose nothing in a number with a point."""
_CUT_DIGITS, _ENOUGH_TO_TELL = 1_000, 8
"""A workbook keeps 15 digits; eight ids of 18 that end in three zeros are chance once in 10**24."""
_TURN_BITS, _ENOUGH_BITS = 22, 20
"""Of X's ids some four in ten are odd, so twenty even ones are chance once in 25,000, such as end in six zeros less."""
_APART = pd.Timedelta(days=1)
_FEW, _FEW_SHARE = 2, 0.01
"""A few accounts whose ids and dates disagree are a mistake in the list; more are other people's ids."""


@dataclass(frozen=True)
class FollowerListExport:
    """A follower list whose cells were all read: `followers` has rank, created_at and, where known, follower_id.

    They stand in the file's order; everything else of them lies in the spill file, with ranks that are
    `ranks_shift` lower. `notes` say how columns were taken.
    """

    path: Path
    owner: Owner
    read_on: date
    fingerprint: str
    followers: pd.DataFrame = field(repr=False)
    spill: SpillFile = field(repr=False)
    ranks_shift: int = 0
    notes: tuple[str, ...] = ()
    columns: tuple[tuple[str, str], ...] = ()
    kind: str = "followers"

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
            elif of.name == "follower_rank":
                arrays.append(pc.add(piece["rank"], self.ranks_shift).cast(of.type))
            elif _FILE_COLUMNS[of.name] in piece.column_names:
                arrays.append(piece[_FILE_COLUMNS[of.name]].cast(of.type))
            else:
                arrays.append(pa.nulls(piece.num_rows, of.type))
        return pa.Table.from_arrays(arrays, schema=schema)


def follower_list_export(path: Path, owner: Owner, read_on: date, today: date) -> FollowerListExport:
    """The list of a CSV, Parquet, JSON or SQLite file, as read on a day.

    Raises `ExportRefusedError` for what `follower_pieces` refuses, ids that a program has rounded, and a list read in
    the future.
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
            columns = piece.column_names
            spill.append(piece)
            for name in _HELD_TYPES.keys() & set(columns):
                held.setdefault(name, []).append(piece[name].to_numpy().astype(_HELD_TYPES[name], copy=False))
        file.seek(0)
        titles = _titles(file, path.name)
        notes = _flag_notes([plain_title(title) for title in titles], columns)
        places = FOLLOWER_COLUMNS.places(titles, path.name).items()
    followers = _held_frame(held)
    _refuse_rounded(followers, path.name)
    is_ranked = followers["rank"].min() >= 0
    shift = 0 if is_ranked else len(followers) - 1
    notes += () if is_ranked else ("it has no ranks, so its rows are taken as X lists followers, the newest first",)
    moved = followers.assign(rank=followers["rank"] + shift)
    taken = tuple((column, titles[place].strip()) for place, column in places if column in columns)
    return FollowerListExport(path, owner, read_on, fingerprint, moved, spill, shift, notes, taken)


def _titles(file: BinaryIO, name: str) -> list[str]:
    head = file.read(_HEAD)
    if is_parquet(head):
        return foreign_names(file)
    if is_record_file(head):
        file.seek(0)
        return record_titles(file, name)
    return header_of(head.removeprefix(BYTE_ORDER_MARK).lstrip().splitlines()[0], name)


def _flag_notes(titles: Sequence[str], columns: Sequence[str]) -> tuple[str, ...]:
    """That `following` is no count and was left out, where it was."""
    others = set(FOLLOWER_COLUMNS.titles["following_count"]) - {FLAG_TITLE}
    if FLAG_TITLE not in titles or ("following_count" in columns and not others & set(titles)):
        return ()
    counts = "the count is that of the other column" if "following_count" in columns else "it has no following counts"
    return (f"{FLAG_TITLE} says whether somebody follows back and is left out; {counts}",)


def _refuse_rounded(followers: pd.DataFrame, name: str) -> None:
    """Refuse ids that went through a number of 64 bits with a point, or that are not of the accounts beside them.

    Such a number holds 53 bits, so that ids of today end in six zeros or more in base 2, and 15 digits in a workbook.
    X gives an id its last 22 bits by machine and turn, so that not all of many end so.
    """
    if "follower_id" not in followers:
        return
    ids = followers["follower_id"].to_numpy()
    timed = ids[ids >= _LONG_ID]
    is_short = len(timed) >= _ENOUGH_TO_TELL and not (timed % _CUT_DIGITS).any()
    is_cut = len(timed) >= _ENOUGH_BITS and bool((timed % 2**_TURN_BITS).any()) and not (timed % _cut(timed)).any()
    apart = (snowflake_moments(followers["follower_id"]) - followers["created_at"]).abs() > _APART
    if is_short or is_cut or apart.sum() > max(_FEW, _FEW_SHARE * len(timed)):
        said = "its ids were rounded, so they are nobody's; export the list again with ids as text, not as numbers"
        raise refusal(name, said)


def _cut(ids: NDArray[np.int64]) -> NDArray[np.int64]:
    """By what an id can be divided that went through a number of 53 bits: 64 from 2**58 on, 128 from 2**59 on."""
    return np.asarray(2 ** (np.floor(np.log2(ids.astype(np.float64))).astype(np.int64) - 52))


def follower_pieces(file: BinaryIO, name: str) -> Iterator[pa.Table]:
    """Some followers of the file at a time, in its order; the columns are those of ours that it has.

    `rank` is int64 without null, and so is `follower_id` where the file has it; `created_at` is a moment in UTC, null
    where the cell is empty or holds the beginning of 1970, as programs write a date that X did not tell.
    Counts are int64 and flags bool, null where a cell is empty. Other columns are left out.
    Whether the ranks are whole and the dates possible is for whoever judges the list.
    Raises `ExportRefusedError` for another format, a missing column, and the first value that cannot be read.
    """
    head = file.read(_HEAD)
    file.seek(0)
    if head.startswith(b"PK"):
        raise refusal(name, "is a workbook or a ZIP; save the follower list as CSV UTF-8 or Parquet")
    count = 0
    read = parquet_pieces if is_parquet(head) else record_pieces if is_record_file(head) else csv_pieces
    for piece in read(file, name):
        count += piece.num_rows
        if count > _MOST_FOLLOWERS:
            raise refusal(name, f"holds more than {_MOST_FOLLOWERS:,} followers; give a part of it")
        yield _without_epoch(piece)
    if not count:
        raise refusal(name, NO_FOLLOWER)


def _without_epoch(piece: pa.Table) -> pa.Table:
    place = piece.column_names.index("created_at")
    created = piece["created_at"]
    return piece.set_column(place, "created_at", pc.if_else(pc.equal(created, _EPOCH), None, created))


def _held_frame(held: dict[str, list[NDArray[np.generic]]]) -> pd.DataFrame:
    columns = {name: np.concatenate(held.pop(name)) for name in _HELD_TYPES if name in held}
    created = pd.DatetimeIndex(columns["created_at"], copy=False).tz_localize("UTC")
    return pd.DataFrame(columns | {"created_at": created}, copy=False)
