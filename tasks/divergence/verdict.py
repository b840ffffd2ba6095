"""Evidence added up: a probability for each explanation, a verdict, and how many an event leaves unexplained."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from tasks.divergence.grid import Grid
from tasks.schema.arrays import BoolArray
from tasks.schema.columns.divergence import EXPLANATIONS, RISES
from tasks.schema.ranges import Nats, NatsFor, Probability, Share

UNDETERMINED = "undetermined"
ANNOTATION = "annotation"
ORGANIC = ("organic_post", "organic_mention", ANNOTATION)
OF_ARRIVALS = (
    "unlike_followers_before",
    "unlike_in_age",
    "alike_among_themselves",
    "created_together",
    "never_gave_a_like",
    "block_in_list",
)
"""Evidence read from the arrivals themselves, whatever else happened on their days."""
FAR = -12.0
"""Log-odds of an explanation that a kind of event cannot have: nobody arrives in a drop."""


@dataclass(frozen=True)
class VerdictParameters:
    """Where the adding begins and when it is decisive: config/model.toml, [judge.verdict]."""

    prior_nats: dict[str, Nats]
    trust_share: Share
    decisive_probability: Probability
    contested_nats: NatsFor


def probabilities(kinds: pd.Series, evidence: pd.DataFrame, parameters: VerdictParameters) -> pd.DataFrame:
    """Probability of each explanation per event: softmax of prior + trust x sum of weights.

    `trust_share` below 1 stands for evidence that is not independent; it is calibrated on development worlds.
    """
    total = np.zeros((len(kinds), len(EXPLANATIONS)))
    place = {explanation: column for column, explanation in enumerate(EXPLANATIONS)}
    np.add.at(
        total,
        (evidence["event"].to_numpy(dtype=np.int64), evidence["explanation"].map(place).to_numpy(dtype=np.int64)),
        parameters.trust_share * evidence["weight_nats"].to_numpy(dtype=np.float64),
    )
    total += np.array([parameters.prior_nats.get(explanation, 0.0) for explanation in EXPLANATIONS])
    is_said = np.zeros(len(kinds), dtype=bool)
    is_said[evidence.loc[evidence["explanation"] == ANNOTATION, "event"].to_numpy(dtype=np.int64)] = True
    total = np.where(possible(kinds, is_said), total, FAR)
    odds = np.exp(total - total.max(axis=1, keepdims=True))
    return pd.DataFrame(odds / odds.sum(axis=1, keepdims=True), columns=list(EXPLANATIONS), index=kinds.index)


def possible(kinds: pd.Series, is_said: BoolArray) -> BoolArray:
    """Which explanations each event can have at all: events x explanations; an annotation where the user said so."""
    of_rises = np.isin(EXPLANATIONS, [*ORGANIC, "unexplained_wave", "data_fault", "other"])
    of_drops = np.isin(EXPLANATIONS, ["platform_purge", ANNOTATION, "data_fault", "other"])
    is_drop = (kinds == "drop").to_numpy()[:, None]
    can_be = np.where(is_drop, of_drops[None, :], of_rises[None, :])
    return np.asarray(can_be & (is_said[:, None] | (np.array(EXPLANATIONS) != ANNOTATION)[None, :]))


def wave_chances(chances: pd.DataFrame, evidence: pd.DataFrame, parameters: VerdictParameters) -> Grid:
    """Per event the probability that there was a wave among the arrivals, whatever else brought others.

    That of the explanation; where the arrivals contest an organic one, what their own evidence makes of even odds.
    """
    spoken = arrival_nats(len(chances), evidence)
    alone = 1 / (1 + np.exp(-parameters.trust_share * np.clip(spoken, -50, 50)))
    chance = chances["unexplained_wave"].to_numpy(dtype=np.float64)
    return np.where(is_contested(len(chances), evidence, parameters), np.maximum(chance, alone), chance)


def is_contested(events: int, evidence: pd.DataFrame, parameters: VerdictParameters) -> BoolArray:
    """Events whose arrivals themselves speak so strongly for a wave that a post or a mention cannot be all of it."""
    return np.asarray(arrival_nats(events, evidence) >= parameters.contested_nats)


def arrival_nats(events: int, evidence: pd.DataFrame) -> Grid:
    """Sum of what the arrivals themselves say for a wave, per event."""
    of_wave = evidence[evidence["evidence_code"].isin(OF_ARRIVALS) & (evidence["explanation"] == "unexplained_wave")]
    summed = np.bincount(of_wave["event"].to_numpy(dtype=np.int64), of_wave["weight_nats"], minlength=events)
    return np.asarray(summed, dtype=np.float64)


def verdicts(
    chances: pd.DataFrame, evidence: pd.DataFrame, facts: pd.DataFrame, parameters: VerdictParameters
) -> pd.DataFrame:
    """`verdict` and `verdict_probability` per event; `undetermined` where nothing named is decisive.

    Causes may coincide: a post that took off does not clear arrivals that are unlike all followers before,
    so an organic verdict against such arrivals is undetermined too.
    Where posts or mentions were not read, nor visits to the profile, which any cause brings,
    what could have brought people was not looked for: then only arrivals that speak as strongly make a wave.
    """
    named = chances.drop(columns="other")
    best = named.idxmax(axis=1)
    chance = named.max(axis=1)
    are_telling = is_contested(len(chances), evidence, parameters)
    is_shared = best.isin(ORGANIC) & are_telling
    is_unread = (best == "unexplained_wave") & ~is_looked(facts).to_numpy(dtype=bool) & ~are_telling
    is_decisive = (chance >= parameters.decisive_probability) & ~is_shared & ~is_unread
    return pd.DataFrame(
        {"verdict": best.where(is_decisive, UNDETERMINED), "verdict_probability": chance, "likeliest": best}
    )


def is_looked(facts: pd.DataFrame) -> pd.Series:
    """Per event whether it was looked for what could have brought people: posts and mentions, or profile visits."""
    looked: pd.Series = (facts["are_posts_read"] & facts["are_mentions_read"]) | facts["follows_per_visit"].notna()
    return looked


_EXPLAINED = (*ORGANIC, "platform_purge", "data_fault")
_COUNTS = ["unexplained_count", "unexplained_low_count", "unexplained_high_count"]


def count_unexplained(events: pd.DataFrame, verdicts: pd.Series) -> pd.DataFrame:
    """Arrivals beyond the expected ones: observed - expected, bounds from the expectation's interval, at least 0.

    0 where the verdict explains the event, so nobody is left over; null for a drop, in which nobody arrives.
    """
    observed = events["observed_count"].to_numpy(dtype=np.float64)
    figures = {
        "unexplained_count": observed - events["expected_count"].to_numpy(dtype=np.float64),
        "unexplained_low_count": observed - events["expected_high_count"].to_numpy(dtype=np.float64),
        "unexplained_high_count": observed - events["expected_low_count"].to_numpy(dtype=np.float64),
    }
    is_rise = events["kind"].isin(RISES).to_numpy()
    is_explained = verdicts.isin(_EXPLAINED).to_numpy()
    return pd.DataFrame(
        {
            name: np.where(is_rise, np.where(is_explained, 0.0, np.maximum(np.round(count), 0.0)), np.nan)
            for name, count in figures.items()
        }
    )


def lower_for_organic_causes(
    counts: pd.DataFrame, cohorts: pd.DataFrame, evidence: pd.DataFrame, slack_share: float
) -> pd.DataFrame:
    """The counts, lowered where a post or a mention also speaks for part of the arrivals.

    There the members of the wave are counted by their profiles instead of all arrivals beyond the usual:
    sum of probabilities, the lower bound lowered by 1.645 spreads and by `slack_share`; the upper bound stays.
    """
    organic = evidence[evidence["explanation"].isin(["organic_post", "organic_mention"])]
    spoken = organic.groupby(["event", "explanation"])["weight_nats"].sum()
    helped = np.zeros(len(counts), dtype=bool)
    helped[spoken[spoken > 0].index.get_level_values("event").to_numpy(dtype=np.int64)] = True
    members = cohorts["wave_members_count"].to_numpy(dtype=np.float64)
    usable = helped & (cohorts["cohort_count"].to_numpy() > 0) & (counts["unexplained_count"].to_numpy() > 0)
    low = np.maximum(members * (1 - slack_share) - 1.645 * cohorts["wave_members_spread_count"].to_numpy(), 0.0)
    count, lowest, highest = (counts[name].to_numpy(dtype=np.float64) for name in _COUNTS)
    return pd.DataFrame(
        {
            "unexplained_count": np.where(usable, np.minimum(np.round(members), count), count),
            "unexplained_low_count": np.where(usable, np.minimum(np.round(low), lowest), lowest),
            "unexplained_high_count": highest,
        }
    )
