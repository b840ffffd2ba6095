"""What the count makes of an account: a Klout-style score, its components, and both without unexplained followers."""

from tasks.schema.column import Column

_RECONSTRUCTION = "Klout-style reconstruction; not Klout's algorithm"
_NO_COUNT = "Null when followers or following were not read; vanity_reason says which."
VANITY_REASONS = ("no_followers_count", "no_following_count")
_NETWORK_SOURCES = ("engagers", "listed")


def _score(name: str, meaning: str, formula: str, source: str, null_rule: str) -> Column:
    return Column(name, "float64", meaning, "points", formula, source, null_rule, minimum=0, maximum=100)


KLOUT_STYLE_SCORE = _score(
    "klout_style_score",
    "Influence as scores of 2010-11 saw it: reach, amplification and network, weighed.",
    "weighted mean of the known components by the weights of [vanity]",
    _RECONSTRUCTION,
    _NO_COUNT,
)
REACH_SCORE = _score(
    "reach_score",
    "Reach component: how many follow, dampened for accounts that follow very many themselves.",
    "min(100, reach_points x log10(1 + followers_count x damping_factor))",
    "convention: 10,000 followers give 50, a million 75, as on Klout's scale of 2010-11",
    _NO_COUNT,
)
AMPLIFICATION_SCORE = _score(
    "amplification_score",
    "Amplification component: what an own post brings in.",
    "min(100, amplification_points x log10(1 + inbound_actions_per_post))",
    "Klout's factor inbound messages per outbound message; the scale is a convention",
    "Null when fewer posts than the gate were read; the score then rests on the other components.",
)
NETWORK_SCORE = _score(
    "network_score",
    "Network component: how many follow those who engage, or how many lists hold the account.",
    "min(100, network_points x log10(1 + engager_followers_geometric_mean)), or listed_count in its place",
    "Klout's Network; the scale is a convention",
    "Null when neither engagers' followers nor lists are known; the score then rests on the other components.",
)
SCORE_COMPONENTS_COUNT = Column(
    "score_components_count",
    "int64",
    "How many of the three components of the Klout-style score are known; a change moves the score by itself.",
    unit="components",
    minimum=0,
)
DAMPING_FACTOR = Column(
    "damping_factor",
    "float64",
    "Part of the followers that counts for reach: below 1 where an account follows many and few follow it.",
    unit="1",
    formula="max(0.02, exp(-5 (rho - 0.6))) if following > 500 and rho > 0.6 else 1; rho = (1+following)/(1+followers)",
    source="TweepCred, twitter/the-algorithm, UserMass.scala; the floor from Reputation.scala",
    null_rule=_NO_COUNT,
    minimum=0,
    maximum=1,
)
NETWORK_SOURCE = Column(
    "network_source",
    "string",
    "What the network component rests on: the followers of those who engaged, or lists.",
    values=_NETWORK_SOURCES,
    null_rule="Null when the network component is unknown.",
)
VANITY_REASON = Column(
    "vanity_reason",
    "string",
    "Why the Klout-style score is missing.",
    values=VANITY_REASONS,
    null_rule="Null when the score is known.",
)
AUDIENCE_SCORE = _score(
    "audience_score",
    "Score of the follower count of the day alone, undamped: everything in it can be had without a community.",
    "min(100, reach_points x log10(1 + followers_count))",
    "convention of this project",
    "Null when the follower count was not read.",
)
TWEEPCRED_MASS_SCORE = _score(
    "tweepcred_mass_score",
    "TweepCred-style starting mass: what followers and following gave an account before PageRank, which X keeps.",
    "100, divided by exp(5 (rho - 0.6)) if following > 500 and rho > 0.6; rho = (1+following)/(1+followers)",
    "twitter/the-algorithm, UserMass.scala, 2023; account age and verification left out",
    _NO_COUNT,
)
SOCIAL_NETWORKING_POTENTIAL = Column(
    "social_networking_potential",
    "float64",
    "SNP: how many people interact per follower, and how many posts find an answer, halved.",
    unit="1",
    formula="(interactor_ratio + repost_reply_ratio) / 2",
    source="Anger and Kittl 2011; arXiv 1508.07951",
    null_rule="Null when engagers or posts are unknown; community_reason and engagement_reason say why.",
    minimum=0,
)

