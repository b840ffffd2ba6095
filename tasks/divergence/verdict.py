"""Evidence added up: a probability for each explanation, and a verdict where one is decisive."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from tasks.divergence.case import EXPLANATIONS
from tasks.divergence.grid import Grid, Mask

UNDETERMINED = "undetermined"
ORGANIC = ("organic_post", "organic_mention")
OF_ARRIVALS = ("unlike_followers_before", "unlike_in_age", "created_together", "never_gave_a_like")
"""Evidence read from the arrivals themselves, whatever else happened on their days."""
FAR = -12.0
"""Log-odds of an explanation that a kind of event cannot have: nobody arrives in a drop."""


@dataclass(frozen=True)
class VerdictParameters:
    """Where the adding begins and when it is decisive: config/pipeline.toml, [judge.verdict]."""

    prior_nats: dict[str, float]
    trust_share: float
    decisive_probability: float
    contested_nats: float


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
    total = np.where(possible(kinds), total, FAR)
    odds = np.exp(total - total.max(axis=1, keepdims=True))
    return pd.DataFrame(odds / odds.sum(axis=1, keepdims=True), columns=list(EXPLANATIONS), index=kinds.index)


def possible(kinds: pd.Series) -> Grid:
    """Which explanations each kind of event can have at all: events x explanations."""
    rises = np.array([True, True, True, False, True, True])
    drops = np.array([False, False, False, True, True, True])
    is_drop = (kinds == "drop").to_numpy()[:, None]
    return np.where(is_drop, drops[None, :], rises[None, :])


def wave_chances(chances: pd.DataFrame, evidence: pd.DataFrame, parameters: VerdictParameters) -> Grid:
    """Per event the probability that there was a wave among the arrivals, whatever else brought others.

    That of the explanation; where the arrivals contest an organic one, what their own evidence makes of even odds.
    """
    spoken = arrival_nats(len(chances), evidence)
    alone = 1 / (1 + np.exp(-parameters.trust_share * np.clip(spoken, -50, 50)))
    chance = chances["inauthentic_wave"].to_numpy(dtype=np.float64)
    return np.where(contested(len(chances), evidence, parameters), np.maximum(chance, alone), chance)


def contested(events: int, evidence: pd.DataFrame, parameters: VerdictParameters) -> Mask:
    """Events whose arrivals themselves speak so strongly for a wave that a post or a mention cannot be all of it."""
    return np.asarray(arrival_nats(events, evidence) >= parameters.contested_nats)


def arrival_nats(events: int, evidence: pd.DataFrame) -> Grid:
    """Sum of what the arrivals themselves say for a wave, per event."""
    of_wave = evidence[evidence["evidence_code"].isin(OF_ARRIVALS) & (evidence["explanation"] == "inauthentic_wave")]
    summed = np.bincount(of_wave["event"].to_numpy(dtype=np.int64), of_wave["weight_nats"], minlength=events)
    return np.asarray(summed, dtype=np.float64)


def verdicts(chances: pd.DataFrame, evidence: pd.DataFrame, parameters: VerdictParameters) -> pd.DataFrame:
    """`verdict` and `verdict_probability` per event; `undetermined` where nothing named is decisive.

    Causes may coincide: a post that took off does not clear arrivals that are unlike all followers before,
    so an organic verdict against such arrivals is undetermined too.
    """
    named = chances.drop(columns="other")
    best = named.idxmax(axis=1)
    chance = named.max(axis=1)
    is_shared = best.isin(ORGANIC) & contested(len(chances), evidence, parameters)
    is_decisive = (chance >= parameters.decisive_probability) & ~is_shared
    return pd.DataFrame(
        {"verdict": best.where(is_decisive, UNDETERMINED), "verdict_probability": chance, "likeliest": best}
    )
