"""One account at a glance: how many follow, how many of them are explained, and how it stood before."""

from collections.abc import Iterable, Iterator
from dataclasses import replace

from tasks.schema.column import Column

NOW_COLUMNS = (
    "followers_count",
    "counts_reason",
    "present_unexplained_followers_count",
    "present_unexplained_followers_count_low",
    "present_unexplained_followers_count_high",
    "unexplained_reason",
    "judged_days_count",
    "engagers_count_28d",
    "community_reason",
    "klout_style_score",
    "engagement_geometric_mean",
    "engagement_geometric_mean_low",
    "engagement_geometric_mean_high",
    "community_equivalent_followers",
    "community_equivalent_followers_low",
    "community_equivalent_followers_high",
    "vanity_gap",
    "vanity_gap_low",
    "vanity_gap_high",
    "pace_reason",
)
"""Columns of `account_daily` as they stand on the row's day."""

BEFORE_COLUMNS = (
    "followers_count",
    "klout_style_score",
    "engagement_geometric_mean",
    "engagement_geometric_mean_low",
    "engagement_geometric_mean_high",
    "engagers_count_28d",
)
"""Columns of `account_daily` as they stood on the last day before the rise."""

_NOT_JUDGED = "Null when the unexplained followers are not known; unexplained_reason says why."
_NO_RISE = "Null where no rise is unexplained or cannot be told."


def _explained(end: str, meaning: str, formula: str) -> Column:
    return Column(
        f"explained_followers_count{end}", "int64", meaning, "accounts", formula, null_rule=_NOT_JUDGED, minimum=0
    )


SUMMARY_COLUMNS = (
    Column(
        "account_sentence",
        "string",
        "The account in two or three sentences: the same that page and terminal begin with.",
    ),
    _explained(
        "",
        "Followers who are not part of a wave.",
        "followers_count - present_unexplained_followers_count",
    ),
    _explained(
        "_low",
        "Lower end of its 90 % interval: rises of which it cannot be told are taken out as well.",
        "followers_count - present_unexplained_followers_count_high",
    ),
    _explained("_high", "Upper end of its 90 % interval.", "followers_count - present_unexplained_followers_count_low"),
    Column(
        "explained_known_date",
        "date",
        "The first day from which it can be known how many are explained, if every day until then is read.",
        unit="UTC day",
        null_rule="Null when it is known, or when more days do not help.",
    ),
    Column(
        "unexplained_first_date",
        "date",
        "Since when: the first day of the first wave; without one, of the first rise of which it cannot be told.",
        unit="UTC day",
        null_rule=_NO_RISE,
    ),
    Column(
        "unexplained_last_date", "date", "The last day of the last of these rises.", unit="UTC day", null_rule=_NO_RISE
    ),
    Column("unexplained_events_count", "int64", "How many rises these are.", unit="events", minimum=0),
    Column(
        "is_wave",
        "bool",
        "Whether these rises are not explained by the account's activity; false where it cannot be told.",
        null_rule=_NO_RISE,
    ),
    Column(
        "last_unread_reason",
        "string",
        "Why nothing was read on the newest day of all accounts.",
        null_rule="Null when the row is of that day, or no reason is known.",
    ),
)


def select_columns(columns: Iterable[Column], names: tuple[str, ...]) -> Iterator[Column]:
    """The declared columns of these names, in the order of the names."""
    by_name = {column.name: column for column in columns}
    yield from (by_name[name] for name in names)


def name_before(column: Column) -> Column:
    """The column as it stood on the last day with a count before the first of these rises."""
    meaning = f"As it stood on the last day before the first of these rises: {column.meaning}"
    return replace(column, name=f"before_{column.name}", meaning=meaning, null_rule=f"{_NO_RISE} {column.null_rule}")
