"""The figures of an account with their intervals, and what could not be known: the same on page and in terminal."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pandas as pd

from tasks.page.codes import explain_code
from tasks.page.story import Story
from tasks.page.words import (
    NOT_KNOWN,
    Scalar,
    format_count,
    format_day,
    format_difference,
    format_points,
    format_range,
    format_sentence,
    format_share,
    pluralize,
)


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
class _FigureColumn:
    """How a column is shown; `is_sampled` where the figure has an interval, `is_added` where older tables lack it."""

    column: str
    name: str
    form: Callable[[Scalar], str]
    meaning: str
    kind: str
    is_sampled: bool = True
    is_added: bool = False


FIGURE_COLUMNS = (
    _FigureColumn("followers_count", "Followers", format_count, "what the count says", "count", is_sampled=False),
    _FigureColumn(
        "community_equivalent_followers",
        "Engagement usual for",
        format_count,
        "followers, by the account's own 90 days before: it measures the pace and counts nobody",
        "community",
    ),
    _FigureColumn(
        "vanity_gap", "Vanity gap", format_difference, "points by which the count is ahead of its engagement", "gap"
    ),
    _FigureColumn(
        "present_unexplained_followers_count",
        "Not explained, still there",
        format_count,
        "followers of the day whom the account's activity does not explain",
        "gap",
        is_added=True,
    ),
    _FigureColumn(
        "hollow_share",
        "Hollow share",
        format_share,
        "of the followers are more than its engagement is usual for",
        "gap",
    ),
    _FigureColumn(
        "klout_style_score",
        "Vanity score",
        format_points,
        "Klout-style reconstruction, 0 to 100, computed without interval",
        "count",
        is_sampled=False,
    ),
    _FigureColumn(
        "klout_style_score_without_unexplained",
        "Vanity score without them",
        format_points,
        "the same without the followers not explained",
        "count",
        is_added=True,
    ),
    _FigureColumn(
        "audience_score",
        "Audience score",
        format_points,
        "score of the count alone, computed without interval",
        "count",
        is_sampled=False,
    ),
    _FigureColumn(
        "community_score", "Community score", format_points, "score of the community on the same scale", "community"
    ),
    _FigureColumn(
        "engagement_geometric_mean",
        "Engagement per post",
        format_points,
        "typical likes, replies, reposts and quotes of a settled post",
        "community",
    ),
    _FigureColumn(
        "engagers_count_28d",
        "People who engaged",
        format_count,
        "in 28 days, as far as they were read by name",
        "community",
        is_sampled=False,
    ),
    _FigureColumn(
        "repeat_engagers_count_28d",
        "Came back",
        format_count,
        "of them engaged on two days or more",
        "community",
        is_sampled=False,
    ),
    _FigureColumn(
        "active_follower_share",
        "Active followers",
        format_share,
        "of the followers engaged in 28 days; at least, since who only reads is not seen",
        "community",
    ),
)
"""What is shown of an account, in this order."""

REACHABLE_COLUMN = "reachable_followers_count"
"""Reported by its two ends alone."""

MISSING_FIGURES = {
    "counts_reason": "the follower count",
    "vanity_reason": "the vanity score",
    "engagement_reason": "the usual engagement of a post",
    "received_reason": "what came in on the last day",
    "community_reason": "part of what describes the community",
    "pace_reason": "whether count and community keep step",
    "unexplained_reason": "how many of the followers are not explained",
    "cross_section_reason": "how the account stands among others",
}
"""Columns that say why something is null, and what is then unknown."""


def account_figures(story: Story) -> list[Figure]:
    """Every figure of the account's last known day; those that an older table lacks are left out."""
    is_short = not story.has("followers_count")
    known = [figure for figure in FIGURE_COLUMNS if not (is_short or figure.is_added) or story.has(figure.column)]
    return [*(_figure(story, figure) for figure in known), *_reachable(story)]


