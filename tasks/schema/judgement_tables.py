"""Tables of the judgement: events, their evidence, their cohorts, and followers one by one."""

from tasks.schema.columns import cohorts, divergence, identity, lists, shared_days, summary
from tasks.schema.table import Table

DIVERGENCE_EVENTS = Table(
    name="divergence_events",
    stage="report",
    meaning="When the count left its own past, by how many, and what explains it.",
    grain="One row per event; a later run rewrites it and keeps the history of its verdicts.",
    key=("event_id",),
    date_column="first_date",
    order=("account_id", "first_date", "event_id"),
    columns=(identity.ACCOUNT_ID, identity.HANDLE, *divergence.EVENT_COLUMNS, *summary.EVENT_LEVEL_COLUMNS),
)

EVENT_EVIDENCE = Table(
    name="event_evidence",
    stage="report",
    meaning="What speaks for and against each explanation of an event, with its weight.",
    grain="One row per event, piece of evidence and explanation.",
    key=("event_id", "evidence_code", "explanation"),
    date_column="first_date",
    columns=(
        identity.ACCOUNT_ID,
        identity.HANDLE,
        divergence.EVENT_ID,
        divergence.FIRST_DATE,
        *divergence.EVIDENCE_COLUMNS,
    ),
)

ARRIVAL_COHORTS = Table(
    name="arrival_cohorts",
    stage="report",
    meaning="The followers who arrived in an event beside the followers before it.",
    grain="One row per rise.",
    key=("event_id",),
    date_column="first_date",
    columns=(
        identity.ACCOUNT_ID,
        identity.HANDLE,
        divergence.EVENT_ID,
        divergence.FIRST_DATE,
        divergence.LAST_DATE,
        *cohorts.COHORT_COLUMNS,
    ),
)

FOLLOWER_JUDGEMENTS = Table(
    name="follower_judgements",
    stage="report",
    meaning="Followers who arrived in an event: how probably each is not explained, and in what it differs.",
    grain="One row per event and follower.",
    key=("event_id", "member_id"),
    date_column="first_date",
    columns=(
        identity.ACCOUNT_ID,
        identity.HANDLE,
        divergence.EVENT_ID,
        divergence.FIRST_DATE,
        cohorts.MEMBER_ID,
        cohorts.UNEXPLAINED_PROBABILITY,
        cohorts.PROBABILITY_GIVEN_WAVE,
        cohorts.JUDGEMENT_REASONS,
    ),
)

COMMUNITY_MEMBERS = Table(
    name="community_members",
    stage="report",
    meaning="The people behind the number: who engaged in 28 days.",
    grain="One row per account, report_date and member.",
    key=("account_id", "report_date", "member_id"),
    date_column="report_date",
    columns=(identity.ACCOUNT_ID, identity.HANDLE, identity.REPORT_DATE, *cohorts.MEMBER_COLUMNS),
)

JUDGEMENT_TABLES = (DIVERGENCE_EVENTS, EVENT_EVIDENCE, ARRIVAL_COHORTS, FOLLOWER_JUDGEMENTS, COMMUNITY_MEMBERS)

SHARED_DAYS = Table(
    name="shared_days",
    stage="report",
    meaning="Days on which many tracked accounts left their own past in one direction, which is about none of them.",
    grain="One row per day and direction.",
    key=("shared_date", "direction"),
    columns=shared_days.SHARED_DAY_COLUMNS,
)

LIST_PROFILES = Table(
    name="list_profiles",
    stage="measured",
    meaning="What each follower list is made of, and how far its order can be trusted, on the way to `accounts`.",
    grain="One row per account whose follower list was read.",
    key=("account_id",),
    columns=(identity.ACCOUNT_ID, *lists.ORDER_COLUMNS, *lists.LIST_PROFILE_COLUMNS),
)
