"""Shows what was reported, in the terminal: `vanity-gap show --help`.

Without a handle all accounts, the most urgent first; with one its story, the same that the page tells.
"""

from collections.abc import Mapping, Sequence

import pandas as pd
from rich.console import Console
from rich.table import Table
from rich.text import Text

from config.refusal import RefusedError
from config.settings import load_settings
from tasks.datasets.page_inputs import read_page_inputs
from tasks.page.account_text import describe_community, describe_events, describe_followers, describe_past
from tasks.page.clearance import describe_clearance
from tasks.page.figures import account_figures, unknowns
from tasks.page.hero import community_sentence, compare_before, hero_numbers, list_facts
from tasks.page.overview import NOTHING_REPORTED, aside, days_sentence, headline, overview_sentence
from tasks.page.story import (
    AHEAD,
    BEHIND,
    BLOCKS,
    CANNOT_TELL,
    CAUSE_FOUND,
    CHANGES,
    IN_STEP,
    NOT_EXPLAINED,
    NOT_READ,
    TOO_LITTLE,
    Story,
    rank_stories,
)
from tasks.page.words import format_day, format_days, format_difference, format_interval, pluralize
from tasks.schema.table import SCHEMA_VERSION
from tasks.store.migration import reports_version
from tasks.store.parquet import UnreadableFileError
from tasks.store.root import DataRoot
from tasks.store.tables import Tables

PIPED_WIDTH = 120
"""Columns where no terminal says how many there are."""
OVERVIEW_BLOCKS, ACCOUNT_BLOCKS = 16, 60
EVENTS_SHOWN = 5
GAP = 2
NAMES_WIDTH = 20
"""Letters for the names of the two courses, which stand on one scale."""
LEAST_WORDS = 24
"""Narrower than this a column of words is left out: it would be a column of single words."""

_COUNTS = {"followers", "not part of a wave", "people"}
_GO_FIRST = ("course", "vanity gap", "interval", "people", "since", "state")
"""Columns of the overview that go where there is no room, the least needed first."""

_LEVELS = "▁▂▃▄▅▆▇█"
"""A count as the height of a block."""
BLANK = " "
_MARKS = {
    NOT_EXPLAINED: ("◆", "red"),
    CANNOT_TELL: ("▲", "magenta"),
    AHEAD: ("↑", "blue"),
    NOT_READ: ("○", "dim"),
    BLOCKS: ("+", "yellow"),
    BEHIND: ("↓", "green"),
    IN_STEP: ("=", "green"),
    CHANGES: ("~", "dim"),
    TOO_LITTLE: ("-", "dim"),
    CAUSE_FOUND: ("■", "green"),
}
"""A shape beside each color, as on the page."""


def show(handle: str | None, data_root: str | None) -> None:
    """Print all accounts, or the story of one; `RefusedError` where there is nothing to tell."""
    console = terminal()
    if handle is None:
        show_overview(stories_of(data_root), console)
    else:
        show_account(story_of(handle, data_root), console)


def terminal() -> Console:
    """Standard output, with a width also where no terminal says one."""
    return Console(markup=False) if Console().is_terminal else Console(width=PIPED_WIDTH, markup=False)


def stories_of(data_root: str | None) -> list[Story]:
    """What is to be told of every account; `RefusedError` where nothing was reported."""
    root = DataRoot(data_root or load_settings().data_root)
    if (version := reports_version(root)) != SCHEMA_VERSION:
        message = f"{root.uri}: the reports are of schema version {version}: `vanity-gap backfill` derives them anew"
        raise RefusedError(message)
    try:
        stories = rank_stories(read_page_inputs(Tables(root), has_map=False))
    except UnreadableFileError as problem:
        raise RefusedError(str(problem)) from None
    if not stories:
        message = f"{root.uri}: {NOTHING_REPORTED[0].lower()}{NOTHING_REPORTED[1:]}"
        raise RefusedError(message)
    return stories


def story_of(handle: str, data_root: str | None) -> Story:
    """What is to be told of one account; `RefusedError` where it was not reported."""
    stories, wanted = stories_of(data_root), handle.removeprefix("@").lower()
    for story in stories:
        if story.handle.lower() == wanted:
            return story
    known = ", ".join(sorted(story.handle for story in stories))
    message = f"no account {handle} was reported; reported are {known}"
    raise RefusedError(message)


def show_overview(stories: Sequence[Story], console: Console) -> None:
    """Print one line per account, the most urgent first, and the sentence of each that stands open."""
    console.print(overview_sentence(list(stories)), style="bold", highlight=False)
    console.print(days_sentence(list(stories)), style="dim", highlight=False)
    rows = [_cells(story) for story in stories]
    names = _fitting(rows, console.width)
    table = Table(show_edge=False, pad_edge=False, box=None, padding=(0, GAP, 0, 0))
    for name in names:
        table.add_column(name, justify="right" if name in _COUNTS else "left", no_wrap=True)
    for row in rows:
        table.add_row(*(row[name] for name in names))
    console.print(table)
    for story in stories:
        if story.open_event is not None:
            console.print(Text.assemble((story.handle, "bold"), "  ", headline(story)))


def _fitting(rows: Sequence[Mapping[str, Text]], width: int) -> list[str]:
    """The columns that stand whole beside each other in the width; the least needed go first."""
    widths = {name: max(len(name), *(row[name].cell_len for row in rows)) + GAP for name in rows[0]}
    names = list(widths)
    for name in _GO_FIRST:
        if sum(widths[kept] for kept in names) > width:
            names.remove(name)
    return names


