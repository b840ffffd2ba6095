"""Who arrived in an event beside who followed before, and who the community is."""

from tasks.schema.column import Column

SMALL = "Null when the cohort or the followers before it are too few, or no follower list was read."
_NOT_YET = "Null when too few days have passed since, or no follower list was read."


def _count(name: str, meaning: str, unit: str = "accounts", null_rule: str = "") -> Column:
    return Column(name, "int64", meaning, unit=unit, minimum=0, null_rule=null_rule)


def _share(name: str, meaning: str, formula: str = "", null_rule: str = SMALL) -> Column:
    return Column(name, "float64", meaning, "1", formula, "", null_rule, minimum=0, maximum=1)


def _unlike(name: str, of_what: str) -> Column:
    return _share(name, f"Smallest share of the excess arrivals unlike the followers before by {of_what}.")


def _probability(name: str, meaning: str, formula: str, null_rule: str = "") -> Column:
    return Column(name, "float64", meaning, "1", formula, "", null_rule, minimum=0, maximum=1)


COHORT_COLUMNS = (
    _count("cohort_count", "Followers first seen in the event."),
    _count("before_count", "Latest followers before the event with whom they are compared."),
    _share("usual_share", "Share of the cohort that would have come anyway.", "expected / arrived", ""),
    _share(
        "unlike_share",
        "Smallest share of the excess arrivals that cannot be like the followers before.",
        "largest over features but age: (total variation - that of two samples of one shape) / (1 - usual_share)",
    ),
    _unlike("unlike_age_share", "age of the account at the follow"),
    _unlike("unlike_followers_share", "followers"),
    _unlike("unlike_following_share", "accounts followed"),
    _unlike("unlike_posts_share", "posts"),
    _unlike("unlike_listed_share", "lists"),
    _unlike("unlike_likes_share", "likes given"),
    _unlike("unlike_flags_share", "picture, bio, location and link"),
    Column(
        "unlike_spread_nats",
        "float64",
        "How much less the counts of the cohort spread than those of the followers before, beyond what chance gives.",
        unit="nats",
        formula="mean over counts of ln(spread before / spread of the cohort) - 1 / sqrt(cohort_count)",
        null_rule=SMALL,
    ),
    _share("created_within_1d_share", "Largest share of the cohort created within any 1 day."),
    _share("created_within_7d_share", "Largest share of the cohort created within any 7 days."),
    _share("created_within_30d_share", "Largest share of the cohort created within any 30 days."),
    _count("settled_count", "Members compared whose account was no newcomer's at the follow."),
    _share("settled_created_within_7d_share", "Largest share of those created within any 7 days."),
    _share(
        "before_settled_created_within_7d_share",
        "The same of as many followers before, by their age at the follow.",
    ),
    _share(
        "cell_collision_share",
        "Chance that two members share week of age, followers, following and posts.",
        "sum c (c - 1) / (n (n - 1)) over cells; CatchSync 2014",
    ),
    _share("before_cell_collision_share", "The same of as many followers before."),
    _share("hollow_profile_share", "Share of the cohort with following / followers^2 above the public limit."),
    _share("before_hollow_profile_share", "The same of the followers before."),
    _share("silent_share", "Share of the cohort that never gave a like."),
    _share("before_silent_share", "The same of the followers before."),
    Column(
        "response_days", "int64", "Days for which the cohort's engagement was followed; -1 before its last day.", "days"
    ),
    _count("engaged_count", "Members who engaged within those days of being first seen."),
    _count("before_newcomer_count", "Followers before who were themselves seen arriving."),
    _count("before_engaged_count", "Those of them who engaged within as many days."),
    _share("stayed_1d_share", "Share still following 1 day later.", null_rule=_NOT_YET),
    _share("stayed_7d_share", "Share still following 7 days later.", null_rule=_NOT_YET),
    _share("stayed_30d_share", "Share still following 30 days later.", null_rule=_NOT_YET),
    _count("wave_members_count", "Members expected to belong to a wave, if it is one: sum of their probabilities."),
)

PROBABILITY_GIVEN_WAVE = _probability(
    "probability_given_wave",
    "Probability of belonging to the wave, if the event is one, to two digits: the mean of five alike.",
    "logistic(ln((1 - usual share) / usual share) + shrunk sum of log-likelihood ratios against the followers before)",
)
UNEXPLAINED_PROBABILITY = _probability(
    "unexplained_probability",
    "Probability of not being explained by the account's activity, to two digits, and of a community to one.",
    "probability that there was a wave among the arrivals of the event x probability_given_wave",
    "Null when the follower arrived in no event; of a community also where fewer than five of the list share it.",
)
JUDGEMENT_REASONS = Column(
    "judgement_reasons",
    "string",
    "In what the follower differs from those before, joined by semicolons; empty without a telling difference, "
    "and where fewer than five followers of the event differ in the same.",
)
MEMBER_ID = Column(
    "member_id", "string", "A pseudonym, stable for the account; the id on X where the operator opts in."
)
IS_FOLLOWER = Column(
    "is_follower",
    "bool",
    "Whether the member is known to follow.",
    null_rule="Null without a list, and where the members who stand together differ in it: five are alike.",
)
IS_CORE = Column(
    "is_core", "bool", "Whether the members who stand together all engaged on at least so many days as config says."
)
_ALIKE = "as the least of five members at least who stand together"
MEMBER_COLUMNS = (
    MEMBER_ID,
    IS_FOLLOWER,
    IS_CORE,
    _count("member_actions_count_28d", f"At least so many actions of the member in 28 days, {_ALIKE}.", "actions"),
    _count("member_days_count_28d", f"At least so many days in 28 on which the member engaged, {_ALIKE}.", "days"),
    Column(
        "member_last_date",
        "date",
        f"On this day or later the member was last seen to engage: the earliest day {_ALIKE}.",
        unit="UTC day",
    ),
    UNEXPLAINED_PROBABILITY,
)
