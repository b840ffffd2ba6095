"""The page: one file that needs no server and no network, with every account's story."""

import re
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape

from tasks.page import words
from tasks.page.arrival_map import arrival_map
from tasks.page.bars import Pair, pair, small_lines
from tasks.page.bundle import content_policy, drawing_library
from tasks.page.charts import specifications
from tasks.page.drawings import Drawing, drawings
from tasks.page.figures import Figure, figures
from tasks.page.happened import Happening, Member, community, happenings, members
from tasks.page.material import Material, accounts
from tasks.page.series import account_data, embedded
from tasks.page.spend import spend
from tasks.page.story import NOT_EXPLAINED, Story, headline
from tasks.page.unknown import unknowns

TEMPLATES = Path(__file__).parent / "templates"
SEARCH_FROM = 12
"""From more accounts than this on, the page offers a search."""

DAY = re.compile(r"\d{4}-\d\d-\d\d")

NOTHING = "Nothing has been reported yet: run the daily flow or import an export, and this page fills."
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
    community: str
    members: list[Member]
    unknowns: list[str]
    data: Markup


def page(material: Material) -> str:
    """The whole page as HTML text; equal material gives equal text."""
    stories = ordered_stories(material)
    anchors = _anchors(stories)
    scripts = (drawing_library(), _own("page.js")) if stories else ()
    return (
        _environment()
        .get_template("page.html.j2")
        .render(
            accounts=[_view(story, anchor) for story, anchor in zip(stories, anchors, strict=True)],
            opening=opening(stories),
            frame=frame(stories),
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


def ordered_stories(material: Material) -> list[Story]:
    """The stories of all accounts, the most urgent first."""
    return sorted((Story(account) for account in accounts(material)), key=lambda story: story.order)


def opening(stories: list[Story]) -> str:
    """How it stands in one sentence."""
    if not stories:
        return NOTHING
    counted = Counter(story.state for story in stories)
    total = words.plural(len(stories), "account")
    if not counted[NOT_EXPLAINED]:
        return f"In none of {total} did followers come lately whom the account's activity does not explain."
    verb = "has" if counted[NOT_EXPLAINED] == 1 else "have"
    return f"{counted[NOT_EXPLAINED]} of {total} {verb} followers whom the account's activity does not explain."


def frame(stories: list[Story]) -> str:
    """Which days the page is about."""
    if not stories:
        return ""
    first = min(story.material.days["report_date"].iloc[0] for story in stories)
    return words.sentence(f"observed {words.span(first, stories[0].material.as_of)}")


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
    environment.filters["days"] = _unbroken
    environment.filters["slug"] = lambda text: str(text).replace(" ", "-")
    return environment
