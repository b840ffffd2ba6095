"""Whatever is missing, page and terminal answer with a sentence."""

import subprocess
import sys
from dataclasses import replace
from datetime import date
from pathlib import Path

import pyarrow.compute as pc
import pytest
from pyarrow import parquet

from flows.cli.commands import run_command
from tasks.datasets.page_inputs import read_page_inputs
from tasks.page.page import render_page
from tasks.schema.frames import arrow, frame
from tasks.schema.report_tables import ACCOUNT_DAILY, ACCOUNT_SUMMARY
from tasks.store import layout
from tasks.store.root import DataRoot
from tasks.store.tables import Tables
from tests.page.conftest import Reader
from tests.page.made import FRANK, GONE, NEW, reports

ENDED = date(2026, 7, 18)
"""The last day on which gone_gary was read."""
REPOSITORY = Path(__file__).parents[2]


def written(root: DataRoot, folder: Path) -> Path:
    """The page of the reports, as a file."""
    path = folder / "index.html"
    path.write_text(render_page(read_page_inputs(Tables(root))), encoding="utf-8")
    return path


def test_an_empty_folder_is_one_sentence(reader: Reader, tmp_path: Path) -> None:
    """Where nothing was reported the page says so, and holds neither chart nor script."""
    reader.page.goto(written(DataRoot(str(tmp_path / "none")), tmp_path).as_uri())
    assert reader.page.locator(".lede").inner_text().startswith("Nothing has been reported yet")
    assert 0 == reader.page.locator("script, figure").count()
    assert [] == reader.said


@pytest.mark.parametrize(("given", "said"), [([], "nothing has been reported yet"), (["nobody"], "no account nobody")])
def test_the_terminal_refuses_with_one_sentence(root: DataRoot, tmp_path: Path, given: list[str], said: str) -> None:
    """An empty folder and an unknown handle end with exit code 2 and one line on standard error."""
    folder = root.uri if given else str(tmp_path)
    command = [sys.executable, "-m", "flows.show", *given, "--data-root", folder]
    done = subprocess.run(command, cwd=REPOSITORY, capture_output=True, text=True, check=False)  # noqa: S603 - our own
    assert 2 == done.returncode
    assert said in done.stderr
    assert 1 == len(done.stderr.splitlines())
    assert "" == done.stdout


def test_the_terminal_starts_neither_prefect_nor_altair() -> None:
    """Showing what was reported imports nothing that is slow to start."""
    slow = {"prefect", "altair", "vl_convert", "tweepy", "scipy"}
    asked = f"import sys, flows.show, flows.cli.show; print(sorted({slow} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", asked], cwd=REPOSITORY, capture_output=True, text=True, check=True)  # noqa: S603 - our own
    assert "[]" == done.stdout.strip()


def test_an_import_starts_without_what_it_does_not_use() -> None:
    """Charts are read from a file, and neither X nor anybody who is told of runs is spoken to."""
    slow = {"altair", "vl_convert", "tweepy", "atproto", "apprise", "scipy.stats", "scipy.ndimage"}
    asked = f"import sys, flows.imports, flows.cli.reach; print(sorted({slow} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", asked], cwd=REPOSITORY, capture_output=True, text=True, check=True)  # noqa: S603 - our own
    assert "[]" == done.stdout.strip()


def test_help_says_what_it_does(capsys: pytest.CaptureFixture[str]) -> None:
    """`--help` shows what can be given."""
    run_command(["show", "--help"])
    assert "HANDLE" in capsys.readouterr().out


