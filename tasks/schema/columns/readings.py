"""What was read, how far, what it cost, and how good the reading of a day is."""

from tasks.schema.column import Column
from tasks.schema.columns.identity import SOURCES

SUBJECTS = ("counts", "followers", "posts", "engagers")
READING_STATUSES = ("complete", "partial", "refused", "failed", "skipped")
READING_REASONS = (
    "budget",
    "protected",
    "suspended",
    "not_found",
    "forbidden",
    "rate_limit",
    "credits",
    "unauthorized",
    "fault",
    "level",
    "loop",
    "short",
    "no_authors",
)
REJECTION_REASONS = (
    "no_id",
    "no_count",
    "no_time",
    "no_text",
    "no_flag",
    "no_reference",
    "not_asked_for",
    "repost",
    "no_author",
    "no_lexicon",
    "protected",
    "suspended",
    "not_found",
    "forbidden",
)

SUBJECT = Column("subject", "string", "What the reading was of.", values=SUBJECTS)
STATUS = Column("status", "string", "Whether the reading got to its end.", values=READING_STATUSES)
READING_REASON = Column(
    "reading_reason",
    "string",
    "Why the reading did not get to its end.",
    values=READING_REASONS,
    null_rule="Null when the reading is complete.",
)
PAGES_COUNT = Column("pages_count", "int64", "Responses that the reading took.", unit="pages", minimum=0)
OBJECTS_COUNT = Column("objects_count", "int64", "Objects that the responses held.", unit="objects", minimum=0)
WHOLE_OBJECT = "object"
REJECTED_FIELD = Column(
    "rejected_field", "string", f"Which field was set aside, in the source's words; {WHOLE_OBJECT}: the whole object."
)
REJECTION_REASON = Column(
    "rejection_reason",
    "string",
    "Why it does not count: what it is not, that nobody asked for it, or what the source said in its place.",
    values=REJECTION_REASONS,
)
REJECTED_COUNT = Column(
    "rejected_count", "int64", "How many objects of the day this concerns.", unit="objects", minimum=0
)
REQUEST_ID = Column("request_id", "string", "The request: day, account or batch, endpoint and sequence number.")
SPENT_AT = Column("spent_at", "timestamp", "When the response arrived.", unit="UTC")
SPEND_DATE = Column("spend_date", "date", "The UTC day to which X bills the request.", unit="UTC day")
ENDPOINT = Column("endpoint", "string", "The X API endpoint, with {id} in the place of ids.")
STATUS_CODE = Column(
    "status_code",
    "int64",
    "HTTP status of the response.",
    minimum=100,
    maximum=599,
    null_rule="Null when no response arrived.",
)
NEW_OBJECTS_COUNT = Column(
    "new_objects_count", "int64", "Objects not yet billed on the same UTC day.", unit="objects", minimum=0
)
PRICE_USD = Column(
    "price_usd",
    "float64",
    "What the request costs at the configured prices.",
    unit="USD",
    minimum=0,
    formula="new_objects_count x price of the endpoint's object",
)
SPENT_USD = Column(
    "spent_usd",
    "float64",
    "What X billed on the UTC day for reading the account; a look-up is shared evenly by the accounts it answered.",
    unit="USD",
    minimum=0,
    null_rule="Null when X told nothing of the account on the day, or the spending was not kept by account yet.",
    formula="sum of price_usd of its requests, and its share of the look-ups of many accounts",
)


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
