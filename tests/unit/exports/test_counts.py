"""A CSV of dates and counts is read as it is, or refused with one sentence."""

import csv
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pandas.testing import assert_frame_equal

from tasks.schema.check import refuse_problems
from tasks.schema.frames import arrow
from tasks.schema.staged import ACCOUNT_SNAPSHOTS
from tasks.sources.exports.counts import counts_export
from tasks.sources.exports.export import ExportRefusedError, Owner
from tests.unit.exports.saving import PLAIN, STYLES, Style, saved
from tests.unit.frames import values

OWNER = Owner("4242", "ada")
TODAY = date(2026, 9, 1)
GROWING = Path(__file__).parents[4] / "shared" / "evaluation" / "growing_account_followers.csv"
COUNTS = ["snapshot_date", "followers_count", "following_count", "posts_count", "listed_count", "is_estimated"]
TITLES = ("date", "followers", "following", "tweets", "listed")
DAYS = (
    (date(2025, 5, 12), 12_990, 12, "", 0),
    (date(2025, 5, 16), 1_234_567, "", 70, 3),
    (date(2025, 5, 17), 0, 14, 71, ""),
)
READ = [
    ("2025-05-12", 12_990, 12, None, 0, False),
    ("2025-05-16", 1_234_567, None, 70, 3, False),
    ("2025-05-17", 0, 14, 71, None, False),
]


def test_counts_keep_their_gaps() -> None:
    """Days that nobody noted stay unknown; optional columns are read where they are, and are null where empty."""
    assert READ == values(
        counts_export(saved(TITLES, DAYS, PLAIN), "c.csv", OWNER, TODAY).rows(ACCOUNT_SNAPSHOTS), COUNTS
    )


@given(order=st.permutations(DAYS), style=STYLES)
@settings(deadline=None, max_examples=60)
def test_how_the_file_was_saved_changes_nothing(order: list[tuple[object, ...]], style: Style) -> None:
    """Order of rows and way of saving leave no trace."""
    expected = counts_export(saved(TITLES, DAYS, PLAIN), "c.csv", OWNER, TODAY).rows(ACCOUNT_SNAPSHOTS)
    assert_frame_equal(
        expected, counts_export(saved(TITLES, order, style), "c.csv", OWNER, TODAY).rows(ACCOUNT_SNAPSHOTS)
    )


def test_lines_may_end_with_a_carriage_return_alone() -> None:
    """Some spreadsheets on a Mac still save CSV so."""
    content = b"date;followers\r2025-05-12;90\r2025-05-16;93"
    snapshots = counts_export(content, "c.csv", OWNER, TODAY).rows(ACCOUNT_SNAPSHOTS)
    assert [("2025-05-12", 90), ("2025-05-16", 93)] == values(snapshots, COUNTS[:2])


def test_the_rows_hold_what_the_table_promises() -> None:
    """Types, key, bounds and closed lists of `account_snapshots` hold."""
    snapshots = counts_export(saved(TITLES, DAYS, PLAIN), "c.csv", OWNER, TODAY).rows(ACCOUNT_SNAPSHOTS)
    refuse_problems(ACCOUNT_SNAPSHOTS, arrow(ACCOUNT_SNAPSHOTS, snapshots))
    assert {("4242", "ada", "counts_csv", None)} == set(
        values(snapshots, ["account_id", "handle", "source", "is_protected"])
    )


def test_a_count_without_a_time_is_of_the_beginning_of_its_day() -> None:
    """The earliest moment at which it can have been read, whenever the file is imported."""
    content = b"date,followers\n2026-08-31,5\n2026-09-01,6\n"
    read = counts_export(content, "c.csv", OWNER, TODAY).rows(ACCOUNT_SNAPSHOTS)["observed_at"]
    assert [datetime(2026, 8, 31, tzinfo=UTC), datetime(2026, 9, 1, tzinfo=UTC)] == list(read)


SHAPES = {
    "times, twice a day": b"Timestamp,Followers,Media\n2025-05-12T06:00:00Z,80,3\n2025-05-12T18:00:01Z,90,3\n"
    b"2025-05-13 06:00,91,3\n",
    "the day first": b"date;followers\n12.05.2025;90\n13.05.2025;91\n",
    "the month first": b"date,followers\n5/12/2025,90\n5/13/2025,91\n",
    "the year first": b"day,count\n2025/5/12,90\n2025/5/13,91\n",
    "X's API": b"retrieved_at,public_metrics.followers_count\n2025-05-12,90\n2025-05-13,91\n",
    "several accounts": b"date,handle,followers\n2025-05-12,@Ada,90\n2025-05-12,bob,7\n2025-05-13,ada,91\n",
    "an account a column": b"date,ada,bob\n2025-05-12,90,7\n2025-05-13,91,8\n",
    "a quantity a row": b"date,metric,value\n2025-05-12,followers,90\n2025-05-12,friends,7\n2025-05-13,followers,91\n",
    "decimals": b"date,followers\n2025-05-12,90.0\n2025-05-13,91.00\n",
    "for Excel": b"sep=;\r\ndate;followers\r\n2025-05-12;90\r\n2025-05-13;91\r\n",
}