def _cells(story: Story) -> Mapping[str, Text]:
    now, row = story.now, story.summary
    gap = format_interval(
        format_difference, now.get("vanity_gap"), now.get("vanity_gap_low"), now.get("vanity_gap_high")
    )
    followers, explained, people = hero_numbers(row)
    return {
        "account": Text(story.handle),
        "state": _state(story.state),
        "followers": Text(followers.value),
        "not part of a wave": Text(explained.value),
        "interval": Text("" if explained.value == explained.interval else explained.interval),
        "since": Text("" if pd.isna(row["unexplained_first_date"]) else format_day(row["unexplained_first_date"])),
        "people": Text(people.value),
        "course": Text(sparkline(story.days["followers_count"], OVERVIEW_BLOCKS)),
        "vanity gap": Text(gap),
    }


def show_account(story: Story, console: Console) -> None:
    """Print the story of one account: its sentence, before and after, course, figures, events, what is unknown."""
    console.print(Text.assemble((story.handle, "bold"), "  ", _state(story.state)))
    console.print(headline(story), highlight=False)
    if text := aside(story):
        console.print(text, highlight=False)
    if people := community_sentence(story.summary):
        console.print(people, highlight=False)
    if facts := list_facts(story.summary):
        _section("Why they are not explained, counted among those who came", [f"- {text}" for text in facts], console)
    if compared := compare_before(story.summary):
        since = format_day(story.summary["unexplained_first_date"])
        lines = [(line.name, line.before, line.now, line.change) for line in compared]
        console.print()
        console.print(_lines(("", f"before {since}", "now", ""), lines, console.width))
    days = story.days
    console.print()
    top = days["followers_count"].max()
    for name, counts, style in (
        ("followers", days["followers_count"], "blue"),
        ("not part of a wave", story.explained_followers, "green"),
    ):
        if counts.notna().any():
            width = min(ACCOUNT_BLOCKS, len(days), console.width - NAMES_WIDTH)
            console.print(Text.assemble(f"{name:{NAMES_WIDTH}}", (sparkline(counts, width, float(top)), style)))
    console.print(
        f"{'':{NAMES_WIDTH}}{format_days(days['report_date'].iloc[0], days['report_date'].iloc[-1])}",
        style="dim",
    )
    _section("More figures", [], console)
    figures = [(figure.name, figure.value, figure.interval, figure.meaning) for figure in account_figures(story)]
    console.print(_lines(("", "", "", ""), figures, console.width))
    _show_events(story, console)
    if text := describe_followers(story):
        _section("Who its followers are", [text], console)
    if past := describe_past(story):
        _section("What its follower list tells of the past", [f"- {text}" for text in past], console)
    _section("Who the community is", [describe_community(story).partition(" These ")[0]], console)
    _section("What could not be known", [f"- {text}" for text in unknowns(story)], console)


def _lines(head: Sequence[str], rows: Sequence[tuple[str, ...]], width: int) -> Table:
    """Rows whose cells stand whole; where they do not fit beside each other, the last column goes."""
    widths = [max(len(row[place]) for row in [head, *rows]) + GAP for place in range(len(head))]
    if sum(widths[:-1]) > width:
        return _stacked(head, rows)
    shown = len(head) if width - sum(widths[:-1]) >= min(LEAST_WORDS, widths[-1]) else len(head) - 1
    table = Table(show_edge=False, pad_edge=False, box=None, padding=(0, GAP, 0, 0), show_header=any(head))
    for place, name in enumerate(head[:shown]):
        table.add_column(name, no_wrap=place < len(head) - 1, style="dim" if place == len(head) - 1 else "")
    for row in rows:
        table.add_row(*row[:shown])
    return table


def _stacked(head: Sequence[str], rows: Sequence[tuple[str, ...]]) -> Table:
    """The same rows with a line for each cell, where even numbers do not fit beside each other."""
    table = Table(show_edge=False, pad_edge=False, box=None, show_header=False)
    for row in rows:
        table.add_row(row[0])
        for name, cell in zip(head[1:], row[1:], strict=True):
            table.add_row(f"  {name} {cell}" if name else f"  {cell}")
    return table


def sparkline(counts: pd.Series, width: int, top: float | None = None) -> str:
    """The counts as a line of blocks from 0 to `top`, their maximum when not given; a blank where nothing is known.

    >>> sparkline(pd.Series([0, 4, 8], dtype="Int64"), 3)
    '▁▅█'
    >>> sparkline(pd.Series([1, 2], dtype="Int64"), 2, top=8)
    '▂▃'
    """
    values = counts.astype("Float64")
    top = values.max() if top is None else top
    chosen = [values.iloc[round(place * (len(values) - 1) / max(width - 1, 1))] for place in range(width)]
    return "".join(BLANK if pd.isna(value) else _block(value, top) for value in chosen)


def _block(value: float, top: float) -> str:
    return _LEVELS[min(round(value / top * len(_LEVELS)), len(_LEVELS) - 1)] if top else _LEVELS[0]


def _show_events(story: Story, console: Console) -> None:
    events = describe_events(story)
    lines = [f"{event.number}. {event.summary}\n   {event.numbers}" for event in events[:EVENTS_SHOWN]]
    if len(events) > EVENTS_SHOWN:
        lines.append(f"{pluralize(len(events) - EVENTS_SHOWN, 'earlier event')} on the page.")
    _section("What happened", lines or [describe_clearance(story.days)], console)


def _section(title: str, lines: Sequence[str], console: Console) -> None:
    console.print(f"\n{title}", style="bold")
    for line in lines:
        console.print(line, highlight=False, markup=False)


def _state(state: str) -> Text:
    mark, style = _MARKS[state]
    return Text(f"{mark} {state}", style=style)
