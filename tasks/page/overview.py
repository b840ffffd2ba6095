"""Who needs attention first, and how it stands: in one sentence of each account and of all together, and as bars."""

from collections import Counter
from dataclasses import dataclass

import pandas as pd

from tasks.page.codes import explain_code
from tasks.page.hero import hero_numbers
from tasks.page.story import CANNOT_TELL, NOT_EXPLAINED, OPEN_DAYS, Story
from tasks.page.words import (
    format_count,
    format_day,
    format_days,
    format_sentence,
    pluralize,
)

NOTHING_REPORTED = "Nothing has been reported yet: run the daily flow or import an export, and this page fills."

_CAUSES = ("organic_post", "organic_mention", "annotation", "platform_purge", "data_fault")
"""Verdicts that explain a move."""

_POINTS = 60
"""Points of a small line: a phone shows no more."""
_WIDTH, _HEIGHT = 240, 34
_EXPLAINED = "explained_followers_count"


def overview_sentence(stories: list[Story]) -> str:
    """How it stands in one sentence."""
    if not stories:
        return NOTHING_REPORTED
    count_by_state = Counter(story.state for story in stories)
    total = pluralize(len(stories), "account")
    if not count_by_state[NOT_EXPLAINED]:
        who = "The account has no" if len(stories) == 1 else f"None of {total} has"
        return f"{who} followers whom the account's activity does not explain, as far as days could be judged."
    verb = "has" if count_by_state[NOT_EXPLAINED] == 1 else "have"
    return f"{count_by_state[NOT_EXPLAINED]} of {total} {verb} followers whom the account's activity does not explain."


def days_sentence(stories: list[Story]) -> str:
    """Which days the page is about."""
    if not stories:
        return ""
    first = min(story.first_date for story in stories)
    return format_sentence(f"observed {format_days(first, stories[0].as_of)}")


def headline(story: Story) -> str:
    """What is said of the account first: the sentences of `account_summary`."""
    return str(story.summary["account_sentence"])


def aside(story: Story) -> str:
    """What is said of it next: a cause found for its latest move, what stands in blocks, what would tell more."""
    parts = [part for part in (_explained(story), _blocks(story), _outlook(story)) if part]
    return " ".join(format_sentence(part) for part in parts)


def _outlook(story: Story) -> str:
    """What would tell more of what is open."""
    outlook = story.summary.get("account_outlook")
    return "" if story.state != CANNOT_TELL or pd.isna(outlook) else str(outlook)


def _explained(story: Story) -> str:
    since = story.as_of - pd.Timedelta(days=OPEN_DAYS)
    named = [event for event in story.events if event["last_date"] >= since and event["verdict"] in _CAUSES]
    if not named:
        return ""
    event = named[-1]
    cause, when = explain_code("explanation", event["verdict"]), format_days(event["first_date"], event["last_date"])
    return f"{cause} explains the move {when}"


def _blocks(story: Story) -> str:
    """What stands in blocks, where no event was seen: the rise may lie before the first reading."""
    blocks = story.latest_blocks
    if story.events or blocks.empty:
        return ""
    listed = format_day(blocks["list_date"].iloc[0])
    members, number = format_count(blocks["members_count"].sum()), pluralize(len(blocks), "block")
    return f"{members} of those listed on {listed} stand in {number} that followed together before"


@dataclass(frozen=True)
class CountBars:
    """Followers and those who are not part of a wave on one scale: lengths in percent; None where unknown."""

    followers: str
    explained: str
    count_length: float | None
    explained_length: float | None
    low: float | None
    high: float | None


def count_bars(story: Story) -> CountBars:
    """The two bars of an account's last known day."""
    row, numbers = story.summary, hero_numbers(story.summary)
    values = [row["followers_count"], *(row[f"{_EXPLAINED}{end}"] for end in ("", "_low", "_high"))]
    top = float(values[0]) if pd.notna(values[0]) else 0.0
    lengths = [None if pd.isna(value) or not top else round(100 * float(value) / top, 2) for value in values]
    interval = numbers[1].interval
    return CountBars(numbers[0].value, numbers[1].value + (f" ({interval})" if interval else ""), *lengths)


def sparkline_points(story: Story) -> dict[str, list[str]]:
    """Points of small lines for followers and explained ones on one scale, broken where nothing is known."""
    days = story.days
    chosen = sorted({round(step * (len(days) - 1) / (_POINTS - 1)) for step in range(_POINTS)})
    lines = {
        "count": days["followers_count"].iloc[chosen],
        "community": story.explained_followers.iloc[chosen],
    }
    top = max((float(values.max()) for values in lines.values() if values.notna().any()), default=0.0)
    return {name: _lines(values, top) for name, values in lines.items()} if top else {}


def area_points(points: str) -> str:
    """The corners of the area below a small line.

    >>> area_points("0,10 4,8")
    '0,10 4,8 4,34 0,34'
    """
    corners = points.split()
    first, last = (point.partition(",")[0] for point in (corners[0], corners[-1]))
    return f"{points} {last},{_HEIGHT} {first},{_HEIGHT}"


def _lines(values: pd.Series, top: float) -> list[str]:
    step = _WIDTH / max(len(values) - 1, 1)
    lines: list[list[str]] = [[]]
    for place, value in enumerate(values):
        if pd.isna(value):
            lines.append([])
        else:
            lines[-1].append(f"{place * step:.3g},{_HEIGHT - 2 - float(value) / top * (_HEIGHT - 4):.3g}")
    return [" ".join(line) for line in lines if len(line) > 1]
