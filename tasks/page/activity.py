"""What an analytics export alone tells: net follows beside what was usual, and what came with them, day by day."""

from collections.abc import Iterator
from typing import Final

import pandas as pd

from tasks.page.hero import HeroNumber
from tasks.page.inputs import ReportRow
from tasks.page.story import Story
from tasks.page.words import (
    NOT_KNOWN,
    format_count,
    format_day,
    format_days,
    format_points,
    format_range,
    format_share,
    pluralize,
)
from tasks.reports.activity import USUAL_DAYS, USUAL_ENDS, activity_days, followers_above_usual

DAY_TOTALS: Final = {
    "day_impressions_count": "impressions",
    "day_x_engagements_count": "engagements",
    "day_profile_visits_count": "profile visits",
}
"""What an export tells of a day beside its followers."""
_SPIKES = 5

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


def activity_numbers(row: ReportRow) -> list[HeroNumber]:
    """What stands in place of three unknown numbers, from `account_summary`: net follows, and two rates."""
    delta, days = row.get("stated_followers_delta"), row.get("stated_days_count")
    net = NOT_KNOWN if pd.isna(delta) else f"{delta:+,.0f}"
    span = "" if pd.isna(days) else f" in {pluralize(int(days), 'day')}"
    together, rates = "all these days together", ("new_follows_per_visit_rate", "x_engagements_per_impression_rate")
    visits, engaged = (format_share(row.get(rate)) for rate in rates)
    return [
        HeroNumber("stated_followers_delta", f"net follows{span}", net, "", "count"),
        HeroNumber(rates[0], "new follows per profile visit, counted", visits, together, "community"),
        HeroNumber(rates[1], "engagements per impression, counted", engaged, together, "community"),
    ]


def describe_spikes(story: Story) -> list[str]:
    """The days on which most more followers came than was usual, in order, each with what else rose on it."""
    days = pd.concat([story.days.reset_index(drop=True), activity_days(story.days.reset_index(drop=True))], axis=1)
    found = followers_above_usual(days).nlargest(_SPIKES).sort_index()
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
        if value > usual.quantile(USUAL_ENDS[1]):
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
