"""The charts of an account, declared with Altair and written down: `python -m tasks.page.chart_specifications`.

What is declared here is the same in every run, so nothing that runs loads this module.
"""

import json
from collections.abc import Mapping
from typing import Any

import altair as alt

from tasks.page.arrival_map import ARRIVAL_KINDS
from tasks.page.charts import SPECIFICATIONS
from tasks.page.template import TEMPLATES

_DAYS, _EVENTS, _NOTES, _CELLS, _POSTS = "days", "events", "annotations", "cells", "posts"
"""The data sets that the script gives to the charts."""

_SHAPES = ("circle", "square", "triangle-up", "cross", "diamond")
"""The marks of `ARRIVAL_KINDS` in the arrival map."""
_HEIGHT = 260
_PANEL_HEIGHTS = {
    "count": 200,
    "posts": 130,
    "people": 90,
    "net": 150,
    "visit": 90,
    "engagement": 90,
    "impressions": 90,
    "rate": 90,
}
_PANEL_ROOM = {"left": 42, "top": 18, "right": 108, "bottom": 24}
"""Pixels around the proof's panels for axes and names, so that their days stand below each other."""
_NAMELESS_RIGHT = 14
"""Pixels on the right of panels whose series have no names at their ends: half a day's label."""
_NOTE_TOP, _NOTE_LIMIT = 22, 260
"""What the user says of days is drawn so many pixels below the top of a panel, and is so long at most."""
_AUTOSIZE = alt.AutoSizeParams(type="fit-x", contains="padding")
_UTC = alt.Scale(type="utc")
"""Days are UTC days, whatever the reader's clock says."""

_ZERO = alt.Scale(zero=True)

_PLACES = alt.Axis(format=",d", tickCount=5, tickMinStep=1, labelOverlap="greedy", labelSeparation=10)
_CREATED = alt.Axis(
    format="%Y", tickCount=6, titleAngle=0, titleAlign="left", titleAnchor="end", titleX=-34, titleY=-12
)

_NAMES = {
    "explained": "not part of a wave",
    "undecided": "cannot be told",
    "unexplained": "not explained",
    "level": "engagement per post",
    "posts": "posts of the day",
    "people": "people who engaged",
    "followers": "followers",
    "worth": "engagement usual for",
    "audience": "audience score",
    "community": "community score",
    "klout": "vanity score",
    "net": "net follows",
    "usual": "usual",
    "perVisit": "new follows per 100 visits",
    "perEngagement": "new follows per 100 engagements",
    "impressions": "impressions",
    "rate": "engagements per 100 impressions",
}
"""What the lines are called where the pointer reads them."""


def declare_charts() -> dict[str, Any]:
    """Each chart's Vega-Lite specification without data, by its name."""
    proof = {"count": _count(), "posts": _posts(), "people": _people()}
    activity = {"net": _net(), "visit": _amount("perVisit"), "engagement": _amount("perEngagement")}
    activity |= {"impressions": _amount("impressions"), "rate": _amount("rate")}
    panels = {name: _panel(chart, _PANEL_HEIGHTS[name], _PANEL_ROOM) for name, chart in proof.items()}
    room = _PANEL_ROOM | {"right": _NAMELESS_RIGHT}
    panels |= {name: _panel(chart, _PANEL_HEIGHTS[name], room) for name, chart in activity.items()}
    return panels | {"worth": _bare(_worth()), "score": _bare(_score()), "map": _bare(_map())}


def _count() -> Any:  # noqa: ANN401 - altair types its methods loosely
    """Followers: the explained ones, those of whom it cannot be told, and the rest, with the events named."""
    axis = alt.Axis(format="~s", tickCount=4, tickMinStep=1)
    y = alt.Y("followers:Q", title=None, axis=axis, scale=_ZERO)
    area = alt.Chart().mark_area(style=["explained"]).encode(x=_x(), y=alt.Y("explained:Q", title=None))
    return alt.layer(
        _events(),
        *_event_labels(),
        *_annotations(),
        area,
        _between("explained", "settled", "undecided"),
        _line("settled", "undecided-edge").transform_filter("datum.undecided > 0"),
        _between("settled", "followers", "unexplained"),
        _line("followers", "count", y),
        _end("followers", "followers", "count"),
        _end("middle", "not explained", "unexplained"),
        _end("undecidedMiddle", "cannot be told", "undecided"),
        _end("explainedEnd", "explained", "explained"),
        *_reading("followers", "explained", "undecided", "unexplained", alone=("followers",)),
        data=alt.NamedData(_DAYS),
    )


