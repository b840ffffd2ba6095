"""The page: one file that needs no server and no network, with every account's story."""

import re
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape

from tasks.page import words
from tasks.page.account_data import account_data, embedded
from tasks.page.bars import Pair, area, pair, small_lines
from tasks.page.bundle import content_policy, drawing_library
from tasks.page.captions import Drawing, drawings
from tasks.page.charts import specifications
from tasks.page.events import Happening, Member, community, happenings, members
from tasks.page.figures import Figure, figures
from tasks.page.follower_map import arrival_map
from tasks.page.inputs import Material
from tasks.page.overview import frame, opening, ordered_stories
from tasks.page.parameters import USUAL, PageParameters
from tasks.page.past import past
from tasks.page.people import listed
from tasks.page.spend import spend
from tasks.page.story import Story, headline
from tasks.page.unknown import unknowns

TEMPLATES = Path(__file__).parent / "templates"
SEARCH_FROM = 12
"""From more accounts than this on, the page offers a search."""

DAY = re.compile(r"\d{4}-\d\d-\d\d")

READING = """\
Community is the number of followers for which the engagement of the last weeks is usual, \
measured by the account's own 90 days before. It says nothing of anybody who only reads.
Vanity gap is the audience score, of the count alone, less the community score, of the community on the same scale: \
3.8 points for a doubling, 12.5 for a factor of ten.
Vanity score is a Klout-style reconstruction; it is not Klout's algorithm.
Brackets hold 95 % intervals; for followers not explained they hold 90 % intervals. \
A value without brackets was counted or computed, not sampled.
Not explained means not explained by the account's activity as far as it was observed. \
Who caused a rise cannot be told from the outside, and third parties can cause one.
A block is a run of followers next to each other in follow order whose accounts were created within days \
and who followed much later, together; nobody saw it arrive.
Not known is never 0: what is missing, and why, stands at the end of each account.
""".splitlines()
CLOSING = "Made from the Parquet reports beside this file. It loads nothing, sends nothing, and names no follower."


@dataclass(frozen=True)
class AccountView:
    """What the template shows of one account."""

    anchor: str
    handle: str
    state: str
    headline: str
    day: str
    pair: Pair
    lines: dict[str, list[str]]
    figures: list[Figure]
    drawings: list[Drawing]
    events: list[Happening]
    listed: str
    past: list[str]
    community: str
    members: list[Member]
    unknowns: list[str]
    data: Markup


def page(material: Material, parameters: PageParameters = USUAL) -> str:
    """The whole page as HTML text; equal material gives equal text."""
    told = ordered_stories(material, parameters.days_count)
    stories = told[: parameters.accounts_count]
    anchors = _anchors(stories)
    scripts = (drawing_library(), _own("page.js")) if stories else ()
    return (
        _environment()
        .get_template("page.html.j2")
        .render(
            accounts=[_view(story, anchor) for story, anchor in zip(stories, anchors, strict=True)],
            opening=opening(told),
            frame=frame(told),
            rest=rest(told, parameters),
            policy=content_policy(scripts),
            css=Markup(_own("page.css")),  # noqa: S704 - a file of this folder
            charts=Markup(embedded(specifications())),  # noqa: S704 - JSON in which no element can end
            scripts=[Markup(script) for script in scripts],  # noqa: S704 - files of this folder and of vl-convert
            spend=spend(material.spend),
            reading=READING,
            closing=CLOSING,
            unknown=words.UNKNOWN,
            search_from=SEARCH_FROM,
        )
    )


def rest(stories: list[Story], parameters: PageParameters) -> str:
    """What the page leaves out; empty when nothing."""
    left = len(stories) - parameters.accounts_count
    if left <= 0:
        return ""
    return f"{words.plural(left, 'account')} less urgent than these left out here; the Parquet reports hold them all."


def _view(story: Story, anchor: str) -> AccountView:
    mapped = arrival_map(story.material.arrivals, story.events)
    return AccountView(
        anchor=anchor,
        handle=story.handle,
        state=story.state,
        headline=headline(story),
        day=words.day(story.now["report_date"]),
        pair=pair(story),
        lines=small_lines(story),
        figures=figures(story),
        drawings=drawings(story, mapped),
        events=happenings(story),
        listed=listed(story),
        past=past(story),
        community=community(story),
        members=members(story),
        unknowns=unknowns(story),
        data=Markup(account_data(story, mapped)),  # noqa: S704 - JSON in which no element can end
    )


def _anchors(stories: list[Story]) -> list[str]:
    """The handle of each account; its id after it where two accounts have had the same handle."""
    counted = Counter(story.handle.lower() for story in stories)
    return [
        f"at-{story.handle}" if counted[story.handle.lower()] == 1 else f"at-{story.handle}-{story.material.account_id}"
        for story in stories
    ]


def _unbroken(text: str) -> Markup:
    """The text with its days marked, so that none is broken at the end of a line."""
    return Markup(DAY.sub(r"<time>\g<0></time>", str(escape(text))))  # noqa: S704 - escaped on the same line


def _own(name: str) -> str:
    return (TEMPLATES / name).read_text(encoding="utf-8").strip()


def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES), autoescape=True, undefined=StrictUndefined, trim_blocks=True
    )
    environment.filters["area"] = area
    environment.filters["days"] = _unbroken
    environment.filters["slug"] = lambda text: str(text).replace(" ", "-")
    return environment
