"""What a follower list is made of: the profiles of all who were ever seen in it, as they were first seen."""

from tasks.schema.column import Column

NO_PROFILE = (
    "Null for an account whose follower list was never read, and for one of more than half a million followers."
)
NO_WINDOW = NO_PROFILE + " Null, too, below 100 followers, and where follow order is not used."


def _share(name: str, meaning: str, formula: str, null_rule: str) -> Column:
    return Column(name, "float64", meaning, unit="1", formula=formula, null_rule=null_rule, minimum=0, maximum=1)


def _part(name: str, meaning: str, known: str) -> Column:
    """A share of those of whom it is known."""
    formula = f"followers of whom it is so / followers whose {known} known"
    return _share(name, meaning, formula, f"{NO_PROFILE} Null, too, where it is known of nobody.")


PROFILE_COLUMNS = (
    Column(
        "profiled_followers_count",
        "int64",
        "Followers ever seen in the list, those who left included, each arrival by itself.",
        unit="accounts",
        null_rule=NO_PROFILE,
        minimum=0,
    ),
    _part("followers_never_posted_share", "Share of them who had never posted.", "number of posts is"),
    _part("followers_never_liked_share", "Share of them who had never given a like.", "number of likes is"),
    _part(
        "followers_inactive_share",
        "Share of them who had not posted for 120 days, or never; the days are set in the configuration.",
        "last post is",
    ),
    _part("followers_default_image_share", "Share of them with X's picture instead of their own.", "picture is"),
    _part("followers_described_share", "Share of them who say something about themselves.", "description is"),
    Column(
        "followers_median_age_days",
        "float64",
        "Median age of their accounts when they followed; of those in the first reading by the follow clock.",
        unit="days",
        formula="median of follow - creation, at least 0",
        source="the follow clock, Meeder et al. 2011",
        null_rule=NO_PROFILE + " Null, too, where no age is known.",
        minimum=0,
    ),
    Column(
        "followers_of_followers_median",
        "float64",
        "Median of how many followers they have themselves.",
        unit="accounts",
        null_rule=NO_PROFILE + " Null, too, where it is known of nobody.",
        minimum=0,
    ),
    Column(
        "narrowest_creation_days",
        "float64",
        "The least time within which 100 followers in a row were created; newcomers make it short, too.",
        unit="days",
        formula="min over windows of 100 in follow order of (latest - earliest creation)",
        null_rule=NO_WINDOW,
        minimum=0,
    ),
    _share(
        "most_silent_window_share",
        "The largest share, among 100 followers in a row, of those who had never posted.",
        "max over windows of 100 in follow order",
        NO_WINDOW,
    ),
    _share(
        "most_squeezed_window_share",
        "The largest share, among 100 followers in a row, of neighbors who were created within 3.5 days of each other.",
        "max over windows of 100 in follow order, of its 99 pairs of neighbors",
        NO_WINDOW,
    ),
)
"""Column by column as `tasks.followers.profile` has them; a window is as long as the configuration says."""
