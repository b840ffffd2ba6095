"""Taking a source away never makes an accusation: laws over every piece of evidence, on thousands of drawn events."""

import numpy as np
import pandas as pd
import pytest

from tasks.divergence.case import Case
from tasks.divergence.evidence import GATHERERS, evidence
from tasks.divergence.verdict import arrival_nats, probabilities, verdicts
from tests.evaluation.parameters import EVIDENCE, JUDGE

EVENTS = 4_000
KEYS = ["event", "evidence_code", "explanation", "weight_nats"]
FACTS = {
    "posts": {"post_z": (-9, 12), "post_received_count": (1, 50_000), "response_posts_count": (0, 12)},
    "mentions": {
        "mention_reach_count": (0, 90_000),
        "before_mention_reach_count": (0, 90_000),
        "unread_mention_reaches_count": (0, 3),
        "mentions_count": (0, 60),
        "usual_mentions_count": (0, 30),
    },
    "engagers": {"engagers_read_share": (0.01, 1), "before_engagers_read_share": (0, 1)},
    "exports": {
        "impressions_ratio": (0.1, 20),
        "profile_visits_ratio": (0.1, 20),
        "follows_per_engagement": (0.001, 5),
        "follows_per_visit": (0.001, 5),
    },
    "following": {"own_follows_delta": (0, 5_000)},
    "other accounts": {"shared_falls_share": (0, 1), "shared_rises_share": (0, 1)},
    "annotations": {"explained_by_annotation": (1, 1)},
    "blocks": {"block_share": (0, 1)},
    "list": {"listed_arrivals_count": (0, 5_000)},
}
"""The facts of each source, with the range from which they are drawn."""
FIGURES = {
    "cohort_count": (10, 5_000),
    "engaged_count": (0, 10),
    "before_newcomer_count": (0, 5_000),
    "before_engaged_count": (0, 1),
    "response_days": (0, 8),
    "usual_share": (0.01, 0.9),
    "unlike_share": (0, 1),
    "unlike_age_share": (0, 1),
    "unlike_spread_nats": (-1, 1),
    "silent_share": (0, 1),
    "before_silent_share": (0, 1),
    "settled_created_within_7d_share": (0.01, 1),
    "before_settled_created_within_7d_share": (0.01, 1),
    "settled_count": (0, 5_000),
    "stayed_7d_share": (0, 1),
}


def _drawn() -> Case:
    """Events of every kind of which everything was read."""
    random = np.random.default_rng(14)
    ranges = {name: each for part in FACTS.values() for name, each in part.items()} | {"excess_count": (8, 20_000)}
    facts = pd.DataFrame({name: random.uniform(*each, EVENTS) for name, each in ranges.items()})
    facts = facts.assign(is_undone=random.integers(0, 2, EVENTS), are_posts_read=True, are_mentions_read=True)
    figures = pd.DataFrame({name: random.uniform(*each, EVENTS) for name, each in FIGURES.items()})
    figures[["cohort_count", "engaged_count"]] = np.floor(figures[["cohort_count", "engaged_count"]])
    kinds = random.choice(["jump", "drip", "drop", "reversal"], EVENTS)
    events = pd.DataFrame({"kind": kinds, "is_from_list": random.integers(0, 2, EVENTS).astype(bool)})
    return Case(events, facts, figures)


CASE = _drawn()


def _without(source: str, case: Case = CASE) -> Case:
    if source == "cohort":
        return Case(case.events, case.facts, pd.DataFrame(index=case.events.index))
    facts = case.facts.assign(**dict.fromkeys(FACTS[source], np.nan))
    is_read = {"posts": "are_posts_read", "mentions": "are_mentions_read"}
    facts = facts.assign(**{is_read[source]: False}) if source in is_read else facts
    return Case(case.events, facts, case.cohorts)


def _chances(case: Case, rows: pd.DataFrame) -> pd.DataFrame:
    return probabilities(case.events["kind"], rows, JUDGE.verdict)


@pytest.mark.parametrize("source", ["cohort", *FACTS])
def test_an_unread_source_leaves_no_row_and_changes_no_other(source: str) -> None:
    """What remains is what the other sources said, to the last digit."""
    before, after = evidence(CASE, EVIDENCE)[KEYS], evidence(_without(source), EVIDENCE)[KEYS]
    assert 0 < len(after) < len(before)
    assert len(after.merge(before, on=KEYS)) == len(after)


@pytest.mark.parametrize("source", ["cohort", *FACTS])
def test_an_accusation_is_never_likelier_for_want_of_a_source(source: str) -> None:
    """Unless the source itself had cleared the account, the probability of a wave falls or stays without it."""
    case, keys = _without(source), ["event", "evidence_code", "explanation"]
    full, left = evidence(CASE, EVIDENCE), evidence(case, EVIDENCE)
    gone = full.merge(left[keys], on=keys, how="left", indicator=True).query("_merge == 'left_only'")
    is_wave = gone["explanation"] == "unexplained_wave"
    clearing = gone[np.where(is_wave, gone["weight_nats"] < 0, gone["weight_nats"] > 0)]
    rose = _chances(case, left)["unexplained_wave"] > _chances(CASE, full)["unexplained_wave"] + 1e-12
    assert set(np.flatnonzero(rose)) <= set(clearing["event"])


@pytest.mark.parametrize("source", ["posts", "mentions"])
def test_without_the_causes_only_the_arrivals_themselves_accuse(source: str) -> None:
    """Where nobody looked for a post or a mention, a wave needs arrivals that speak as strongly as contests one."""
    case = _without(source, _without("exports"))
    rows = evidence(case, EVIDENCE)
    said = verdicts(_chances(case, rows), rows, case.facts, JUDGE.verdict)["verdict"] == "unexplained_wave"
    assert said.any()
    assert arrival_nats(EVENTS, rows)[said.to_numpy()].min() >= JUDGE.verdict.contested_nats


def test_every_gatherer_falls_silent_without_its_sources() -> None:
    """Of an event of which nothing was read beside the count, no gatherer says a word for a wave but its roundness."""
    facts = {name: np.nan for part in FACTS.values() for name in part}
    facts |= {"excess_count": 321.0, "is_undone": 0.0, "are_posts_read": False, "are_mentions_read": False}
    events = pd.DataFrame({"kind": ["jump"], "is_from_list": [False]})
    case = Case(events, pd.DataFrame([facts]), pd.DataFrame(index=events.index))
    for gather in GATHERERS:
        for _, _, weights in gather(case, EVIDENCE):
            assert not np.nan_to_num(weights.get("unexplained_wave", np.zeros(1))).any()
