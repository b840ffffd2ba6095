"""Follower lists in follow order: what one reading tells of the past, and what profiles such a list is made of."""

from tasks.schema.column import Column
from tasks.schema.columns.followers import NOT_STATED

LIST_DATE = Column("list_date", "date", "The UTC day on which the list was read.", unit="UTC day")
FOLLOWER_RANK = Column(
    "follower_rank", "int64", "Place in follow order in the list; 0 is its oldest follower.", unit="place", minimum=0
)
LISTED_FOLLOWER_ID = Column("listed_follower_id", "id", "The listed follower's id on X.", null_rule=NOT_STATED)

LIST_REASONS = ("too_few_followers", "out_of_order")
"""Why a list was not searched for blocks."""


_NOT_SEARCHED = "Null when the list was not searched; list_reason says why."


def _count(name: str, meaning: str, unit: str = "accounts", null_rule: str = "") -> Column:
    return Column(name, "int64", meaning, unit=unit, minimum=0, null_rule=null_rule)


_NO_LIST = "Null for an account whose follower list was never read."

ORDER_COLUMNS = (
    _count("order_checked_count", "Followers whose place in the order could be checked.", null_rule=_NO_LIST),
    _count("order_violations_count", "Those of them who stand where they cannot.", null_rule=_NO_LIST),
    Column(
        "order_violation_share",
        "float64",
        "Share of the checked followers who stand where they cannot: created after the reading that first showed them, "
        "or listed before somebody seen earlier.",
        unit="1",
        formula="order_violations_count / order_checked_count, at most 1",
        null_rule=_NO_LIST + " Null, too, when nothing could be checked.",
        minimum=0,
        maximum=1,
    ),
    Column(
        "is_order_used",
        "bool",
        "Whether methods that rest on follow order were used: not above the limit of violations in the configuration.",
        null_rule=_NO_LIST,
    ),
)
"""How far follow order can be trusted."""

FOLLOWER_LIST_COLUMNS = (
    _count("listed_followers_count", "Followers in the list."),
    _count(
        "account_followers_count",
        "Followers of the account by its own count, of the list's day or the last of the seven days before.",
        null_rule="Null when no count of these days is known.",
    ),
    Column(
        "count_summary",
        "string",
        "How the list's length disagrees with that count, and what follows, in one sentence.",
        null_rule="Null when the list holds nine to eleven tenths of account_followers_count, or that is null.",
    ),
    *ORDER_COLUMNS,
    _count(
        "blocks_count",
        "Coordinated blocks found in the past of the list; each is a row of past_blocks.",
        "blocks",
        _NOT_SEARCHED,
    ),
    _count(
        "block_members_count",
        "Followers in those blocks.",
        null_rule=_NOT_SEARCHED,
    ),
    Column(
        "is_order_turned",
        "bool",
        "Whether the list stood newest first, and was turned round to be searched.",
        null_rule="Null when no order was found.",
    ),
    _count(
        "stretches_count",
        "Stretches in which many came at once that are no block: no profile is known, or the source tells the hour.",
        "stretches",
        _NOT_SEARCHED,
    ),
    _count("stretch_members_count", "Followers in those stretches.", null_rule=_NOT_SEARCHED),
    Column(
        "stretch_summary",
        "string",
        "When each of the largest of those stretches came, in one sentence.",
        null_rule="Null when there is none.",
    ),
    Column(
        "list_reason",
        "string",
        "Why the list was not searched for blocks; out of order is a list in no follow order, which tells nothing.",
        values=LIST_REASONS,
        null_rule="Null when it was searched.",
    ),
)

