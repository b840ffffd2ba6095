"""What is new of divergences since it was last told: opened, changed, closed, each once."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Literal

import pandas as pd

INPUTS = ("event_id", "account_id", "first_date", "last_date", "judged_date", "event_kind", "verdict", "summary")
"""Columns of `divergence_events` on which news rests."""
State = Literal["opened", "changed", "closed"]


@dataclass(frozen=True)
class Told:
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


@dataclass(frozen=True)
class Patience:
    """After how many quiet days an event has closed, and after how many it belongs to the past."""

    closed_days: int
    past_days: int


def news(events: pd.DataFrame, told: Mapping[str, Told], patience: Patience) -> list[News]:
    """What has to be told of the events, by event and in the order in which it happened.

    An event that was told and is no longer found is closed: what was observed later explains it away.
    """
    rows = events.sort_values(["first_date", "event_id"], kind="stable").to_dict("records")
    found = [entry for row in rows for entry in _of_event(row, told.get(str(row["event_id"])), patience)]
    gone = sorted(set(told) - set(events["event_id"]))
    return found + [_withdrawn(event, told[event]) for event in gone if not told[event].is_closed]


def told_after(told: Mapping[str, Told], said: list[News]) -> dict[str, Told]:
    """What will have been told once this is said."""
    after = dict(told)
    for entry in said:
        before = after.get(entry.event_id)
        is_closed = entry.state == "closed" or (before is not None and before.is_closed)
        after[entry.event_id] = Told(entry.verdict, is_closed)
    return after


def _of_event(row: Mapping[object, object], told: Told | None, patience: Patience) -> Iterator[News]:
    quiet = (row["judged_date"] - row["last_date"]).days  # type: ignore[operator]  # both are timestamps
    is_past = quiet > patience.past_days
    states: list[State] = [] if told else ["opened"]
    if told and told.verdict != row["verdict"]:
        states.append("changed")
    if quiet > patience.closed_days and not (told and told.is_closed):
        states.append("closed")
    for state in states:
        names = (str(row[name]) for name in ("event_id", "account_id", "verdict", "summary"))
        event_id, account_id, verdict, summary = names
        yield News(event_id, account_id, state, verdict, summary, is_past)


def _withdrawn(event_id: str, told: Told) -> News:
    account_id, first, kind = event_id.rsplit("/", 2)
    since = date.fromisoformat(first)
    summary = f"The {kind} that began on {since} is no longer found in what has been observed since."
    return News(event_id, account_id, "closed", told.verdict, summary, is_past=False)
