"""Every parameter that an operator gives, with its words: for the command's help and for the form on the server.

Neither Prefect nor pandas is loaded here, so that help and refusals answer at once.
"""

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Annotated, Any, Literal

from cyclopts import Parameter

MAX_DAYS = 800
"""Two years and some: more is more often a slip of the keyboard than a wish."""
LONGEST_RANGE = 1100
"""Days of three years, which takes minutes to plan for many accounts; 1925 for 2025 would be 36,000."""
EXPIRE_DAYS = 90
COMPLY_USD = 1.0
"""A hundred people."""
DAY, FILE, COUNT, DOLLARS = "YYYY-MM-DD", "FILE", "N", "USD"


class Words(Parameter):
    """What cyclopts needs of a parameter; its `help` is also the description in Prefect's schema of the flow."""

    def __get_pydantic_json_schema__(self, schema: Any, handler: Callable[[Any], dict[str, Any]]) -> dict[str, Any]:  # noqa: ANN401 - pydantic's own
        """The schema of the type, described by these words."""
        return {**handler(schema), "description": self.help}


ReportDay = Annotated[
    date | None,
    Words(
        metavar=DAY,
        help="The day to report; today when not given, or the day for which a run was scheduled. X is asked only when "
        "that is today: a count that was not read in time cannot be read any more.",
    ),
]

FirstDay = Annotated[date, Words(metavar=DAY, help="First report day.")]
LastDay = Annotated[date, Words(metavar=DAY, help="Last report day.")]
AccountNames = Annotated[
    list[str] | None,
    Words(
        name="--account",
        metavar="HANDLE",
        help="Id or handle of an account to derive, as many as are wanted; all of them when not given.",
    ),
]
DryRun = Annotated[
    bool,
    Words(help="Only show the plan: what is reported, missing, stale or unknowable on each day, and why."),
]
Force = Annotated[bool, Words(help="Derive also the days that are up to date.")]
Order = Annotated[
    Literal["oldest_first", "newest_first"],
    Words(help="Which range is derived first, where months without work lie between several."),
]
MaxDays = Annotated[int, Words(metavar=COUNT, help="Refuse a plan that would derive more days than this.")]
LongRange = Annotated[
    bool,
    Words(help=f"Also a range of more than {LONGEST_RANGE} days, and however many of them would be derived."),
]

ExportFile = Annotated[
    Path,
    Words(
        metavar=FILE,
        help="X's analytics or content CSV, X's archive (ZIP or folder), a counts CSV, a follower list, or a folder of "
        "them, as many as are wanted; each is told by its content.",
    ),
]
ExportHandle = Annotated[
    str, Words(help="The account's @name, without the @; where it is not given, the files are asked for it.")
]
AccountId = Annotated[str | None, Words(help="The account's id on X, if known.")]
AnalyticsFile = Annotated[Path | None, Words(metavar=FILE, help="X's account_overview_analytics.csv.")]
ContentFile = Annotated[Path | None, Words(metavar=FILE, help="X's account_analytics_content_FROM_TO.csv.")]
CountsFile = Annotated[Path | None, Words(metavar=FILE, help="A CSV with the columns date,followers.")]
FollowersFile = Annotated[
    Path | None,
    Words(
        metavar=FILE,
        help="The follower list in follow order, CSV, Parquet, JSON or SQLite with rank (0 = oldest) and created_at: "
        "coordinated blocks of the past are looked for in it (docs/imports.md names all columns).",
    ),
]
FollowersDay = Annotated[
    date | None, Words(metavar=DAY, help="The day on which that list was read; today when not given.")
]
ANCHOR = Words(
    metavar=f"{DAY}=COUNT",
    help="Followers at the end of a day; absolute counts are then rebuilt backward and forward from it.",
)

Preview = Annotated[
    bool,
    Words(
        help="Only show what each file is, how its columns are taken, three rows, and what reports will be able to say."
    ),
]
Undo = Annotated[
    bool,
    Words(
        help="Take the import of these files back, or those whose fingerprints stand in the place of files: their rows "
        "and what was kept of them go, and reports are derived again without them."
    ),
]
OpenPage = Annotated[bool, Words(name="--open", help="Open the page in the browser when it is drawn.")]

DecideHandle = Annotated[str, Words(help="The account of accounts.toml, with or without @.")]
DecideDryRun = Annotated[bool, Words(help="Only say what would be read and what it costs; X is not asked.")]

Command = Annotated[
    Literal["forget", "comply", "purge", "expire", "compact", "verify", "repair", "rotate"],
    Words(
        help="forget: forget everybody on the list `.forget` below the data root, one id or handle a line; no "
        "parameter names them, because parameters are kept. comply: look up which stored people are gone from X, and "
        "forget them when another day says the same. purge: remove everything of a tracked account. "
        "expire: remove raw pages older than `days`. "
        "compact: put the staged files of old months together, a file a month; nothing else changes. verify: check "
        "checksums, keys and counts of every file. "
        "repair: close what others may read, and derive damaged reports anew. "
        "rotate: make a new secret, and rewrite every pseudonym by it."
    ),
]
PurgeHandle = Annotated[str | None, Words(help="The tracked account to purge, with or without @; not used otherwise.")]
LookUpUsd = Annotated[
    float,
    Words(
        metavar=DOLLARS,
        help="What looking up stored people may cost at most; the budgets of day and month bind it, too.",
    ),
]
AgeDays = Annotated[
    int,
    Words(metavar=COUNT, help="How old raw pages become before they expire, and months before they are put together."),
]
