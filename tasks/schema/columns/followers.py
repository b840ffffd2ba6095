"""Who follows: each follower when first seen, with the profile as first seen."""

from tasks.schema.column import Column

NOT_STATED = "Null when the source does not state it."


def _profile_count(name: str, meaning: str, unit: str) -> Column:
    return Column(name, "int64", meaning, unit=unit, minimum=0, null_rule=NOT_STATED)


FOLLOWER_ID = Column("follower_id", "id", "The following account's id on X.")
FIRST_SEEN_DATE = Column(
    "first_seen_date", "date", "The UTC day on which the follower first stood in a reading of the list.", unit="UTC day"
)
ARRIVAL_NUMBER = Column(
    "arrival_number",
    "int64",
    "Place in follow order; 0 is the oldest follower known.",
    unit="place",
    minimum=0,
    null_rule="Null when how many followers are older is unknown.",
)
IS_BASELINE = Column(
    "is_baseline",
    "bool",
    "Whether the follower stood in the first reading of the list, so arrived some time before it and before any count.",
)
IS_RETURN = Column(
    "is_return", "bool", "Whether the follower was known before, left the head of the list, and came back."
)
FOLLOWED_AFTER = Column(
    "followed_after",
    "timestamp",
    "Earliest moment at which the follow can have happened.",
    unit="UTC",
    formula="last complete reading without this follower, or the latest creation time among it and all older ones; "
    "of a list read in part also the last count too low for its place",
    null_rule="Null when neither bound is known.",
)
FOLLOWED_BEFORE = Column(
    "followed_before",
    "timestamp",
    "Latest moment at which the follow can have happened.",
    unit="UTC",
    formula="the reading in which the follower was first seen; of a list read in part the first count high enough for "
    "its place, which holds if nobody older left since",
    null_rule=NOT_STATED,
)
FOLLOWER_CREATED_AT = Column(
    "follower_created_at", "timestamp", "When the following account was created.", unit="UTC", null_rule=NOT_STATED
)
FOLLOWER_FOLLOWERS_COUNT = _profile_count(
    "follower_followers_count", "Followers of the following account, when first seen.", "accounts"
)
FOLLOWER_FOLLOWING_COUNT = _profile_count(
    "follower_following_count", "Accounts that the following account follows, when first seen.", "accounts"
)
FOLLOWER_POSTS_COUNT = _profile_count(
    "follower_posts_count", "Posts of the following account, when first seen.", "posts"
)
FOLLOWER_LISTED_COUNT = _profile_count(
    "follower_listed_count", "Lists that hold the following account, when first seen.", "lists"
)
FOLLOWER_LIKES_COUNT = _profile_count(
    "follower_likes_count", "Likes given by the following account, when first seen.", "likes"
)
FOLLOWER_LAST_POST_AT = Column(
    "follower_last_post_at",
    "timestamp",
    "When the following account last posted, from the id of its last post.",
    unit="UTC",
    null_rule="Null when the account never posted or X did not say.",
)
HAS_DEFAULT_IMAGE = Column(
    "has_default_image", "bool", "Whether the profile picture is X's default.", null_rule=NOT_STATED
)
HAS_DESCRIPTION = Column("has_description", "bool", "Whether the profile has a bio.", null_rule=NOT_STATED)
HAS_LOCATION = Column("has_location", "bool", "Whether the profile names a location.", null_rule=NOT_STATED)
HAS_URL = Column("has_url", "bool", "Whether the profile has a link.", null_rule=NOT_STATED)
IS_FOLLOWER_PROTECTED = Column(
    "is_follower_protected", "bool", "Whether the following account is protected.", null_rule=NOT_STATED
)
IS_FOLLOWER_VERIFIED = Column(
    "is_follower_verified", "bool", "Whether the following account is verified.", null_rule=NOT_STATED
)
HANDLE_LENGTH_COUNT = _profile_count("handle_length_count", "Characters in the follower's @name.", "characters")
HANDLE_DIGITS_COUNT = _profile_count("handle_digits_count", "Digits at the end of the follower's @name.", "characters")

FOLLOWER_PROFILE_COLUMNS = (
    FOLLOWER_CREATED_AT,
    FOLLOWER_FOLLOWERS_COUNT,
    FOLLOWER_FOLLOWING_COUNT,
    FOLLOWER_POSTS_COUNT,
    FOLLOWER_LISTED_COUNT,
    FOLLOWER_LIKES_COUNT,
    FOLLOWER_LAST_POST_AT,
    HAS_DEFAULT_IMAGE,
    HAS_DESCRIPTION,
    HAS_LOCATION,
    HAS_URL,
    IS_FOLLOWER_PROTECTED,
    IS_FOLLOWER_VERIFIED,
    HANDLE_LENGTH_COUNT,
    HANDLE_DIGITS_COUNT,
)

_DEPARTURE_REASONS = ("unfollowed", "suspended", "deleted", "unknown")
"""Why a follower is gone, as far as X's compliance look-up tells."""

FIRST_MISSING_DATE = Column(
    "first_missing_date",
    "date",
    "The UTC day of the first complete reading of the list in which the follower no longer stood.",
    unit="UTC day",
)
LEFT_AFTER = Column(
    "left_after",
    "timestamp",
    "Earliest moment at which the follower can have left: the last reading in which it stood.",
    unit="UTC",
    null_rule="Null when that moment is unknown.",
)
LEFT_BEFORE = Column(
    "left_before",
    "timestamp",
    "Latest moment at which the follower can have left: the first reading without it.",
    unit="UTC",
)
DEPARTURE_REASON = Column(
    "departure_reason",
    "string",
    "Why the follower is gone.",
    values=_DEPARTURE_REASONS,
    null_rule="Null when it was not asked.",
)
