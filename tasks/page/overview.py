"""Who needs attention first, and how it stands: in one sentence of each account and of all together, and as bars."""

from collections import Counter
from dataclasses import dataclass

import pandas as pd

from tasks.page.codes import explain_code
from tasks.page.story import AHEAD, BEHIND, IN_STEP, NOT_EXPLAINED, OPEN_DAYS, TOO_LITTLE, Story
from tasks.page.words import (
    NOT_KNOWN,
    Scalar,
    format_count,
    format_day,
    format_days,
    format_interval,
    format_sentence,
    pluralize,
)

NOTHING_REPORTED = "Nothing has been reported yet: run the daily flow or import an export, and this page fills."

_CAUSES = ("organic_post", "organic_mention", "annotation", "platform_purge", "data_fault")
"""Verdicts that explain a move."""

_RELATIONS = {
    AHEAD: "but their engagement is that of a community",
    BEHIND: "and engage like a community",
    IN_STEP: "in step with a community",
    TOO_LITTLE: "beside a community",
}
"""How the count stands to the community, in words that lead to its size."""

_POINTS = 60
"""Points of a small line: a phone shows no more."""
_WIDTH, _HEIGHT = 240, 34
_COMMUNITY = "community_equivalent_followers"


def overview_sentence(stories: list[Story]) -> str:
    """How it stands in one sentence."""
    if not stories:
        return NOTHING_REPORTED
    count_by_state = Counter(story.state for story in stories)
    total = pluralize(len(stories), "account")
    if not count_by_state[NOT_EXPLAINED]:
        return f"In none of {total} did followers come lately whom the account's activity does not explain."
    verb = "has" if count_by_state[NOT_EXPLAINED] == 1 else "have"
    return f"{count_by_state[NOT_EXPLAINED]} of {total} {verb} followers whom the account's activity does not explain."


def days_sentence(stories: list[Story]) -> str:
    """Which days the page is about."""
    if not stories:
        return ""
    first = min(story.first_date for story in stories)
    return format_sentence(f"observed {format_days(first, stories[0].as_of)}")


def headline(story: Story) -> str:
    """The story in one sentence: how many follow, what community that goes with, and what stands open."""
    return format_sentence(
        "; ".join(part for part in (_count(story), _open(story), _blocks(story), _unread(story)) if part)
    )


def _count(story: Story) -> str:
    followers = story.now["followers_count"]
    if pd.isna(followers):
        return f"how many follow is {NOT_KNOWN}, since {explain_code('counts_reason', story.now['counts_reason'])}"
    follow = f"{format_count(followers)} follow"
    worth = story.now.get("community_equivalent_followers")
    if pd.isna(worth):
        return f"{follow}, but what community stands behind them is {NOT_KNOWN}: {_why(story)}"
    low, high = (story.now.get(f"community_equivalent_followers_{end}") for end in ("low", "high"))
    community = f"of about {format_interval(format_count, worth, low, high)}"
    return f"{follow}, {_RELATIONS[story.leaning]} {community}"


def _why(story: Story) -> str:
    return explain_code("pace_reason", story.now.get("pace_reason"))


def _open(story: Story) -> str:
    event = story.open_event
    if event is None:
        return _explained(story)
    came = format_interval(
        format_count,
        event["unexplained_followers_count"],
        event["unexplained_low_followers_count"],
        event["unexplained_high_followers_count"],
    )
    when = format_days(event["first_date"], event["last_date"])
    if event["verdict"] == "inauthentic_wave":
        return f"{came} who came {when} are not explained by the account's activity"
    return f"what explains the {came} who came {when} beyond the usual cannot be told"


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


def _unread(story: Story) -> str:
    if story.is_read:
        return ""
    if pd.isna(story.now["followers_count"]):
        return ""
    reason = story.last.get("unread_reason")
    why = "" if pd.isna(reason) else f", because {explain_code('unread_reason', reason)}"
    return f"that was on {format_day(story.now['report_date'])}, and nothing was read since{why}"


@dataclass(frozen=True)
class CountBars:
    """Followers and community as bars on one scale: lengths in percent of the longer end; None where unknown."""

    followers: str
    community: str
    interval: str
    count_length: float | None
    community_length: float | None
    low: float | None
    high: float | None


def count_bars(story: Story) -> CountBars:
    """The two bars of an account's last known day."""
    now = story.now
    values = [now["followers_count"], *(now.get(f"{_COMMUNITY}{end}") for end in ("", "_low", "_high"))]
    top = max((float(value) for value in values if pd.notna(value)), default=0.0)
    lengths = [None if pd.isna(value) or not top else round(100 * float(value) / top, 2) for value in values]
    interval = "" if lengths[1] is None else _interval(values)
    return CountBars(format_count(values[0]), format_count(values[1]), interval, *lengths)


def _interval(values: list[Scalar]) -> str:
    if pd.isna(values[2]) or pd.isna(values[3]):
        return f"interval {NOT_KNOWN}"
    return f"{format_count(values[2])} to {format_count(values[3])}"


def sparkline_points(story: Story) -> dict[str, list[str]]:
    """Points of small lines for followers and community on one scale from 0; a line breaks where nothing is known."""
    days = story.days
    chosen = sorted({round(step * (len(days) - 1) / (_POINTS - 1)) for step in range(_POINTS)})
    taken = days.iloc[chosen]
    columns = {"count": "followers_count", "community": _COMMUNITY}
    top = max((float(taken[column].max()) for column in columns.values() if taken[column].notna().any()), default=0.0)
    if not top:
        return {}
    return {name: _lines(taken[column], top) for name, column in columns.items()}


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
            lines[-1].append(f"{place * step:.4g},{_HEIGHT - 2 - float(value) / top * (_HEIGHT - 4):.3g}")
    return [" ".join(line) for line in lines if len(line) > 1]
