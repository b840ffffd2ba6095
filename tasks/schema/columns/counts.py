"""What the count says: public counts of an account, how they moved, and what an export states of a day."""

from tasks.schema.column import Column

NOT_READ = "Null when the count was not read or the source does not state it; never 0 for unknown."

COUNTS_REASONS = ("not_observed", "no_anchor", "not_in_source")
"""Why a follower count is missing: nothing was read that day, an export gave only changes, the source has none."""

FOLLOWERS_COUNT = Column(
    "followers_count",
    "int64",
    "Followers of the account.",
    unit="accounts",
    minimum=0,
    null_rule=NOT_READ,
    source="X API public_metrics.followers_count, a counts CSV, or an anchor count carried back through an export",
)
FOLLOWING_COUNT = Column(
    "following_count",
    "int64",
    "Accounts that this account follows.",
    unit="accounts",
    minimum=0,
    null_rule=NOT_READ,
    source="X API public_metrics.following_count",
)
POSTS_COUNT = Column(
    "posts_count",
    "int64",
    "Posts the account has published in its life, reposts included.",
    unit="posts",
    minimum=0,
    null_rule=NOT_READ,
    source="X API public_metrics.tweet_count or post_count",
)
LISTED_COUNT = Column(
    "listed_count",
    "int64",
    "Public lists that hold the account.",
    unit="lists",
    minimum=0,
    null_rule=NOT_READ,
    source="X API public_metrics.listed_count",
)
IS_ESTIMATED = Column(
    "is_estimated",
    "bool",
    "Whether the follower count was rebuilt from an anchor and daily changes instead of read.",
    null_rule="Null when there is no follower count.",
)
FOLLOWERS_DELTA = Column(
    "followers_delta",
    "int64",
    "Change of the follower count since the day before.",
    unit="accounts",
    formula="followers_count today - followers_count the day before; new - lost where an export states them",
    null_rule="Null when either day's count is unknown and no export states the change.",
)
NEW_FOLLOWERS_COUNT = Column(
    "new_followers_count",
    "int64",
    "Accounts that began to follow.",
    unit="accounts",
    minimum=0,
    null_rule="Null unless an export states it or the list was read to its known part this day and the day before.",
)
LOST_FOLLOWERS_COUNT = Column(
    "lost_followers_count",
    "int64",
    "Accounts that stopped following or vanished.",
    unit="accounts",
    minimum=0,
    formula="new_followers_count - followers_delta where an export does not state it",
    null_rule="Null when new followers or the change of the count are unknown.",
)
COUNTS_REASON = Column(
    "counts_reason",
    "string",
    "Why the follower count is missing.",
    values=COUNTS_REASONS,
    null_rule="Null when the follower count is known.",
)
IS_PROTECTED = Column(
    "is_protected",
    "bool",
    "Whether the account shows its posts to approved followers only.",
    null_rule="Null when the source does not state it.",
)
ACCOUNT_CREATED_AT = Column(
    "account_created_at",
    "timestamp",
    "When the account was created.",
    unit="UTC",
    null_rule="Null when the source does not state it.",
)
FIRST_REPORT_DATE = Column("first_report_date", "date", "The first day reported for the account.", unit="UTC day")
LAST_REPORT_DATE = Column("last_report_date", "date", "The latest day reported for the account.", unit="UTC day")
REPORT_DAYS_COUNT = Column(
    "report_days_count", "int64", "Days reported for the account on which something was read.", unit="days", minimum=0
)


_ANALYTICS = "X account analytics export (account_overview_analytics.csv)"


def _day_total(name: str, meaning: str, unit: str, header: str) -> Column:
    return Column(
        name,
        "int64",
        meaning,
        unit=unit,
        minimum=0,
        source=f"{_ANALYTICS}, column {header}",
        null_rule="Null when no export covers the day or the export lacks the column.",
    )


DAY_IMPRESSIONS_COUNT = _day_total(
    "day_impressions_count",
    "Times posts of the account were shown on the day; one person may count many times.",
    "impressions",
    "Impressions",
)
DAY_LIKES_COUNT = _day_total("day_likes_count", "Likes received on the day.", "likes", "Likes")
DAY_X_ENGAGEMENTS_COUNT = _day_total(
    "day_x_engagements_count",
    "Engagements received on the day as X counts them: clicks and expands included, so more than the sum used here.",
    "engagements",
    "Engagements",
)
DAY_BOOKMARKS_COUNT = _day_total("day_bookmarks_count", "Bookmarks received on the day.", "bookmarks", "Bookmarks")
DAY_SHARES_COUNT = _day_total(
    "day_shares_count", "Shares by link or message on the day, as X counts them.", "shares", "Shares"
)
DAY_REPLIES_COUNT = _day_total("day_replies_count", "Replies received on the day.", "replies", "Replies")
DAY_REPOSTS_COUNT = _day_total("day_reposts_count", "Reposts received on the day.", "reposts", "Reposts")
DAY_PROFILE_VISITS_COUNT = _day_total(
    "day_profile_visits_count", "Visits to the profile on the day.", "visits", "Profile visits"
)
DAY_POSTS_COUNT = _day_total("day_posts_count", "Posts published on the day.", "posts", "Create Post")
DAY_VIDEO_VIEWS_COUNT = _day_total("day_video_views_count", "Video views on the day.", "views", "Video views")
DAY_MEDIA_VIEWS_COUNT = _day_total("day_media_views_count", "Media views on the day.", "views", "Media views")

DAY_TOTAL_COLUMNS = (
    DAY_IMPRESSIONS_COUNT,
    DAY_LIKES_COUNT,
    DAY_X_ENGAGEMENTS_COUNT,
    DAY_BOOKMARKS_COUNT,
    DAY_SHARES_COUNT,
    DAY_REPLIES_COUNT,
    DAY_REPOSTS_COUNT,
    DAY_PROFILE_VISITS_COUNT,
    DAY_POSTS_COUNT,
    DAY_VIDEO_VIEWS_COUNT,
    DAY_MEDIA_VIEWS_COUNT,
)
