"""The terminal at any width: nothing is cut, and every number stands in `account_summary`; DuckDB reads the table."""

import re
from collections.abc import Iterator
from datetime import date
from io import StringIO
from pathlib import Path
from typing import Any

import duckdb
import pytest
from rich.console import Console

from flows.cli.commands import run_command
from flows.cli.show import show_account, show_overview, stories_of
from tasks.schema.columns.summary import NOW_COLUMNS
from tasks.store.root import DataRoot
from tests.page.made import CAST, reports

WIDTHS = (60, 80, 120, 200)
HANDLES = [course.handle for course in CAST]
DAY = re.compile(r"\d{4}-\d\d-\d\d")
NUMBER = re.compile(r"[-+]?\d[\d,]*(?:\.\d+)?")
WINDOWS = {"28", "30"}
"""Days of the windows, which the words name."""


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> DataRoot:
    """The reports of the cast."""
    return reports(tmp_path_factory.mktemp("terminal"))


@pytest.fixture(scope="module")
def summaries(root: DataRoot) -> dict[str, dict[str, Any]]:
    """The rows of `account_summary` by handle."""
    answer = duckdb.connect().execute(f"from '{root.uri}/reports/latest/account_summary.parquet'")
    names = [column[0] for column in answer.description]
    rows = [dict(zip(names, row, strict=True)) for row in answer.fetchall()]
    return {row["handle"]: row for row in rows}


def rows_of_account(root: DataRoot, handle: str, *tables: str) -> list[dict[str, Any]]:
    """What other tables tell of the account."""
    found = []
    for table in tables:
        rows = duckdb.read_parquet(f"{root.uri}/reports/latest/{table}.parquet").filter(f"handle = '{handle}'")
        found += [dict(zip(rows.columns, row, strict=True)) for row in rows.fetchall()]
    return found


def overview(root: DataRoot, width: int) -> list[str]:
    """The lines of `show`, in a window of that width."""
    console = Console(file=StringIO(), width=width, markup=False)
    show_overview(stories_of(root.uri), console)
    return printed(console)


def story(root: DataRoot, handle: str, width: int) -> list[str]:
    """The lines of `show NAME`."""
    console = Console(file=StringIO(), width=width, markup=False)
    show_account(next(story for story in stories_of(root.uri) if story.handle == handle), console)
    return printed(console)


def printed(console: Console) -> list[str]:
    """What the console got, line by line."""
    assert isinstance(console.file, StringIO)
    return [line.rstrip() for line in console.file.getvalue().splitlines()]


def forms(row: dict[str, Any]) -> set[str]:
    """Every way in which a figure of the row may be printed, and what is compared with before."""
    numbers = [value for value in row.values() if isinstance(value, int | float) and not isinstance(value, bool)]
    said = {form.format(value) for value in numbers for form in ("{:,.0f}", "{:,.1f}", "{:+,.1f}")}
    for name in (name for name in row if name.startswith("before_")):
        before, now = row[name], row.get(name.removeprefix("before_"))
        if before and now is not None:
            said |= {f"{now / before:,.1f}", f"{now - before:+,.1f}"}
    return said | WINDOWS | set(numbers_in(row.get("unexplained_evidence") or ""))


def days_of(row: dict[str, Any]) -> set[str]:
    """Every day that the row tells of."""
    return {value.isoformat() for value in row.values() if isinstance(value, date)}


def numbers_in(text: str) -> Iterator[str]:
    """The numbers of the text, without its days."""
    return (found[0] for found in NUMBER.finditer(DAY.sub("", text)))


@pytest.mark.parametrize("width", WIDTHS)
def test_no_number_and_no_handle_is_cut(root: DataRoot, width: int) -> None:
    """Columns go before anything is cut: no line is wider than the window, and nothing ends in an ellipsis."""
    pages = [overview(root, width), *(story(root, handle, width) for handle in HANDLES)]
    for lines in pages:
        assert max(map(len, lines)) <= width
        assert not any("…" in line for line in lines)
    for handle in HANDLES:
        assert any(line.startswith(f"{handle} ") for line in pages[0])


