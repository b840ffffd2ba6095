"""Parameters of pace, as the reference of scores has them."""

from tasks.divergence.pace import PaceParameters

PACE = PaceParameters(
    beta=0.68,
    minimum_hollow_share=0.1,
    confidence=0.95,
    power=0.8,
    minimum_accounts=30,
    complete_accounts=300,
    closed_share=0.25,
)
