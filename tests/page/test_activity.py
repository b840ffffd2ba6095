"""The page of an analytics export alone: what it draws and names is in the Parquet, by DuckDB's own windows."""

import re
from collections.abc import Mapping
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd
import pytest
from axe_playwright_python.sync_playwright import Axe

from flows.cli.commands import run_command
from tasks.datasets.page_inputs import read_page_inputs
from tasks.page.page import render_page
from tasks.schema.report_tables import ACCOUNT_DAILY, ACCOUNT_SUMMARY
from tasks.store.root import DataRoot
from tasks.store.tables import Tables
from tests.page.conftest import Reader, Screen
from tests.page.made import rows_of, summary_of
from tests.page.test_numbers import asked, open_everything, tenth, whole
from tests.page.test_pointer import PLACES, read_tooltip

FIRST, SPAN = date(2026, 3, 1), 70
POST_DAY, SILENT_DAY = 40, 55
"""On the one followers come with impressions, engagements and visits, on the other with nothing."""
WEEK = "OVER (ORDER BY report_date ROWS 6 PRECEDING)"
BEFORE = "OVER (ORDER BY report_date ROWS BETWEEN 28 PRECEDING AND 1 PRECEDING)"
QUERY = f"""
SELECT report_date, followers_delta, day_impressions_count,
  CASE WHEN count(*) {BEFORE} >= 14 THEN quantile_cont(followers_delta, 0.05) {BEFORE} END AS low,
  CASE WHEN count(*) {BEFORE} >= 14 THEN quantile_cont(followers_delta, 0.95) {BEFORE} END AS high,
  CASE WHEN count(*) {WEEK} = 7 AND sum(day_profile_visits_count) {WEEK} >= 20
    THEN 100.0 * sum(new_followers_count) {WEEK} / sum(day_profile_visits_count) {WEEK} END AS visit,
  CASE WHEN count(*) {WEEK} = 7 AND sum(day_x_engagements_count) {WEEK} >= 20
    THEN 100.0 * sum(new_followers_count) {WEEK} / sum(day_x_engagements_count) {WEEK} END AS engagement,
  CASE WHEN count(*) {WEEK} = 7
    THEN 100.0 * sum(day_x_engagements_count) {WEEK} / sum(day_impressions_count) {WEEK} END AS rate
FROM account_daily ORDER BY report_date
"""  # noqa: S608 - texts of this file
NAMES = {
    "visit": "new follows per 100 visits",
    "engagement": "new follows per 100 engagements",
    "rate": "engagements per 100 impressions",
}


def day(place: int) -> Mapping[str, Any]:
    """One day of an invented export: who came and left, and what the account's posts received."""
    burst = {POST_DAY: 60, SILENT_DAY: 50}.get(place, 0)
    came, left = place % 4 + burst, place % 5 // 4
    seen = 20 if place == POST_DAY else 1
    return {
        "account_id": "@export_only",
        "report_date": pd.Timestamp(FIRST + timedelta(days=place)),
        "handle": "export_only",
        "counts_reason": "no_anchor",
        "observation_level": "counts",
        "pace_state": "insufficient_data",
        "followers_delta": came - left,
        "new_followers_count": came,
        "lost_followers_count": left,
        "day_impressions_count": seen * (400 + 10 * (place % 6)),
        "day_x_engagements_count": seen * (20 + place % 3),
        "day_profile_visits_count": 0 if place < 20 else seen * (8 + place % 2),
    }


@pytest.fixture(scope="module")
def export_root(tmp_path_factory: pytest.TempPathFactory) -> DataRoot:
    """The reports of an account of which only an export was brought in."""
    root = DataRoot(str(tmp_path_factory.mktemp("export")))
    tables = Tables(root)
    tables.replace_latest(ACCOUNT_DAILY, rows_of(ACCOUNT_DAILY, [day(place) for place in range(SPAN)]))
    tables.replace_latest(ACCOUNT_SUMMARY, summary_of(tables))
    return root


