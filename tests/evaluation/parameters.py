"""The configured numbers of the judgement, by the names under which tests ask for them."""

from config.pipeline import load_parameters
from config.settings import HERE

PIPELINE = load_parameters(HERE)
JUDGE = PIPELINE.judge
RETROSPECTIVE = PIPELINE.retrospective

EVENTS = JUDGE.events
SHOCK = EVENTS.shock
EXPECTED = EVENTS.expected
SHAPE = JUDGE.audience.likelihood.shape
EVIDENCE = JUDGE.evidence