def _posts() -> Any:  # noqa: ANN401 - altair types its methods loosely
    """A dot a post, and the typical engagement of the last weeks with its interval."""
    axis = alt.Axis(format="~s", tickCount=4)
    y = alt.Y("level:Q", title=None, axis=axis, scale=alt.Scale(type="sqrt", zero=True, nice=True))
    dots = alt.Chart(alt.NamedData(_POSTS)).mark_point(style=["post"], filled=True, size=14)
    return alt.layer(
        _events(),
        dots.encode(x=alt.X("at:T", title=None, scale=_UTC), y=alt.Y("engagement:Q", title=None)),
        _band("levelLow", "levelHigh"),
        _line("level", "community", y),
        _end("level", "typical post", "community"),
        *_reading("level", "posts", alone=("level",)),
        data=alt.NamedData(_DAYS),
    )


def _people() -> Any:  # noqa: ANN401 - altair types its methods loosely
    """The people who engaged, as far as they were read by name."""
    axis = alt.Axis(format="~s", tickCount=3, tickMinStep=1)
    y = alt.Y("people:Q", title=None, axis=axis, scale=_ZERO)
    return alt.layer(
        _events(),
        _line("people", "community", y),
        _end("people", "people", "community"),
        *_reading("people"),
        data=alt.NamedData(_DAYS),
    )


def _net() -> Any:  # noqa: ANN401 - altair types its methods loosely
    """Net follows day by day, and the band of what was usual before."""
    y = alt.Y("net:Q", title=None, axis=alt.Axis(format="~s", tickCount=4, tickMinStep=1), scale=_ZERO)
    bars = alt.Chart().mark_rule(style=["day-total"])
    return alt.layer(
        _events(),
        _band("usualLow", "usualHigh"),
        bars.encode(x=_x(), y=y, y2=alt.datum(0)),
        *_reading("net", "usual", alone=()),
        data=alt.NamedData(_DAYS),
    )


def _amount(name: str) -> Any:  # noqa: ANN401 - altair types its methods loosely
    """What came with the follows, on the same days."""
    y = alt.Y(f"{name}:Q", title=None, axis=alt.Axis(format="~s", tickCount=3), scale=_ZERO)
    return alt.layer(_events(), _line(name, "count", y), *_reading(name), data=alt.NamedData(_DAYS))


def _end(name: str, text: str, style: str) -> Any:  # noqa: ANN401 - altair types its methods loosely
    """The name of a series beside its last value."""
    mark = alt.Chart().mark_text(style=[f"{style}-name"], align="left", dx=6, text=text)
    return mark.transform_filter(f"datum.isLast && isValid(datum.{name})").encode(
        x=_x(), y=alt.Y(f"{name}:Q", title=None)
    )


def _event_labels() -> tuple[Any, ...]:
    """How many came in how many days, beside the number of each event; late ones to the left of their first day."""
    base = alt.Chart(alt.NamedData(_EVENTS)).encode(
        x=alt.X("first:T", title=None, scale=_UTC), y=alt.value(-2), text="came:N", color=_color("state")
    )
    early = base.mark_text(style=["event-came"], align="left", baseline="bottom", dx=14)
    late = base.mark_text(style=["event-came"], align="right", baseline="bottom", dx=-6)
    return early.transform_filter("!datum.isLate"), late.transform_filter("datum.isLate")


def _annotations() -> tuple[Any, ...]:
    """What the user says of days: a bar below the top over them, with the words after it, late ones before it."""
    base = alt.Chart(alt.NamedData(_NOTES)).encode(x=alt.X("first:T", title=None, scale=_UTC), y=alt.value(_NOTE_TOP))
    words = alt.Text("words:N")
    text: dict[str, Any] = {"style": ["note"], "baseline": "middle", "limit": _NOTE_LIMIT}
    early = base.mark_text(**text, align="left", dx=6).encode(x=alt.X("end:T", title=None, scale=_UTC), text=words)
    late = base.mark_text(**text, align="right", dx=-6).encode(text=words)
    bar = base.mark_rule(style=["note-days"]).encode(x2="end:T")
    return bar, early.transform_filter("!datum.isLate"), late.transform_filter("datum.isLate")


def _worth() -> Any:  # noqa: ANN401 - altair types its methods loosely
    """Followers against community-equivalent followers, with events and the interval."""
    y = alt.Y("followers:Q", title=None, axis=alt.Axis(format=",d", tickCount=5, tickMinStep=1), scale=_ZERO)
    return alt.layer(
        _events(),
        _band("worthLow", "worthHigh"),
        _line("followers", "count", y),
        _line("worth", "community"),
        *_reading("followers", "worth"),
        data=alt.NamedData(_DAYS),
    )


def _score() -> Any:  # noqa: ANN401 - altair types its methods loosely
    """The scores of count and community, and the Klout-style one."""
    y = alt.Y("audience:Q", title=None, axis=alt.Axis(tickCount=5), scale=_ZERO)
    return alt.layer(
        _events(),
        _band("communityLow", "communityHigh"),
        _line("klout", "klout"),
        _line("audience", "count", y),
        _line("community", "community"),
        *_reading("audience", "community", "klout"),
        data=alt.NamedData(_DAYS),
    )