@pytest.mark.parametrize("width", WIDTHS)
def test_the_numbers_stand_at_every_width(root: DataRoot, summaries: dict[str, dict[str, Any]], width: int) -> None:
    """However narrow, each account's line tells its followers and how many of them are not part of a wave."""
    table = [line for line in overview(root, width) if line.split(" ")[0] in HANDLES]
    for handle in HANDLES:
        line = next(line for line in table if line.startswith(handle))
        row = summaries[handle]
        for name in ("followers_count", "explained_followers_count"):
            assert f"{row[name]:,}" in line if row[name] is not None else "not known" in line


@pytest.mark.parametrize("width", WIDTHS)
def test_every_number_of_the_overview_stands_in_the_table(
    root: DataRoot, summaries: dict[str, dict[str, Any]], width: int
) -> None:
    """Whatever a line of an account says, in its columns or in its sentence, is that account's row."""
    handle = ""
    for line in overview(root, width)[2:]:
        handle = next((known for known in HANDLES if line.startswith(f"{known} ")), handle)
        if handle:
            assert set(numbers_in(line)) <= forms(summaries[handle]), line
            assert set(DAY.findall(line)) <= days_of(summaries[handle]), line


@pytest.mark.parametrize("handle", HANDLES)
def test_every_number_at_the_head_of_a_story_stands_in_the_table(
    root: DataRoot, summaries: dict[str, dict[str, Any]], handle: str
) -> None:
    """The sentence, how it was before and is now, and the line beside it, which tells of an event or of a list."""
    told = [summaries[handle], *rows_of_account(root, handle, "divergence_events", "follower_lists", "past_blocks")]
    lines = story(root, handle, 200)
    head = lines[: next(place for place, line in enumerate(lines) if re.search("[▁▂▃▄▅▆▇█]", line))]
    assert set(numbers_in("\n".join(head))) <= set().union(*map(forms, told))
    assert set(DAY.findall("\n".join(head))) <= set().union(*map(days_of, told))


def test_the_figures_below_are_those_of_the_same_day(root: DataRoot, summaries: dict[str, dict[str, Any]]) -> None:
    """What `show NAME` tells under more figures are columns of `account_daily`; the summary agrees with them."""
    folder = f"{root.uri}/reports/latest"
    summary, daily = (duckdb.read_parquet(f"{folder}/{name}.parquet") for name in ("account_summary", "account_daily"))
    same = ", ".join(f"d.{name} is not distinct from s.{name}" for name in NOW_COLUMNS)
    both = summary.set_alias("s").join(
        daily.set_alias("d"), "s.account_id = d.account_id and s.report_date = d.report_date"
    )
    rows = both.select(same).fetchall()
    assert len(summaries) == len(rows)
    assert all(all(row) for row in rows)


def test_piped_there_is_no_escape_sequence(root: DataRoot, capsys: pytest.CaptureFixture[str]) -> None:
    """What another program reads is plain text, 120 columns wide."""
    run_command(["show", "--data-root", root.uri])
    said = capsys.readouterr().out
    assert "\x1b" not in said
    assert max(map(len, said.splitlines())) <= 120


def test_without_color_no_color_is_sent(root: DataRoot, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """NO_COLOR in a terminal leaves bold and dim, and every state keeps its mark and its word."""
    monkeypatch.setenv("NO_COLOR", "1")
    with (tmp_path / "terminal").open("w+", encoding="utf-8") as file:
        console = Console(file=file, width=80, force_terminal=True, markup=False)
        show_overview(stories_of(root.uri), console)
        file.seek(0)
        said = file.read()
    assert not re.search(r"\x1b\[[\d;]*3[0-7]m", said)
    assert "◆ not explained" in said
