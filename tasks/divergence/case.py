"""What is known of each event, and the weights by which it becomes evidence."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from tasks.divergence.grid import Grid


@dataclass(frozen=True)
class EvidenceParameters:
    """Weights in nats and where they begin: config/pipeline.toml, [judge.evidence]."""

    largest_weight_nats: float
    post_z_start: float
    post_z_weight: float
    post_absent_weight: float
    post_yield_ratio: float
    mention_reach_ratio: float
    mention_weight: float
    mention_absent_weight: float
    voices_z: float
    voices_weight: float
    unlike_start_share: float
    unlike_age_start_share: float
    unlike_weight: float
    squeeze_lift: float
    squeeze_least_count: float
    squeeze_weight: float
    silent_start_share: float
    silent_weight: float
    silent_least_weight: float
    response_prior_share: float
    response_prior_count: float
    response_wave_share: float
    response_trust_share: float
    silent_largest_weight: float
    answered_largest_weight: float
    export_ratio: float
    export_weight: float
    follow_back_share: float
    follow_back_weight: float
    return_weight: float
    list_disagrees_share: float
    list_disagrees_weight: float
    undone_weight: float
    shared_drop_share: float
    shared_drop_weight: float
    lone_drop_weight: float
    round_tolerance_share: float
    round_weight: float
    churn_ratio: float
    churn_weight: float


@dataclass(frozen=True)
class Case:
    """All that is known of all events: the events, the facts around them, their cohorts; rows side by side."""

    events: pd.DataFrame
    facts: pd.DataFrame
    cohorts: pd.DataFrame

    def is_rise(self) -> Grid:
        """1 for jumps and drips, 0 else."""
        return np.asarray(self.events["kind"].isin(["jump", "drip"]), dtype=np.float64)

    def fact(self, name: str) -> Grid:
        """One column of the facts."""
        return self.facts[name].to_numpy(dtype=np.float64)

    def figure(self, name: str) -> Grid:
        """One column of the cohort figures; NaN where no follower list was read."""
        if name not in self.cohorts:
            return np.full(len(self.events), np.nan)
        return self.cohorts[name].to_numpy(dtype=np.float64)
