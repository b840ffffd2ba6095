"""What a follower list is made of, in the words of page and terminal."""

from collections.abc import Iterator

import pandas as pd

from tasks.page import words
from tasks.page.inputs import Row
from tasks.page.story import Story


def listed(story: Story) -> str:
    """Who was ever seen in the list, in a sentence or two; empty where no profile is known."""
    profile = story.material.profile
    if pd.isna(profile.get("profiled_followers_count")):
        return ""
    return " ".join([_people(profile), *_stretches(profile)])


def _people(profile: Row) -> str:
    seen = words.plural(profile["profiled_followers_count"], "follower")
    shares = {
        "had never posted": "followers_never_posted_share",
        "had not posted lately or ever": "followers_inactive_share",
        "had no picture of their own": "followers_default_image_share",
    }
    parts = [f"{words.share(profile[column])} {what}" for what, column in shares.items() if pd.notna(profile[column])]
    told = f"{seen} ever seen in the list"
    if parts:
        told += f", counted as they were then: {', '.join(parts)}"
    age = profile["followers_median_age_days"]
    if pd.isna(age):
        return f"{told}."
    return f"{told}; half of their accounts were at most {words.count(age)} days old when they followed."


def _stretches(profile: Row) -> Iterator[str]:
    """The most conspicuous followers in a row."""
    days, silent = profile["narrowest_creation_days"], profile["most_silent_window_share"]
    if pd.notna(days):
        yield f"The followers in a row who were created closest together were created within {words.points(days)} days."
    if pd.notna(silent):
        yield f"Of those in its most silent stretch {words.share(silent)} had never posted."
