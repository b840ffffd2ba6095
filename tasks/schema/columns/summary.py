"""One account at a glance: how many follow, how many of them are explained, and how it stood before."""

from collections.abc import Iterable, Iterator
from dataclasses import replace

from tasks.schema.column import Column
from tasks.schema.columns import community, counts, engagement, vanity

NOW_COLUMNS = (
    "followers_count",
    "counts_reason",
    "present_unexplained_followers_count",
    "present_unexplained_followers_count_low",
    "present_unexplained_followers_count_high",
    "unexplained_reason",
    "judged_days_count",
    "engagers_count_28d",
    "repeat_engagers_count_28d",
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

LEVEL_COLUMNS = (
    "followers_count",
    "klout_style_score",
    "engagement_geometric_mean",
    "engagement_geometric_mean_low",
    "engagement_geometric_mean_high",
    "engagers_count_28d",
)
"""Columns of `account_daily` by which an account before an event is compared with itself after."""

_NOT_JUDGED = "Null when the unexplained followers are not known; unexplained_reason says why."
_NO_RISE = "Null where no rise is unexplained or cannot be told."
_COUNTED = "Null where a follower count is known on any day, which then stands first, and where no export states it."


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
    Column(
        "account_outlook",
        "string",
        "What would tell more of its largest rise without a verdict: a reading with its price, or a day to wait for.",
        null_rule="Null when no rise stands without a verdict.",
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
        "vanity_gap_known_date",
        "date",
        "The first day from which the vanity gap can be known, if every day until then is read.",
        unit="UTC day",
        null_rule="Null when it is known, and when what is missing is not counts: more days alone do not help then.",
    ),
    Column(
        "community_known_date",
        "date",
        "The first day from which it can be known how many of the people who engaged came back, if people are read by "
        "name until then.",
        unit="UTC day",
        null_rule="Null when it is known, when nobody was read by name, and when more days do not help.",
    ),
    Column(
        "largest_detectable_jump_followers_delta",
        "int64",
        "What an all-clear could miss in a day: the largest detectable_jump_followers_delta of the cleared days.",
        unit="accounts",
        null_rule="Null where no day is cleared.",
        minimum=0,
    ),
    Column(
        "largest_detectable_drip_followers_delta",
        "int64",
        "The same in 30 days: the largest detectable_drip_followers_delta of the cleared days.",
        unit="accounts",
        null_rule="Null where no day is cleared of which 30 days are known: a slower rise of any size could be missed.",
        minimum=0,
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
        "unexplained_evidence",
        "string",
        "Up to three facts on which it rests that the largest wave is not explained, separated by semicolons.",
        null_rule="Null where nobody is unexplained, or none of these facts was read.",
    ),
    Column(
        "stated_followers_delta",
        "int64",
        "Net follows: new followers less lost ones on all days of which an analytics export states them.",
        "accounts",
        "sum of followers_delta",
        null_rule=_COUNTED,
    ),
    Column("stated_days_count", "int64", "How many days these are.", "days", null_rule=_COUNTED, minimum=0),
    Column("stated_last_date", "date", "The last of these days.", unit="UTC day", null_rule=_COUNTED),
    Column(
        "new_follows_per_visit_rate",
        "float64",
        "New followers per profile visit on these days together. No interval: both were counted.",
        "1",
        "sum of new_followers_count / sum of day_profile_visits_count",
        null_rule=f"{_COUNTED} Null without visits.",
        minimum=0,
    ),
    Column(
        "x_engagements_per_impression_rate",
        "float64",
        "Engagements, as X counts them, per impression on these days together. No interval: both were counted.",
        "1",
        "sum of day_x_engagements_count / sum of day_impressions_count",
        null_rule=f"{_COUNTED} Null without impressions.",
        minimum=0,
    ),
    Column(
        "largest_rise_date",
        "date",
        "The day on which most more came than was usual in the 28 days before (above their 95 % quantile, by three).",
        unit="UTC day",
        null_rule=f"{_COUNTED} Null where no day stands out.",
    ),
    Column(
        "largest_rise_followers_delta",
        "int64",
        "Net follows of that day.",
        "accounts",
        null_rule=f"{_COUNTED} Null where no day stands out.",
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


AFTER_DAYS = 30
"""So long after an event its own days lie outside of the windows of 28 days, which end a few days before."""
AFTER_DATE = Column(
    "after_date",
    "date",
    f"The newest day with a count from the last day of the event to {AFTER_DAYS} days later.",
    unit="UTC day",
    null_rule="Null when no count was read on these days.",
)


def _level_before(column: Column) -> Column:
    meaning = (
        "As it stood on the last day with a count before the event, in account_summary before the first of the rises "
        f"it tells of: {column.meaning}"
    )
    null_rule = "Null when no count was read before, and in account_summary without such a rise."
    return replace(column, name=f"before_{column.name}", meaning=meaning, null_rule=f"{null_rule} {column.null_rule}")


def _level_after(column: Column) -> Column:
    meaning = f"As it stood on after_date: {column.meaning}"
    null_rule = f"Null when after_date is. {column.null_rule}"
    return replace(column, name=f"after_{column.name}", meaning=meaning, null_rule=null_rule)


_MEASURED = (
    counts.FOLLOWERS_COUNT,
    *vanity.VANITY_COLUMNS,
    *engagement.ENGAGEMENT_COLUMNS,
    *community.COMMUNITY_COLUMNS,
)
BEFORE_LEVELS = tuple(map(_level_before, select_columns(_MEASURED, LEVEL_COLUMNS)))
AFTER_LEVELS = tuple(map(_level_after, select_columns(_MEASURED, LEVEL_COLUMNS)))
EVENT_LEVEL_COLUMNS = (*BEFORE_LEVELS, AFTER_DATE, *AFTER_LEVELS)
"""An event's account before it and after."""