def _reachable(story: Story) -> Iterator[Figure]:
    """How many are there: at least and at most, for what lies between cannot be told."""
    ends = [f"{REACHABLE_COLUMN}_{end}" for end in ("low", "high")]
    if any(map(story.has, ends)):
        value = format_range(*(story.now.get(end) for end in ends))
        meaning = "followers known to be there, to the most that can be; silence does not tell who reads"
        yield Figure(REACHABLE_COLUMN, "Reachable", value, "", meaning, "community")


def _figure(story: Story, shown: _FigureColumn) -> Figure:
    value = story.now.get(shown.column)
    return Figure(shown.column, shown.name, shown.form(value), _interval(story, shown), shown.meaning, shown.kind)


def _interval(story: Story, shown: _FigureColumn) -> str:
    row = story.now
    if not shown.is_sampled or pd.isna(row.get(shown.column)):
        return ""
    low, high = row.get(f"{shown.column}_low"), row.get(f"{shown.column}_high")
    if pd.isna(low) or pd.isna(high):
        return f"interval {NOT_KNOWN}"
    return f"{shown.form(low)} to {shown.form(high)}"


def unknowns(story: Story) -> list[str]:
    """One sentence per thing that the reports leave open for the account: days, readings, figures, evidence."""
    texts = (*_readings(story), *_part_of_list(story), *_missing_figures(story), *_missing_evidence(story))
    return [format_sentence(text) for text in texts]


def _readings(story: Story) -> Iterator[str]:
    days = story.days
    missing = int(days["followers_count"].isna().sum())
    if missing:
        yield f"on {missing:,} of {pluralize(len(days), 'day')} the follower count is {NOT_KNOWN}"
    estimated = int((days["is_estimated"] == True).sum())  # noqa: E712 - null is neither
    if estimated:
        yield f"on {pluralize(estimated, 'day')} it was rebuilt from a known count and daily changes, not read"
    if pd.notna(story.last.get("unread_reason")):
        why = explain_code("unread_reason", story.last["unread_reason"])
        yield f"on the last day something that was due was not read: {why}"
    level = story.last.get("observation_level")
    if pd.notna(level) and level != "full":
        yield f"the account is read at the level of {explain_code('observation_level', level)}"


def _part_of_list(story: Story) -> Iterator[str]:
    """That the latest follower list does not hold as many as the account counted."""
    lists = story.tables["lists"].records(story.account_id)
    for row in sorted(lists, key=lambda row: row["list_date"])[-1:]:
        if pd.notna(row.get("count_summary")):
            listed = f"{format_count(row['listed_followers_count'])} followers were listed"
            yield f"{listed} on {format_day(row['list_date'])}, but {row['count_summary']}"


def _missing_figures(story: Story) -> Iterator[str]:
    for column, what in MISSING_FIGURES.items():
        code = story.last.get(column)
        if pd.notna(code):
            yield f"{what} is {NOT_KNOWN}: {explain_code(column, code)}{_when_known(story, column)}"
    named_share = story.last.get("engager_coverage_share")
    if pd.notna(named_share) and named_share < 1:
        yield f"of the engagement with recent posts {format_share(named_share)} (counted, no interval) was read by name"


KNOWN_DATES = {
    "community_reason": "community_known_date",
    "pace_reason": "vanity_gap_known_date",
    "unexplained_reason": "explained_known_date",
}
"""Columns of account_summary that say from when on something will be known, by the reason why it is not."""


def _when_known(story: Story, column: str) -> str:
    day = story.summary.get(KNOWN_DATES.get(column, ""))
    return "" if pd.isna(day) else f"; it will be known on {format_day(day)} at the earliest, if every day is read"


def _missing_evidence(story: Story) -> Iterator[str]:
    for number, event in enumerate(story.events, start=1):
        if pd.notna(event["missing_evidence"]):
            missing = str(event["missing_evidence"]).replace("; ", ", ")
            yield f"not observed for event {number}, and it could have changed the verdict: {missing}"