@pytest.fixture(scope="module")
def export_page(export_root: DataRoot, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The page of these reports."""
    path = tmp_path_factory.mktemp("page") / "index.html"
    path.write_text(render_page(read_page_inputs(Tables(export_root))), encoding="utf-8")
    return path


def test_the_pointer_reads_five_panels_on_one_axis(reader: Reader, export_page: Path, export_root: DataRoot) -> None:
    """Net follows with their usual band, the rates of seven days and impressions are DuckDB's, wherever one points."""
    reader.open(export_page)
    rows = {str(row["report_date"])[:10]: row for row in asked(export_root, QUERY)}
    plots = [reader.page.locator(f"[data-chart={name}] .mark-rect.role-mark").last for name in ("net", "rate")]
    boxes = [plot.bounding_box() for plot in plots]
    assert len({(box["x"], box["width"]) for box in boxes if box}) == 1
    for chart in ("net", "visit", "engagement", "impressions", "rate"):
        reader.page.locator(f"[data-chart={chart}]").scroll_into_view_if_needed()
        for place in PLACES:
            shown = read_tooltip(reader, "export_only", chart, place)
            assert expected(rows[shown.pop("day")], chart) == shown, (chart, place)


def expected(row: Mapping[str, Any], chart: str) -> dict[str, str]:
    """What the tooltip says of a day."""
    if chart == "net":
        usual = "not known" if row["low"] is None else f"{tenth(row['low'])} to {tenth(row['high'])}"
        return {"net follows": f"{row['followers_delta']:+d}".replace("+0", "0"), "usual": usual}
    if chart == "impressions":
        return {"impressions": whole(row["day_impressions_count"])}
    return {NAMES[chart]: "not known" if row[chart] is None else tenth(row[chart])}


def test_spikes_are_named_with_what_rose_beside_them(reader: Reader, export_page: Path) -> None:
    """The day of the post is named with its impressions and visits; the other with nothing that fits."""
    reader.open(export_page)
    post, silent = reader.page.locator("li", has_text=re.compile(r"^2026-0[45]-\d\d: ")).all_inner_texts()
    assert post.startswith(f"{FIRST + timedelta(days=POST_DAY)}: +60 where 0 to 3 were usual; more than usual too: ")
    assert "8,800 impressions (usual 420.0), 420 engagements (usual 21.0), 160 profile visits" in post
    assert silent.startswith(f"{FIRST + timedelta(days=SILENT_DAY)}: +53 where ")
    assert "so nothing in the export fits, and the cause is not known" in silent


def test_the_numbers_at_the_head_are_sums_of_the_days(reader: Reader, export_page: Path, export_root: DataRoot) -> None:
    """Net follows, follows per visit and the engagement rate stand in place of three unknown numbers."""
    reader.open(export_page)
    totals = "followers_delta, new_followers_count, day_profile_visits_count, day_x_engagements_count"
    sums = ", ".join(f"sum({name})" for name in [*totals.split(", "), "day_impressions_count"])
    query = f"SELECT {sums} FROM account_daily"  # noqa: S608 - names of this test
    net, came, visits, engaged, shown = asked(export_root, query)[0].values()
    values = reader.page.locator("section.account .numbers .value").all_inner_texts()
    assert [f"+{net:,}", f"{100 * came / visits:.1f} %", f"{100 * engaged / shown:.1f} %"] == values


def test_the_headline_begins_with_what_is_known(
    reader: Reader, export_page: Path, export_root: DataRoot, capsys: pytest.CaptureFixture[str]
) -> None:
    """Net follows, their days and the one that stands out come first, on the page, in the terminal and in the table.

    By hand: 70 days of place % 4 new followers and 110 more, less one on each fifth day, are 103 + 110 - 14.
    """
    said = (
        f"+199 net follows in 70 days to {FIRST + timedelta(days=SPAN - 1)}. "
        f"{FIRST + timedelta(days=POST_DAY)} stands out most, with +60 that day. "
        "How many follow is not known: the export states changes only, and no follower count was given to start from. "
    )
    reader.open(export_page)
    headline = reader.page.locator("section.account .headline").inner_text()
    assert headline.startswith(said)
    query = f"SELECT * FROM '{export_root.uri}/reports/latest/account_summary.parquet'"  # noqa: S608 - of this test
    (row,) = duckdb.sql(query).to_arrow_table().to_pylist()
    assert headline == row["account_sentence"]
    assert (199, 70, 60) == tuple(
        row[name] for name in ("stated_followers_delta", "stated_days_count", "largest_rise_followers_delta")
    )
    run_command(["show", "export_only", "--data-root", export_root.uri])
    assert said in f"{' '.join(capsys.readouterr().out.split())} "


@pytest.mark.parametrize("reader", [Screen(width=390), Screen(width=1280, scheme="dark")], indirect=True)
def test_nothing_is_a_card_of_unknowns(reader: Reader, export_page: Path) -> None:
    """One next step, no figure that is not known, nothing wider than the screen, and axe-core finds nothing."""
    reader.open(export_page)
    open_everything(reader)
    assert "vanity-gap import FILE --anchor 2026-05-09=1234" == reader.page.locator("p code").inner_text()
    assert 0 == reader.page.locator("dd.unknown").count()
    assert "changes known" == reader.page.locator("section.account h2 .badge").inner_text()
    assert reader.page.viewport_size is not None
    assert reader.page.viewport_size["width"] == reader.page.evaluate("document.documentElement.scrollWidth")
    result = Axe().run(reader.page)
    assert 0 == result.violations_count, result.generate_report()
    assert [] == reader.said
