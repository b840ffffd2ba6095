"""Absolute counts are rebuilt from a count that somebody knows, or refused with one sentence."""

import csv
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from tasks.schema.check import refuse_problems
from tasks.schema.frames import arrow
from tasks.schema.staged import ACCOUNT_SNAPSHOTS
from tasks.sources.exports.analytics import Anchor, analytics_export, counts_from_anchor
from tasks.sources.exports.export import Export, ExportRefusedError, Owner
from tests.unit.export_files import DAYS, analytics_csv
from tests.unit.frames import values

OWNER = Owner("4242", "ada")
TODAY = date(2026, 11, 1)
REAL = Path(__file__).parents[4] / "shared" / "evaluation" / "account_overview_analytics.csv"
ESTIMATED = ["snapshot_date", "followers_count", "is_estimated"]


def _export() -> Export:
    return analytics_export(analytics_csv(*DAYS), "a.csv", OWNER, TODAY)


def test_counts_are_rebuilt_from_an_anchor_in_both_directions() -> None:
    """With 100 at the end of March 4: 98 before its two new ones, 103 after four new and one lost."""
    counts = counts_from_anchor(_export(), Anchor(date(2025, 3, 4), 100))
    assert [("2025-03-03", 98, True), ("2025-03-04", 100, False), ("2025-03-05", 103, True)] == values(
        counts, ESTIMATED
    )


def test_the_newest_day_may_be_the_anchor() -> None:
    """Backward from 103 on March 5: 103 - 4 + 1 = 100, 100 - 2 = 98."""
    counts = counts_from_anchor(_export(), Anchor(date(2025, 3, 5), 103))
    assert [("2025-03-03", 98, True), ("2025-03-04", 100, True), ("2025-03-05", 103, False)] == values(
        counts, ESTIMATED
    )


def test_the_day_before_the_export_may_be_the_anchor() -> None:
    """The count before the first day is as good, and has a row of its own: 101 - 3 = 98."""
    counts = counts_from_anchor(_export(), Anchor(date(2025, 3, 2), 101))
    assert [
        ("2025-03-02", 101, False),
        ("2025-03-03", 98, True),
        ("2025-03-04", 100, True),
        ("2025-03-05", 103, True),
    ] == values(counts, ESTIMATED)


def test_the_rows_hold_what_the_table_promises() -> None:
    """Types, key, bounds and closed lists of `account_snapshots` hold; the counts are read when the export is."""
    counts = counts_from_anchor(_export(), Anchor(date(2025, 3, 2), 101))
    refuse_problems(ACCOUNT_SNAPSHOTS, arrow(ACCOUNT_SNAPSHOTS, counts))
    assert {("4242", "ada", "analytics_csv", None)} == set(
        values(counts, ["account_id", "handle", "source", "following_count"])
    )
    assert {datetime(2025, 3, 6, tzinfo=UTC)} == set(counts["observed_at"])


def test_a_count_may_fall_to_nothing() -> None:
    """The three lost on March 3 may have been all."""
    counts = counts_from_anchor(_export(), Anchor(date(2025, 3, 2), 3))
    assert [3, 0, 2, 5] == counts["followers_count"].tolist()


@pytest.mark.parametrize(
    ("said", "anchor"),
    [
        ("the anchor's day is 2025-03-01; give a count from 2025-03-02 to 2025-03-05", Anchor(date(2025, 3, 1), 100)),
        ("the anchor's day is 2025-03-06; give a count from 2025-03-02 to 2025-03-05", Anchor(date(2025, 3, 6), 100)),
        ("the count of 2025-03-03 would be -1; the anchor is too low", Anchor(date(2025, 3, 4), 1)),
        ("the anchor's count is -1; give the followers at the end of 2025-03-04", Anchor(date(2025, 3, 4), -1)),
        ("the anchor's count is 1{3}0{17};", Anchor(date(2025, 3, 4), 111 * 10**17)),
    ],
)
def test_an_impossible_anchor_is_refused(said: str, anchor: Anchor) -> None:
    """An anchor outside the export, too low for its losses, or no count is named."""
    with pytest.raises(ExportRefusedError, match=said):
        counts_from_anchor(_export(), anchor)


@pytest.mark.parametrize("step", [-1, 0, 100, 270])
def test_a_real_export_obeys_the_recurrence_from_any_anchor(step: int) -> None:
    """Between every two days of a real export F(d) - F(d-1) = new(d) - unfollows(d), and the anchor stays itself."""
    if not REAL.exists():
        pytest.skip(f"{REAL} is absent: real exports are not part of the repository")
    export = analytics_export(REAL.read_bytes(), REAL.name, OWNER, TODAY)
    anchor = Anchor(export.days[0] + timedelta(days=step), 5_000)
    counts = counts_from_anchor(export, anchor)
    by_day = dict(zip(counts["snapshot_date"].dt.date, counts["followers_count"], strict=True))
    assert 271 + (step < 0) == len(by_day)
    assert 5_000 == by_day[anchor.day]
    assert [(str(anchor.day), 5_000, False)] == [row for row in values(counts, ESTIMATED) if not row[2]]
    with REAL.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            day = datetime.strptime(row["Date"], "%a, %b %d, %Y").date()  # noqa: DTZ007 - a day
            before = day - timedelta(days=1)
            if before in by_day:
                assert int(row["New follows"]) - int(row["Unfollows"]) == by_day[day] - by_day[before]
