"""What could not be known of an account, in plain words: each missing figure with its reason."""

from collections.abc import Iterator, Mapping

import pandas as pd

from tasks.page import codes, words
from tasks.page.story import Story

REASONS: tuple[tuple[str, str, Mapping[str, str]], ...] = (
    ("counts_reason", "the follower count", codes.COUNTS),
    ("vanity_reason", "the vanity score", codes.VANITY),
    ("engagement_reason", "the usual engagement of a post", codes.ENGAGEMENT),
    ("received_reason", "what came in on the last day", codes.RECEIVED),
    ("community_reason", "part of what describes the community", codes.COMMUNITY),
    ("pace_reason", "whether count and community keep step", codes.PACE),
    ("unexplained_reason", "how many of the followers are not explained", codes.UNEXPLAINED),
    ("cross_section_reason", "how the account stands among others", codes.CROSS_SECTION),
)
"""Columns that say why something is null, what is then unknown, and the words of their codes."""


def unknowns(story: Story) -> list[str]:
    """One sentence per thing that the reports leave open for the account: days, readings, figures, evidence."""
    said = [*_readings(story), *_figures(story), *_evidence(story)]
    return [words.sentence(text) for text in said]


def _readings(story: Story) -> Iterator[str]:
    days = story.material.days
    missing = int(days["followers_count"].isna().sum())
    if missing:
        yield f"on {missing:,} of {words.plural(len(days), 'day')} the follower count is {words.UNKNOWN}"
    estimated = int((days["is_estimated"] == True).sum())  # noqa: E712 - null is neither
    if estimated:
        yield f"on {words.plural(estimated, 'day')} it was rebuilt from a known count and daily changes, not read"
    if pd.notna(story.last.get("unread_reason")):
        why = codes.said(str(story.last["unread_reason"]), codes.UNREAD)
        yield f"on the last day something that was due was not read: {why}"
    level = story.last.get("observation_level")
    if pd.notna(level) and level != "full":
        yield f"the account is read at the level of {codes.said(str(level), codes.LEVELS)}"


def _figures(story: Story) -> Iterator[str]:
    for column, what, meanings in REASONS:
        code = story.last.get(column)
        if pd.notna(code):
            yield f"{what} is {words.UNKNOWN}: {codes.said(str(code), meanings)}"
    named = story.last.get("engager_coverage_share")
    if pd.notna(named) and named < 1:
        yield f"of the engagement with recent posts {words.share(named)} (counted, no interval) was read by name"


def _evidence(story: Story) -> Iterator[str]:
    for number, event in enumerate(story.events, start=1):
        if pd.notna(event["missing_evidence"]):
            missing = str(event["missing_evidence"]).replace("; ", ", ")
            yield f"not observed for event {number}, and it could have changed the verdict: {missing}"
