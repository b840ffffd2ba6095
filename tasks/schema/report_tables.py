"""Report tables: what people read."""

from tasks.schema.columns import (
    community,
    counts,
    engagement,
    identity,
    judged_days,
    lists,
    pace,
    posts,
    readings,
    reference,
    summary,
    vanity,
)
from tasks.schema.judgement_tables import JUDGEMENT_TABLES, SHARED_DAYS
from tasks.schema.retrospective_tables import RETROSPECTIVE_TABLES
from tasks.schema.table import Identity, Table

ACCOUNT_DAILY = Table(
    name="account_daily",
    stage="report",
    meaning="Counts beside community, day by day: the table a BI tool starts from.",
    grain="One row per account and report_date, from the first day observed to the last, without holes.",
    key=("account_id", "report_date"),
    date_column="report_date",
    columns=(
        identity.REPORT_DATE,
        identity.ACCOUNT_ID,
        identity.HANDLE,
        counts.FOLLOWERS_COUNT,
        counts.FOLLOWING_COUNT,
        counts.POSTS_COUNT,
        counts.LISTED_COUNT,
        counts.IS_ESTIMATED,
        counts.COUNTS_REASON,
        counts.FOLLOWERS_DELTA,
        counts.NEW_FOLLOWERS_COUNT,
        counts.LOST_FOLLOWERS_COUNT,
        readings.UNACCOUNTED_FOLLOWERS_DELTA,
        *vanity.VANITY_COLUMNS,
        *engagement.ENGAGEMENT_COLUMNS,
        *community.COMMUNITY_COLUMNS,
        *pace.PACE_DAY_COLUMNS,
        *vanity.WITHOUT_UNEXPLAINED_COLUMNS,
        *judged_days.JUDGED_DAY_COLUMNS,
        *counts.DAY_TOTAL_COLUMNS,
        counts.IS_PROTECTED,
        counts.ACCOUNT_CREATED_AT,
        identity.OBSERVATION_LEVEL,
        identity.OBSERVED_AT,
        readings.COUNTS_SOURCE,
        readings.CHANGES_SOURCE,
        readings.FOLLOWERS_STATUS,
        readings.LISTED_ARRIVALS_COUNT,
        readings.POSTS_STATUS,
        readings.UNREAD_REASON,
        readings.SPENT_USD,
    ),
    identities=(
        Identity("followers_delta", ("new_followers_count", "unaccounted_followers_delta"), ("lost_followers_count",)),
    ),
)

POST_ENGAGEMENT = Table(
    name="post_engagement",
    stage="report",
    meaning="Own posts when their engagement has settled: the first reading at 48 hours or older.",
    grain="One row per account and post, on the day on which it matured.",
    key=("account_id", "post_id"),
    order=("account_id", "maturity_date", "post_id"),
    date_column="maturity_date",
    columns=(
        posts.MATURITY_DATE,
        identity.ACCOUNT_ID,
        identity.HANDLE,
        posts.POST_ID,
        *posts.MATURE_POST_COLUMNS,
        identity.SOURCE,
        identity.OBSERVED_AT,
    ),
)

BENCHMARKS = Table(
    name="benchmarks",
    stage="report",
    meaning="Published engagement figures, as context and never as thresholds: they differ up to 100 times.",
    grain="One row per published figure.",
    key=("benchmark_id",),
    columns=reference.BENCHMARK_COLUMNS,
)

ACCOUNTS = Table(
    name="accounts",
    stage="report",
    meaning="The tracked accounts.",
    grain="One row per account.",
    key=("account_id",),
    columns=(
        identity.ACCOUNT_ID,
        identity.HANDLE,
        counts.ACCOUNT_CREATED_AT,
        counts.IS_PROTECTED,
        counts.FIRST_REPORT_DATE,
        counts.LAST_REPORT_DATE,
        counts.REPORT_DAYS_COUNT,
        counts.FOLLOWERS_COUNT,
        identity.OBSERVATION_LEVEL,
        *lists.ORDER_COLUMNS,
        *lists.LIST_PROFILE_COLUMNS,
    ),
)

ACCOUNT_SUMMARY = Table(
    name="account_summary",
    stage="report",
    meaning="Each account at a glance, by the newest day: start here.",
    grain="One row per account.",
    key=("account_id",),
    columns=(
        identity.ACCOUNT_ID,
        identity.HANDLE,
        identity.REPORT_DATE,
        *summary.SUMMARY_COLUMNS,
        *summary.select_columns(ACCOUNT_DAILY.columns, summary.NOW_COLUMNS),
        *summary.BEFORE_LEVELS,
    ),
)

COLUMNS_TABLE = Table(
    name="columns",
    stage="report",
    meaning="The data dictionary of the report tables, as data.",
    grain="One row per table and column.",
    key=("table_name", "column_name"),
    order=("table_name", "column_position"),
    columns=reference.DICTIONARY_COLUMNS,
)

DAILY_TABLES = (ACCOUNT_DAILY, POST_ENGAGEMENT)
"""Report tables with a history by day."""

FLAT_TABLES = (SHARED_DAYS, ACCOUNT_SUMMARY, ACCOUNTS, BENCHMARKS, COLUMNS_TABLE)
"""Report tables that are written whole by every run."""

REPORT_TABLES = (*DAILY_TABLES, *JUDGEMENT_TABLES, *RETROSPECTIVE_TABLES, *FLAT_TABLES)

CSV_TABLES = (ACCOUNT_DAILY, ACCOUNT_SUMMARY, JUDGEMENT_TABLES[0])
"""Report tables of which a CSV copy lies beside the flat file, for spreadsheets: days, accounts and events."""
