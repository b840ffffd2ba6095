"""How good a day's reading is: where its figures come from and what could not be read."""

from tasks.schema.column import Column
from tasks.schema.columns.identity import SOURCES
from tasks.schema.columns.readings import READING_REASONS, READING_STATUSES

COUNTS_SOURCE = Column(
    "counts_source",
    "string",
    "Where the follower count comes from.",
    values=SOURCES,
    null_rule="Null when there is no follower count.",
)
CHANGES_SOURCE = Column(
    "changes_source",
    "string",
    "Where new and lost followers come from.",
    values=SOURCES,
    null_rule="Null when new followers are unknown.",
)
FOLLOWERS_STATUS = Column(
    "followers_status",
    "string",
    "Whether the head of the follower list was read down to the known followers.",
    values=READING_STATUSES,
    null_rule="Null when the day was not read from the API.",
)
LISTED_ARRIVALS_COUNT = Column(
    "listed_arrivals_count",
    "int64",
    "Followers first seen in the list on the day: of a jump larger than the budget the newest part, the rest later.",
    unit="followers",
    minimum=0,
    null_rule="Null when no part of the list was read on the day, and on the day of the first whole list.",
    formula="the part that was seen is listed_arrivals_count / new_followers_count, or / followers_delta without it",
)
POSTS_STATUS = Column(
    "posts_status",
    "string",
    "Whether the account's own posts that were due were read.",
    values=READING_STATUSES,
    null_rule="Null when the day was not read from the API.",
)
UNREAD_REASON = Column(
    "unread_reason",
    "string",
    "Why something that was due was not read: the first reason met.",
    values=READING_REASONS,
    null_rule="Null when everything due was read.",
)
UNACCOUNTED_FOLLOWERS_DELTA = Column(
    "unaccounted_followers_delta",
    "int64",
    "Part of the change that new and lost followers do not account for: count and changes follow different clocks.",
    unit="accounts",
    formula="followers_delta - (new_followers_count - lost_followers_count)",
    null_rule="Null when the change, new or lost followers are unknown.",
)
