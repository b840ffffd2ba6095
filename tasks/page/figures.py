"""The figures of an account with their intervals: the same on the page and in the terminal."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pandas as pd

from tasks.page import words
from tasks.page.story import Story


@dataclass(frozen=True)
class Figure:
    """One figure: what it is called, its value with its interval, and what it means; `kind` is count, community or gap.

    `column` is the column of account_daily from which it is.
    """

    column: str
    name: str
    value: str
    interval: str
    meaning: str
    kind: str


@dataclass(frozen=True)
class _Shown:
    """How a column is shown; `is_sampled` where the figure has an interval, `is_added` where older tables lack it."""

    column: str
    name: str
    form: Callable[[words.Scalar], str]
    meaning: str
    kind: str
    is_sampled: bool = True
    is_added: bool = False


FOLLOWERS = _Shown("followers_count", "Followers", words.count, "what the count says", "count", is_sampled=False)
WORTH = _Shown(
    "community_equivalent_followers",
    "Community",
    words.count,
    "followers for which its engagement is usual, by the account's own past",
    "community",
)
GAP = _Shown("vanity_gap", "Vanity gap", words.lead, "points by which the count is ahead of the community", "gap")

SHOWN = (
    FOLLOWERS,
    WORTH,
    GAP,
    _Shown(
        "present_unexplained_followers_count",
        "Not explained, still there",
        words.count,
        "followers of the day whom the account's activity does not explain",
        "gap",
        is_added=True,
    ),
    _Shown("hollow_share", "Hollow share", words.share, "of the followers have no community behind them", "gap"),
    _Shown(
        "klout_style_score",
        "Vanity score",
        words.points,
        "Klout-style reconstruction, 0 to 100, computed without interval",
        "count",
        is_sampled=False,
    ),
    _Shown(
        "klout_style_score_without_unexplained",
        "Vanity score without them",
        words.points,
        "the same without the followers not explained",
        "count",
        is_added=True,
    ),
    _Shown(
        "audience_score",
        "Audience score",
        words.points,
        "score of the count alone, computed without interval",
        "count",
        is_sampled=False,
    ),
    _Shown("community_score", "Community score", words.points, "score of the community on the same scale", "community"),
    _Shown(
        "engagement_geometric_mean",
        "Engagement per post",
        words.points,
        "typical likes, replies, reposts and quotes of a settled post",
        "community",
    ),
    _Shown(
        "engagers_count_28d",
        "People who engaged",
        words.count,
        "in 28 days, as far as they were read by name",
        "community",
        is_sampled=False,
    ),
    _Shown(
        "repeat_engagers_count_28d",
        "Came back",
        words.count,
        "of them engaged on two days or more",
        "community",
        is_sampled=False,
    ),
    _Shown(
        "active_follower_share",
        "Active followers",
        words.share,
        "of the followers engaged in 28 days; at least, since who only reads is not seen",
        "community",
    ),
)
"""What is shown of an account, in this order."""

REACHABLE = "reachable_followers_count"
"""Reported by its two ends alone."""


def figures(story: Story) -> list[Figure]:
    """Every figure of the account's last known day; those that an older table lacks are left out."""
    return [*_figures(story, SHOWN), *_reachable(story)]


def _reachable(story: Story) -> Iterator[Figure]:
    """How many are there: at least and at most, for what lies between cannot be told."""
    ends = [f"{REACHABLE}_{end}" for end in ("low", "high")]
    if any(map(story.has, ends)):
        value = words.between(*(story.now.get(end) for end in ends))
        meaning = "followers known to be there, to the most that can be; silence does not tell who reads"
        yield Figure(REACHABLE, "Reachable", value, "", meaning, "community")


def figure(story: Story, shown: _Shown) -> Figure:
    """One figure of the account's last known day."""
    row = story.now
    value = row.get(shown.column)
    return Figure(shown.column, shown.name, shown.form(value), _interval(story, shown), shown.meaning, shown.kind)


def _figures(story: Story, shown: tuple[_Shown, ...]) -> Iterator[Figure]:
    for one in shown:
        if not one.is_added or story.has(one.column):
            yield figure(story, one)


def _interval(story: Story, shown: _Shown) -> str:
    row = story.now
    if not shown.is_sampled or pd.isna(row.get(shown.column)):
        return ""
    low, high = row.get(f"{shown.column}_low"), row.get(f"{shown.column}_high")
    if pd.isna(low) or pd.isna(high):
        return f"interval {words.UNKNOWN}"
    return f"{shown.form(low)} to {shown.form(high)}"
