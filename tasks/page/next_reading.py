"""What would tell more of a rise: the reading to buy, its price and what it changed, or the day to wait for."""

from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from decimal import Decimal

import pandas as pd

from tasks.page.codes import explain_code
from tasks.page.inputs import ReportRow, list_records
from tasks.page.words import format_count, format_day, format_days, format_probability, format_usd, pluralize
from tasks.schema.columns.divergence import RISES

_COUNT, _AUTHORS = "next_reading_followers_count", "unread_mention_authors_count"
_PRICE, _UNDETERMINED = "next_reading_usd", "undetermined"


def select_next_reading(events: Sequence[ReportRow]) -> ReportRow | None:
    """Of an account's events that a reading would probably decide the one in which most came."""
    readable = [event for event in events if pd.notna(event.get(_COUNT))]
    return max(readable, key=lambda event: (event["observed_followers_delta"], event["event_id"]), default=None)


def list_next_prices(events: pd.DataFrame, handles: Collection[str]) -> list[Decimal]:
    """USD of the reading to buy of each account that has one, by lower-case handle; rows are of `divergence_events`."""
    is_asked = events["handle"].str.lower().isin(list(handles))
    own: defaultdict[str, list[ReportRow]] = defaultdict(list)
    for event in list_records(events[is_asked]):
        own[event["handle"].lower()].append(event)
    chosen = [reading for rows in own.values() if (reading := select_next_reading(rows))]
    return [Decimal(str(reading[_PRICE])) for reading in chosen if pd.notna(reading[_PRICE])]


def describe_outlook(event: ReportRow) -> Iterator[str]:
    """What would tell more of an event without a verdict: a reading with its price, and a day; nothing of others."""
    if event["verdict"] != _UNDETERMINED:
        return
    if pd.notna(event.get(_COUNT)):
        reading, price = _reading(event), format_usd(event["next_reading_usd"])
        chance, command = format_probability(event["next_reading_probability"]), f"vanity-gap decide {event['handle']}"
        yield f"Reading {reading}, {price}, would probably decide this ({chance}): {command}."
    if pd.notna(event.get(_AUTHORS)):
        wrote = pluralize(int(event[_AUTHORS]), "mention")
        yield (
            f"Of {wrote} of its first days it was not read how many follow who wrote them, and one may explain it: "
            f"their profiles cost at most {format_usd(event['unread_mention_authors_usd'])}, and `authors = true` in "
            "accounts.toml buys them with each mention that is read from then on."
        )
    if pd.notna(event.get("evidence_complete_date")):
        yield f"More will be known on {format_day(event['evidence_complete_date'])}."
    else:
        yield "More days alone do not tell."


def account_outlook(events: Sequence[ReportRow]) -> str | None:
    """The outlook on the rise of an account that a reading would decide, else on its largest without a verdict."""
    left = [event for event in events if event["verdict"] == _UNDETERMINED and event["event_kind"] in RISES]
    largest = max(left, key=lambda event: event["observed_followers_delta"], default=None)
    event = select_next_reading(events) or largest
    return None if event is None else f"Of the rise {_when(event)}: {' '.join(describe_outlook(event))}"


def describe_cost(event: ReportRow, cost_usd: Decimal) -> str:
    """What a reading costs and which event it would decide, how probably."""
    chance, when = format_probability(event["next_reading_probability"]), _when(event)
    return f"reading {_reading(event)} costs {format_usd(cost_usd)} and decides the rise {when} with {chance}"


def describe_nothing(handle: str, events: Sequence[ReportRow]) -> str:
    """Why no reading is left to buy of an account."""
    left = [event for event in events if event["verdict"] == _UNDETERMINED]
    if not left:
        return f"nothing to decide of {handle}: no event stands without a verdict"
    return f"nothing to decide of {handle}: no reading that is left would probably tell what explains {_named(left)}"


def describe_change(before: ReportRow, after: Sequence[ReportRow], spent_usd: Decimal) -> str:
    """What a reading cost, and what is said of the event since."""
    read = f"{_reading(before)} read for {format_usd(spent_usd)}"
    now = next((event for event in after if event["event_id"] == before["event_id"]), None)
    if now is None:
        return f"{read}; the rise {_when(before)} is no event any more"
    if now["verdict"] == _UNDETERMINED:
        chances = [format_probability(event["unexplained_wave_probability"]) for event in (before, now)]
        return f"{read}; it still cannot be told: a wave had a probability of {chances[0]}, and has {chances[1]} now"
    cause, chance = explain_code("explanation", now["verdict"]), format_probability(now["verdict_probability"])
    return f"{read}; what could not be told is now {cause} ({chance}): {now['summary']}"


def _reading(event: ReportRow) -> str:
    return f"the newest {format_count(event[_COUNT])} followers"


def _when(event: ReportRow) -> str:
    return format_days(event["first_date"], event["last_date"])


def _named(events: Sequence[ReportRow]) -> str:
    return " and ".join(f"the event {_when(event)}" for event in events)
