"""What each chart of an account draws, and the words around it: title, caption, legend, alternative.

The charts share one small data set, by columns, rounded to what is shown.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from math import isnan
from typing import Any

import numpy as np
import pandas as pd

from tasks.divergence.annotations import Annotation
from tasks.page.activity import has_activity
from tasks.page.arrival_map import ARRIVAL_KINDS, IN_BLOCK, OTHERWISE, ArrivalMap
from tasks.page.series_text import numbers_text, series_text
from tasks.page.story import CANNOT_TELL, CAUSE_FOUND, NOT_EXPLAINED, STATE_OF_VERDICT, Story
from tasks.page.words import (
    NOT_KNOWN,
    POINT_DIGITS,
    format_count,
    format_day,
    format_days,
    format_points,
    format_sentence,
    pluralize,
)
from tasks.reports.activity import activity_days
from tasks.schema.arrays import float_values

_WHOLE, _TENTH = 0, POINT_DIGITS

SERIES: Mapping[str, tuple[str, int]] = {
    "followers": ("followers_count", _WHOLE),
    "unexplained": ("present_unexplained_followers_count", _WHOLE),
    "level": ("engagement_geometric_mean", _TENTH),
    "levelLow": ("engagement_geometric_mean_low", _TENTH),
    "levelHigh": ("engagement_geometric_mean_high", _TENTH),
    "people": ("engagers_count_28d", _WHOLE),
    "worth": ("community_equivalent_followers", _WHOLE),
    "worthLow": ("community_equivalent_followers_low", _WHOLE),
    "worthHigh": ("community_equivalent_followers_high", _WHOLE),
    "klout": ("klout_style_score", _TENTH),
    "without": ("klout_style_score_without_unexplained", _TENTH),
    "audience": ("audience_score", _TENTH),
    "community": ("community_score", _TENTH),
    "communityLow": ("community_score_low", _TENTH),
    "communityHigh": ("community_score_high", _TENTH),
    "gap": ("vanity_gap", _TENTH),
    "gapLow": ("vanity_gap_low", _TENTH),
    "gapHigh": ("vanity_gap_high", _TENTH),
}
"""The series that are drawn: column and digits of each."""

ACTIVITY_SERIES: Mapping[str, tuple[str, int]] = {
    "net": ("followers_delta", _WHOLE),
    "usualLow": ("usual_low", _TENTH),
    "usualHigh": ("usual_high", _TENTH),
    "perVisit": ("follows_per_visit", _TENTH),
    "perEngagement": ("follows_per_engagement", _TENTH),
    "impressions": ("day_impressions_count", _WHOLE),
    "rate": ("engagement_rate", _TENTH),
}
"""The series that an analytics export adds."""


def account_json(story: Story, arrival_map: ArrivalMap | None, annotations: Sequence[Annotation] = ()) -> str:
    """The account's data set as JSON that can stand inside a script element."""
    days = story.days
    content: dict[str, Any] = {
        "start": format_day(days["report_date"].iloc[0]),
        "span": len(days),
        "days": {
            name: [10**digits, series_text(_whole_numbers(days[column], digits))]
            for name, (column, digits) in SERIES.items()
            if story.has(column)
        }
        | _undecided(story)
        | _activity(story),
        "events": [_event(number, event) for number, event in enumerate(story.events, start=1)],
        "annotations": [asdict(note) for note in annotation_notes(story, annotations)],
        "posts": _posts(story),
        "map": None if arrival_map is None else _map_data(arrival_map),
    }
    return script_json(content)


def _undecided(story: Story) -> dict[str, list[Any]]:
    """The followers of each day of whom it cannot be told; nothing where there are none on any day."""
    undecided = story.undecided_followers
    return {"undecided": [1, series_text(_whole_numbers(undecided, _WHOLE))]} if (undecided > 0).any() else {}


def _activity(story: Story) -> dict[str, list[Any]]:
    if not has_activity(story):
        return {}
    days = pd.concat([story.days, activity_days(story.days)], axis=1)
    return {
        name: [10**digits, series_text(_whole_numbers(days[column], digits))]
        for name, (column, digits) in ACTIVITY_SERIES.items()
    }


def _posts(story: Story) -> list[str]:
    """Hours since the first day and engagement of each post, each less the one before, oldest first."""
    posts, start = story.rows("posts"), story.days["report_date"].iloc[0].tz_localize("UTC")
    known = posts[posts["engagement_count"].notna() & (posts["created_at"] >= start)].sort_values("created_at")
    hours = (known["created_at"] - start) // pd.Timedelta(hours=1)
    return [series_text(map(int, values)) for values in (hours, known["engagement_count"])]