@pytest.mark.parametrize("shape", SHAPES)
def test_shapes_in_which_people_keep_counts(shape: str) -> None:
    """90 on May 12 and 91 on May 13, in whatever shape they were kept."""
    snapshots = counts_export(SHAPES[shape], "c.csv", OWNER, TODAY).rows(ACCOUNT_SNAPSHOTS)
    assert [("2025-05-12", 90), ("2025-05-13", 91)] == values(snapshots, COUNTS[:2])


@pytest.mark.parametrize(
    ("text", "count"), [("41.2K", 41_200), ("1,5M", 1_500_000), ("4.1\u4e07", 41_000), ("2 k", 2_000)]
)
def test_abbreviated_counts_are_estimates(text: str, count: int) -> None:
    """41.2K is 41,200 within 50, and marked as estimated; a whole count beside it is not."""
    content = f'date,followers\n2025-05-12,"{text}"\n2025-05-13,41233\n'.encode()
    export = counts_export(content, "c.csv", OWNER, TODAY)
    read = values(export.rows(ACCOUNT_SNAPSHOTS), ["followers_count", "is_estimated"])
    assert [(count, True), (41_233, False)] == read
    assert ("1 counts are abbreviated, as 41.2K, and so estimates",) == export.notes


def test_further_columns_are_left_out_and_named() -> None:
    """A list of one's own may hold more; what is not taken is said."""
    export = counts_export(b"date,followers,mood\n2025-05-12,90,good\n", "c.csv", OWNER, TODAY)
    assert ("not taken: mood",) == export.notes
    assert [90] == export.rows(ACCOUNT_SNAPSHOTS)["followers_count"].tolist()


@pytest.mark.parametrize(
    ("said", "text"),
    [
        ("must name date and followers", "date,likes\n2025-05-12,90\n"),
        ("holds a header and no day", "date,followers\n"),
        ("the file is empty", ""),
        ("line 3: 2025-05-12 stands here and on line 2", "date,followers\n2025-05-12,90\n2025-05-12,91\n"),
        ("line 3: 2025-05-12 stands here and on line 2", "date,followers\n2025-05-12,90\n2025-05-12,90\n"),
        ("line 2: 2026-09-02 lies in the future", "date,followers\n2026-09-02,90\n"),
        ("line 2: followers is empty", "date,followers\n2025-05-12,\n"),
        ("line 2: followers is '-1'", "date,followers\n2025-05-12,-1\n"),
        ("line 2: followers is '9.5'", "date,followers\n2025-05-12,9.5\n"),
        ("line 2: date is '12/05/2025'", "date,followers\n12/05/2025,9\n"),
        ("line 2: date is '2025-W20'", "date,followers\n2025-W20,9\n"),
        ("line 2: date is '05/06/2025'", "date,followers\n05/06/2025,9\n05/07/2025,9\n"),
        ("line 2: followers is '003'", "date,followers\n2025-05-12,003\n"),
        ("line 2: has 4 cells .* put numbers such as 1,234 in quotes", "date,followers\n2025-05-12,1,003,677\n"),
        ("one number cut at its commas", "date,followers,posts\n2025-05-12,41,203\n2025-05-13,41,517\n"),
        ("has no row of @ada", "date,handle,followers\n2025-05-12,bob,9\n"),
        ("line 4: followers is '1e3'", "date,followers\n\n2025-05-12,9\n2025-05-13,1e3\n"),
    ],
)
def test_counts_that_cannot_be_used_are_refused(said: str, text: str) -> None:
    """The sentence names file and line."""
    with pytest.raises(ExportRefusedError, match=said) as refusal:
        counts_export(text.encode(), "c.csv", OWNER, TODAY)
    assert str(refusal.value).startswith("c.csv")


def test_real_counts_are_taken_to_the_last_one() -> None:
    """Every count of a real list equals what Python's own CSV reader finds."""
    if not GROWING.exists():
        pytest.skip(f"{GROWING} is absent: real counts are not part of the repository")
    export = counts_export(GROWING.read_bytes(), GROWING.name, OWNER, date(2026, 11, 1))
    with GROWING.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    expected = [
        (
            row["date"],
            int(row["followers"]),
            *(int(row[name]) if row[name] else None for name in ("following", "tweets")),
        )
        for row in rows
    ]
    assert 207 == len(expected)
    assert expected == values(export.rows(ACCOUNT_SNAPSHOTS), COUNTS[:4])
    assert {False} == set(export.rows(ACCOUNT_SNAPSHOTS)["is_estimated"])
