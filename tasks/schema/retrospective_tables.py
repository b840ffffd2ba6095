"""Tables of the retrospective: what one ordered follower list tells of the time before anybody looked."""

from tasks.schema.columns import identity, lists
from tasks.schema.table import Table

FOLLOWER_LISTS = Table(
    name="follower_lists",
    stage="report",
    meaning="Follower lists read in follow order: how far their order can be trusted, and how many blocks they hold.",
    grain="One row per account and list.",
    key=("account_id", "list_date", "source"),
    date_column="list_date",
    columns=(identity.ACCOUNT_ID, lists.LIST_DATE, identity.SOURCE, identity.HANDLE, *lists.FOLLOWER_LIST_COLUMNS),
)

PAST_BLOCKS = Table(
    name="past_blocks",
    stage="report",
    meaning="Coordinated blocks in the past of a list: neighbors in follow order, created within days, followed later.",
    grain="One row per account, list and block.",
    key=("account_id", "list_date", "source", "block_number"),
    date_column="list_date",
    columns=(
        identity.ACCOUNT_ID,
        lists.LIST_DATE,
        identity.SOURCE,
        identity.HANDLE,
        lists.BLOCK_NUMBER,
        *lists.PAST_BLOCK_COLUMNS,
    ),
)

FOLLOW_CLOCK = Table(
    name="follow_clock",
    stage="report",
    meaning="How the count of today's followers must have grown, from the creation dates of the list alone.",
    grain="One row per account, list and day on which the follow clock moved.",
    key=("account_id", "list_date", "source", "clock_date"),
    date_column="list_date",
    columns=(
        identity.ACCOUNT_ID,
        lists.LIST_DATE,
        identity.SOURCE,
        identity.HANDLE,
        lists.CLOCK_DATE,
        *lists.CLOCK_COLUMNS,
    ),
)

RETROSPECTIVE_TABLES = (FOLLOWER_LISTS, PAST_BLOCKS, FOLLOW_CLOCK)
