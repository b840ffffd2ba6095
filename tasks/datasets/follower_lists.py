"""Follower lists read from the staged tables one after the other, so that memory holds the longest of them."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from tasks.followers.roster import COARSE_COLUMNS
from tasks.followers.stretches import ProfileReader
from tasks.reports.arrivals import first_baseline
from tasks.reports.inputs import replace_provisional_ids
from tasks.reports.retrospective import (
    ListSource,
    RankedList,
    exact_follows,
    frame_reader,
    list_from_reading,
    lists_from_arrivals,
)
from tasks.schema.arrays import FloatArray, IntArray
from tasks.schema.frames import frame
from tasks.schema.months import Days
from tasks.schema.staged import FOLLOWER_ARRIVALS, FOLLOWER_LIST_MEMBERS
from tasks.schema.table import Table
from tasks.store.parquet import Selection
from tasks.store.scan import count_rows
from tasks.store.tables import Tables

_ROWS_AT_ONCE = 524_288
"""Followers of several lists that are read together; a longer list is read alone."""
_Place = tuple[str, pd.Timestamp]


@dataclass(frozen=True)
class ListQuery:
    """The lists read on these days of these accounts: handles by id, and the ids that stand for provisional ones."""

    days: Days
    handles: Mapping[str, str]
    ids: Mapping[str, str]


@dataclass(frozen=True)
class _ListTable:
    """A table in which lists stand: what tells a list from others, what else is said of it, and its followers.

    Of a long list profiles stay on disk until some are asked for, and `bounds` are read of a source that tells them.
    """

    table: Table
    day: str
    said: str
    followers: Mapping[str, str]
    bounds: tuple[str, ...] = ()


_IMPORTED = _ListTable(
    FOLLOWER_LIST_MEMBERS, "list_date", "handle", {"follower_rank": "rank", "follower_created_at": "created_at"}
)
_FIRST = _ListTable(
    FOLLOWER_ARRIVALS,
    "first_seen_date",
    "source",
    {"arrival_number": "rank", "follower_created_at": "created_at", "follower_id": "follower_id"},
    ("followed_after", "followed_before"),
)
_EXACT_SOURCE = "bluesky"
"""Tells when each follow was made, so that both bounds are one moment."""


def read_imported_lists(tables: Tables, query: ListQuery) -> Iterator[RankedList]:
    """The lists that were brought in."""
    for key, followers, reader in _lists(tables, _IMPORTED, _keys(tables, _IMPORTED, query), query):
        yield list_from_reading(ListSource(key.account_id, key.said, key.day, "follower_list", reader), followers)


def read_first_lists(tables: Tables, query: ListQuery, largest_violation_share: float) -> Iterator[RankedList]:
    """The first list of each account that X told, or an archive."""
    keys = _keys(tables, _FIRST, query)
    is_one = keys.groupby("account_id")["day"].transform("nunique") == 1
    for key, followers, reader in _lists(tables, _FIRST, keys[is_one], query):
        handle = query.handles[key.account_id]
        yield list_from_reading(ListSource(key.account_id, handle, key.day, key.said, reader), followers)
    several = tuple(keys.loc[~is_one, "stated_id"].unique())
    if several:
        arrivals = tables.staged(FOLLOWER_ARRIVALS, Selection(days=query.days, accounts=several))
        arrivals = first_baseline(replace_provisional_ids(frame(arrivals), dict(query.ids)))
        yield from lists_from_arrivals(arrivals, dict(query.handles), largest_violation_share)


def _keys(tables: Tables, kind: _ListTable, query: ListQuery) -> pd.DataFrame:
    """The lists by account and day, with the ids under which they stand, and the rows of each."""
    columns = ["account_id", kind.day, kind.said]
    selection = Selection(query.days, (*columns, "is_baseline"))
    counts = tables.fold(kind.table, selection, lambda parts: count_rows(kind.table, map(_listed, parts), columns))
    keys = frame(counts).set_axis(["stated_id", "day", "said", "rows_count"], axis=1)
    keys = replace_provisional_ids(keys.assign(account_id=keys["stated_id"]), dict(query.ids))
    keys = keys[keys["account_id"].isin(list(query.handles))]
    return keys.sort_values(["account_id", "day"], kind="stable", ignore_index=True)


def _listed(rows: pa.Table) -> pa.Table:
    """Those who stand in a whole list."""
    return rows.filter(rows["is_baseline"]) if "is_baseline" in rows.column_names else rows


class _ListKey(NamedTuple):
    """A list: whose it is, when it was read, and what else is said of it."""

    account_id: str
    day: pd.Timestamp
    said: str


def _lists(
    tables: Tables, kind: _ListTable, keys: pd.DataFrame, query: ListQuery
) -> Iterator[tuple[_ListKey, pd.DataFrame, ProfileReader | None]]:
    """Each list with its followers, if it has any with a place, and their profiles."""
    for some in _together(keys):
        first = some.drop_duplicates(["account_id", "day"])
        told = {(key.account_id, key.day): key for key in map(_ListKey._make, first[list(_ListKey._fields)].to_numpy())}
        if len(told) == 1 and some["rows_count"].sum() > _ROWS_AT_ONCE:
            found = _alone_with_profiles(tables, kind, some, next(iter(told)))
        else:
            found = _of_several(tables, kind, some, query)
        yield from ((told[place], followers, reader) for place, followers, reader in found if len(followers))


def _together(keys: pd.DataFrame) -> Iterator[pd.DataFrame]:
    """Keys whose lists are read together: whole accounts, and of an account with more a stretch of its days."""
    size = keys.groupby("account_id")["rows_count"].transform("sum")
    yield from _cut(keys[size <= _ROWS_AT_ONCE], "account_id")
    for _, account in keys[size > _ROWS_AT_ONCE].groupby("account_id"):
        yield from _cut(account, "day")


def _cut(keys: pd.DataFrame, by: str) -> Iterator[pd.DataFrame]:
    size = keys.groupby(by)["rows_count"].sum()
    stretch = keys[by].map(size.cumsum() // _ROWS_AT_ONCE)
    is_long = keys[by].map(size > _ROWS_AT_ONCE)
    for _, some in keys.groupby([stretch, is_long]):
        yield some


def _selection(keys: pd.DataFrame, columns: Sequence[str]) -> Selection:
    days = (keys["day"].min().date(), keys["day"].max().date())
    return Selection(days, (*columns, "is_baseline"), tuple(keys["stated_id"].unique()))


_ListRows = tuple[_Place, pd.DataFrame, ProfileReader | None]


def _alone_with_profiles(tables: Tables, kind: _ListTable, keys: pd.DataFrame, place: _Place) -> Iterator[_ListRows]:
    """One list and the reader of its profiles."""
    followers = _alone(tables, kind, keys)
    yield place, followers, _table_reader(tables, kind, keys, followers)


def _alone(tables: Tables, kind: _ListTable, keys: pd.DataFrame) -> pd.DataFrame:
    """The followers of one list as plain numbers; without ids, because of two lists in one, ranks stand twice, too."""
    bounds = kind.bounds if (keys["said"] == _EXACT_SOURCE).all() else ()
    names = [name for name in kind.followers if name != "follower_id"]
    columns = _placed(tables, kind, keys, (*names, *bounds))
    times = {name: pd.DatetimeIndex(columns.pop(name), copy=False).tz_localize("UTC") for name in (names[1], *bounds)}
    followers = pd.DataFrame(columns | times, copy=False)
    if bounds:
        followers["followed_at"] = exact_follows(followers)
    return followers.rename(columns=dict(kind.followers))


def _placed(tables: Tables, kind: _ListTable, keys: pd.DataFrame, names: Sequence[str]) -> dict[str, np.ndarray]:
    """These columns of the followers of one list that have a place; the place is the first column."""

    def join(pieces: Iterator[pa.Table]) -> dict[str, np.ndarray]:
        held: dict[str, list[np.ndarray]] = {name: [] for name in names}
        for rows in map(_listed, pieces):
            placed = rows.filter(pc.is_valid(rows[names[0]]))
            for name, parts in held.items():
                parts.append(placed[name].to_numpy())
        return {name: np.concatenate(held.pop(name)) for name in names}

    return tables.fold(kind.table, _selection(keys, names), join)


def _table_reader(tables: Tables, kind: _ListTable, keys: pd.DataFrame, followers: pd.DataFrame) -> ProfileReader:
    """Profiles of one long list, looked up in the table: only those asked for are held."""
    rank = next(iter(kind.followers))
    first = int(followers["rank"].min()) if len(followers) else 0

    def read(places: IntArray) -> FloatArray:
        counts = np.full((len(COARSE_COLUMNS), len(places)), np.nan)

        def fill(pieces: Iterator[pa.Table]) -> FloatArray:
            for rows in map(_listed, pieces):
                at = rows[rank].fill_null(first - 1).to_numpy() - first
                place = np.minimum(np.searchsorted(places, at), len(places) - 1)
                is_wanted = places[place] == at
                for row, name in enumerate(COARSE_COLUMNS):
                    counts[row, place[is_wanted]] = rows[name].cast(pa.float64(), safe=False).to_numpy()[is_wanted]
            return counts

        return tables.fold(kind.table, _selection(keys, (rank, *COARSE_COLUMNS)), fill) if len(places) else counts

    return read


def _of_several(tables: Tables, kind: _ListTable, keys: pd.DataFrame, query: ListQuery) -> Iterator[_ListRows]:
    """The followers of each of these lists, which are short."""
    selection = _selection(keys, ["account_id", kind.day, *kind.followers, *kind.bounds, *COARSE_COLUMNS])
    rows = tables.fold(kind.table, selection, lambda parts: pa.concat_tables(map(_listed, parts)))
    named = replace_provisional_ids(frame(rows), dict(query.ids)).rename(columns=dict(kind.followers))
    if kind.bounds:
        named["followed_at"] = exact_follows(named)
    named = named[named["rank"].notna()].astype({"rank": "int64"}).sort_values("rank", kind="stable")
    columns = [*kind.followers.values(), *(("followed_at",) if kind.bounds else ())]
    for _, part in named.groupby(["account_id", kind.day], sort=True):
        place = (part["account_id"].iloc[0], part[kind.day].iloc[0])
        yield place, part[columns].reset_index(drop=True), frame_reader(part)
