"""Whether engagement keeps step with the follower count: two windows compared, and the account among others."""

from tasks.schema.column import Column
from tasks.schema.columns.engagement import with_interval

_NO_PACE = "Null when posts or counts of the two windows are too few; pace_reason says why."
_NO_GAP = "Null when the divergence or the follower count of the day is unknown; pace_reason says why."
_BOOTSTRAP = "95 % percentile bootstrap over the days of both windows, 1,000 seeded resamples"
_CROSS_SECTIONAL = (
    "relative to the cross-sectional expectation, engagement per post ~ followers^beta; no within-account law"
)

_PACE_STATES = ("insufficient_data", "outrunning", "outgrowing", "in_step")
PACE_REASONS = (
    "no_posts_read",
    "too_few_posts",
    "too_few_post_days",
    "no_engagement",
    "too_few_counts",
    "no_followers_count",
)
CROSS_SECTION_REASONS = ("too_few_accounts", "no_level")
_ELASTICITY_REASONS = ("too_few_blocks", "flat_followers")


def _estimate(name: str, meaning: str, unit: str, formula: str, null_rule: str) -> tuple[Column, Column, Column]:
    share, score = name.endswith("_share"), name.endswith("_score")
    minimum = None if name in {"pace_divergence", "vanity_gap"} else 0
    maximum = 1 if share else 100 if score else None
    column = Column(name, "float64", meaning, unit, formula, _CROSS_SECTIONAL, null_rule, minimum, maximum)
    return with_interval(column, _BOOTSTRAP, null_rule)


def _number(name: str, meaning: str, unit: str, formula: str, null_rule: str = _NO_PACE) -> Column:
    return Column(name, "float64", meaning, unit, formula, null_rule=null_rule)


PACE_COLUMNS = (
    *_estimate(
        "pace_divergence",
        "How far the follower count has outrun engagement from the 90 days before to the current 28; below 0 it lags.",
        "nats",
        "beta x change of ln followers - change of mean ln(1 + E)",
        _NO_PACE,
    ),
    _number(
        "pace_detectable_divergence",
        "Smallest divergence that as many posts would show at 80 % power.",
        "nats",
        "2.8016 x sigma x sqrt(1/n + 1/n_reference), sigma = deviation of ln(1 + E) within the windows",
    ),
    *_estimate(
        "community_equivalent_followers",
        "How many followers would go with the engagement of the current window.",
        "accounts",
        "reference_followers_geometric_mean x exp(engagement_log_change / beta)",
        _NO_PACE,
    ),
    *_estimate(
        "hollow_share",
        "Share of the day's followers for which the community does not account; 0 where it accounts for more.",
        "1",
        "max(0, 1 - community_equivalent_followers / followers_count)",
        _NO_GAP,
    ),
    *_estimate(
        "community_score",
        "Score of the community on the scale of audience_score.",
        "points",
        "min(100, reach_points of [vanity] x log10(1 + community_equivalent_followers))",
        _NO_PACE,
    ),
    *_estimate(
        "vanity_gap",
        "Points by which the count is ahead of the community; a doubling is 3.76 points where a factor of ten is 12.5.",
        "points",
        "audience_score - community_score",
        _NO_GAP,
    ),
    Column(
        "windowed_hollow_share",
        "float64",
        "The hollow share of the windows, which lags; the state is judged by it. Interval: that of the divergence.",
        unit="1",
        formula="max(0, 1 - exp(-pace_divergence / beta))",
        null_rule=_NO_PACE,
        minimum=0,
        maximum=1,
    ),
    Column(
        "pace_state",
        "string",
        "Outrunning: windowed_hollow_share reaches its gate and the interval of the divergence is above 0; "
        "outgrowing: the interval lies below 0; else in_step.",
        values=_PACE_STATES,
    ),
    Column(
        "pace_reason",
        "string",
        "Why divergence or gap are missing: the first reason met.",
        values=PACE_REASONS,
        null_rule="Null when both are known.",
    ),
)

WINDOW_COLUMNS = (
    _number("engagement_log_change", "Change of mean ln(1 + E) from the reference to the current window.", "nats", ""),
    _number("engagement_log_change_low", "Lower end of the interval of engagement_log_change.", "nats", _BOOTSTRAP),
    _number("engagement_log_change_high", "Upper end of the interval of engagement_log_change.", "nats", _BOOTSTRAP),
    _number("post_log_deviation", "Standard deviation of ln(1 + E) per post within the two windows.", "nats", ""),
    _number("followers_geometric_mean", "Followers over the current window (t-30, t-2].", "accounts", "exp(mean ln F)"),
    _number("reference_followers_geometric_mean", "Followers over the 90 days before.", "accounts", "exp(mean ln F)"),
    Column("reference_posts_count", "int64", "Mature posts of the 90 days before.", unit="posts", minimum=0),
    Column("reference_post_days_count", "int64", "Days of the reference window with such posts.", "days", minimum=0),
    Column("count_days_count", "int64", "Days of the current window with a follower count.", unit="days", minimum=0),
    Column("reference_count_days_count", "int64", "Days of the reference window with one.", unit="days", minimum=0),
    _number(
        "elasticity",
        "Slope of ln(1 + E) on ln followers within 90 days. For reading only, so without interval.",
        "1",
        "median slope between all pairs of 6-day blocks (Theil-Sen)",
        "Null when too few blocks have posts and counts or followers hardly moved; elasticity_reason says which.",
    ),
    Column(
        "elasticity_reason",
        "string",
        "Why the elasticity is missing.",
        values=_ELASTICITY_REASONS,
        null_rule="Null when it is known.",
    ),
)
"""What the divergence is made of: the two windows side by side."""

_NO_COHORT = (
    "Null with fewer than 30 accounts that day or without the account's own level; cross_section_reason says why."
)
CROSS_SECTION_COLUMNS = (
    _number(
        "cross_section_z",
        "Engagement given size, among all accounts of the day; below 0 it is less than size predicts.",
        "standard deviations",
        "(r - median) / (1.4826 MAD), r = ln(1 + e) - beta ln F",
        _NO_COHORT,
    ),
    _number("cross_section_beta", "Scaling exponent of the day's accounts.", "1", "Theil-Sen slope", _NO_COHORT),
    _number("followers_percentile", "Rank by followers.", "percentile points", "100 (mid-rank - 0.5) / n", _NO_COHORT),
    _number(
        "engagement_percentile", "Rank by engagement.", "percentile points", "100 (mid-rank - 0.5) / n", _NO_COHORT
    ),
    _number(
        "percentile_gap",
        "Rank by followers less rank by engagement; to show, the test is cross_section_z.",
        "percentile points",
        "followers_percentile - engagement_percentile",
        _NO_COHORT,
    ),
    Column(
        "cross_section_accounts_count",
        "int64",
        "Accounts compared.",
        "accounts",
        minimum=0,
        null_rule="Null when the account itself is not among them.",
    ),
    Column(
        "cross_section_reason",
        "string",
        "Why the account is not compared with others.",
        values=CROSS_SECTION_REASONS,
        null_rule="Null when it is.",
    ),
)

REFERENCE_END_DATE = Column(
    "reference_end_date",
    "date",
    "Last day of the window that pace and gap compare with: while an event is open, the day before it.",
    unit="UTC day",
    null_rule="Null until the day was judged by a release that tells it.",
)

PACE_DAY_COLUMNS = (*PACE_COLUMNS, REFERENCE_END_DATE, *WINDOW_COLUMNS, *CROSS_SECTION_COLUMNS)
