"""What an ordered follower list may hold: our columns, the titles they go by, their types, and how cells are read."""

from collections.abc import Callable, Sequence
from collections.abc import Set as AbstractSet
from typing import Literal

import pyarrow as pa
import pyarrow.compute as pc

from tasks.sources.exports.export import refusal
from tasks.sources.exports.sheet import LARGEST_COUNT, SheetColumns

_FLAGS = {
    "is_verified": ("isverified", "verified", "certified"),
    "is_protected": ("isprotected", "protected"),
    "has_default_image": ("hasdefaultimage", "defaultprofileimage"),
    "has_description": ("hasdescription", "hasbio"),
    "has_location": ("haslocation",),
    "has_url": ("hasurl",),
}
FOLLOWER_COLUMNS = SheetColumns(
    {
        "rank": ("rank",),
        "created_at": (
            *("createdat", "accountcreatedat", "followercreatedat", "usercreatedat", "created", "createdatutc"),
            *("accountcreated", "joindate", "joined"),
        ),
        "follower_id": ("followerid", "userid", "twitterid", "accountid", "restid", "idstr", "id"),
        "followers_count": ("followerscount", "publicmetricsfollowerscount", "followers"),
        "following_count": (
            *("followingcount", "friendscount", "followingscount", "publicmetricsfollowingcount", "friends"),
            "following",
        ),
        "posts_count": (
            *("postscount", "postcount", "posts", "tweetcount", "tweetscount", "statusescount", "tweets", "statuses"),
            "publicmetricstweetcount",
        ),
        "listed_count": ("listedcount", "publicmetricslistedcount", "listed"),
        "likes_count": (
            *("likescount", "likecount", "likes", "favouritescount", "favoritescount", "favourites", "favorites"),
            "publicmetricslikecount",
        ),
        **_FLAGS,
    },
    frozenset({"rank", "created_at"}),
)
"""The titles are those of twarc, twscrape, Phantombuster, Apify, twitter-web-exporter and of X's own API."""
UNRANKED = frozenset({"created_at", "follower_id", "followers_count"})
"""What a list without ranks must have to be known as one: its rows then stand as X lists, the newest follower first."""
FLAG_TITLE = "following"
"""In X's own words a flag, whether the reader follows that account; in those of other tools a count."""
_HEADER_LACKS = (
    "the header must name rank (0 = oldest follower) and created_at, or as X's tools do id, created_at and "
    "followers_count with the newest follower first; name the columns so"
)
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


def has_followers(columns: AbstractSet[str]) -> bool:
    """Whether these of our columns make a list: with ranks, or as X lists followers."""
    return columns >= FOLLOWER_COLUMNS.required or columns >= UNRANKED


def follower_places(titles: Sequence[str], name: str) -> dict[str, int]:
    """Where each of our columns stands among the titles; `ExportRefusedError` where they lack what a list must have."""
    places = {column: place for place, column in FOLLOWER_COLUMNS.places(titles, name).items()}
    if not has_followers(places.keys()):
        raise refusal(name, _HEADER_LACKS)
    return places


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


def newest_first_ranks(first: int, count: int) -> pa.Array:
    """Ranks of rows that have none, the first of them row number `first`; they end at 0 with the newest follower.

    The whole list is shifted when its length is known, so that its oldest follower has rank 0.
    """
    return pa.array(range(-first, -first - count, -1), pa.int64())


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
