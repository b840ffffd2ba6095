"""Which columns of the reports are shown: all others need not be read."""

from tasks.page.account_data import DRAWN
from tasks.page.figures import REACHABLE, SHOWN
from tasks.page.unknown import REASONS
from tasks.schema.columns import profiles

ENDS = ("", "_low", "_high")

DAY_COLUMNS = tuple(
    sorted(
        {
            *("account_id", "handle", "report_date", "is_estimated", "unread_reason", "observation_level"),
            *("engager_coverage_share", "followers_status", "listed_arrivals_count"),
            *(f"{shown.column}{end}" for shown in SHOWN for end in ENDS),
            *(f"{REACHABLE}{end}" for end in ENDS),
            *(column for column, _ in DRAWN.values()),
            *(column for column, _, _ in REASONS),
        }
    )
)
"""Columns of account_daily that page and terminal show."""

PROFILE_COLUMNS = ("account_id", *(column.name for column in profiles.PROFILE_COLUMNS))
"""Columns of accounts that tell what its follower list is made of."""

ARRIVAL_COLUMNS = ("account_id", "first_seen_date", "is_baseline", "arrival_number", "follower_created_at")
LISTED_COLUMNS = ("account_id", "list_date", "follower_rank", "follower_created_at")
SPEND_COLUMNS = ("request_id", "spend_date", "endpoint", "new_objects_count", "price_usd")
