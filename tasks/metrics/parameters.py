"""The chosen parameters of the measures; their values and reasons stand in config/."""

from dataclasses import dataclass

from scipy.special import ndtri

from tasks.schema.ranges import (
    Count,
    DayCount,
    HourCount,
    Points,
    PositiveCount,
    PositiveDayCount,
    PositiveRatio,
    Probability,
    Seed,
    Share,
)


@dataclass(frozen=True)
class EngagementParameters:
    """What counts as a mature post, over which days, and from how many posts on.

    The current window are the days (t - lag - window, t - lag]; the reference window the `reference_days` before it.
    """

    maturity_hours: HourCount
    window_days: PositiveDayCount
    lag_days: DayCount
    reference_days: PositiveDayCount
    inbound_days: PositiveDayCount
    includes_replies: bool
    minimum_posts: PositiveCount
    minimum_post_days: PositiveDayCount
    minimum_count_share: Share
    elasticity_days: PositiveDayCount
    elasticity_block_days: PositiveDayCount
    elasticity_minimum_blocks: PositiveCount
    elasticity_minimum_range: Share
    confidence: Probability
    resamples: PositiveCount
    seed: Seed


@dataclass(frozen=True)
class CommunityParameters:
    """Over which days the people behind the engagement are counted, and on how many a member of the core engages.

    `core_days_count` is at least 2.
    """

    window_days: PositiveDayCount
    network_days: PositiveDayCount
    lag_days: DayCount
    core_days_count: PositiveDayCount
    confidence: Probability

    @property
    def z(self) -> float:
        """How many standard deviations the interval reaches to either side: 1.959964 for 0.95."""
        return float(ndtri((1 + self.confidence) / 2))


@dataclass(frozen=True)
class VanityParameters:
    """Points per factor of ten for each component, their weights, and how following many dampens reach."""

    reach_points: Points
    amplification_points: Points
    network_points: Points
    reach_weight: Share
    amplification_weight: Share
    network_weight: Share
    damping_slope: PositiveRatio
    damping_ratio: PositiveRatio
    damping_following: Count
    damping_floor: Share
