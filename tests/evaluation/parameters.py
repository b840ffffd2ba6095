"""The values of config/pipeline.toml, [judge], as the evaluation passes them."""

from tasks.audience.cohorts import AudienceParameters
from tasks.audience.likelihood import LikelihoodParameters
from tasks.audience.retrospective import RetrospectiveParameters
from tasks.audience.screening import ScreeningParameters
from tasks.audience.shape import ShapeParameters
from tasks.divergence.events import EventParameters
from tasks.divergence.evidence import EvidenceParameters
from tasks.divergence.expected import ExpectedParameters
from tasks.divergence.facts import FactParameters
from tasks.divergence.shock import ShockParameters
from tasks.divergence.verdict import VerdictParameters
from tests.evaluation.judged import JudgeParameters

SHOCK = ShockParameters(
    history_days=60,
    minimum_history_days=14,
    shock_z=6.0,
    drip_z=6.0,
    drip_windows=(3, 7, 14, 30),
    scale_floor_share=0.0005,
    minimum_jump_count=8,
    minimum_jump_share=0.01,
    minimum_drip_share=0.03,
    longest_event_days=45,
    rest_days=2,
)
EXPECTED = ExpectedParameters(history_days=60, coverage_share=0.90, spread_inflation_ratio=1.0)
EVENTS = EventParameters(
    merge_gap_days=2,
    jump_days=2,
    jump_share=0.5,
    return_days=3,
    reversal_history_days=7,
    return_tolerance_share=0.25,
    confirmed_share=0.5,
    shock=SHOCK,
    expected=EXPECTED,
)
SHAPE = ShapeParameters(
    age_edges_days=(1, 7, 30, 90, 180, 365, 730, 1460, 2920, 4380),
    count_edges=(1, 3, 10, 30, 100, 300, 1000, 3000, 10000),
    few_edges=(1, 3, 10),
)
LIKELIHOOD = LikelihoodParameters(
    smoothing_count=5,
    largest_ratio_nats=4,
    dependence_share=0.8,
    mixture_rounds=6,
    squeeze_window_days=7,
    squeeze_from_age_days=30,
    squeeze_smoothing_count=2,
    shape=SHAPE,
)
AUDIENCE = AudienceParameters(
    reference_size=3000,
    minimum_reference_size=100,
    minimum_cohort_size=10,
    response_days=7,
    survival_days=(1, 7, 30),
    telling_reason_nats=1.0,
    likelihood=LIKELIHOOD,
    screening=ScreeningParameters(following_per_squared_follower=0.5, mass_following_count=1500),
)
FACTS = FactParameters(
    post_lead_days=2,
    post_lag_days=1,
    post_history_days=60,
    minimum_posts_count=8,
    smallest_post_spread_nats=0.3,
    mention_lead_days=1,
    mention_history_days=29,
    follow_lead_days=7,
    shared_drop_days=1,
    undo_days=30,
    undo_tolerance_share=0.2,
)
EVIDENCE = EvidenceParameters(
    largest_weight_nats=6.0,
    post_z_start=2.0,
    post_z_weight=2.0,
    post_absent_weight=-2.5,
    post_yield_ratio=2.0,
    mention_reach_ratio=10.0,
    mention_weight=2.5,
    mention_absent_weight=-1.5,
    voices_z=4.0,
    voices_weight=3.0,
    unlike_start_share=0.28,
    unlike_age_start_share=0.55,
    unlike_weight=12.0,
    squeeze_lift=3.0,
    squeeze_least_count=15.0,
    squeeze_weight=1.3,
    silent_start_share=0.15,
    silent_weight=6.0,
    silent_least_weight=-1.0,
    response_prior_share=0.03,
    response_prior_count=50.0,
    response_wave_share=0.002,
    response_trust_share=0.8,
    silent_largest_weight=3.0,
    answered_largest_weight=5.0,
    export_ratio=2.5,
    export_weight=1.5,
    follow_back_share=0.8,
    follow_back_weight=3.0,
    return_weight=6.0,
    list_disagrees_share=0.3,
    list_disagrees_weight=4.0,
    undone_weight=5.0,
    shared_drop_share=0.2,
    shared_drop_weight=3.5,
    lone_drop_weight=-1.0,
    round_tolerance_share=0.005,
    round_weight=0.3,
    churn_ratio=0.2,
    churn_weight=0.5,
)
VERDICT = VerdictParameters(
    prior_nats={"data_fault": -2.0, "other": 0.5, "platform_purge": 0.0},
    trust_share=1.0,
    decisive_probability=0.8,
)
JUDGE = JudgeParameters(EVENTS, AUDIENCE, FACTS, EVIDENCE, VERDICT, shared_slack_share=0.1)
RETROSPECTIVE = RetrospectiveParameters(
    least_followers_count=200,
    neighbors_count=50,
    squeeze_window_days=7,
    settled_age_days=30,
    least_near_count=10,
    least_lift=4,
    chance=1e-6,
    gap_count=25,
    least_block_count=20,
    chunk_count=20,
    age_edges_days=SHAPE.age_edges_days,
)
