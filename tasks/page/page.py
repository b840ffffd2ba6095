"""The page: one file that needs no server and no network, with every account's story."""

import base64
import hashlib
from collections import Counter
from collections.abc import Sequence
from contextlib import suppress
from functools import cache
from importlib.metadata import version
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Any

from markupsafe import Markup

from tasks.divergence.annotations import Annotation
from tasks.page.account_text import (
    describe_community,
    describe_events,
    describe_followers,
    describe_past,
    list_members,
)
from tasks.page.activity import (
    FURTHER_FILES,
    NEXT_STEP,
    activity_numbers,
    activity_span,
    describe_spikes,
    has_activity,
    is_activity_alone,
    next_command,
)
from tasks.page.arrival_map import build_arrival_map
from tasks.page.chart_data import (
    ACTIVITY_CHARTS,
    account_json,
    activity_texts,
    annotation_notes,
    chart_texts,
    proof_texts,
    script_json,
)
from tasks.page.charts import COLORS, chart_config, chart_specifications
from tasks.page.clearance import describe_clearance
from tasks.page.figures import account_figures, unknowns
from tasks.page.hero import community_sentence, compare_before, hero_numbers, list_facts
from tasks.page.inputs import PageInputs
from tasks.page.overview import (
    aside,
    count_bars,
    days_sentence,
    headline,
    overview_sentence,
    sparkline_points,
)
from tasks.page.parameters import USUAL, PageParameters
from tasks.page.spend import spend_by_endpoint, spend_sentences
from tasks.page.story import Story, rank_stories
from tasks.page.template import environment, read_template
from tasks.page.words import NOT_KNOWN, format_day, pluralize

_CACHE = ".cache/vanity-gap"
_SEARCH_FROM = 12
"""From more accounts than this on, the page offers a search."""

