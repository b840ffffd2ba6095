"""All accounts together: who needs attention first, and how it stands in one sentence."""

from collections import Counter

from tasks.page import words
from tasks.page.inputs import Material, accounts
from tasks.page.parameters import DAYS
from tasks.page.story import NOT_EXPLAINED, Story

NOTHING = "Nothing has been reported yet: run the daily flow or import an export, and this page fills."


def ordered_stories(material: Material, days_count: int = DAYS) -> list[Story]:
    """The stories of all accounts over so many latest days, the most urgent first."""
    return sorted((Story(account) for account in accounts(material, days_count)), key=lambda story: story.order)


def opening(stories: list[Story]) -> str:
    """How it stands in one sentence."""
    if not stories:
        return NOTHING
    counted = Counter(story.state for story in stories)
    total = words.plural(len(stories), "account")
    if not counted[NOT_EXPLAINED]:
        return f"In none of {total} did followers come lately whom the account's activity does not explain."
    verb = "has" if counted[NOT_EXPLAINED] == 1 else "have"
    return f"{counted[NOT_EXPLAINED]} of {total} {verb} followers whom the account's activity does not explain."


def frame(stories: list[Story]) -> str:
    """Which days the page is about."""
    if not stories:
        return ""
    first = min(story.material.first_date for story in stories)
    return words.sentence(f"observed {words.span(first, stories[0].material.as_of)}")
