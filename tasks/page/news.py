"""What is new of divergences since it was last told: opened, changed, closed, each once."""

from collections.abc import Hashable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

import pandas as pd

NEWS_COLUMNS = ("event_id", "account_id", "first_date", "last_date", "judged_date", "event_kind", "verdict", "summary")
"""Columns of `divergence_events` on which news rests."""
State = Literal["opened", "changed", "closed"]


@dataclass(frozen=True)
class LastNews:
    """What was last told of an event."""

    verdict: str
    is_closed: bool


@dataclass(frozen=True)
class News:
    """One thing to tell: the event, what became of it, and what is said of it in a sentence.

    `is_past` holds for events that had ended long before they were found, as an import of old days finds them.
    """

    event_id: str
    account_id: str
    state: State
    verdict: str
    summary: str
    is_past: bool


def select_news(
    events: pd.DataFrame, last_news: Mapping[str, LastNews], *, closed_days: int, past_days: int
) -> list[News]:
    """What has to be told of the events, by event and in the order in which it happened.

    An event has closed after more than `closed_days` quiet days, and belongs to the past after more than `past_days`.
    An event that was told and is no longer found is closed: what was observed later explains it away.
    """
    rows = events.sort_values(["first_date", "event_id"], kind="stable").to_dict("records")
    news = []
    for row in rows:
        quiet = (row["judged_date"] - row["last_date"]).days
        states = _new_states(last_news.get(str(row["event_id"])), str(row["verdict"]), is_closed=quiet > closed_days)
        news += [_news(row, state, is_past=quiet > past_days) for state in states]
    gone = sorted(set(last_news) - set(events["event_id"]))
    return news + [_withdrawal(event, last_news[event]) for event in gone if not last_news[event].is_closed]


def merge_news(last_news: Mapping[str, LastNews], news: list[News]) -> dict[str, LastNews]:
    """What was last told of each event once this is told."""
    after = dict(last_news)
    for entry in news:
        before = after.get(entry.event_id)
        is_closed = entry.state == "closed" or (before is not None and before.is_closed)
        after[entry.event_id] = LastNews(entry.verdict, is_closed)
    return after


def _new_states(before: LastNews | None, verdict: str, *, is_closed: bool) -> Iterator[State]:
    if before is None:
        yield "opened"
    elif before.verdict != verdict:
        yield "changed"
    if is_closed and not (before and before.is_closed):
        yield "closed"


def _news(row: Mapping[Hashable, Any], state: State, *, is_past: bool) -> News:
    event_id, account_id, verdict, summary = (
        str(row[name]) for name in ("event_id", "account_id", "verdict", "summary")
    )
    return News(event_id, account_id, state, verdict, summary, is_past)


def _withdrawal(event_id: str, before: LastNews) -> News:
    account_id, first, kind = event_id.rsplit("/", 2)
    since = date.fromisoformat(first)
    summary = f"The {kind} that began on {since} is no longer found in what has been observed since."
    return News(event_id, account_id, "closed", before.verdict, summary, is_past=False)