VANITY_COLUMNS = (
    KLOUT_STYLE_SCORE,
    REACH_SCORE,
    AMPLIFICATION_SCORE,
    NETWORK_SCORE,
    SCORE_COMPONENTS_COUNT,
    DAMPING_FACTOR,
    NETWORK_SOURCE,
    VANITY_REASON,
    AUDIENCE_SCORE,
    TWEEPCRED_MASS_SCORE,
    SOCIAL_NETWORKING_POTENTIAL,
)


UNEXPLAINED_REASONS = ("past_too_short", "no_followers_count")
_NOT_JUDGED = "Null when the day could not be judged; unexplained_reason says why."
_NO_SCORE = "Null when the score itself or the unexplained count is unknown."
END = {"low": "Lower", "high": "Upper"}


def _score_left(name: str, meaning: str, formula: str, end: str = "") -> Column:
    said = f"{END[end]} end: {meaning[0].lower()}{meaning[1:]}" if end else meaning
    return Column(name, "float64", said, "points", formula, "", _NO_SCORE, minimum=0, maximum=100)


def _people_count(name: str, meaning: str, formula: str, null_rule: str) -> Column:
    return Column(name, "int64", meaning, "accounts", formula, "", null_rule, minimum=0)


_KLOUT = "The Klout-style score of the day had the unexplained followers not come."
_AUDIENCE = "The score of the follower count alone had the unexplained followers not come."

WITHOUT_UNEXPLAINED_COLUMNS = (
    _people_count(
        "present_unexplained_followers_count",
        "Followers of the day whom the account's activity does not explain: those of every wave up to the day.",
        "sum over events judged unexplained_wave of unexplained count x part that had arrived, less those found gone, "
        "or, where no list was read again, less the share of all followers that left since",
        _NOT_JUDGED,
    ),
    _people_count(
        "present_unexplained_followers_count_low",
        "Lower end of its 90 % interval: as if all who left since had been among them.",
        "sum of the events' lower ends x part that had arrived - followers lost since, at least 0",
        _NOT_JUDGED,
    ),
    _people_count(
        "present_unexplained_followers_count_high",
        "Upper end of its 90 % interval: undetermined rises are counted in.",
        "sum of the upper ends of waves and of undetermined events x part that had arrived, at most followers_count",
        _NOT_JUDGED,
    ),
    Column(
        "unexplained_reason",
        "string",
        "Why the unexplained followers are unknown.",
        values=UNEXPLAINED_REASONS,
        null_rule="Null when they are known.",
    ),
    _score_left(
        "klout_style_score_without_unexplained",
        _KLOUT,
        "klout_style_score with followers_count - present_unexplained_followers_count; other components unchanged",
    ),
    _score_left("klout_style_score_without_unexplained_low", _KLOUT, "the same with the upper end of the count", "low"),
    _score_left(
        "klout_style_score_without_unexplained_high", _KLOUT, "the same with the lower end of the count", "high"
    ),
    _score_left(
        "audience_score_without_unexplained",
        _AUDIENCE,
        "audience_score with followers_count - present_unexplained_followers_count",
    ),
    _score_left("audience_score_without_unexplained_low", _AUDIENCE, "the same with the upper end of the count", "low"),
    _score_left(
        "audience_score_without_unexplained_high", _AUDIENCE, "the same with the lower end of the count", "high"
    ),
    _people_count(
        "reachable_followers_count_low",
        "Followers known to be there: who engaged in 28 days, or had posted in the 120 days before by their profile.",
        "the larger of engaged_followers_count_28d and the sum of 1 - unexplained_probability over followers "
        "whose last known post is at most 120 days old",
        "Null when neither engaged followers nor followers' last posts are known.",
    ),
    _people_count(
        "reachable_followers_count_high",
        "The most that can be there: all followers but those surely unexplained; silence does not tell who reads.",
        "followers_count - present_unexplained_followers_count_low",
        _NOT_JUDGED,
    ),
)