def script_json(content: Any) -> str:  # noqa: ANN401 - whatever JSON holds
    """JSON without spaces in which no text can end the script element that holds it."""
    return json.dumps(content, separators=(",", ":"), allow_nan=False).replace("<", "\\u003c")


def _map_data(arrival_map: ArrivalMap) -> dict[str, Any]:
    cells = [
        {**asdict(cell), "steps": numbers_text(cell.steps), "counts": numbers_text(cell.counts)}
        for cell in arrival_map.cells
    ]
    return {**asdict(arrival_map), "cells": cells}


def _whole_numbers(values: pd.Series, digits: int) -> Iterator[int | None]:
    """The values as whole numbers of the last digit shown."""
    for value in float_values(values).tolist():
        yield None if isnan(value) else round(round(value, digits) * 10**digits)


def _event(number: int, event: Mapping[str, Any]) -> dict[str, Any]:
    verdict = str(event["verdict"])
    return {
        "number": number,
        "came": came_text(event),
        "first": format_day(event["first_date"]),
        "last": format_day(event["last_date"]),
        "state": STATE_OF_VERDICT.get(verdict, CAUSE_FOUND),
    }


@dataclass(frozen=True)
class AnnotationNote:
    """What the user says of days: the first and the last of them as texts, and the words."""

    first: str
    last: str
    words: str


def annotation_notes(story: Story, annotations: Sequence[Annotation]) -> list[AnnotationNote]:
    """The annotations of the account on days that are told, by their first day."""
    begin = story.first_date
    own = [
        each
        for each in annotations
        if each.account.lower() == story.handle.lower()
        and begin <= pd.Timestamp(each.last)
        and pd.Timestamp(each.first) <= story.as_of
    ]
    return [
        AnnotationNote(format_day(max(pd.Timestamp(each.first), begin)), format_day(each.last), each.words)
        for each in sorted(own, key=lambda each: (each.first, each.words))
    ]


def came_text(event: Mapping[str, Any]) -> str:
    """How far the count moved, and in how many days."""
    days = (event["last_date"] - event["first_date"]).days + 1
    return f"{event['observed_followers_delta']:+,.0f} in {pluralize(days, 'day')}"


@dataclass(frozen=True)
class LegendEntry:
    """One entry of a legend: a line with its dashes, or a shape."""

    name: str
    style: str
    dash: str | None = None
    shape: str = ""


@dataclass(frozen=True)
class ChartText:
    """One chart and its words; without an alternative, since nothing is known, its caption alone is shown."""

    name: str
    title: str
    caption: str
    alternative: str = ""
    legend: tuple[LegendEntry, ...] = ()


_SOLID, _DASHED, _DOTTED = "", "7 4", "1.5 3"
_BAND = LegendEntry("its 95 % interval", "band", shape="band")
_KIND_ENTRIES = {
    OTHERWISE: LegendEntry("arrived otherwise, or before the list was first read", "otherwise", shape="otherwise"),
    CAUSE_FOUND: LegendEntry("arrived in a rise that is explained", "explained", shape="explained"),
    CANNOT_TELL: LegendEntry("arrived in a rise of which it cannot be told", "open", shape="cannot-be-told"),
    IN_BLOCK: LegendEntry("in a block that followed together before the list was first read", "block", shape="block"),
    NOT_EXPLAINED: LegendEntry("arrived in a rise that is not explained", "unexplained", shape="not-explained"),
}


def chart_texts(story: Story, arrival_map: ArrivalMap | None) -> list[ChartText]:
    """The charts of an account behind its proof, each with its words."""
    return [_worth(story), _score(story), _map(arrival_map)]


def proof_texts(story: Story) -> list[ChartText]:
    """The panels of the proof on one time axis: followers, engagement per post, people; without those not known."""
    panels = (
        ("count", "Followers: explained, not explained, and of whom it cannot be told", "followers_count", "followers"),
        (
            "posts",
            "Engagement per post: a dot a post, a line for the typical one, a band for its 95 % interval",
            "engagement_geometric_mean",
            "engagement per post",
        ),
        ("people", "People who engaged in 28 days, as far as they were read by name", "engagers_count_28d", "people"),
    )
    return [
        ChartText(
            name, title, title, _alternative(story, [_course(story, column, what), *_undecided_text(story, name)])
        )
        for name, title, column, what in panels
        if story.has(column)
    ]


def _undecided_text(story: Story, panel: str) -> Iterator[str]:
    known = story.undecided_followers.dropna()
    if panel == "count" and len(known) and known.iloc[-1] > 0:
        yield f"Of {format_count(known.iloc[-1])} of them it cannot be told."


_ACTIVITY_PANELS = (
    ("net", "Net follows of each day; the band is what was usual in the 28 days before, 5 % to 95 %"),
    ("visit", "New follows per 100 profile visits, seven days together"),
    ("engagement", "New follows per 100 engagements, seven days together"),
    ("impressions", "Impressions of each day"),
    ("rate", "Engagements per 100 impressions, seven days together"),
)


