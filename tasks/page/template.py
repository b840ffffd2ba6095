"""The templates of page and client report, and how texts are written into them."""

import re
from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape

from tasks.page.overview import area_points

TEMPLATES = Path(__file__).parent / "templates"
_DAY = re.compile(r"\d{4}-\d\d-\d\d")


@cache
def environment() -> Environment:
    """What fills in the templates: every text is escaped, and a name that is not given is an error."""
    filled = Environment(
        loader=FileSystemLoader(TEMPLATES), autoescape=True, undefined=StrictUndefined, trim_blocks=True
    )
    filled.filters["area"] = area_points
    filled.filters["days"] = _unbroken
    filled.filters["slug"] = lambda text: str(text).replace(" ", "-")
    return filled


def read_template(name: str) -> str:
    """The text of a file beside the templates."""
    return (TEMPLATES / name).read_text(encoding="utf-8").strip()


def _unbroken(text: str) -> Markup:
    """The text with its days marked, so that none is broken at the end of a line."""
    return Markup(_DAY.sub(r"<time>\g<0></time>", str(escape(text))))  # noqa: S704 - escaped on the same line
