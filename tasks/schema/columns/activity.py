"""What happened on a day, as X's own analytics export states it."""

from tasks.schema.column import Column

ANALYTICS = "X account analytics export (account_overview_analytics.csv)"


def _day_total(name: str, meaning: str, unit: str, header: str) -> Column:
    return Column(
        name,
        "int64",
        meaning,
        unit=unit,
        minimum=0,
        source=f"{ANALYTICS}, column {header}",
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

DAY_COLUMNS = (
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
