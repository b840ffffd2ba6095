"""Who and when: the columns by which rows are told apart."""

from tasks.schema.column import Column

SOURCES = ("x_api", "analytics_csv", "content_csv", "counts_csv", "archive", "follower_list", "bluesky")
"""Where a fact may come from."""

OBSERVATION_LEVELS = ("counts", "posts", "sample", "full")
"""How much of an account was seen, from least to most."""

ACCOUNT_ID = Column(
    "account_id",
    "string",
    "The tracked account: X's decimal id, or @handle while only an export without an id is known.",
)
HANDLE = Column("handle", "string", "The account's @name without the @, as last read.")
REPORT_DATE = Column(
    "report_date", "date", "The UTC day that the row describes, as it stood when the day was read.", unit="UTC day"
)
SNAPSHOT_DATE = Column("snapshot_date", "date", "The UTC day on which this was read.", unit="UTC day")
ACTIVITY_DATE = Column(
    "activity_date", "date", "The day on which this happened, in the export's own calendar.", unit="day"
)
OBSERVED_AT = Column(
    "observed_at",
    "timestamp",
    "When this was read; for an export the end of its newest day, the earliest moment it can have been made.",
    unit="UTC",
    null_rule="Null on a day on which nothing was read.",
)
SOURCE = Column("source", "string", "Where the fact comes from.", values=SOURCES)
OBSERVATION_LEVEL = Column(
    "observation_level",
    "string",
    "How much of the account was seen: counts only, also posts, also a sample of followers, or full follower lists.",
    values=OBSERVATION_LEVELS,
    null_rule="Null on a day on which nothing was read.",
)