def test_one_day_is_enough(reader: Reader, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """After one day there is a follower count, a point in the chart, and a sentence on what is not known."""
    root = reports(tmp_path / "data", [NEW])
    reader.open(written(root, tmp_path))
    assert (
        "102 followers. How many of them the account's activity explains cannot be told. "
        "Who engaged is not known: nobody was read by name." == reader.page.locator(".headline").inner_text()
    )
    assert 0 < reader.page.locator("[data-chart=count] .mark-symbol path").count()
    assert [] == reader.said
    run_command(["show", "new_nora", "--data-root", root.uri])
    assert "102 followers" in capsys.readouterr().out


def test_an_account_that_vanished_says_since_when_and_why(root: DataRoot, capsys: pytest.CaptureFixture[str]) -> None:
    """Its last known day is told as such, with X's reason, and it ranks among those that want a look."""
    run_command(["show", GONE.handle, "--data-root", root.uri])
    said = " ".join(capsys.readouterr().out.split())
    assert "○ not read" in said
    assert "followers on 2026-07-18; nothing was read since, because X has suspended the account." in said
    assert "On 10 of 60 days the follower count is not known." in said


def test_an_account_that_left_the_reports_is_not_taken_for_read(tmp_path: Path) -> None:
    """An account whose rows end before those of others is told as not read, not by its old figures alone."""
    root = reports(tmp_path, [FRANK, GONE])
    path = Path(root.uri) / layout.latest_file(ACCOUNT_DAILY)
    rows = parquet.read_table(path)
    parquet.write_table(rows.filter(~((pc.field("handle") == GONE.handle) & (pc.field("report_date") > ENDED))), path)
    (Path(root.uri) / layout.latest_file(ACCOUNT_SUMMARY)).unlink()
    html = render_page(read_page_inputs(Tables(root))).replace("<time>", "").replace("</time>", "")
    assert "followers on 2026-07-18; nothing was read since." in html


def test_a_table_of_the_previous_schema_is_shown(reader: Reader, tmp_path: Path) -> None:
    """Columns that were added later are missing from an older file: what they say is not known, the rest stands."""
    root = reports(tmp_path / "data", [FRANK])
    path = Path(root.uri) / layout.latest_file(ACCOUNT_DAILY)
    rows = parquet.read_table(path)
    added = [
        name
        for name in rows.column_names
        if name.startswith(("present_", "klout_style_score_", "vanity_gap", "active_"))
    ]
    parquet.write_table(rows.drop_columns([*added, "unexplained_reason"]), path)
    (Path(root.uri) / layout.latest_file(ACCOUNT_SUMMARY)).unlink()
    reader.open(written(root, tmp_path))
    assert "18,358 followers. How many of them" in reader.page.locator(".headline").inner_text()
    assert "not known" == reader.page.locator("[data-column=vanity_gap]").text_content()
    assert "18,358" == reader.page.locator("[data-column=followers_count]").text_content()
    assert [] == reader.said


def test_text_from_outside_stays_text(reader: Reader, tmp_path: Path) -> None:
    """A handle or a sentence that looks like markup is shown as written, and runs nothing."""
    nasty = "</script><b id=x>&"
    root = reports(tmp_path / "data", [replace(FRANK, handle="frank")])
    path = Path(root.uri) / layout.latest_file(ACCOUNT_DAILY)
    rows = parquet.read_table(path)
    place = rows.schema.get_field_index("handle")
    handles = pc.replace_substring(rows["handle"], "frank", nasty)
    parquet.write_table(rows.set_column(place, rows.schema.field("handle"), handles), path)
    reader.page.goto(written(root, tmp_path).as_uri())
    assert nasty == reader.page.locator(".card h3").inner_text()
    assert 0 == reader.page.locator("#x").count()


def test_a_jump_that_was_read_in_part_says_which_part(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """16,762 came on 15 July; 400 were listed on that day, 300 on the next, and the 5 of the day after are others."""
    root = reports(tmp_path, [FRANK])
    path = Path(root.uri) / layout.latest_file(ACCOUNT_DAILY)
    rows = frame(parquet.read_table(path)).set_index("report_date")
    for day, status, listed in (("15", "partial", 400), ("16", "partial", 300), ("17", "complete", 5)):
        rows.loc[f"2026-07-{day}", "followers_status"] = status
        rows.loc[f"2026-07-{day}", "listed_arrivals_count"] = listed
    Tables(root).replace_latest(ACCOUNT_DAILY, arrow(ACCOUNT_DAILY, rows.reset_index()))
    expected = (
        "Seen in the list from 2026-07-15 to 2026-07-16: 700 of 16,762 who came (4.2 %, counted: the newest); "
        "what is said of them rests on these."
    )
    run_command(["show", FRANK.handle, "--data-root", root.uri])
    assert expected in " ".join(capsys.readouterr().out.split())
    assert expected in render_page(read_page_inputs(Tables(root))).replace("<time>", "").replace("</time>", "")
