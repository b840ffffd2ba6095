"""What is said of the reading that would decide a rise, sentence by sentence."""

from decimal import Decimal
from typing import Any

import pandas as pd

from tasks.page.next_reading import (
    account_outlook,
    describe_change,
    describe_cost,
    describe_nothing,
    describe_outlook,
    select_next_reading,
)

NIGHT: dict[str, Any] = {
    "event_id": "1/2026-07-10/jump",
    "handle": "quiet_quinn",
    "event_kind": "jump",
    "verdict": "undetermined",
    "verdict_probability": 0.26,
    "unexplained_wave_probability": 0.259,
    "first_date": pd.Timestamp("2026-07-10"),
    "last_date": pd.Timestamp("2026-07-10"),
    "observed_followers_delta": 640,
    "next_reading_followers_count": 760,
    "next_reading_probability": 0.793,
    "next_reading_usd": 7.6,
    "evidence_complete_date": pd.Timestamp("2026-07-14"),
    "summary": "On 2026-07-10 640 followers came.",
}
UNREADABLE = dict.fromkeys([name for name in NIGHT if name.startswith("next_reading_")], None)
SMALL = {**NIGHT, "event_id": "1/2026-06-01/jump", "observed_followers_delta": 90}


def test_a_rise_without_a_verdict_names_its_reading_its_price_and_a_day() -> None:
    """All three where there are all three; without a day it is said that days alone do not help."""
    reading = (
        "Reading the newest 760 followers, $7.60, would probably decide this (79.3 %): vanity-gap decide quiet_quinn."
    )
    assert [reading, "More will be known on 2026-07-14."] == list(describe_outlook(NIGHT))
    waiting = {**NIGHT, **UNREADABLE, "evidence_complete_date": pd.NaT}
    assert ["More days alone do not tell."] == list(describe_outlook(waiting))
    assert [] == list(describe_outlook({**NIGHT, "verdict": "organic_post"}))


def test_authors_whose_followers_were_not_read_are_named_with_their_price() -> None:
    """Of twelve mentions nobody knows whom they reach: twelve profiles at a cent are $0.12; then the day to wait."""
    mentioned = {**NIGHT, **UNREADABLE, "unread_mention_authors_count": 12, "unread_mention_authors_usd": 0.12}
    authors, waiting = describe_outlook(mentioned)
    assert authors.startswith("Of 12 mentions of its first days it was not read how many follow who wrote them")
    assert "$0.12" in authors
    assert "More will be known on 2026-07-14." == waiting


def test_of_several_rises_that_can_be_decided_the_largest_is() -> None:
    """One without a reading is no candidate, however large; a fall without a verdict is no rise."""
    vast = {**NIGHT, **UNREADABLE, "event_id": "1/2026-05-01/jump", "observed_followers_delta": 9_000}
    assert NIGHT == select_next_reading([SMALL, NIGHT, vast])
    assert select_next_reading([vast]) is None
    assert str(account_outlook([SMALL, vast, NIGHT])).startswith("Of the rise on 2026-07-10: Reading the newest 760")
    assert account_outlook([{**vast, "event_kind": "drop"}, {**vast, "verdict": "data_fault"}]) is None


def test_what_a_reading_costs_is_said_before_and_after_it() -> None:
    """Before: price and chance; after: what was spent, and the verdict, or how far a wave is from one."""
    assert (
        "reading the newest 760 followers costs $7.61 and decides the rise on 2026-07-10 with 79.3 %"
        == describe_cost(NIGHT, Decimal("7.61"))
    )
    wave = {**NIGHT, "verdict": "unexplained_wave", "verdict_probability": 0.9999}
    assert describe_change(NIGHT, [SMALL, wave], Decimal("7.60")) == (
        "the newest 760 followers read for $7.60; what could not be told is now a wave that the account's activity did "
        "not bring (above 99.9 %): On 2026-07-10 640 followers came."
    )
    still = {**NIGHT, "unexplained_wave_probability": 0.157}
    assert describe_change(NIGHT, [still], Decimal("7.60")).endswith(
        "it still cannot be told: a wave had a probability of 25.9 %, and has 15.7 % now"
    )
    assert "is no event any more" in describe_change(NIGHT, [SMALL], Decimal("7.60"))


def test_where_nothing_is_to_decide_it_is_said_why() -> None:
    """Every event has a verdict, or no reading that is left would help."""
    assert "nothing to decide of quinn: no event stands without a verdict" == describe_nothing("quinn", [])
    assert describe_nothing("quinn", [{**NIGHT, **UNREADABLE}]) == (
        "nothing to decide of quinn: no reading that is left would probably tell what explains the event on 2026-07-10"
    )
