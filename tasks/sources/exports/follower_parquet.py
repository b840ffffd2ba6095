"""An ordered follower list that is kept as Parquet: its columns, some followers at a time."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import BinaryIO

import pyarrow as pa
import pyarrow.compute as pc

from tasks.sources.exports.dates import parse_moment
from tasks.sources.exports.export import ExportRefusedError, refusal
from tasks.sources.exports.follower_columns import (
    CELL_IS_EMPTY,
    CELL_TYPES,
    FLAG_TITLE,
    ID_PATTERN,
    CellKind,
    cell_kind,
    follower_places,
    newest_first_ranks,
    plain_values,
    required_form,
)
from tasks.sources.exports.sheet import LARGEST_COUNT
from tasks.sources.exports.titles import plain_title
from tasks.store.foreign import foreign_names, foreign_pieces
from tasks.store.parquet import UnreadableFileError


@dataclass(frozen=True)
class _ColumnPiece:
    """A piece of a column: the file's name, the column's title there and our name for it, and the piece's first row."""

    name: str
    title: str
    column: str
    first: int

    def refusal(self, row: int | None, what: str) -> ExportRefusedError:
        """The sentence about a row of the piece, counted from 1 in the file, or about the whole column."""
        where = "the column" if row is None else f"row {self.first + row + 1}"
        return refusal(f"{self.name}, {where}", f"{self.title} {what}")

    def wrong(self, row: int | None, what: str) -> ExportRefusedError:
        """The same for a value of the wrong kind, with how it has to be written."""
        return self.refusal(row, f"{what}; write {required_form(self.column)}")


def parquet_pieces(file: BinaryIO, name: str) -> Iterator[pa.Table]:
    """Some rows of our columns at a time, in our types.

    `ExportRefusedError` names the first row whose value cannot be read.
    """
    first = 0
    try:
        titles = _titles(foreign_names(file), name)
        flags = None
        for rows in foreign_pieces(file, list(titles.values())):
            flags = _flag_columns(rows, titles) if flags is None else flags
            places = [_ColumnPiece(name, title, column, first) for column, title in titles.items()]
            piece = {place.column: _column(rows[place.title], place) for place in places if place.column not in flags}
            yield pa.table(piece if "rank" in piece else {"rank": newest_first_ranks(first, rows.num_rows), **piece})
            first += rows.num_rows
    except UnreadableFileError as problem:
        raise refusal(name, str(problem)) from None


def _flag_columns(rows: pa.Table, titles: dict[str, str]) -> frozenset[str]:
    """The column of counts that holds flags: `following` with nothing but true and false, or 1 and 0."""
    title = titles.get("following_count", "")
    if plain_title(title) != FLAG_TITLE:
        return frozenset()
    values = rows[title]
    if _is_number(values.type):
        are_flags = pc.all(pc.is_in(values.cast(pa.float64()), value_set=pa.array([0.0, 1.0])), min_count=0).as_py()
    else:
        are_flags = pa.types.is_boolean(values.type)
    return frozenset({"following_count"} if are_flags else ())


def _titles(names: list[str], name: str) -> dict[str, str]:
    return {column: names[place] for column, place in follower_places(names, name).items()}


def _column(values: pa.ChunkedArray, place: _ColumnPiece) -> pa.ChunkedArray:
    typed = _typed(values, place)
    if place.column in ("rank", "follower_id") and typed.null_count:
        row = pc.index(pc.is_null(typed), value=True).as_py()
        raise place.refusal(row, CELL_IS_EMPTY)
    return typed


