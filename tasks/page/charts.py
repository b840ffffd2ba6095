"""The charts of an account, as the page and pictures draw them from each account's own data set.

Colors and dashes are named styles, which the page's script fills in for light and dark;
every difference in color is also one in dash or shape.
"""

import json
from collections.abc import Mapping
from functools import cache
from typing import Any

from tasks.page.template import read_template

SPECIFICATIONS = "charts.json"
"""What `tasks/page/chart_specifications.py` declares, as `make dictionary` writes it: Altair takes a second or two."""


@cache
def chart_specifications() -> dict[str, Any]:
    """Each chart's Vega-Lite specification without data, by its name."""
    return dict(json.loads(read_template(SPECIFICATIONS)))


COLORS = ("ink", "quiet", "line", "count", "community", "unexplained", "open", "explained", "block", "otherwise")
"""Names of the colors that charts are drawn in."""
_TEXT_SIZE = 12


def chart_config(colors: Mapping[str, str]) -> dict[str, Any]:
    """How axes and named styles look: Vega-Lite's configuration, in these colors by `COLORS`."""
    quiet, line = colors["quiet"], colors["line"]
    axis = {"labelColor": quiet, "titleColor": quiet, "gridColor": line, "domainColor": line, "tickColor": line}
    sizes = {"labelFontSize": _TEXT_SIZE, "titleFontSize": _TEXT_SIZE, "titleFontWeight": 400}
    kinds = ("otherwise", "explained", "open", "block", "unexplained")
    return {
        "view": {"stroke": None},
        "axis": axis | sizes,
        "range": {"category": [colors[kind] for kind in kinds]},
        "style": _styles(colors),
    }


def _styles(colors: Mapping[str, str]) -> dict[str, Any]:
    name = {"fontSize": _TEXT_SIZE, "fontWeight": 600}
    names = {
        "count": "count",
        "community": "community",
        "explained": "community",
        "unexplained": "unexplained",
        "undecided": "open",
    }
    return {
        "count": {"color": colors["count"], "strokeWidth": 2.5},
        "community": {"color": colors["community"], "strokeWidth": 2.5, "strokeDash": [7, 4]},
        "klout": {"color": colors["quiet"], "strokeWidth": 1.75, "strokeDash": [1.5, 3]},
        "interval": {"color": colors["community"], "opacity": 0.2},
        "explained": {"color": colors["community"], "opacity": 0.35},
        "unexplained": {"color": colors["unexplained"], "opacity": 0.28},
        "undecided": {"color": colors["open"], "opacity": 0.28},
        "undecided-edge": {"color": colors["open"], "strokeWidth": 1.5, "strokeDash": [2, 3]},
        "post": {"color": colors["quiet"], "opacity": 0.55},
        "event": {"opacity": 0.14},
        "event-edge": {"strokeWidth": 1.5, "opacity": 0.8},
        "event-number": {"fontSize": 13, "fontWeight": 700},
        "event-came": name,
        "note": name | {"color": colors["ink"]},
        "note-days": {"color": colors["ink"], "strokeWidth": 3},
        "day-total": {"color": colors["count"], "strokeWidth": 2},
        "reading": {"color": colors["quiet"]},
        "alone": {"color": colors["ink"]},
        **{f"{series}-name": name | {"color": colors[color]} for series, color in names.items()},
    }
