"""Staged tables: what was observed, typed and keyed."""

from tasks.schema.columns import counts, divergence, followers, identity, lists, posts, readings
from tasks.schema.table import Table

ACCOUNT_SNAPSHOTS = Table(
    name="account_snapshots",
    stage="staged",
    meaning="Counts of tracked accounts as read.",
    grain="One row per account, snapshot_date and source.",
    key=("account_id", "snapshot_date", "source"),
    date_column="snapshot_date",
    columns=(
        identity.ACCOUNT_ID,
        identity.SNAPSHOT_DATE,
        identity.SOURCE,
        identity.HANDLE,
        identity.OBSERVED_AT,
        counts.FOLLOWERS_COUNT,
        counts.FOLLOWING_COUNT,
        counts.POSTS_COUNT,
        counts.LISTED_COUNT,
        counts.IS_ESTIMATED,
        counts.IS_PROTECTED,
        counts.ACCOUNT_CREATED_AT,
    ),
)

ACCOUNT_ACTIVITY = Table(
    name="account_activity",
    stage="staged",
    meaning="Totals of a day as an export states them.",
    grain="One row per account, activity_date and source in one export; a later export of the same day wins.",
    key=("account_id", "activity_date", "source", "observed_at"),
    date_column="activity_date",
    columns=(
        identity.ACCOUNT_ID,
        identity.ACTIVITY_DATE,
        identity.SOURCE,
        identity.HANDLE,
        identity.OBSERVED_AT,
        counts.NEW_FOLLOWERS_COUNT,
        counts.LOST_FOLLOWERS_COUNT,
        *counts.DAY_TOTAL_COLUMNS,
    ),
)

FOLLOWER_ARRIVALS = Table(
    name="follower_arrivals",
    stage="staged",
    meaning="Followers when first seen, in follow order, with the profile as first seen.",
    grain="One row per account, follower and day on which it appeared at the head of the list.",
    key=("account_id", "follower_id", "first_seen_date"),
    order=("account_id", "first_seen_date", "arrival_number", "follower_id"),
    date_column="first_seen_date",
    columns=(
        identity.ACCOUNT_ID,
        followers.FOLLOWER_ID,
        followers.FIRST_SEEN_DATE,
        identity.SOURCE,
        identity.OBSERVED_AT,
        followers.ARRIVAL_NUMBER,
        followers.IS_BASELINE,
        followers.IS_RETURN,
        followers.FOLLOWED_AFTER,
        followers.FOLLOWED_BEFORE,
        *followers.FOLLOWER_PROFILE_COLUMNS,
    ),
)

FOLLOWER_DEPARTURES = Table(
    name="follower_departures",
    stage="staged",
    meaning="Followers found gone by a complete reading of the list: an interval between two readings, never a moment. "
    "Who was forgotten counts on under a negative follower_id, which names nobody.",
    grain="One row per account, follower and first reading without it.",
    key=("account_id", "follower_id", "first_missing_date"),
    date_column="first_missing_date",
    columns=(
        identity.ACCOUNT_ID,
        followers.FOLLOWER_ID,
        followers.FIRST_MISSING_DATE,
        identity.SOURCE,
        followers.LEFT_AFTER,
        followers.LEFT_BEFORE,
        followers.DEPARTURE_REASON,
    ),
)

FOLLOWER_LIST_MEMBERS = Table(
    name="follower_list_members",
    stage="staged",
    meaning="An ordered follower list brought in from elsewhere, with profiles as of its reading.",
    grain="One row per account, list and place in follow order.",
    key=("account_id", "list_date", "follower_rank"),
    date_column="list_date",
    columns=(
        identity.ACCOUNT_ID,
        lists.LIST_DATE,
        lists.FOLLOWER_RANK,
        identity.HANDLE,
        lists.LISTED_FOLLOWER_ID,
        followers.FOLLOWER_CREATED_AT,
        followers.FOLLOWER_FOLLOWERS_COUNT,
        followers.FOLLOWER_FOLLOWING_COUNT,
        followers.FOLLOWER_POSTS_COUNT,
        followers.FOLLOWER_LISTED_COUNT,
        followers.FOLLOWER_LIKES_COUNT,
        followers.HAS_DEFAULT_IMAGE,
        followers.HAS_DESCRIPTION,
        followers.IS_FOLLOWER_PROTECTED,
        followers.IS_FOLLOWER_VERIFIED,
    ),
)

