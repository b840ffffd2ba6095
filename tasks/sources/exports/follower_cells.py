"""Followers as texts by column, whatever file they stand in, and how the texts become our types."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import pyarrow as pa
import pyarrow.compute as pc

from tasks.sources.exports.dates import parse_moment
from tasks.sources.exports.export import refusal
from tasks.sources.exports.follower_columns import (
    CELL_IS_EMPTY,
    CELL_TYPES,
    FLAG_TITLE,
    ID_PATTERN,
    TRUTHS,
    CellKind,
    cell_kind,
    follower_places,
    newest_first_ranks,
    plain_values,
    required_form,
)
from tasks.sources.exports.sheet import parse_count
from tasks.sources.exports.titles import plain_title


@dataclass(frozen=True)
class FollowerHeader:
    """Where each of our columns stands, under which title, and in what a refusal counts: lines, followers or rows."""

    name: str
    separator: str
    places: Mapping[str, int]
    titles: Mapping[str, str]
    width: int
    unit: str = "line"


@dataclass(frozen=True)
class CellBlock:
    """Some followers: the line on which each stands, and the text of each of our columns, null where it is empty."""

    header: FollowerHeader
    lines: Sequence[int]
    texts: Mapping[str, pa.Array]


def follower_header(titles: Sequence[str], name: str, separator: str = "", unit: str = "line") -> FollowerHeader:
    """What the titles say; `ExportRefusedError` where they lack what a list must have."""
    places = follower_places(titles, name)
    named = {column: titles[place].strip() for column, place in places.items()}
    return FollowerHeader(name, separator, places, named, len(titles), unit)


def typed_pieces(blocks: Iterator[CellBlock]) -> Iterator[pa.Table]:
    """Our columns in our types, a block at a time; `ExportRefusedError` names the first cell that cannot be read."""
    flags, first = None, 0
    for cells in blocks:
        flags = _flag_columns(cells) if flags is None else flags
        piece = {column: _column(cells, column) for column in cells.texts if column not in flags}
        yield pa.table(piece if "rank" in piece else {"rank": newest_first_ranks(first, len(cells.lines)), **piece})
        first += len(cells.lines)


def _flag_columns(cells: CellBlock) -> frozenset[str]:
    """The column of counts that holds flags: `following` with nothing but true and false, or 1 and 0."""
    if plain_title(cells.header.titles.get("following_count", "")) != FLAG_TITLE:
        return frozenset()
    texts = pc.ascii_lower(pc.utf8_trim_whitespace(cells.texts["following_count"].drop_null()))
    are_flags = pc.all(pc.is_in(texts, value_set=pa.array(list(TRUTHS))), min_count=0).as_py()
    return frozenset({"following_count"} if are_flags else ())


def _column(cells: CellBlock, column: str) -> pa.Array:
    values = plain_values(cell_kind(column), cells.texts[column])
    values = _read_one_by_one(cells, column) if values is None else values
    if column in ("rank", "follower_id") and values.null_count:
        place = values.is_null().index(value=True).as_py()
        raise refusal(_place(cells, place), f"{cells.header.titles[column]} {CELL_IS_EMPTY}")
    return values


def _read_one_by_one(cells: CellBlock, column: str) -> pa.Array:
    read, header = _READERS[cell_kind(column)], cells.header
    values = []
    for place, cell in enumerate(cells.texts[column].to_pylist()):
        text = cell.strip() if cell else ""
        try:
            values.append(read(text, header.separator) if text else None)
        except ValueError:
            said = f"{header.titles[column]} is {text[:40]!r}; write {required_form(column)}"
            raise refusal(_place(cells, place), said) from None
    return pa.array(values, CELL_TYPES[cell_kind(column)])


def _place(cells: CellBlock, place: int) -> str:
    return f"{cells.header.name}, {cells.header.unit} {cells.lines[place]}"


def _id(text: str, _: str) -> int | None:
    bare = text.strip("'\"")
    if bare and not re.fullmatch(ID_PATTERN, bare):
        raise ValueError
    return int(bare) if bare else None


def _flag(text: str, _: str) -> bool:
    if text.lower() not in TRUTHS:
        raise ValueError
    return TRUTHS[text.lower()]


_READERS: dict[CellKind, Callable[[str, str], object]] = {
    "count": parse_count,
    "id": _id,
    "flag": _flag,
    "moment": lambda text, _: parse_moment(text),
}
"""From a cell, and what stands between cells, to its value; `ValueError` for what is none."""
