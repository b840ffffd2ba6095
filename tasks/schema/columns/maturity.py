"""Each post at maturity: what it had received when its counts had settled."""

from tasks.schema.column import Column
from tasks.schema.columns import posts

MATURITY_DATE = Column("maturity_date", "date", "The UTC day on which the post became 48 hours old.", unit="UTC day")
POST_COLUMNS = (
    posts.CREATED_AT,
    posts.IS_QUOTE,
    posts.IS_REPLY_TO_OTHER,
    Column("reading_age_hours", "float64", "Age of the post when it was read.", unit="hours", minimum=0),
    *posts.METRIC_COLUMNS,
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