POSTS = Table(
    name="posts",
    stage="staged",
    meaning="Own posts with their cumulative metrics, as read.",
    grain="One row per account, post and day on which it was read.",
    key=("account_id", "post_id", "snapshot_date", "source"),
    date_column="snapshot_date",
    columns=(
        identity.ACCOUNT_ID,
        posts.POST_ID,
        identity.SNAPSHOT_DATE,
        identity.SOURCE,
        identity.OBSERVED_AT,
        posts.CREATED_AT,
        posts.IS_REPOST,
        posts.IS_QUOTE,
        posts.IS_REPLY_TO_OTHER,
        *posts.METRIC_COLUMNS,
    ),
)

ENGAGEMENTS = Table(
    name="engagements",
    stage="staged",
    meaning="Who engaged with which post, and how, where that was read.",
    grain="One row per account, post, actor, kind and day on which it was first read.",
    key=("account_id", "post_id", "actor_id", "kind", "snapshot_date"),
    date_column="snapshot_date",
    columns=(
        identity.ACCOUNT_ID,
        posts.POST_ID,
        posts.ACTOR_ID,
        posts.KIND,
        identity.SNAPSHOT_DATE,
        identity.SOURCE,
        identity.OBSERVED_AT,
        posts.ENGAGED_AT,
        posts.ACTOR_FOLLOWERS_COUNT,
    ),
)

READINGS = Table(
    name="readings",
    stage="staged",
    meaning="How far each reading of a day got, and why it stopped.",
    grain="One row per account, snapshot_date and subject.",
    key=("account_id", "snapshot_date", "subject"),
    date_column="snapshot_date",
    columns=(
        identity.ACCOUNT_ID,
        identity.SNAPSHOT_DATE,
        readings.SUBJECT,
        identity.OBSERVATION_LEVEL,
        readings.STATUS,
        readings.READING_REASON,
        readings.PAGES_COUNT,
        readings.OBJECTS_COUNT,
    ),
)

REJECTIONS = Table(
    name="rejections",
    stage="staged",
    meaning="Parts of answers that do not count, by reason: all else of the same answer was used.",
    grain="One row per account (@ where none is known), snapshot_date, source, endpoint, field and reason.",
    key=("account_id", "snapshot_date", "source", "endpoint", "rejected_field", "rejection_reason"),
    date_column="snapshot_date",
    columns=(
        identity.ACCOUNT_ID,
        identity.SNAPSHOT_DATE,
        identity.SOURCE,
        readings.ENDPOINT,
        readings.REJECTED_FIELD,
        readings.REJECTION_REASON,
        readings.REJECTED_COUNT,
    ),
)

API_SPEND = Table(
    name="api_spend",
    stage="staged",
    meaning="Requests to the X API and what they cost.",
    grain="One row per request.",
    key=("request_id",),
    date_column="spend_date",
    columns=(
        readings.REQUEST_ID,
        readings.SPENT_AT,
        readings.SPEND_DATE,
        readings.ENDPOINT,
        readings.STATUS_CODE,
        readings.OBJECTS_COUNT,
        readings.NEW_OBJECTS_COUNT,
        readings.PRICE_USD,
    ),
)

ACCOUNT_SPEND = Table(
    name="account_spend",
    stage="staged",
    meaning="What each account's part of the requests cost: over all accounts the sum of api_spend.",
    grain="One row per account and spend_date.",
    key=("account_id", "spend_date"),
    date_column="spend_date",
    columns=(identity.ACCOUNT_ID, readings.SPEND_DATE, readings.SPENT_USD),
)

VERDICTS = Table(
    name="verdicts",
    stage="staged",
    meaning="What was said of events, and when: the part of the reports that cannot be derived again.",
    grain="One row per event and day on which it was judged for the first time, or otherwise than before.",
    key=("event_id", "judged_date"),
    date_column="judged_date",
    columns=(identity.ACCOUNT_ID, divergence.EVENT_ID, divergence.JUDGED_DATE, divergence.VERDICT),
)

STAGED_TABLES = (
    ACCOUNT_SNAPSHOTS,
    ACCOUNT_ACTIVITY,
    FOLLOWER_ARRIVALS,
    FOLLOWER_DEPARTURES,
    FOLLOWER_LIST_MEMBERS,
    POSTS,
    ENGAGEMENTS,
    READINGS,
    REJECTIONS,
    API_SPEND,
    ACCOUNT_SPEND,
    VERDICTS,
)
