"""Cells written as nearly everybody writes them, a whole column at a time: lists of millions are read so.

What is written otherwise is no mistake: `followers.py` reads it cell by cell, and refuses what is one.
"""

from collections.abc import Callable

import pyarrow as pa
import pyarrow.compute as pc

from tasks.sources.exports.cells import LARGEST_COUNT
from tasks.sources.exports.follower_columns import MOMENT, Kind

DAY = r"^[12]\d{3}-\d{2}-\d{2}"
ZONED = DAY + r"[T ]\d{2}:\d{2}(:\d{2}(\.\d{1,6})?)?(Z|[+-](0\d|1[0-4]):[0-5]\d)$"
UNZONED = DAY + r"([T ]\d{2}:\d{2}(:\d{2}(\.\d{1,6})?)?)?$"
"""ISO 8601 with its zone, and without one, which means UTC."""
TRUTHS = {"true": True, "false": False, "1": True, "0": False, "yes": True, "no": False}
LONGEST_COUNT, LONGEST_ID = len(str(LARGEST_COUNT)), 19


def usual_values(kind: Kind, texts: pa.Array) -> pa.Array | None:
    """The values of a column's texts, null for null; None where one of them is not written as usual."""
    try:
        return _USUAL[kind](pc.utf8_trim_whitespace(texts))
    except pa.ArrowInvalid:
        return None


def _counts(texts: pa.Array) -> pa.Array | None:
    if not _all(pc.and_(pc.ascii_is_decimal(texts), pc.less_equal(pc.binary_length(texts), LONGEST_COUNT))):
        return None
    counts = texts.cast(pa.int64())
    return counts if _all(pc.less_equal(counts, LARGEST_COUNT)) else None


def _ids(texts: pa.Array) -> pa.Array | None:
    bare = pc.utf8_trim(texts, "'\"")
    length = pc.binary_length(bare)
    # Of two texts of nineteen digits, the smaller number is the earlier text.
    is_long = pc.and_(pc.equal(length, LONGEST_ID), pc.and_(pc.greater_equal(bare, "1"), pc.less(bare, "9")))
    is_id = pc.and_(pc.ascii_is_decimal(bare), pc.or_(pc.less(length, LONGEST_ID), is_long))
    return bare.cast(pa.int64()) if _all(is_id) else None


def _flags(texts: pa.Array) -> pa.Array | None:
    place = pc.index_in(pc.ascii_lower(texts), value_set=pa.array(list(TRUTHS)))
    return pa.array(list(TRUTHS.values())).take(place) if place.null_count == texts.null_count else None


def _moments(texts: pa.Array) -> pa.Array | None:
    if _all(pc.match_substring_regex(texts, ZONED)):
        return texts.cast(MOMENT)
    return texts.cast(pa.timestamp("us")).cast(MOMENT) if _all(pc.match_substring_regex(texts, UNZONED)) else None


_USUAL: dict[Kind, Callable[[pa.Array], pa.Array | None]] = {
    "count": _counts,
    "id": _ids,
    "flag": _flags,
    "moment": _moments,
}


def _all(is_so: pa.Array) -> bool:
    return bool(pc.all(is_so, min_count=0).as_py())
