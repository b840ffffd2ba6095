"""What is known of each event, and the weights by which it becomes evidence."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from tasks.divergence.grid import Grid
from tasks.schema.columns.divergence import RISES
from tasks.schema.ranges import Amount, NatsAgainst, NatsFor, PositiveCount, PositiveRatio, Share, Spreads


@dataclass(frozen=True)
class EvidenceParameters:
    """Weights in nats and where they begin: config/model.toml, [judge.evidence]."""

    largest_weight_nats: NatsFor
    post_z_start: Spreads
    post_z_weight: NatsFor
    post_absent_weight: NatsAgainst
    post_yield_ratio: PositiveRatio
    mention_reach_ratio: PositiveRatio
    mention_weight: NatsFor
    mention_absent_weight: NatsAgainst
    voices_z: Spreads
    voices_weight: NatsFor
    unlike_start_share: Share
    unlike_age_start_share: Share
    unlike_weight: NatsFor
    alike_start_nats: NatsFor
    alike_weight: NatsFor
    alike_largest_weight: NatsFor
    squeeze_lift: PositiveRatio
    squeeze_least_count: Amount
    squeeze_weight: NatsFor
    silent_start_share: Share
    silent_weight: NatsFor
    silent_least_weight: NatsAgainst
    response_prior_share: Share
    response_prior_count: Amount
    response_wave_share: Share
    response_trust_share: Share
    response_posts_count: PositiveCount
    silent_largest_weight: NatsFor
    answered_largest_weight: NatsFor
    export_ratio: PositiveRatio
    export_weight: NatsFor
    engagement_yield_ratio: PositiveRatio
    engagement_yield_weight: NatsFor
    engagement_yield_largest_weight: NatsFor
    visit_yield_ratio: PositiveRatio
    visit_yield_weight: NatsFor
    visit_yield_largest_weight: NatsFor
    follow_back_share: Share
    follow_back_weight: NatsFor
    return_weight: NatsFor
    list_disagrees_share: Share
    list_disagrees_weight: NatsFor
    undone_weight: NatsFor
    shared_share: Share
    shared_weight: NatsFor
    lone_drop_weight: NatsAgainst
    block_weight: NatsFor
    block_largest_ratio: PositiveRatio
    round_tolerance_share: Share
    round_weight: NatsFor
    churn_ratio: PositiveRatio
    churn_weight: NatsFor


@dataclass(frozen=True)
class Case:
    """All that is known of all events: the events, the facts around them, their cohorts; rows side by side."""

    events: pd.DataFrame
    facts: pd.DataFrame
    cohorts: pd.DataFrame

    def is_rise(self) -> Grid:
        """1 for jumps and drips, 0 else."""
        return np.asarray(self.events["kind"].isin(RISES), dtype=np.float64)

    def fact(self, name: str) -> Grid:
        """One column of the facts."""
        return self.facts[name].to_numpy(dtype=np.float64)

    def figure(self, name: str) -> Grid:
        """One column of the cohort figures; NaN where no follower list was read."""
        if name not in self.cohorts:
            return np.full(len(self.events), np.nan)
        return self.cohorts[name].to_numpy(dtype=np.float64)
