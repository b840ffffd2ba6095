"""What the count makes of an account: a Klout-style score, its components, and the score of the count alone."""

from tasks.schema.column import Column

RECONSTRUCTION = "Klout-style reconstruction; not Klout's algorithm"
NO_COUNT = "Null when followers or following were not read; vanity_reason says which."
VANITY_REASONS = ("no_followers_count", "no_following_count")
NETWORK_SOURCES = ("engagers", "listed")


def _score(name: str, meaning: str, formula: str, source: str, null_rule: str) -> Column:
    return Column(name, "float64", meaning, "points", formula, source, null_rule, minimum=0, maximum=100)


KLOUT_STYLE_SCORE = _score(
    "klout_style_score",
    "Influence as scores of 2010-11 saw it: reach, amplification and network, weighed.",
    "weighted mean of the known components by the weights of [vanity]",
    RECONSTRUCTION,
    NO_COUNT,
)
REACH_SCORE = _score(
    "reach_score",
    "Reach component: how many follow, dampened for accounts that follow very many themselves.",
    "min(100, reach_points x log10(1 + followers_count x damping_factor))",
    "convention: 10,000 followers give 50, a million 75, as on Klout's scale of 2010-11",
    NO_COUNT,
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
    null_rule=NO_COUNT,
    minimum=0,
    maximum=1,
)
NETWORK_SOURCE = Column(
    "network_source",
    "string",
    "What the network component rests on: the followers of those who engaged, or lists.",
    values=NETWORK_SOURCES,
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
    NO_COUNT,
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

COLUMNS = (
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
