"""The picture of the proof: an account's followers beside its community, as PNG for a message."""

from typing import Any

import pandas as pd
import vl_convert

from tasks.page.chart_data import SERIES
from tasks.page.charts import chart_specifications
from tasks.page.story import CAUSE_FOUND, STATE_OF_VERDICT, Story

_WIDTH, _SCALE = 640, 2.0
_COUNT, _COMMUNITY, _QUIET, _OPEN, _UNEXPLAINED = "#1b4965", "#2a7f62", "#5c677d", "#b07d00", "#b3261e"
"""The page's colors on white: every difference is also one in dash or shape."""
_CONFIG = {
    "range": {"category": [_QUIET, _COMMUNITY, _OPEN, _COUNT, _UNEXPLAINED]},
    "style": {
        "count": {"color": _COUNT, "strokeWidth": 2.5},
        "community": {"color": _COMMUNITY, "strokeWidth": 2.5, "strokeDash": [7, 4]},
        "interval": {"color": _COMMUNITY, "opacity": 0.2},
        "event": {"opacity": 0.14},
        "event-edge": {"strokeWidth": 1.5, "opacity": 0.8},
        "event-number": {"fontSize": 13, "fontWeight": 700},
        "reading": {"opacity": 0},
        "alone": {"color": _COUNT},
    },
}
_NAMES = ("followers", "worth", "worthLow", "worthHigh")
_TITLE = "followers (line), and the community that goes with their engagement (dashes, 95 % interval)"


def account_picture(story: Story) -> bytes:
    """The chart `count` of the page as PNG, 640 points wide; empty where no follower count is known."""
    if not story.has("followers_count"):
        return b""
    chart = chart_specifications()["count"] | {"background": "white", "width": _WIDTH, "config": _CONFIG}
    title = {"text": f"@{story.handle}", "subtitle": _TITLE}
    data = {"days": _day_rows(story.days), "events": [_event_row(*each) for each in enumerate(story.events, start=1)]}
    return bytes(vl_convert.vegalite_to_png(chart | {"title": title, "datasets": data}, scale=_SCALE))


def _day_rows(days: pd.DataFrame) -> list[dict[str, Any]]:
    known = {name: SERIES[name][0] for name in _NAMES if SERIES[name][0] in days}
    rows = []
    for row in days.to_dict("records"):
        values = {name: None if pd.isna(row[column]) else float(row[column]) for name, column in known.items()}
        rows.append({"day": row["report_date"].isoformat(), **values})
    return rows


def _event_row(number: int, event: Any) -> dict[str, Any]:  # noqa: ANN401 - a row of a report table
    return {
        "first": event["first_date"].isoformat(),
        "end": (event["last_date"] + pd.Timedelta(days=1)).isoformat(),
        "label": f"{number}",
        "state": STATE_OF_VERDICT.get(str(event["verdict"]), CAUSE_FOUND),
    }
