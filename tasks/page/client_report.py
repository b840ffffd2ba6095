"""One page on one account to hand to a client: the sentence, the proof, the facts, and what could not be known."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate

from markupsafe import Markup

from tasks.divergence.annotations import Annotation
from tasks.page.chart_data import annotation_notes, proof_texts
from tasks.page.figures import unknowns
from tasks.page.hero import community_sentence, compare_before, hero_numbers, list_facts
from tasks.page.overview import headline
from tasks.page.picture import PAPER_COLORS, Panel, proof_picture
from tasks.page.story import Story
from tasks.page.template import environment, read_template
from tasks.page.words import NOT_KNOWN, format_day, pluralize

PAGE_WIDTH, PAGE_HEIGHT = 794, 1123
"""A page of A4 in the pixels of a browser, of which an inch has 96."""
_PANELS = {name: Panel(name, 544, height) for name, height in (("count", 130), ("posts", 72), ("people", 50))}
_NOTE_BEGINS = "The account's owner says of 2026-07-15 to 2026-07-16: "
_NOTES_COUNT = 3
"""What is said of more days than these stands on the page alone."""
_LINE_LETTERS, _LINES_COUNT = 110, 6
"""Letters of a line, and lines for notice, notes and what could not be known: all of it stands on the page."""
_POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"


@dataclass(frozen=True)
class _Panel:
    title: str
    words: str
    picture: Markup


def render_client_report(story: Story, annotations: Sequence[Annotation] = (), notice: str = "") -> str:
    """The page as HTML text without scripts, a page of A4 large; `notice` is said before everything else.

    What the owner says of days, `annotations`, is drawn on them and told below.

    Followers and people are counted, never named.
    """
    notes = annotation_notes(story, annotations)[:_NOTES_COUNT]
    return (
        environment()
        .get_template("client_report.html.j2")
        .render(
            handle=story.handle,
            state=story.state,
            day=format_day(story.now["report_date"]),
            since=format_day(story.summary["unexplained_first_date"]),
            notice=notice,
            headline=headline(story),
            numbers=hero_numbers(story.summary),
            facts=list_facts(story.summary),
            people=community_sentence(story.summary),
            compared=compare_before(story.summary),
            panels=_panels(story, annotations),
            notes=notes,
            unknowns=_most_of(
                unknowns(story),
                _LINES_COUNT - sum(_lines_of(_NOTE_BEGINS + note.words) for note in notes) - bool(notice),
            ),
            colors=PAPER_COLORS,
            policy=_POLICY,
            unknown=NOT_KNOWN,
            css=Markup(read_template("client_report.css")),  # noqa: S704 - a file of this folder
        )
    )


def _panels(story: Story, annotations: Sequence[Annotation]) -> list[_Panel]:
    return [
        _Panel(text.title, text.alternative, _svg(proof_picture(story, annotations, _PANELS[text.name])))
        for text in proof_texts(story)
    ]


def _svg(picture: str) -> Markup:
    return Markup(picture)  # noqa: S704 - drawn by vl-convert, which escapes the texts in it


def _most_of(texts: list[str], lines_count: int) -> list[str]:
    """The first texts that fit into so many lines, and how many are left out."""
    lines = list(accumulate(map(_lines_of, texts)))
    shown = sum(line <= lines_count for line in lines)
    return texts[:shown] + ([f"{pluralize(len(texts) - shown, 'more thing')}."] if shown < len(texts) else [])


def _lines_of(text: str) -> int:
    return -(-len(text) // _LINE_LETTERS)
