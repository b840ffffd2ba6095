"""What an analytics export alone tells: net follows beside what was usual, and what came with them, day by day."""

from collections.abc import Iterator
from typing import Final

import pandas as pd

from tasks.page.hero import HeroNumber
from tasks.page.story import Story
from tasks.page.words import format_count, format_day, format_days, format_points, format_range, format_share, pluralize

DAY_TOTALS: Final = {
    "day_impressions_count": "impressions",
    "day_x_engagements_count": "engagements",
    "day_profile_visits_count": "profile visits",
}
"""Columns of account_daily that an export fills."""
ACTIVITY_COLUMNS = ("followers_delta", "new_followers_count", *DAY_TOTALS)
"""Columns of account_daily of which the panels are made."""

USUAL_DAYS, _LEAST_DAYS = 28, 14
"""What is usual on a day is told by the 28 days before it, of which 14 must be known."""
RATE_DAYS = 7
"""Rates are of seven days together: on one day a small account has too few visits to divide by."""
LEAST_DIVISOR = 20
"""With fewer visits, engagements or impressions in seven days one more follower would make a rate leap."""
_ENDS = (0.05, 0.95)
_SPIKES = 5
_LEAST_SPIKE = 3
"""Fewer followers than this above what is usual are no spike: on most days of a small account nobody comes."""

NEXT_STEP = "Give one follower count that you know of the end of a day, and every day's count is rebuilt from it:"
_COMMAND = "vanity-gap import FILE --anchor {day}=1234"
FURTHER_FILES = (
    "account_analytics_content_FROM_TO.csv adds each post with its engagement: which post a rise came from.",
    "A follower list in follow order adds who came: coordinated blocks of the past, and the arrival map.",
    "A CSV of kept counts (date,followers) adds the counts themselves, read and not rebuilt.",
    "API credentials, or an account on Bluesky, add who engages, by name: the community.",
)


def has_activity(story: Story) -> bool:
    """Whether an export tells of any day of the account how many came and left, and how often it was seen."""
    return story.has("followers_delta") and story.has("day_impressions_count")


def is_activity_alone(story: Story) -> bool:
    """Whether an export is all there is: how many came and left, and no follower count on any day."""
    return has_activity(story) and not story.has("followers_count")


def activity_days(days: pd.DataFrame) -> pd.DataFrame:
    """The panels' columns, one row per day of `days`, null where nothing can be told.

    `usual_low` and `usual_high` are the 5 % and 95 % quantiles of followers_delta in the 28 days before.
    The rates are percentages of seven days together: new followers per profile visit and per engagement,
    and engagements per impression; null where one of the seven days is unknown, or fewer than 20 stand below the line.
    """
    known = days[list(ACTIVITY_COLUMNS)].astype("float64")
    low, high = (_usual(known["followers_delta"], end) for end in _ENDS)
    week = known.rolling(RATE_DAYS, min_periods=RATE_DAYS).sum()
    came, engaged = week["new_followers_count"], week["day_x_engagements_count"]
    return pd.DataFrame(
        {
            "usual_low": low,
            "usual_high": high,
            "follows_per_visit": _percent(came, week["day_profile_visits_count"]),
            "follows_per_engagement": _percent(came, engaged),
            "engagement_rate": _percent(engaged, week["day_impressions_count"]),
        }
    )


def _usual(values: pd.Series, end: float) -> pd.Series:
    return values.shift().rolling(USUAL_DAYS, min_periods=_LEAST_DAYS).quantile(end)


def _percent(part: pd.Series, whole: pd.Series) -> pd.Series:
    return 100 * part / whole.where(whole >= LEAST_DIVISOR)


def activity_numbers(story: Story) -> list[HeroNumber]:
    """What stands in place of three unknown numbers: net follows, follows per visit, and the engagement rate."""
    known = story.days[list(ACTIVITY_COLUMNS)].astype("float64")
    known = known[known.notna().all(axis=1)]
    sums, span = known.sum(), pluralize(len(known), "day")
    came, visits = sums["new_followers_count"], sums["day_profile_visits_count"]
    engaged, shown = sums["day_x_engagements_count"], sums["day_impressions_count"]
    return [
        HeroNumber("followers_delta", f"net follows in {span}", f"{sums['followers_delta']:+,.0f}", "", "count"),
        HeroNumber(
            "new_followers_count", "new follows per profile visit", *_share(came, visits, "visits"), "community"
        ),
        HeroNumber(
            "day_x_engagements_count", "engagements per impression", *_share(engaged, shown, "impressions"), "community"
        ),
    ]


def _share(part: float, whole: float, name: str) -> tuple[str, str]:
    share = format_share(part / whole if whole else None)
    return share, f"counted: {format_count(part)} of {format_count(whole)} {name}"


def describe_spikes(story: Story) -> list[str]:
    """The days on which most more followers came than was usual, in order, each with what else rose on it."""
    days = pd.concat([story.days.reset_index(drop=True), activity_days(story.days.reset_index(drop=True))], axis=1)
    above = days["followers_delta"].astype("float64") - days["usual_high"]
    found = above[above >= _LEAST_SPIKE].nlargest(_SPIKES).sort_index()
    return [_spike(story, days, place) for place in map(int, found.index)]


def _spike(story: Story, days: pd.DataFrame, place: int) -> str:
    row = days.iloc[place]
    usual = format_range(round(row["usual_low"]), round(row["usual_high"]))
    rose = list(_rises(days, place))
    fits = f"more than usual too: {', '.join(rose)}" if rose else _NOTHING_ROSE
    event = _event_of(story, row["report_date"])
    part = f" (event {event})" if event else ""
    return f"{format_day(row['report_date'])}: {row['followers_delta']:+,.0f} where {usual} were usual{part}; {fits}."


_NOTHING_ROSE = (
    "neither impressions nor engagements nor visits rose, so nothing in the export fits, and the cause is not known"
)


def _rises(days: pd.DataFrame, place: int) -> Iterator[str]:
    """What was above its own usual on that day: the day's total, and the median of the 28 days before."""
    for column, name in DAY_TOTALS.items():
        values = days[column].astype("float64")
        value, usual = values.iloc[place], values.iloc[max(place - USUAL_DAYS, 0) : place]
        if value > usual.quantile(_ENDS[1]):
            yield f"{format_count(value)} {name} (usual {format_points(usual.median())})"


def _event_of(story: Story, day: pd.Timestamp) -> int | None:
    held = (
        number for number, event in enumerate(story.events, start=1) if event["first_date"] <= day <= event["last_date"]
    )
    return next(held, None)


def next_command(story: Story) -> str:
    """The command that tells most of what is missing."""
    known = story.days.loc[story.days["followers_delta"].notna(), "report_date"]
    return _COMMAND.format(day=format_day(known.iloc[-1]))


def activity_span(story: Story) -> str:
    """The days that the export covers."""
    known = story.days.loc[story.days["followers_delta"].notna(), "report_date"]
    return format_days(known.iloc[0], known.iloc[-1])
