"""Who engages: the people behind the engagement of the last 28 days, as far as they were read by name."""

from tasks.schema.column import Column
from tasks.schema.columns.engagement import with_interval

_UNKNOWN = "Null when posts were engaged with but nobody was read by name; community_reason says why."
_WILSON = "95 % Wilson interval of a share of people"
COMMUNITY_REASONS = ("engagers_not_read", "no_followers_count", "followers_not_read", "too_few_days")


def _count(name: str, meaning: str, null_rule: str = _UNKNOWN) -> Column:
    return Column(name, "int64", meaning, unit="accounts", minimum=0, null_rule=null_rule)


def _people_share(name: str, meaning: str, formula: str, null_rule: str) -> tuple[Column, Column, Column]:
    column = Column(name, "float64", meaning, "1", formula, "", null_rule, minimum=0, maximum=1)
    return with_interval(column, _WILSON, null_rule)


def _shape(name: str, meaning: str, formula: str, unit: str = "1", maximum: float | None = 1) -> Column:
    rule = "Null when engagers are unknown or nobody engaged."
    said = f"{meaning} No interval: it describes the engagers read."
    return Column(name, "float64", said, unit, formula, "", rule, minimum=0, maximum=maximum)


COMMUNITY_COLUMNS = (
    _count("engagers_count_28d", "Different accounts that engaged in the last 28 days, as far as they were read."),
    _count("repeat_engagers_count_28d", "Those of them who engaged on two days or more."),
    _count("core_engagers_count_28d", "Those of them who engaged on at least as many days as the configuration says."),
    _count("interactors_count_28d", "Those of them who reposted, quoted, mentioned or replied, so did more than like."),
    _count(
        "engaged_followers_count_28d",
        "Those of them who follow the account, as far as the follower list was read.",
        "Null when engagers are unknown or of none of them it is known whether they follow.",
    ),
    *_people_share(
        "active_follower_share",
        "Share of the followers who engaged in the last 28 days; a lower bound, since who only reads is not seen.",
        "engaged_followers_count_28d / followers_count, at most 1",
        "Null when engaged followers or the follower count are unknown, or there are no followers.",
    ),
    *_people_share(
        "engager_follower_share",
        "Share of the engagers who follow, among those of whom it is known.",
        "engaged_followers_count_28d / engagers of whom it is known",
        "Null when it is known of nobody.",
    ),
    *_people_share(
        "repeat_engager_share",
        "Share of the engagers who engaged on two days or more.",
        "repeat_engagers_count_28d / engagers_count_28d",
        "Null when engagers are unknown or nobody engaged.",
    ),
    *_people_share(
        "retention_28d_share",
        "Share of the engagers of the 28 days before who engaged again in the last 28 days.",
        "engagers of both windows / engagers of the window before",
        "Null when fewer than 56 days are known or nobody engaged in the window before.",
    ),
    _shape(
        "stickiness_share",
        "Mean number of different engagers on a day, as a share of those of the window (feverbee.com/habit).",
        "days on which each engaged, summed / community_days_count / engagers_count_28d",
    ),
    Column(
        "interactor_ratio",
        "float64",
        "Interactors per follower; whoever interacts need not follow, so it is no share and has no Wilson interval.",
        unit="1",
        formula="interactors_count_28d / followers_count",
        source="Riquelme and Gonzalez-Cantergiani, arXiv 1508.07951, with each account counted once",
        null_rule="Null when engagers or the follower count are unknown, or there are no followers.",
        minimum=0,
    ),
    _shape(
        "effective_engagers",
        "How many equally active engagers would be as concentrated.",
        "1 / sum of squared shares of actions",
        unit="accounts",
        maximum=None,
    ),
    _shape("top_engager_share", "Share of all actions taken by the most active engager.", "max(c) / sum(c)"),
    _shape(
        "engagement_gini",
        "How unequally actions are spread: 0 when all act equally often, toward 1 when one acts alone.",
        "2 sum(i c_i) / (n sum c) - (n + 1)/n over ascending c, the actions of each engager",
    ),
    Column(
        "engager_followers_geometric_mean",
        "float64",
        "Typical follower count of those who engaged in the last 90 days. No interval: it describes the engagers read.",
        unit="accounts",
        formula="expm1(mean of ln(1 + followers)), each engager once, as last read",
        null_rule="Null when no engager's followers are known.",
        minimum=0,
    ),
    Column(
        "community_days_count",
        "int64",
        "Days of the window since the first known action of the last 90 days: below 28 the window is not full.",
        unit="days",
        minimum=0,
        null_rule=_UNKNOWN,
    ),
    Column(
        "engager_coverage_share",
        "float64",
        "Share of the engagement with the current mature posts whose actors were read by name.",
        unit="1",
        formula="actions read, at most the engagement of each post / sum of engagement",
        null_rule="Null when no post of the window is known or none was engaged with.",
        minimum=0,
        maximum=1,
    ),
    Column(
        "community_reason",
        "string",
        "The first reason why something of the community is missing: engagers not read, no follower count, "
        "followers not read, or fewer than 56 days for retention.",
        values=COMMUNITY_REASONS,
        null_rule="Null when nothing is missing.",
    ),
)
