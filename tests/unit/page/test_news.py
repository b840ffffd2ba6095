"""What is told of divergences: each once, also after reruns, imports and withdrawals."""

from collections.abc import Sequence
from datetime import date

import pandas as pd
import pytest

from tasks.page.messages import news_messages
from tasks.page.news import LastNews, News, merge_news, select_news

PATIENCE = {"closed_days": 2, "past_days": 7}


def event(last: str, judged: str, verdict: str = "undetermined") -> pd.DataFrame:
    """One event that began on July 14th."""
    row = {
        "event_id": "1/2026-07-14/jump",
        "account_id": "1",
        "first_date": pd.Timestamp("2026-07-14"),
        "last_date": pd.Timestamp(last),
        "judged_date": pd.Timestamp(judged),
        "event_kind": "jump",
        "verdict": verdict,
        "summary": "17,000 followers came.",
    }
    return pd.DataFrame([row])


def states(said: Sequence[News]) -> list[str]:
    """What became of each event."""
    return [entry.state for entry in said]


def test_an_event_is_told_once() -> None:
    """The day after, nothing is new."""
    said = select_news(event("2026-07-14", "2026-07-14"), {}, **PATIENCE)
    assert ["opened"] == states(said)
    assert [] == select_news(event("2026-07-15", "2026-07-15"), merge_news({}, said), **PATIENCE)


@pytest.mark.parametrize(("judged", "expected"), [("2026-07-16", []), ("2026-07-17", ["closed"])])
def test_an_event_closes_after_quiet_days(judged: str, expected: list[str]) -> None:
    """It may go on after two quiet days, so it has closed on the third, and is told so once."""
    told = {"1/2026-07-14/jump": LastNews("undetermined", is_closed=False)}
    said = select_news(event("2026-07-14", judged), told, **PATIENCE)
    assert expected == states(said)
    assert [] == select_news(event("2026-07-14", judged), merge_news(told, said), **PATIENCE)


def test_another_verdict_is_told_also_after_the_end() -> None:
    """Evidence that comes later changes what is said."""
    told = {"1/2026-07-14/jump": LastNews("undetermined", is_closed=True)}
    assert ["changed"] == states(select_news(event("2026-07-14", "2026-07-20", "unexplained_wave"), told, **PATIENCE))


def test_what_an_import_finds_in_the_past_is_marked() -> None:
    """An automation that notifies can leave it out."""
    said = select_news(event("2026-07-14", "2026-07-22"), {}, **PATIENCE)
    assert [("opened", True), ("closed", True)] == [(entry.state, entry.is_past) for entry in said]


def test_an_event_that_is_no_longer_found_is_closed_once() -> None:
    """What was observed later explains it away."""
    told = {"1/2026-07-14/jump": LastNews("undetermined", is_closed=False)}
    said = select_news(event("2026-07-14", "2026-07-14").iloc[:0], told, **PATIENCE)
    assert ["closed"] == states(said)
    assert "no longer found" in said[0].summary
    assert [] == select_news(event("2026-07-14", "2026-07-14").iloc[:0], merge_news(told, said), **PATIENCE)


def test_each_thing_of_the_present_is_one_message_and_the_past_is_none() -> None:
    """Opened and closed are two messages, known by event, state and verdict; nobody is told of what an import finds."""
    said = select_news(event("2026-07-14", "2026-07-18"), {}, **PATIENCE)
    opened, closed = news_messages(said, {"1": "@frank"}, [], date(2026, 7, 18))
    assert opened.subject.startswith("@frank: something happened")
    assert closed.subject.startswith("@frank: it is over")
    assert "17,000 followers came." == closed.text
    assert opened.message_id != closed.message_id
    past = select_news(event("2026-07-14", "2026-07-22"), {}, **PATIENCE)
    assert [] == news_messages(past, {"1": "@frank"}, [], date(2026, 7, 22))