BLOCK_NUMBER = _count("block_number", "The block, counted from the oldest follower on; the first is 0.", "blocks")
PAST_BLOCK_COLUMNS = (
    _count("first_rank", "Lowest place of a member of the block in the list as it was given.", "place"),
    _count("last_rank", "Highest place of a member of the block in the list as it was given.", "place"),
    _count("members_count", "Followers in the block."),
    Column(
        "created_first_at",
        "timestamp",
        "Day on which the oldest account of the block was created.",
        unit="UTC",
        published_to="day",
    ),
    Column(
        "created_last_at",
        "timestamp",
        "Day on which the newest account of the block was created.",
        unit="UTC",
        published_to="day",
    ),
    Column(
        "block_followed_after",
        "timestamp",
        "Earliest time at which the block can have followed, cut to the day; on Bluesky to the hour.",
        unit="UTC",
        published_to="day or hour",
        formula="latest creation time among its first member and all older followers; its first follow where the "
        "source tells when each followed",
        source="the follow clock, Meeder et al. 2011",
    ),
    Column(
        "block_followed_before",
        "timestamp",
        "When the block had probably followed, cut to the day; on Bluesky to the hour: an estimate.",
        unit="UTC",
        published_to="day or hour",
        formula="the next creation time later than all before it; the reading where there is none; its last follow "
        "where the source tells when each followed",
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
    Column(
        "profile_distance",
        "float64",
        "How unlike the block's profiles are those of the account's other followers nearby.",
        unit="1",
        formula="mean Kolmogorov-Smirnov distance over age at the follow and the profile counts that are known of both",
        null_rule="Null where no profile is known: then squeezed creation times alone tell the block.",
        minimum=0,
        maximum=1,
    ),
    Column("block_summary", "string", "What stands out in the block, in one sentence."),
)

CLOCK_DATE = Column("clock_date", "date", "A day in the past of the list.", unit="UTC day")
CLOCK_COLUMNS = (
    _count(
        "followed_by_count_high",
        "The most of the listed followers who can have followed by the end of the day; who left since is in no list.",
    ),
    _count(
        "followed_by_count",
        "How many of the listed followers had probably followed by then, by the next record of the clock.",
    ),
)


_NO_PROFILE = (
    "Null for an account whose follower list was never read, and for one of more than half a million followers."
)
_NO_WINDOW = _NO_PROFILE + " Null, too, below 100 followers, and where follow order is not used."


def _share(name: str, meaning: str, formula: str, null_rule: str) -> Column:
    return Column(name, "float64", meaning, unit="1", formula=formula, null_rule=null_rule, minimum=0, maximum=1)


def _part(name: str, meaning: str, known: str) -> Column:
    """A share of those of whom it is known."""
    formula = f"followers of whom it is so / followers whose {known} known"
    return _share(name, meaning, formula, f"{_NO_PROFILE} Null, too, where it is known of nobody.")


LIST_PROFILE_COLUMNS = (
    Column(
        "profiled_followers_count",
        "int64",
        "Followers ever seen in the list, those who left included, each arrival by itself.",
        unit="accounts",
        null_rule=_NO_PROFILE,
        minimum=0,
    ),
    _part("followers_never_posted_share", "Share of them who had never posted.", "number of posts is"),
    _part("followers_never_liked_share", "Share of them who had never given a like.", "number of likes is"),
    _part(
        "followers_inactive_share",
        "Share of them who had not posted for 120 days, or never; the days are set in the configuration.",
        "last post is",
    ),
    _part("followers_default_image_share", "Share of them with X's picture instead of their own.", "picture is"),
    _part("followers_described_share", "Share of them who say something about themselves.", "description is"),
    Column(
        "followers_median_age_days",
        "float64",
        "Median age of their accounts when they followed; of those in the first reading by the follow clock.",
        unit="days",
        formula="median of follow - creation, at least 0",
        source="the follow clock, Meeder et al. 2011",
        null_rule=_NO_PROFILE + " Null, too, where no age is known.",
        minimum=0,
    ),
    Column(
        "followers_of_followers_median",
        "float64",
        "Median of how many followers they have themselves.",
        unit="accounts",
        null_rule=_NO_PROFILE + " Null, too, where it is known of nobody.",
        minimum=0,
    ),
    Column(
        "narrowest_creation_days",
        "float64",
        "The least time within which 100 followers in a row were created; newcomers make it short, too.",
        unit="days",
        formula="min over windows of 100 in follow order of (latest - earliest creation)",
        null_rule=_NO_WINDOW,
        minimum=0,
    ),
    _share(
        "most_silent_window_share",
        "The largest share, among 100 followers in a row, of those who had never posted.",
        "max over windows of 100 in follow order",
        _NO_WINDOW,
    ),
    _share(
        "most_squeezed_window_share",
        "The largest share, among 100 followers in a row, of neighbors who were created within 3.5 days of each other.",
        "max over windows of 100 in follow order, of its 99 pairs of neighbors",
        _NO_WINDOW,
    ),
)
"""Column by column as `tasks.followers.profile` has them; a window is as long as the configuration says."""
