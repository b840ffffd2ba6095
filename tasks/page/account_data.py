"""What the charts and tables of one account draw: one small data set, by columns, rounded to what is shown."""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict
from typing import Any

import pandas as pd

from tasks.page import words
from tasks.page.follower_map import ArrivalMap
from tasks.page.story import EXPLAINED, STATE_OF_VERDICT, Story

WHOLE, TENTH = 0, words.POINT_DIGITS

DRAWN: Mapping[str, tuple[str, int]] = {
    "followers": ("followers_count", WHOLE),
    "worth": ("community_equivalent_followers", WHOLE),
    "worthLow": ("community_equivalent_followers_low", WHOLE),
    "worthHigh": ("community_equivalent_followers_high", WHOLE),
    "klout": ("klout_style_score", TENTH),
    "without": ("klout_style_score_without_unexplained", TENTH),
    "audience": ("audience_score", TENTH),
    "community": ("community_score", TENTH),
    "communityLow": ("community_score_low", TENTH),
    "communityHigh": ("community_score_high", TENTH),
    "gap": ("vanity_gap", TENTH),
    "gapLow": ("vanity_gap_low", TENTH),
    "gapHigh": ("vanity_gap_high", TENTH),
}
"""The series that are drawn: column and digits of each."""


def account_data(story: Story, mapped: ArrivalMap | None) -> str:
    """The account's data set as JSON that can stand inside a script element."""
    days = story.material.days
    content: dict[str, Any] = {
        "start": words.day(days["report_date"].iloc[0]),
        "span": len(days),
        "days": {
            name: [10**digits, differences(_column(days, column, digits))]
            for name, (column, digits) in DRAWN.items()
            if story.has(column)
        },
        "events": [_event(number, event) for number, event in enumerate(story.events, start=1)],
        "map": None if mapped is None else asdict(mapped),
    }
    return embedded(content)


def embedded(content: Any) -> str:  # noqa: ANN401 - whatever JSON holds
    """JSON without spaces in which no text can end the script element that holds it."""
    return json.dumps(content, separators=(",", ":"), allow_nan=False).replace("<", "\\u003c")


def differences(values: Iterable[int | None]) -> list[int | None]:
    """Each value less the known one before it, which is short to write; null stays null.

    >>> differences([100, None, 103, 102])
    [100, None, 3, -1]
    """
    before, steps = 0, list[int | None]()
    for value in values:
        steps.append(None if value is None else value - before)
        before = before if value is None else value
    return steps


def _column(days: pd.DataFrame, column: str, digits: int) -> Iterator[int | None]:
    """The values as whole numbers of the last digit shown."""
    for value in days[column]:
        yield None if pd.isna(value) else round(round(float(value), digits) * 10**digits)


def _event(number: int, event: Mapping[str, Any]) -> dict[str, Any]:
    verdict = str(event["verdict"])
    return {
        "number": number,
        "first": words.day(event["first_date"]),
        "last": words.day(event["last_date"]),
        "state": STATE_OF_VERDICT.get(verdict, EXPLAINED),
    }
