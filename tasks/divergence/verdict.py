"""Evidence added up: a probability for each explanation, and a verdict where one is decisive."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from tasks.divergence.evidence import EXPLANATIONS
from tasks.divergence.grid import Grid

UNDETERMINED = "undetermined"
FAR = -12.0
"""Log-odds of an explanation that a kind of event cannot have: nobody arrives in a drop."""


@dataclass(frozen=True)
class VerdictParameters:
    """Where the adding begins and when it is decisive: config/pipeline.toml, [judge.verdict]."""

    prior_nats: dict[str, float]
    trust_share: float
    decisive_probability: float


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


def verdicts(chances: pd.DataFrame, parameters: VerdictParameters) -> pd.DataFrame:
    """`verdict` and `verdict_probability` per event; `undetermined` where nothing named is decisive."""
    named = chances.drop(columns="other")
    best = named.idxmax(axis=1)
    chance = named.max(axis=1)
    is_decisive = chance >= parameters.decisive_probability
    return pd.DataFrame(
        {"verdict": best.where(is_decisive, UNDETERMINED), "verdict_probability": chance, "likeliest": best}
    )