def _map() -> Any:  # noqa: ANN401 - altair types its methods loosely
    """Followers by place in follow order and day of creation; size is how many a mark stands for."""
    return (
        alt.Chart(alt.NamedData(_CELLS))
        .mark_point(filled=True, opacity=0.75)
        .encode(
            x=alt.X("place:Q", title="place in follow order, oldest first", axis=_PLACES),
            y=alt.Y("day:T", title="account created", axis=_CREATED, scale=_UTC),
            size=alt.Size("count:Q", legend=None, scale=alt.Scale(type="sqrt", range=[8, 130])),
            shape=alt.Shape("kind:N", legend=None, scale=alt.Scale(domain=ARRIVAL_KINDS, range=_SHAPES)),
            color=_color("kind"),
            tooltip=[
                alt.Tooltip("count:Q", title="followers", format=","),
                alt.Tooltip("places:N", title="places"),
                alt.Tooltip("created:N", title="created"),
                alt.Tooltip("kind:N", title="arrived"),
            ],
        )
        .properties(width="container", height=_HEIGHT)
    )


def _line(name: str, style: str, y: alt.Y | None = None) -> Any:  # noqa: ANN401 - altair types its methods loosely
    line = alt.Chart().mark_line(style=[style], interpolate="linear", clip=True)
    return line.encode(x=_x(), y=y or alt.Y(f"{name}:Q", title=None))


def _band(low: str, high: str) -> Any:  # noqa: ANN401 - altair types its methods loosely
    return _between(low, high, "interval")


def _between(low: str, high: str, style: str) -> Any:  # noqa: ANN401 - altair types its methods loosely
    return alt.Chart().mark_area(style=[style]).encode(x=_x(), y=alt.Y(f"{low}:Q", title=None), y2=f"{high}:Q")


def _events() -> Any:  # noqa: ANN401 - altair types its methods loosely
    """A band over the days of each event, with its number."""
    span = alt.Chart(alt.NamedData(_EVENTS)).encode(x=alt.X("first:T", title=None, scale=_UTC))
    color = _color("state")
    return alt.layer(
        span.mark_rect(style=["event"]).encode(x2="end:T", color=color),
        span.mark_rule(style=["event-edge"]).encode(color=color),
        span.mark_text(style=["event-number"], align="left", baseline="bottom").encode(
            y=alt.value(-2), text="label:N", color=color
        ),
    )


def _reading(*names: str, alone: tuple[str, ...] | None = None) -> tuple[Any, ...]:
    """All values of the day under the pointer, and points where a day stands alone.

    Each day is a column of the chart's whole height, so that the pointer need not meet a line.
    """
    hover = alt.selection_point(on="pointerover", fields=["day"], empty=False, clear="pointerout")
    column = alt.Chart().encode(x=_x(), x2="next:T")
    days = column.mark_rect(style=["reading"]).encode(
        opacity=alt.when(hover).then(alt.value(0.12)).otherwise(alt.value(0)),
        tooltip=[
            alt.Tooltip("dayText:N", title="day"),
            *(alt.Tooltip(f"{name}Text:N", title=_NAMES[name]) for name in names),
        ],
    )
    dots = [
        alt.Chart()
        .mark_point(style=["alone"], filled=True, size=30)
        .transform_filter(f"datum.{name}Alone")
        .encode(x=_x(), y=alt.Y(f"{name}:Q", title=None))
        for name in (names if alone is None else alone)
    ]
    return (*dots, days.add_params(hover))


def _color(field: str) -> alt.Color:
    return alt.Color(f"{field}:N", legend=None, scale=alt.Scale(domain=ARRIVAL_KINDS, range="category"))


def _x() -> alt.X:
    axis = alt.Axis(format="%b %d", labelOverlap="greedy", labelSeparation=16, tickCount=6, grid=False)
    return alt.X("day:T", title=None, axis=axis, scale=_UTC)


def _panel(chart: alt.LayerChart, height: int, room: Mapping[str, int]) -> dict[str, Any]:
    """The specification of a panel, whose width the script sets."""
    fixed = alt.AutoSizeParams(type="none")
    return {**_bare(chart), "autosize": fixed.to_dict(), "padding": dict(room), "height": height}


def _bare(chart: alt.Chart | alt.LayerChart) -> dict[str, Any]:
    """The specification without schema address, configuration and data: the page must name no address at all."""
    whole = chart.properties(width="container", height=_HEIGHT, autosize=_AUTOSIZE, background="transparent").to_dict()
    return {key: value for key, value in whole.items() if key not in {"$schema", "config", "datasets"}}


def specifications_text() -> str:
    """The specifications as `templates/charts.json` holds them."""
    return json.dumps(declare_charts(), indent=1) + "\n"


if __name__ == "__main__":
    (TEMPLATES / SPECIFICATIONS).write_text(specifications_text(), encoding="utf-8")