READING = """\
Not part of a wave are the followers less those whom the account's activity does not explain.
Engagement is usual for so many followers as received as much a post in the account's own 90 days before. \
That measures the pace, counts nobody, and says nothing of anybody who only reads.
Vanity gap is the audience score, of the count alone, less the community score, of that number on the same scale: \
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
_CLOSING = "Made from the Parquet reports beside this file. It loads nothing, sends nothing, and names no follower."


def render_page(inputs: PageInputs, parameters: PageParameters = USUAL) -> str:
    """The whole page as HTML text; equal inputs give equal text."""
    ranked = rank_stories(inputs, parameters.days_count)
    stories = ranked[: parameters.accounts_count]
    anchors = _anchors(stories)
    scripts = (drawing_library(), read_template("page.js")) if stories else ()
    return (
        environment()
        .get_template("page.html.j2")
        .render(
            accounts=[
                _view(story, anchor, parameters.annotations) for story, anchor in zip(stories, anchors, strict=True)
            ],
            opening=overview_sentence(ranked),
            frame=days_sentence(ranked),
            notice=inputs.notice,
            rest=_rest(ranked, parameters),
            policy=_content_policy(scripts),
            css=Markup(read_template("page.css")),  # noqa: S704 - a file of this folder
            charts=Markup(script_json(_specifications(stories))),  # noqa: S704 - JSON in which no element can end
            scripts=[Markup(script) for script in scripts],  # noqa: S704 - files of this folder and of vl-convert
            spend=spend_sentences(inputs.spend),
            spend_rows=spend_by_endpoint(inputs.spend),
            reading=READING,
            closing=_CLOSING,
            unknown=NOT_KNOWN,
            search_from=_SEARCH_FROM,
        )
    )


def _specifications(stories: Sequence[Story]) -> dict[str, Any]:
    """The charts that the page draws; those of an export only where an account has one.

    Colors are names, so that light, dark and print change with the page and nothing is drawn twice.
    """
    charts = chart_specifications() | {"config": chart_config({name: f"var(--{name})" for name in COLORS})}
    if any(map(has_activity, stories)):
        return charts
    return {name: chart for name, chart in charts.items() if name not in ACTIVITY_CHARTS}


def _rest(stories: list[Story], parameters: PageParameters) -> str:
    """What the page leaves out; empty when nothing."""
    left = len(stories) - parameters.accounts_count
    if left <= 0:
        return ""
    return f"{pluralize(left, 'account')} less urgent than these left out here; the Parquet reports hold them all."


def _view(story: Story, anchor: str, annotations: Sequence[Annotation]) -> dict[str, Any]:
    """What the template shows of one account."""
    arrival_map = build_arrival_map(story.rows("arrivals"), story.events)
    return {
        "anchor": anchor,
        "handle": story.handle,
        "state": story.state,
        "headline": headline(story),
        "aside": aside(story),
        "is_activity_alone": is_activity_alone(story),
        "activity": _activity(story) if has_activity(story) else None,
        "numbers": activity_numbers(story.summary) if is_activity_alone(story) else hero_numbers(story.summary),
        "facts": list_facts(story.summary),
        "people": community_sentence(story.summary),
        "compared": compare_before(story.summary),
        "since": format_day(story.summary["unexplained_first_date"]),
        "first": format_day(story.first_date),
        "notes": annotation_notes(story, annotations),
        "proof": proof_texts(story),
        "day": format_day(story.now["report_date"]),
        "bars": count_bars(story),
        "lines": sparkline_points(story),
        "figures": account_figures(story),
        "charts": chart_texts(story, arrival_map),
        "events": describe_events(story),
        "clearance": describe_clearance(story.days),
        "followers": describe_followers(story),
        "past": describe_past(story),
        "community": describe_community(story),
        "members": list_members(story),
        "unknowns": unknowns(story),
        "data": Markup(account_json(story, arrival_map, annotations)),  # noqa: S704 - JSON in which no element can end
    }


def _activity(story: Story) -> dict[str, Any]:
    """What the template shows of an analytics export."""
    return {
        "panels": activity_texts(story),
        "span": activity_span(story),
        "spikes": describe_spikes(story),
        "next_step": NEXT_STEP,
        "command": next_command(story) if is_activity_alone(story) else "",
        "further": FURTHER_FILES if is_activity_alone(story) else (),
    }


def _anchors(stories: list[Story]) -> list[str]:
    """The handle of each account; its id after it where two accounts have had the same handle."""
    counts = Counter(story.handle.lower() for story in stories)
    return [
        f"at-{story.handle}" if counts[story.handle.lower()] == 1 else f"at-{story.handle}-{story.account_id}"
        for story in stories
    ]


@cache
def drawing_library() -> str:
    """Vega, Vega-Lite and their embedding as one script that offers `window.drawChart`.

    Putting it together takes two seconds, so the user's cache folder keeps it; who has none waits each time.
    """
    name = f"vega-{version('vl-convert-python')}.js"
    with suppress(OSError, RuntimeError):
        return (Path.home() / _CACHE / name).read_text(encoding="utf-8")
    # A JavaScript engine in a shared library of 60 MB, which who has the script need not load.
    import vl_convert  # noqa: PLC0415 - see above

    script = str(vl_convert.javascript_bundle("window.drawChart = vegaEmbed;")).replace("</script", "<\\/script")
    with suppress(OSError, RuntimeError):
        folder = Path.home() / _CACHE
        folder.mkdir(parents=True, exist_ok=True)
        with NamedTemporaryFile("w", dir=folder, encoding="utf-8", delete=False) as file:
            file.write(script)
        Path(file.name).replace(folder / name)
    return script


def _content_policy(scripts: Sequence[str]) -> str:
    """A Content-Security-Policy under which these scripts run, styles apply, and no request leaves.

    Charts place their tooltip by a style attribute, hence `unsafe-inline` for styles alone.
    """
    digests = " ".join(f"'sha256-{_digest(script)}'" for script in scripts)
    return f"default-src 'none'; script-src {digests}; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"


def _digest(script: str) -> str:
    return base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
