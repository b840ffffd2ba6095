"""Days on which many tracked accounts rose or fell together."""

from tasks.schema.column import Column

DIRECTIONS = ("fall", "rise")

_OF_COUNT = "(followers_delta - usual change) / followers before, median over the accounts that moved"


def _change(name: str, meaning: str, formula: str) -> Column:
    return Column(name, "float64", meaning, unit="1", formula=formula)


SHARED_DATE = Column("shared_date", "date", "The day on which they moved.")
DIRECTION = Column("direction", "string", "Whether they fell or rose.", values=DIRECTIONS)
JUDGED_ACCOUNTS_COUNT = Column(
    "judged_accounts_count", "int64", "Tracked accounts whose own past was known on the day.", "accounts", minimum=0
)
MOVED_ACCOUNTS_COUNT = Column(
    "moved_accounts_count",
    "int64",
    "Those of them that left their own past in this direction, however little.",
    "accounts",
    minimum=0,
)
MEDIAN_CHANGE = _change("median_relative_followers_delta", "How far those that moved did, in the middle.", _OF_COUNT)
MEDIAN_LOW_CHANGE = _change(
    "median_relative_followers_delta_low", "Lower end of its 90 % interval.", "binomial order statistic"
)
MEDIAN_HIGH_CHANGE = _change(
    "median_relative_followers_delta_high", "Upper end of its 90 % interval.", "binomial order statistic"
)

SHARED_DAY_COLUMNS = (
    SHARED_DATE,
    DIRECTION,
    JUDGED_ACCOUNTS_COUNT,
    MOVED_ACCOUNTS_COUNT,
    MEDIAN_CHANGE,
    MEDIAN_LOW_CHANGE,
    MEDIAN_HIGH_CHANGE,
)
