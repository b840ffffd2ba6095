"""The chosen numbers of pace and cross-section; their values and reasons stand in config/pipeline.toml."""

from dataclasses import dataclass


@dataclass(frozen=True)
class PaceParameters:
    """The scaling exponent, and from what size on a divergence has a name."""

    beta: float
    minimum_hollow_share: float
    confidence: float
    power: float
    minimum_accounts: int
    complete_accounts: int
