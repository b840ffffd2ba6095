"""X's account analytics export is read as it is, or refused with one sentence."""

import csv
import io
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tasks.sources.exports.analytics import analytics_export
from tasks.sources.exports.anchor import Anchor, anchored_counts
from tasks.sources.exports.owner import Owner
from tasks.sources.exports.refusal import ExportRefusedError
from tests.unit.exports_made import DAYS, HEADER, analytics_csv, x_day
from tests.unit.frames import values

OWNER = Owner("@ada", "ada")
TODAY = date(2025, 6, 1)
EVALUATION = Path(__file__).parents[4] / "shared" / "evaluation"
COLUMNS = [
    "activity_date",
    "day_impressions_count",
    "day_likes_count",
    "day_x_engagements_count",
    "day_bookmarks_count",
    "day_shares_count",
    "new_followers_count",
    "lost_followers_count",
    "day_replies_count",
    "day_reposts_count",
    "day_profile_visits_count",
    "day_posts_count",
    "day_video_views_count",
    "day_media_views_count",
]
OLDEST_FIRST = [(str(row[0]), *row[1:]) for row in reversed(DAYS)]


def _activity(content: bytes, today: date = TODAY) -> list[tuple[object, ...]]:
    return values(analytics_export(content, "a.csv", OWNER, today).activity, COLUMNS)


def test_every_cell_is_taken_as_stated() -> None:
    """Each figure stands under our name for X's column, oldest day first."""
    assert OLDEST_FIRST == _activity(analytics_csv(*DAYS))


def test_the_reading_is_that_of_the_end_of_the_newest_day() -> None:
    """An export of March 3 to 5 can have been made on March 6 at the earliest."""
    activity = analytics_export(analytics_csv(*DAYS), "a.csv", OWNER, TODAY).activity
    assert {datetime(2025, 3, 6, tzinfo=UTC)} == set(activity["observed_at"])


@dataclass(frozen=True)
class Saved:
    """One way of saving the same days."""

    order: list[tuple[object, ...]]
    newline: str
    separator: str
    mark: str
    is_iso: bool
    ends: bool
    thousands: str


@given(
    st.builds(
        Saved,
        order=st.permutations(DAYS),
        newline=st.sampled_from(["\n", "\r\n"]),
        separator=st.sampled_from([",", ";", "\t"]),
        mark=st.sampled_from(["", "\ufeff"]),
        is_iso=st.booleans(),
        ends=st.booleans(),
        thousands=st.sampled_from(["", ",", ".", " "]),
    )
)
@settings(deadline=None, max_examples=80)
def test_how_the_file_was_saved_changes_nothing(saved: Saved) -> None:
    """Order of rows, line ends, separators, byte order mark, form of the days and of thousands leave no trace."""
    text = io.StringIO()
    writer = csv.writer(text, delimiter=saved.separator, lineterminator=saved.newline)
    writer.writerow(HEADER.split(","))
    for day, *counts in saved.order:
        assert isinstance(day, date)
        written = [f"{count:,}".replace(",", saved.thousands) if saved.thousands else count for count in counts]
        writer.writerow([day if saved.is_iso else x_day(day), *written])
    content = (saved.mark + text.getvalue()).removesuffix("" if saved.ends else saved.newline).encode()
    assert OLDEST_FIRST == _activity(content)


def test_the_day_of_the_import_is_left_out_and_said() -> None:
    """Today's row is not whole, so it is not taken, and the result says so."""
    export = analytics_export(analytics_csv(*DAYS), "a.csv", OWNER, date(2025, 3, 5))
    assert ("2025-03-05 is left out: the day is not over",) == export.notes
    assert OLDEST_FIRST[:2] == values(export.activity, COLUMNS)


def test_a_column_that_the_export_lacks_is_null() -> None:
    """An older export without some columns gives nulls there, not zeros."""
    content = b"Date,Impressions,New follows,Unfollows\n2025-03-03,700,0,3\n"
    assert [("2025-03-03", 700, None, None, None, None, 0, 3, *[None] * 6)] == _activity(content)


MIDDLE = DAYS[1]


