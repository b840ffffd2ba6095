"""The chosen numbers of the vanity scores; their values and reasons stand in config/pipeline.toml."""

from dataclasses import dataclass


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
