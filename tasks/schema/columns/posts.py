"""Posts and what they received, as read and at maturity; and who engaged with them."""

from tasks.schema.column import Column

_NOT_STATED = "Null when the source does not state it; never 0 for unknown."
_ENGAGEMENT_KINDS = ("reply", "quote", "repost", "like", "mention")


def _received(name: str, meaning: str, unit: str, source: str) -> Column:
    return Column(name, "int64", meaning, unit=unit, minimum=0, source=source, null_rule=_NOT_STATED)


POST_ID = Column("post_id", "id", "The post's id on X.")
CREATED_AT = Column("created_at", "timestamp", "When the post was published.", unit="UTC")
IS_REPOST = Column("is_repost", "bool", "Whether it only repeats somebody else's post.", null_rule=_NOT_STATED)
IS_QUOTE = Column("is_quote", "bool", "Whether it quotes another post.", null_rule=_NOT_STATED)
IS_REPLY_TO_OTHER = Column(
    "is_reply_to_other",
    "bool",
    "Whether it answers somebody else; an answer to oneself is a thread.",
    null_rule=_NOT_STATED,
)
LIKE_COUNT = _received("like_count", "Likes of the post up to the reading.", "likes", "X API public_metrics.like_count")
REPOST_COUNT = _received(
    "repost_count",
    "Reposts of the post up to the reading, quotes not included.",
    "reposts",
    "X API public_metrics.retweet_count or repost_count",
)
REPLY_COUNT = _received(
    "reply_count", "Replies to the post up to the reading.", "replies", "X API public_metrics.reply_count"
)
QUOTE_COUNT = _received(
    "quote_count", "Quotes of the post up to the reading.", "quotes", "X API public_metrics.quote_count"
)
BOOKMARK_COUNT = _received(
    "bookmark_count", "Bookmarks of the post up to the reading.", "bookmarks", "X API public_metrics.bookmark_count"
)
IMPRESSION_COUNT = _received(
    "impression_count",
    "Times the post was shown up to the reading; one person may count many times.",
    "impressions",
    "X API public_metrics.impression_count",
)
ACTOR_ID = Column("actor_id", "id", "The account that engaged, by its id on X.")
KIND = Column("kind", "string", "What the actor did.", values=_ENGAGEMENT_KINDS)
ENGAGED_AT = Column(
    "engaged_at",
    "timestamp",
    "When the actor engaged.",
    unit="UTC",
    null_rule="Null for likes and reposts: X lists them without a time.",
)
ACTOR_FOLLOWERS_COUNT = Column(
    "actor_followers_count",
    "int64",
    "Followers of the actor, when read.",
    unit="accounts",
    minimum=0,
    null_rule=_NOT_STATED,
)

METRIC_COLUMNS = (LIKE_COUNT, REPOST_COUNT, REPLY_COUNT, QUOTE_COUNT, BOOKMARK_COUNT, IMPRESSION_COUNT)


MATURITY_DATE = Column("maturity_date", "date", "The UTC day on which the post became 48 hours old.", unit="UTC day")
MATURE_POST_COLUMNS = (
    CREATED_AT,
    IS_QUOTE,
    IS_REPLY_TO_OTHER,
    Column("reading_age_hours", "float64", "Age of the post when it was read.", unit="hours", minimum=0),
    *METRIC_COLUMNS,
    Column(
        "engagement_count",
        "int64",
        "Engagement of the post: likes, replies, reposts and, where stated, quotes, each counting 1.",
        unit="engagements",
        formula="like_count + reply_count + repost_count + quote_count",
        source="docs.x.com: repost counts exclude quotes, so nothing counts twice",
        null_rule="Null when likes, replies or reposts are not stated.",
        minimum=0,
    ),
    Column("is_quote_counted", "bool", "Whether quotes were stated and so are part of the engagement."),
    Column(
        "posting_followers_count",
        "int64",
        "Followers of the account on the day of the post.",
        unit="accounts",
        minimum=0,
        null_rule="Null when that day's count is unknown.",
    ),
    Column(
        "engagement_by_followers_rate",
        "float64",
        "Engagement per follower of the posting day.",
        unit="1",
        formula="engagement_count / posting_followers_count",
        source="blog.hootsuite.com/calculate-engagement-rate, there as percent",
        null_rule="Null when either is unknown or there were no followers.",
        minimum=0,
    ),
    Column(
        "engagement_by_impressions_rate",
        "float64",
        "Engagement per impression; one person may count many times.",
        unit="1",
        formula="engagement_count / impression_count",
        source="blog.hootsuite.com/calculate-engagement-rate, there as percent",
        null_rule="Null when either is unknown or the post was never shown.",
        minimum=0,
    ),
)
"""What the report table `post_engagement` says beside account_id, post_id, maturity_date, source and observed_at."""