@pytest.mark.parametrize(
    ("said", "content"),
    [
        ("the file is empty", b""),
        ("holds a header and no day", HEADER.encode()),
        ("the header lacks Date, Impressions, New follows, Unfollows", b"Datum,Impressionen\n1,2\n"),
        ("days are missing between 2025-03-03 and 2025-03-05: 2025-03-04", analytics_csv(DAYS[0], DAYS[2])),
        ("line 5: 2025-03-04 stands here and on line 3", analytics_csv(*DAYS, MIDDLE)),
        ("line 5: 2025-03-04 stands here and on line 3", analytics_csv(*DAYS, (MIDDLE[0], 1, *MIDDLE[2:]))),
        ("line 2: 2025-06-02 lies in the future", analytics_csv((date(2025, 6, 2), *DAYS[0][1:]))),
        ("line 2: day_likes_count is '-12', not a count", analytics_csv((*DAYS[0][:2], -12, *DAYS[0][3:]))),
        ("line 2: day_likes_count is '1.5', not a count", analytics_csv((*DAYS[0][:2], 1.5, *DAYS[0][3:]))),
        ("line 2: New follows is empty", analytics_csv((*DAYS[0][:6], "", *DAYS[0][7:]))),
        ("line 2: has 3 cells where the header has 14", f"{HEADER}\n2025-03-03,1,2\n".encode()),
        ("line 2: date is 'Mi, 5. März 2025'", f'{HEADER}\n"Mi, 5. März 2025"{",1" * 13}\n'.encode()),
        ("date is '2025-02-30'", f"{HEADER}\n2025-02-30{',1' * 13}\n".encode()),
        ("is not UTF-8 text", HEADER.encode("utf-16")),
        ("more than once", b"Date,Impressions,New follows,New follows,Unfollows\n2025-03-03,1,1,1,1\n"),
    ],
)
def test_what_cannot_be_used_is_refused_with_its_place(said: str, content: bytes) -> None:
    """Each defect gives a sentence that names the file and the line."""
    with pytest.raises(ExportRefusedError, match=said) as refusal:
        _activity(content)
    assert str(refusal.value).startswith("a.csv")


def test_counts_are_rebuilt_from_an_anchor_in_both_directions() -> None:
    """With 100 at the end of March 4: three less were lost before (+2 that day), three more came after."""
    export = analytics_export(analytics_csv(*DAYS), "a.csv", OWNER, TODAY)
    counts = anchored_counts(export, Anchor(date(2025, 3, 4), 100), OWNER)
    assert [("2025-03-03", 98, True), ("2025-03-04", 100, False), ("2025-03-05", 103, True)] == values(
        counts, ["snapshot_date", "followers_count", "is_estimated"]
    )


def test_the_day_before_the_export_may_be_the_anchor() -> None:
    """The count before the first day is as good: 101 - 3 = 98."""
    export = analytics_export(analytics_csv(*DAYS), "a.csv", OWNER, TODAY)
    counts = anchored_counts(export, Anchor(date(2025, 3, 2), 101), OWNER)
    assert [("2025-03-02", 101), ("2025-03-03", 98), ("2025-03-04", 100), ("2025-03-05", 103)] == values(
        counts, ["snapshot_date", "followers_count"]
    )


@pytest.mark.parametrize(
    ("said", "anchor"),
    [
        ("give a count from 2025-03-02 to 2025-03-05", Anchor(date(2025, 3, 1), 100)),
        ("give a count from 2025-03-02 to 2025-03-05", Anchor(date(2025, 3, 6), 100)),
        ("the count of 2025-03-03 would be -1; the anchor is too low", Anchor(date(2025, 3, 4), 1)),
    ],
)
def test_an_impossible_anchor_is_refused(said: str, anchor: Anchor) -> None:
    """An anchor outside the export or too low for its losses is named."""
    export = analytics_export(analytics_csv(*DAYS), "a.csv", OWNER, TODAY)
    with pytest.raises(ExportRefusedError, match=said):
        anchored_counts(export, anchor, OWNER)


REAL = {
    "account_overview_analytics.csv": 271,
    "growing_account_overview.csv": 102,
}


@pytest.mark.parametrize("name", REAL)
def test_a_real_export_is_taken_to_the_last_cell(name: str) -> None:
    """Every figure of a real export equals what Python's own CSV reader finds."""
    path = EVALUATION / name
    if not path.exists():
        pytest.skip(f"{path} is absent: real exports are not part of the repository")
    export = analytics_export(path.read_bytes(), name, OWNER, date(2026, 11, 1))
    taken = {str(row[0]): row[1:] for row in values(export.activity, COLUMNS)}
    ours = [
        *("Impressions", "Likes", "Engagements", "Bookmarks", "Shares", "New follows", "Unfollows", "Replies"),
        *("Reposts", "Profile visits", "Create Post", "Video views", "Media views"),
    ]
    theirs = [title.lower().replace(" ", "_").replace("create_post", "posts_created") for title in ours]
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    for row in rows:
        stated = [row.get(title, row.get(other)) for title, other in zip(ours, theirs, strict=True)]
        day = row.get("date") or str(datetime.strptime(row["Date"], "%a, %b %d, %Y").date())  # noqa: DTZ007 - a day
        assert taken[day] == tuple(int(text) if text is not None else None for text in stated)
    assert REAL[name] == len(rows) == len(taken)