def _typed(values: pa.ChunkedArray, place: _ColumnPiece) -> pa.ChunkedArray:
    of = cell_kind(place.column)
    if pa.types.is_dictionary(values.type):
        values = values.cast(values.type.value_type)
    if pa.types.is_null(values.type):
        return values.cast(CELL_TYPES[of])
    if not _FITS[of](values.type):
        raise place.wrong(None, f"is of type {values.type}")
    if of == "moment" and _is_text(values.type) and (moments := _plain_moments(values)):
        return moments
    bad = pc.index(pc.fill_null(_GOOD[of](values), fill_value=True), value=False).as_py()
    if bad >= 0:
        raise place.wrong(bad, f"is {str(values[bad].as_py())[:40]!r}")
    try:
        return _cast(values, place.column)
    except pa.ArrowInvalid:
        raise place.wrong(None, "holds what is out of range") from None


def _plain_moments(values: pa.ChunkedArray) -> pa.ChunkedArray | None:
    found = [plain_values("moment", chunk.cast(pa.string())) for chunk in values.chunks]
    return None if any(one is None for one in found) else pa.chunked_array(found, CELL_TYPES["moment"])


def _cast(values: pa.ChunkedArray, column: str) -> pa.ChunkedArray:
    target = CELL_TYPES[cell_kind(column)]
    if cell_kind(column) == "moment" and _is_text(values.type):
        return _each_once(values, lambda text: parse_moment(text) if text else None, target)
    if pa.types.is_floating(values.type):
        # NaN is how pandas writes a missing count.
        values = pc.if_else(pc.is_nan(values), pa.scalar(None, values.type), values)
    return values.cast(options=pc.CastOptions(target_type=target, allow_time_truncate=True))


def _each_once(values: pa.ChunkedArray, read: Callable[[str], object], kind: pa.DataType) -> pa.ChunkedArray:
    """What is read of each text, of the same text once: a million rows of one date are some bytes in a file."""
    known = values.combine_chunks().dictionary_encode()
    return pa.chunked_array([pa.array(map(read, known.dictionary.to_pylist()), kind).take(known.indices)])


def _is_text(of: pa.DataType) -> bool:
    return bool(pa.types.is_string(of) or pa.types.is_large_string(of))


def _is_number(of: pa.DataType) -> bool:
    return bool(pa.types.is_integer(of) or pa.types.is_floating(of))


_FITS: dict[CellKind, Callable[[pa.DataType], bool]] = {
    "count": _is_number,
    "id": lambda of: bool(pa.types.is_integer(of)) or _is_text(of),
    "flag": lambda of: bool(pa.types.is_boolean(of)),
    "moment": lambda of: bool(pa.types.is_timestamp(of) or pa.types.is_date(of)) or _is_text(of),
}


def _good_counts(values: pa.ChunkedArray) -> pa.ChunkedArray:
    # Arrow compares numbers of one type, and single precision does not hold the largest count.
    others = pa.uint64() if values.type == pa.uint64() else pa.int64()
    wide = pa.float64() if pa.types.is_floating(values.type) else others
    least, most = pa.scalar(0, wide), pa.scalar(LARGEST_COUNT, wide)
    is_in_range = pc.and_(pc.greater_equal(values.cast(wide), least), pc.less_equal(values.cast(wide), most))
    if not pa.types.is_floating(values.type):
        return is_in_range
    is_whole = pc.and_(is_in_range, pc.equal(pc.floor(values), values))
    return pc.or_(is_whole, pc.is_nan(values))


def _good_ids(values: pa.ChunkedArray) -> pa.ChunkedArray:
    return pc.match_substring_regex(values.cast(pa.string()), ID_PATTERN)


def _good_moments(values: pa.ChunkedArray) -> pa.ChunkedArray:
    if not _is_text(values.type):
        return _all_good(values)
    return _each_once(values, _is_moment, pa.bool_())


def _all_good(values: pa.ChunkedArray) -> pa.ChunkedArray:
    return pc.equal(values, values)


def _is_moment(text: str) -> bool:
    try:
        return not text or bool(parse_moment(text))
    except ValueError:
        return False


_GOOD: dict[CellKind, Callable[[pa.ChunkedArray], pa.ChunkedArray]] = {
    "count": _good_counts,
    "id": _good_ids,
    "flag": _all_good,
    "moment": _good_moments,
}
