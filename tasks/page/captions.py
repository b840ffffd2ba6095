"""The words around each chart: title, caption, legend, and the alternative for those who do not see it."""

from collections.abc import Iterator
from dataclasses import dataclass

import pandas as pd

from tasks.page import words
from tasks.page.follower_map import IN_BLOCK, KINDS, OTHERWISE, ArrivalMap
from tasks.page.story import EXPLAINED, Story

NO_DRAWING = ""
"""The alternative of a chart for which nothing is known: then its caption alone is shown."""


@dataclass(frozen=True)
class Key:
    """One entry of a legend: a line with its dashes, or a shape."""

    name: str
    style: str
    dash: str | None = None
    shape: str = ""


@dataclass(frozen=True)
class Drawing:
    """One chart and its words."""

    name: str
    title: str
    caption: str
    alternative: str
    legend: tuple[Key, ...] = ()


SOLID, DASHED, DOTTED = "", "7 4", "1.5 3"
BAND = Key("its 95 % interval", "band", shape="band")
KIND_KEYS = {
    OTHERWISE: Key("arrived otherwise, or before the list was first read", "otherwise", shape="otherwise"),
    EXPLAINED: Key("arrived in a rise that is explained", "explained", shape="explained"),
    "cannot be told": Key("arrived in a rise of which it cannot be told", "open", shape="cannot-be-told"),
    IN_BLOCK: Key("in a block that followed together before the list was first read", "block", shape="block"),
    "not explained": Key("arrived in a rise that is not explained", "unexplained", shape="not-explained"),
}


def drawings(story: Story, mapped: ArrivalMap | None) -> list[Drawing]:
    """The three charts of an account, each with its words."""
    return [_count(story), _score(story), _map(mapped)]


def _count(story: Story) -> Drawing:
    title = "Followers beside the community"
    if not story.has("followers_count"):
        return Drawing("count", title, f"The follower count is {words.UNKNOWN} on every day.", NO_DRAWING)
    legend = [Key("followers", "count", SOLID)]
    caption = "How many follow, day by day."
    if story.has("community_equivalent_followers"):
        legend += [Key("community", "community", DASHED), BAND]
        caption = "How many follow, and how many followers would go with the engagement that posts receive."
    said = [
        _course(story, "followers_count", "followers"),
        _course(story, "community_equivalent_followers", "community"),
    ]
    return Drawing("count", title, _with_events(story, caption), _alternative(story, said), tuple(legend))


def _score(story: Story) -> Drawing:
    title = "Scores of count and community"
    if not story.has("audience_score"):
        return Drawing("score", title, f"No score is known: the follower count is {words.UNKNOWN}.", NO_DRAWING)
    legend = [Key("audience score, of the count alone", "count", SOLID)]
    if story.has("community_score"):
        legend += [Key("community score", "community", DASHED), BAND]
    legend.append(Key("vanity score, a Klout-style reconstruction", "klout", DOTTED))
    caption = (
        "Points from 0 to 100; 12.5 points are ten times as many. The vanity gap lies between the first two lines."
    )
    said = [
        _course(story, "audience_score", "audience score"),
        _course(story, "community_score", "community score"),
        _course(story, "klout_style_score", "vanity score"),
    ]
    return Drawing("score", title, _with_events(story, caption), _alternative(story, said), tuple(legend))


def _map(mapped: ArrivalMap | None) -> Drawing:
    title = "Arrival map"
    if mapped is None:
        return Drawing("map", title, "The follower list was not read, so who arrived when is not known.", NO_DRAWING)
    kinds = [cells.kind for cells in mapped.cells]
    caption = (
        "Each follower by place in follow order and by the day on which its account was created. "
        f"{words.plural(mapped.followers_count, 'follower')} {_counted(mapped)}."
    )
    if mapped.left_out_count:
        caption += (
            f" {words.plural(mapped.left_out_count, 'follower')} left out: place or creation day {words.UNKNOWN}."
        )
    totals = {cells.kind: sum(cells.counts) for cells in mapped.cells}
    said = ", ".join(f"{total:,} {KIND_KEYS[kind].name}" for kind, total in totals.items())
    alternative = f"Map of {words.plural(mapped.followers_count, 'follower')}: {said}."
    return Drawing("map", title, caption, alternative, tuple(KIND_KEYS[kind] for kind in KINDS if kind in kinds))


def _counted(mapped: ArrivalMap) -> str:
    if mapped.places_each == mapped.days_each == 1:
        return "stand singly"
    places = words.plural(mapped.places_each, "place")
    return f"are counted into marks of {places} by {words.plural(mapped.days_each, 'day')}; a larger mark holds more"


def _with_events(story: Story, caption: str) -> str:
    return f"{caption} Numbered bands are what happened, below." if story.events else caption


def _alternative(story: Story, courses: list[str]) -> str:
    days = story.material.days["report_date"]
    first, last = days.iloc[0], days.iloc[-1]
    return " ".join(filter(None, [f"Lines {words.span(first, last)}.", *courses, *_event_texts(story)]))


def _course(story: Story, column: str, name: str) -> str:
    """First and last known value of a line; empty when nothing is known of it."""
    if not story.has(column):
        return ""
    known = story.material.days.loc[story.material.days[column].notna(), ["report_date", column]]
    form = words.points if column.endswith("_score") else words.count
    (first_day, first), (last_day, last) = known.iloc[0], known.iloc[-1]
    told = f"{form(first)} on {words.day(first_day)}"
    return words.sentence(
        f"{name} {told}" if len(known) == 1 else f"{name} {told}, {form(last)} on {words.day(last_day)}"
    )


def _event_texts(story: Story) -> Iterator[str]:
    for number, event in enumerate(story.events, start=1):
        if pd.notna(event["first_date"]):
            yield f"Event {number} {words.span(event['first_date'], event['last_date'])}."