ACTIVITY_CHARTS = frozenset(name for name, _ in _ACTIVITY_PANELS)


def activity_texts(story: Story) -> list[ChartText]:
    """The panels of an analytics export on one time axis; none where there is none."""
    if not has_activity(story):
        return []
    return [ChartText(name, title, title, _alternative(story, [f"{title}."])) for name, title in _ACTIVITY_PANELS]


def _worth(story: Story) -> ChartText:
    title = "Followers, and for how many its engagement is usual"
    if not story.has("followers_count"):
        return ChartText("worth", title, f"The follower count is {NOT_KNOWN} on every day.")
    legend = [LegendEntry("followers", "count", _SOLID)]
    caption = "How many follow, day by day."
    if story.has("community_equivalent_followers"):
        legend += [LegendEntry("engagement usual for", "community", _DASHED), _BAND]
        caption = "How many follow, and for how many the engagement that posts receive is usual."
    courses = [
        _course(story, "followers_count", "followers"),
        _course(story, "community_equivalent_followers", "engagement usual for"),
    ]
    return ChartText("worth", title, _with_events(story, caption), _alternative(story, courses), tuple(legend))


def _score(story: Story) -> ChartText:
    title = "Scores of count and community"
    if not story.has("audience_score"):
        return ChartText("score", title, f"No score is known: the follower count is {NOT_KNOWN}.")
    legend = [LegendEntry("audience score, of the count alone", "count", _SOLID)]
    if story.has("community_score"):
        legend += [LegendEntry("community score", "community", _DASHED), _BAND]
    legend.append(LegendEntry("vanity score, a Klout-style reconstruction", "klout", _DOTTED))
    caption = (
        "Points from 0 to 100; 12.5 points are ten times as many. The vanity gap lies between the first two lines."
    )
    courses = [
        _course(story, "audience_score", "audience score"),
        _course(story, "community_score", "community score"),
        _course(story, "klout_style_score", "vanity score"),
    ]
    return ChartText("score", title, _with_events(story, caption), _alternative(story, courses), tuple(legend))


def _map(arrival_map: ArrivalMap | None) -> ChartText:
    title = "Arrival map"
    if arrival_map is None:
        return ChartText("map", title, "The follower list was not read, so who arrived when is not known.")
    caption = (
        "Each follower by place in follow order and by the day on which its account was created. "
        f"{pluralize(arrival_map.followers_count, 'follower')} {_map_scale(arrival_map)}."
    )
    if arrival_map.left_out_count:
        caption += f" {pluralize(arrival_map.left_out_count, 'follower')} left out: place or creation day {NOT_KNOWN}."
    totals = {cells.kind: sum(cells.counts) for cells in arrival_map.cells}
    kinds_text = ", ".join(f"{total:,} {_KIND_ENTRIES[kind].name}" for kind, total in totals.items())
    alternative = f"Map of {pluralize(arrival_map.followers_count, 'follower')}: {kinds_text}."
    legend = tuple(_KIND_ENTRIES[kind] for kind in ARRIVAL_KINDS if kind in totals)
    return ChartText("map", title, caption, alternative, legend)


def _map_scale(arrival_map: ArrivalMap) -> str:
    if arrival_map.places_each == arrival_map.days_each == 1:
        return "stand singly"
    places = pluralize(arrival_map.places_each, "place")
    return f"are counted into marks of {places} by {pluralize(arrival_map.days_each, 'day')}; a larger mark holds more"


def _with_events(story: Story, caption: str) -> str:
    return f"{caption} Numbered bands are what happened, below." if story.events else caption


def _alternative(story: Story, courses: list[str]) -> str:
    days = story.days["report_date"]
    first, last = days.iloc[0], days.iloc[-1]
    return " ".join(filter(None, [f"Lines {format_days(first, last)}.", *courses, *_event_texts(story)]))


def _course(story: Story, column: str, name: str) -> str:
    """First and last known value of a line; empty when nothing is known of it."""
    if not story.has(column):
        return ""
    values, days = story.days[column], story.days["report_date"]
    known = np.flatnonzero(values.notna())
    form = format_points if column.endswith("_score") else format_count
    first, last = (f"{form(values.iloc[place])} on {format_day(days.iloc[place])}" for place in known[[0, -1]])
    return format_sentence(f"{name} {first}" if len(known) == 1 else f"{name} {first}, {last}")


def _event_texts(story: Story) -> Iterator[str]:
    for number, event in enumerate(story.events, start=1):
        if pd.notna(event["first_date"]):
            yield f"Event {number} {format_days(event['first_date'], event['last_date'])}."
