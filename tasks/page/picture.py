"""The proof as still pictures in the colors of paper: for a message as PNG, for the client report as SVG."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from tasks.divergence.annotations import Annotation
from tasks.page.chart_data import SERIES, annotation_notes, came_text
from tasks.page.charts import chart_config, chart_specifications
from tasks.page.inputs import ReportRow
from tasks.page.story import CAUSE_FOUND, STATE_OF_VERDICT, Story

PAPER_COLORS = {
    "paper": "#ffffff",
    "ink": "#1b1f24",
    "quiet": "#59616b",
    "line": "#e2dfd8",
    "count": "#0068a8",
    "community": "#00795a",
    "unexplained": "#b34700",
    "open": "#8a3a7c",
    "explained": "#3f7d20",
    "block": "#8a6100",
    "otherwise": "#8b949e",
}
"""The page's colors of light: every difference is also one in dash or shape."""
_FONT = "DejaVu Sans, sans-serif"
_WIDTH, _SCALE = 640, 2.0
_NAMES_ROOM = 112
"""Pixels for the names of series at their ends, in whatever font stands on the reader's machine."""
_NAMED_EVENTS = 3
"""More would stand on each other."""
_NAMES = ("followers", "unexplained", "level", "levelLow", "levelHigh", "people")
_LINES = ("followers", "level", "people")
_TITLE = "followers (line): not part of a wave (green), not explained (orange), cannot be told (purple)"


def account_picture(story: Story) -> bytes:
    """The followers of the account as PNG, 640 points wide; empty where no follower count is known."""
    if not story.has("followers_count"):
        return b""
    title = {"text": f"@{story.handle}", "subtitle": _TITLE, "anchor": "start", "offset": 24}
    chart = _still(story, "count") | {"width": _WIDTH, "title": title, "background": "white", "padding": 12}
    chart["autosize"] = {"type": "pad", "contains": "padding"}
    from vl_convert import vegalite_to_png  # noqa: PLC0415 - a large library, for the few runs that send a picture

    return bytes(vegalite_to_png(chart, scale=_SCALE))


@dataclass(frozen=True)
class Panel:
    """A panel of the proof, so many pixels large without its axes and names."""

    name: str
    width: int
    height: int


def proof_picture(story: Story, annotations: Sequence[Annotation], panel: Panel) -> str:
    """One panel of the proof as SVG, with what the owner says of days."""
    chart = _still(story, panel.name, annotations)
    room = chart["padding"] | {"right": _NAMES_ROOM}
    from vl_convert import vegalite_to_svg  # noqa: PLC0415 - as above

    return str(vegalite_to_svg(chart | {"width": panel.width, "height": panel.height, "padding": room}))


def _still(story: Story, name: str, annotations: Sequence[Annotation] = ()) -> dict[str, Any]:
    data = {"days": _day_rows(story), "events": _event_rows(story), "posts": _post_rows(story)}
    data["annotations"] = _note_rows(story, annotations)
    config = chart_config(PAPER_COLORS)
    # The columns that the pointer reads on the page are seen by nobody here.
    config["style"]["reading"] = {"opacity": 0}
    chart: dict[str, Any] = chart_specifications()[name]
    return chart | {"config": config | {"font": _FONT}, "datasets": data}


def _day_rows(story: Story) -> list[dict[str, Any]]:
    days = story.days
    known = {name: days[SERIES[name][0]] for name in _NAMES if SERIES[name][0] in days}
    rows = pd.DataFrame({name: values.astype("Float64") for name, values in known.items()}).reset_index(drop=True)
    rows = rows.reindex(columns=list(_NAMES)).astype("Float64")
    rows["undecided"] = story.undecided_followers.to_numpy()
    rows["settled"] = rows["followers"] - rows["unexplained"]
    rows["explained"] = rows["settled"] - rows["undecided"]
    is_wave, is_open = ((rows[name] > 0).fillna(value=False) for name in ("unexplained", "undecided"))
    rows["middle"] = (rows["followers"] - rows["unexplained"] / 2).where(is_wave)
    rows["undecidedMiddle"] = (rows["settled"] - rows["undecided"] / 2).where(is_open)
    rows["explainedEnd"] = rows["explained"].where(is_wave | is_open)
    flags = {f"{name}Alone": _alone(rows[name]) for name in _LINES}
    flags["isLast"] = pd.Series(rows.index == rows["followers"].last_valid_index(), index=rows.index)
    values = rows.astype("object").where(rows.notna(), None).assign(**flags, day=_moments(days["report_date"]))
    return [{str(name): value for name, value in row.items()} for row in values.to_dict("records")]


def _alone(values: pd.Series) -> pd.Series:
    """Days on either side of which nothing is known: a line would not show them."""
    is_known = values.notna()
    around = is_known.shift(1, fill_value=False) | is_known.shift(-1, fill_value=False)
    return is_known & ~around


def _middle(story: Story) -> pd.Timestamp:
    days = story.days["report_date"]
    middle: pd.Timestamp = days.iloc[0] + (days.iloc[-1] - days.iloc[0]) / 2
    return middle


def _note_rows(story: Story, annotations: Sequence[Annotation]) -> list[dict[str, Any]]:
    notes, middle = annotation_notes(story, annotations), _middle(story)
    is_named = len(notes) <= _NAMED_EVENTS
    return [
        {
            "first": _moment(pd.Timestamp(note.first)),
            "end": _moment(pd.Timestamp(note.last) + pd.Timedelta(days=1)),
            "isLate": bool(pd.Timestamp(note.first) > middle),
            "words": f"\u201c{note.words}\u201d" if is_named else "",
        }
        for note in notes
    ]


def _event_rows(story: Story) -> list[dict[str, Any]]:
    middle = _middle(story)
    is_named = len(story.events) <= _NAMED_EVENTS
    return [
        {
            "first": _moment(event["first_date"]),
            "end": _moment(event["last_date"] + pd.Timedelta(days=1)),
            "label": f"{number}",
            "came": came_text(event) if is_named else "",
            "isLate": bool(event["first_date"] > middle),
            "state": _state(event),
        }
        for number, event in enumerate(story.events, start=1)
    ]


def _state(event: ReportRow) -> str:
    return STATE_OF_VERDICT.get(str(event["verdict"]), CAUSE_FOUND)


def _post_rows(story: Story) -> list[dict[str, Any]]:
    posts, start = story.rows("posts"), story.days["report_date"].iloc[0].tz_localize("UTC")
    known = posts[posts["engagement_count"].notna() & (posts["created_at"] >= start)]
    pairs = zip(known["created_at"], known["engagement_count"], strict=True)
    return [{"at": _moment(created), "engagement": int(count)} for created, count in pairs]


def _moments(days: pd.Series) -> list[int]:
    return [_moment(day) for day in days]


def _moment(day: pd.Timestamp) -> int:
    """Milliseconds since 1970, as charts count time."""
    return int(day.timestamp() * 1000)
