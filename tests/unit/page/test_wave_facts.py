"""Facts of a wave in plain words: each from a figure that was read, worked by hand."""

from collections.abc import Sequence

import pandas as pd
import pytest

from tasks.page.wave_facts import wave_facts
from tasks.schema.columns.divergence import EVIDENCE_CODES

COHORT = {
    "cohort_count": 17_002,
    "silent_share": 0.9709,
    "before_silent_share": 0.02,
    "created_within_1d_share": 0.0537,
    "created_within_7d_share": 0.3597,
    "created_within_30d_share": 0.9997,
    "response_days": 7,
    "engaged_count": 0,
    "stayed_7d_share": 0.88,
}
Piece = tuple[str, str, float, float | None]


def evidence(*pieces: Piece) -> pd.DataFrame:
    """Rows of `event_evidence` of one event."""
    return pd.DataFrame(pieces, columns=["evidence_code", "explanation", "weight_nats", "evidence_value"])


def for_a_wave(codes: Sequence[str], value: float | None = 0.5) -> pd.DataFrame:
    """Pieces that speak for a wave."""
    return evidence(*((code, "unexplained_wave", 3.0, value) for code in codes))


def test_three_facts_and_no_more() -> None:
    """The plainest three of five stand, in one order whatever their weights are."""
    spoken = for_a_wave(
        ["unlike_in_age", "engagement_response", "created_together", "never_gave_a_like", "block_in_list"]
    )
    assert (
        "97 % never gave a like, of the followers before 2 %; "
        "more than 99 % have accounts created within 30 days of each other; "
        "none of 17,002 engaged within 7 days, as far as was read"
    ) == wave_facts(COHORT, spoken)


def test_the_shortest_window_that_holds_nearly_all_is_told() -> None:
    """Nine in ten within a week are told by the week; where no window holds them, by the fullest."""
    together = for_a_wave(["created_together"])
    week = COHORT | {"created_within_7d_share": 0.9}
    assert "90 % have accounts created within 7 days of each other" == wave_facts(week, together)
    spread = COHORT | {"created_within_30d_share": 0.42}
    assert "42 % have accounts created within 30 days of each other" == wave_facts(spread, together)


@pytest.mark.parametrize(
    ("code", "column"),
    [
        ("never_gave_a_like", "silent_share"),
        ("engagement_response", "engaged_count"),
        ("arrivals_left_again", "stayed_7d_share"),
    ],
)
def test_what_was_not_read_is_no_fact(code: str, column: str) -> None:
    """Without its figure a piece gives no fact; without a cohort none does."""
    assert wave_facts(COHORT, for_a_wave([code]))
    assert "" == wave_facts(COHORT | {column: None}, for_a_wave([code]))
    assert "" == wave_facts({}, for_a_wave([code]))


def test_days_that_are_not_over_tell_nobody_silent() -> None:
    """Before a day has passed, that nobody engaged says nothing."""
    assert "" == wave_facts(COHORT | {"response_days": -1}, for_a_wave(["engagement_response"]))


def test_only_evidence_that_speaks_is_told() -> None:
    """What clears those who came is no fact against them; what is missing of an organic cause is one."""
    cleared = evidence(("never_gave_a_like", "unexplained_wave", -0.9, 0.0), ("round_number", "unexplained_wave", 1, 9))
    assert "" == wave_facts(COHORT, cleared)
    missed = evidence(
        ("mention_by_large_account", "organic_mention", -1.5, 0.0),
        ("own_post_took_off", "organic_post", -2.5, 0.7),
        ("own_post_too_small", "organic_post", -5.2, 361.6),
    )
    assert (
        "362 came per engagement with the largest own post; no own post took off; "
        "nobody with followers enough mentioned the account"
    ) == wave_facts(COHORT, missed)
    took_off = evidence(
        ("own_post_took_off", "organic_post", 6.0, 11.3), ("own_post_too_small", "organic_post", -5, None)
    )
    assert "" == wave_facts(COHORT, took_off)


def test_no_fact_accuses() -> None:
    """Whatever speaks, no word says that somebody bought, faked or cheated."""
    said = " ".join(wave_facts(COHORT, for_a_wave([code])) for code in EVIDENCE_CODES).lower()
    assert "stand as one block" in said
    assert [] == [word for word in ("bought", "fake", "fraud", "cheat", "bot") if word in said]
