"""What an ordered follower list may hold: our columns, the titles they go by, and their types."""

from typing import Literal

import pyarrow as pa

COUNTS = {
    "followers_count": ("followerscount", "followers"),
    "following_count": ("followingcount", "following", "friendscount", "friends"),
    "posts_count": ("postscount", "postcount", "posts", "tweetcount", "statusescount", "tweets"),
    "listed_count": ("listedcount", "listed"),
    "likes_count": ("likescount", "likecount", "likes", "favouritescount", "favoritescount"),
}
FLAGS = {
    "is_verified": ("isverified", "verified"),
    "is_protected": ("isprotected", "protected"),
    "has_default_image": ("hasdefaultimage", "defaultprofileimage"),
    "has_description": ("hasdescription", "hasbio"),
    "has_location": ("haslocation",),
    "has_url": ("hasurl",),
}
TITLES = {
    "rank": ("rank",),
    "created_at": ("createdat", "accountcreatedat", "followercreatedat"),
    "follower_id": ("followerid", "userid", "accountid", "id"),
    **COUNTS,
    **FLAGS,
}
"""Our column and the titles under which it is known, without case, spaces and punctuation."""

ALIASES = {title: column for column, titles in TITLES.items() for title in titles}
REQUIRED = ("rank", "created_at")
HEADER_LACKS = "the header must name rank (0 = oldest follower) and created_at; name the columns so"
ID = r"^([0-9]{1,18}|[1-8][0-9]{18})$"
"""X's ids are 64-bit numbers whose first bit is not used; those of 2026 begin with 2."""
EMPTY = "holds no follower; export the list again, one row each"

Kind = Literal["count", "id", "flag", "moment"]
MOMENT = pa.timestamp("us", "UTC")
PLAIN: dict[Kind, pa.DataType] = {"count": pa.int64(), "id": pa.int64(), "flag": pa.bool_(), "moment": MOMENT}
"""The type in which each kind is read."""
MUST: dict[str, str] = {
    "rank": "a whole number, 0 for the oldest follower",
    "follower_id": "an id of digits alone, as X gives it",
    "created_at": "a moment such as 2013-08-11 06:08:00+00:00",
}
"""How a refused value has to be written; counts and flags have their own words."""


def kind(column: str) -> Kind:
    """How the values of one of our columns are read."""
    if column == "created_at":
        return "moment"
    if column == "follower_id":
        return "id"
    return "flag" if column in FLAGS else "count"


def must_be(column: str) -> str:
    """How a value of the column has to be written, for refusals."""
    usual = "true or false" if column in FLAGS else "a count of 0 or more"
    return MUST.get(column, usual)
