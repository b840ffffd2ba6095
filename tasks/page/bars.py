"""The small drawings of the overview: two bars side by side, and the course of both counts."""

from dataclasses import dataclass

import pandas as pd

from tasks.page import words
from tasks.page.story import Story

POINTS = 60
"""Points of a small line: a phone shows no more."""
WIDTH, HEIGHT = 240, 34
COMMUNITY = "community_equivalent_followers"


@dataclass(frozen=True)
class Pair:
    """Followers and community as bars on one scale: lengths in percent of the longer end; None where unknown."""

    followers: str
    community: str
    interval: str
    count_length: float | None
    community_length: float | None
    low: float | None
    high: float | None


def pair(story: Story) -> Pair:
    """The two bars of an account's last known day."""
    now = story.now
    values = [now["followers_count"], *(now.get(f"{COMMUNITY}{end}") for end in ("", "_low", "_high"))]
    top = max((float(value) for value in values if pd.notna(value)), default=0.0)
    lengths = [None if pd.isna(value) or not top else round(100 * float(value) / top, 2) for value in values]
    interval = "" if lengths[1] is None else _interval(values)
    return Pair(words.count(values[0]), words.count(values[1]), interval, *lengths)


def _interval(values: list[words.Scalar]) -> str:
    if pd.isna(values[2]) or pd.isna(values[3]):
        return f"interval {words.UNKNOWN}"
    return f"{words.count(values[2])} to {words.count(values[3])}"


def small_lines(story: Story) -> dict[str, list[str]]:
    """Points of small lines for followers and community on one scale from 0; a line breaks where nothing is known."""
    days = story.material.days
    chosen = sorted({round(step * (len(days) - 1) / (POINTS - 1)) for step in range(POINTS)})
    taken = days.iloc[chosen]
    columns = {"count": "followers_count", "community": COMMUNITY}
    top = max((float(taken[column].max()) for column in columns.values() if taken[column].notna().any()), default=0.0)
    if not top:
        return {}
    return {name: _lines(taken[column], top) for name, column in columns.items()}


def area(points: str) -> str:
    """The corners of the area below a small line.

    >>> area("0,10 4,8")
    '0,10 4,8 4,34 0,34'
    """
    corners = points.split()
    first, last = (point.partition(",")[0] for point in (corners[0], corners[-1]))
    return f"{points} {last},{HEIGHT} {first},{HEIGHT}"


def _lines(values: pd.Series, top: float) -> list[str]:
    step = WIDTH / max(len(values) - 1, 1)
    lines: list[list[str]] = [[]]
    for place, value in enumerate(values):
        if pd.isna(value):
            lines.append([])
        else:
            lines[-1].append(f"{place * step:.4g},{HEIGHT - 2 - float(value) / top * (HEIGHT - 4):.3g}")
    return [" ".join(line) for line in lines if len(line) > 1]
