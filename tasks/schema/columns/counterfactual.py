"""What is left of the count without the followers that the account's activity does not explain."""

from tasks.schema.column import Column

UNEXPLAINED_REASONS = ("past_too_short", "no_followers_count")
NOT_JUDGED = "Null when the day could not be judged; unexplained_reason says why."
NO_SCORE = "Null when the score itself or the unexplained count is unknown."
END = {"low": "Lower", "high": "Upper"}


def _score(name: str, meaning: str, formula: str, end: str = "") -> Column:
    said = f"{END[end]} end: {meaning[0].lower()}{meaning[1:]}" if end else meaning
    return Column(name, "float64", said, "points", formula, "", NO_SCORE, minimum=0, maximum=100)


def _people(name: str, meaning: str, formula: str, null_rule: str) -> Column:
    return Column(name, "int64", meaning, "accounts", formula, "", null_rule, minimum=0)


_KLOUT = "The Klout-style score of the day had the unexplained followers not come."
_AUDIENCE = "The score of the follower count alone had the unexplained followers not come."

COLUMNS = (
    _people(
        "present_unexplained_followers_count",
        "Followers of the day whom the account's activity does not explain: those of every wave up to the day.",
        "sum over events judged inauthentic_wave of unexplained count x part that had arrived, less those found gone, "
        "or, where no list was read again, less the share of all followers that left since",
        NOT_JUDGED,
    ),
    _people(
        "present_unexplained_followers_count_low",
        "Lower end of its 90 % interval: as if all who left since had been among them.",
        "sum of the events' lower ends x part that had arrived - followers lost since, at least 0",
        NOT_JUDGED,
    ),
    _people(
        "present_unexplained_followers_count_high",
        "Upper end of its 90 % interval: undetermined rises are counted in.",
        "sum of the upper ends of waves and of undetermined events x part that had arrived, at most followers_count",
        NOT_JUDGED,
    ),
    Column(
        "unexplained_reason",
        "string",
        "Why the unexplained followers are unknown.",
        values=UNEXPLAINED_REASONS,
        null_rule="Null when they are known.",
    ),
    _score(
        "klout_style_score_without_unexplained",
        _KLOUT,
        "klout_style_score with followers_count - present_unexplained_followers_count; other components unchanged",
    ),
    _score("klout_style_score_without_unexplained_low", _KLOUT, "the same with the upper end of the count", "low"),
    _score("klout_style_score_without_unexplained_high", _KLOUT, "the same with the lower end of the count", "high"),
    _score(
        "audience_score_without_unexplained",
        _AUDIENCE,
        "audience_score with followers_count - present_unexplained_followers_count",
    ),
    _score("audience_score_without_unexplained_low", _AUDIENCE, "the same with the upper end of the count", "low"),
    _score("audience_score_without_unexplained_high", _AUDIENCE, "the same with the lower end of the count", "high"),
    _people(
        "reachable_followers_count_low",
        "Followers known to be there: who engaged in 28 days, or had posted in the 120 days before by their profile.",
        "the larger of engaged_followers_count_28d and the sum of 1 - unexplained_probability over followers "
        "whose last known post is at most 120 days old",
        "Null when neither engaged followers nor followers' last posts are known.",
    ),
    _people(
        "reachable_followers_count_high",
        "The most that can be there: all followers but those surely unexplained; silence does not tell who reads.",
        "followers_count - present_unexplained_followers_count_low",
        NOT_JUDGED,
    ),
)
