"""What an ordered follower list may hold: our columns, the titles they go by, their types, and how cells are read."""

from collections.abc import Callable
from typing import Literal

import pyarrow as pa
import pyarrow.compute as pc

from tasks.sources.exports.sheet import LARGEST_COUNT, SheetColumns

_FLAGS = {
    "is_verified": ("isverified", "verified"),
    "is_protected": ("isprotected", "protected"),
    "has_default_image": ("hasdefaultimage", "defaultprofileimage"),
    "has_description": ("hasdescription", "hasbio"),
    "has_location": ("haslocation",),
    "has_url": ("hasurl",),
}
FOLLOWER_COLUMNS = SheetColumns(
    {
        "rank": ("rank",),
        "created_at": ("createdat", "accountcreatedat", "followercreatedat"),
        "follower_id": ("followerid", "userid", "accountid", "id"),
        "followers_count": ("followerscount", "followers"),
        "following_count": ("followingcount", "following", "friendscount", "friends"),
        "posts_count": ("postscount", "postcount", "posts", "tweetcount", "statusescount", "tweets"),
        "listed_count": ("listedcount", "listed"),
        "likes_count": ("likescount", "likecount", "likes", "favouritescount", "favoritescount"),
        **_FLAGS,
    },
    frozenset({"rank", "created_at"}),
)
HEADER_LACKS = "the header must name rank (0 = oldest follower) and created_at; name the columns so"
ID_PATTERN = r"^([0-9]{1,18}|[1-8][0-9]{18})$"
"""X's ids are 64-bit numbers whose first bit is not used; those of 2026 begin with 2."""
NO_FOLLOWER = "holds no follower; export the list again, one row each"
CELL_IS_EMPTY = "is empty; every follower needs one"

CellKind = Literal["count", "id", "flag", "moment"]
MOMENT_TYPE = pa.timestamp("us", "UTC")
CELL_TYPES: dict[CellKind, pa.DataType] = {
    "count": pa.int64(),
    "id": pa.int64(),
    "flag": pa.bool_(),
    "moment": MOMENT_TYPE,
}
"""The type in which each kind is read."""
TRUTHS = {"true": True, "false": False, "1": True, "0": False, "yes": True, "no": False}
_FORMS = {
    "rank": "a whole number, 0 for the oldest follower",
    "follower_id": "an id of digits alone, as X gives it",
    "created_at": "a moment such as 2013-08-11 06:08:00+00:00",
}

_DAY = r"^[12]\d{3}-\d{2}-\d{2}"
_ZONED = _DAY + r"[T ]\d{2}:\d{2}(:\d{2}(\.\d{1,6})?)?(Z|[+-](0\d|1[0-4]):[0-5]\d)$"
_UNZONED = _DAY + r"([T ]\d{2}:\d{2}(:\d{2}(\.\d{1,6})?)?)?$"
"""ISO 8601 with its zone, and without one, which means UTC."""
_LONGEST_COUNT, _LONGEST_ID = len(str(LARGEST_COUNT)), 19


def cell_kind(column: str) -> CellKind:
    """How the values of one of our columns are read."""
    if column == "created_at":
        return "moment"
    if column == "follower_id":
        return "id"
    return "flag" if column in _FLAGS else "count"


def required_form(column: str) -> str:
    """How a value of the column has to be written, for refusals."""
    return _FORMS.get(column, "true or false" if column in _FLAGS else "a count of 0 or more")


def plain_values(kind: CellKind, texts: pa.Array) -> pa.Array | None:
    """The values of cells written as nearly everybody writes them, a whole column at a time, null for null.

    None where one is written otherwise, which is no mistake: cells are then read one by one.
    """
    try:
        return _PLAIN_VALUES[kind](pc.utf8_trim_whitespace(texts))
    except pa.ArrowInvalid:
        return None


def _counts(texts: pa.Array) -> pa.Array | None:
    if not _all(pc.and_(pc.ascii_is_decimal(texts), pc.less_equal(pc.binary_length(texts), _LONGEST_COUNT))):
        return None
    counts = texts.cast(pa.int64())
    return counts if _all(pc.less_equal(counts, LARGEST_COUNT)) else None


def _ids(texts: pa.Array) -> pa.Array | None:
    bare = pc.utf8_trim(texts, "'\"")
    length = pc.binary_length(bare)
    # Of two texts of nineteen digits, the smaller number is the earlier text.
    is_long = pc.and_(pc.equal(length, _LONGEST_ID), pc.and_(pc.greater_equal(bare, "1"), pc.less(bare, "9")))
    is_id = pc.and_(pc.ascii_is_decimal(bare), pc.or_(pc.less(length, _LONGEST_ID), is_long))
    return bare.cast(pa.int64()) if _all(is_id) else None


def _flags(texts: pa.Array) -> pa.Array | None:
    place = pc.index_in(pc.ascii_lower(texts), value_set=pa.array(list(TRUTHS)))
    return pa.array(list(TRUTHS.values())).take(place) if place.null_count == texts.null_count else None


def _moments(texts: pa.Array) -> pa.Array | None:
    if _all(pc.match_substring_regex(texts, _ZONED)):
        return texts.cast(MOMENT_TYPE)
    return texts.cast(pa.timestamp("us")).cast(MOMENT_TYPE) if _all(pc.match_substring_regex(texts, _UNZONED)) else None


_PLAIN_VALUES: dict[CellKind, Callable[[pa.Array], pa.Array | None]] = {
    "count": _counts,
    "id": _ids,
    "flag": _flags,
    "moment": _moments,
}


def _all(is_so: pa.Array) -> bool:
    return bool(pc.all(is_so, min_count=0).as_py())
