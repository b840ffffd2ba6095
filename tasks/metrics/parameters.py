"""The chosen parameters of the measures; their values and reasons stand in config/."""

from dataclasses import dataclass

from scipy.special import ndtri


@dataclass(frozen=True)
class EngagementParameters:
    """What counts as a mature post, over which days, and from how many posts on.

    The current window are the days (t - lag - window, t - lag]; the reference window the `reference_days` before it.
    """

    maturity_hours: int
    window_days: int
    lag_days: int
    reference_days: int
    inbound_days: int
    includes_replies: bool
    minimum_posts: int
    minimum_post_days: int
    minimum_count_share: float
    elasticity_days: int
    elasticity_block_days: int
    elasticity_minimum_blocks: int
    elasticity_minimum_range: float
    confidence: float
    resamples: int
    seed: int


@dataclass(frozen=True)
class CommunityParameters:
    """Over which days the people behind the engagement are counted, and on how many a member of the core engages.

    `core_days_count` is at least 2.
    """

    window_days: int
    network_days: int
    lag_days: int
    core_days_count: int
    confidence: float

    @property
    def z(self) -> float:
        """How many standard deviations the interval reaches to either side: 1.959964 for 0.95."""
        return float(ndtri((1 + self.confidence) / 2))


@dataclass(frozen=True)
class VanityParameters:
    """Points per factor of ten for each component, their weights, and how following many dampens reach."""

    reach_points: float
    amplification_points: float
    network_points: float
    reach_weight: float
    amplification_weight: float
    network_weight: float
    damping_slope: float
    damping_ratio: float
    damping_following: int
    damping_floor: float
