"""Follower lists in follow order, and what one reading of such a list tells of the past."""

from tasks.schema.column import Column
from tasks.schema.columns.followers import NOT_STATED

LIST_DATE = Column("list_date", "date", "The UTC day on which the list was read.", unit="UTC day")
FOLLOWER_RANK = Column(
    "follower_rank", "int64", "Place in follow order in the list; 0 is its oldest follower.", unit="place", minimum=0
)
LISTED_FOLLOWER_ID = Column("listed_follower_id", "id", "The listed follower's id on X.", null_rule=NOT_STATED)

LIST_REASONS = ("too_few_followers", "out_of_order")
"""Why a list was not searched for blocks."""


def _count(name: str, meaning: str, unit: str = "accounts", null_rule: str = "") -> Column:
    return Column(name, "int64", meaning, unit=unit, minimum=0, null_rule=null_rule)


NO_LIST = "Null for an account whose follower list was never read."

ORDER_COLUMNS = (
    _count("order_checked_count", "Followers whose place in the order could be checked.", null_rule=NO_LIST),
    _count("order_violations_count", "Those of them who stand where they cannot.", null_rule=NO_LIST),
    Column(
        "order_violation_share",
        "float64",
        "Share of the checked followers who stand where they cannot: created after the reading that first showed them, "
        "or listed before somebody seen earlier.",
        unit="1",
        formula="order_violations_count / order_checked_count, at most 1",
        null_rule=NO_LIST + " Null, too, when nothing could be checked.",
        minimum=0,
        maximum=1,
    ),
    Column(
        "is_order_used",
        "bool",
        "Whether methods that rest on follow order were used: not above the limit of violations in the configuration.",
        null_rule=NO_LIST,
    ),
)
"""How far follow order can be trusted."""

LIST_COLUMNS = (
    _count("listed_followers_count", "Followers in the list."),
    *ORDER_COLUMNS,
    _count(
        "blocks_count",
        "Coordinated blocks found in the past of the list; each is a row of past_blocks.",
        "blocks",
        "Null when the list was not searched; list_reason says why.",
    ),
    _count(
        "block_members_count",
        "Followers in those blocks.",
        null_rule="Null when the list was not searched; list_reason says why.",
    ),
    Column(
        "list_reason",
        "string",
        "Why the list was not searched for blocks.",
        values=LIST_REASONS,
        null_rule="Null when it was searched.",
    ),
)

BLOCK_NUMBER = _count("block_number", "The block, counted from the oldest follower on; the first is 0.", "blocks")
BLOCK_COLUMNS = (
    _count("first_rank", "Place of the block's first follower in follow order.", "place"),
    _count("last_rank", "Place of the block's last follower in follow order.", "place"),
    _count("members_count", "Followers in the block."),
    Column("created_first_at", "timestamp", "When the oldest account of the block was created.", unit="UTC"),
    Column("created_last_at", "timestamp", "When the newest account of the block was created.", unit="UTC"),
    Column(
        "block_followed_after",
        "timestamp",
        "Earliest moment at which the block can have followed.",
        unit="UTC",
        formula="latest creation time among its first member and all older followers",
        source="the follow clock, Meeder et al. 2011",
    ),
    Column(
        "block_followed_before",
        "timestamp",
        "When the block had probably followed: an estimate.",
        unit="UTC",
        formula="the next creation time later than all before it; the reading where there is none",
        source="the follow clock, Meeder et al. 2011",
    ),
    _count("clock_records_count", "Members whose creation moved the follow clock.", "accounts"),
    Column(
        "still_clock_log10",
        "float64",
        "How improbable it is, by chance, that the follow clock stands so still for so many followers.",
        unit="powers of ten",
        formula="followers between first and last rank that moved no clock x log10(1 - usual share that move it)",
        maximum=0,
    ),
    Column(
        "median_age_days",
        "float64",
        "Median age of the block's accounts when they followed, by the follow clock.",
        unit="days",
        minimum=0,
    ),
    Column("block_summary", "string", "What stands out in the block, in one sentence."),
)

CLOCK_DATE = Column("clock_date", "date", "A day in the past of the list.", unit="UTC day")
CLOCK_COLUMNS = (
    _count(
        "followed_by_high_count",
        "The most of the listed followers who can have followed by the end of the day; who left since is in no list.",
    ),
    _count(
        "followed_by_estimate_count",
        "How many of the listed followers had probably followed by then, by the next record of the clock.",
    ),
)
