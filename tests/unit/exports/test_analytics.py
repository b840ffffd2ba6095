"""X's account analytics export is read as it is, or refused with one sentence."""

import csv
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pandas.testing import assert_frame_equal

from tasks.schema.check import refuse_problems
from tasks.schema.frames import arrow
from tasks.schema.staged import ACCOUNT_ACTIVITY
from tasks.sources.exports.analytics import Anchor, analytics_export, counts_from_anchor
from tasks.sources.exports.export import ExportRefusedError, Owner
from tests.unit.export_files import DAYS, HEADER, analytics_csv
from tests.unit.exports.saving import STYLES, Style, saved
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
    return values(analytics_export(content, "a.csv", OWNER, today).rows(ACCOUNT_ACTIVITY), COLUMNS)


def test_every_cell_is_taken_as_stated() -> None:
    """Each figure stands under our name for X's column, oldest day first."""
    assert OLDEST_FIRST == _activity(analytics_csv(*DAYS))


def test_the_reading_is_that_of_the_end_of_the_newest_day() -> None:
    """An export of March 3 to 5 can have been made on March 6 at the earliest."""
    activity = analytics_export(analytics_csv(*DAYS), "a.csv", OWNER, TODAY).rows(ACCOUNT_ACTIVITY)
    assert {datetime(2025, 3, 6, tzinfo=UTC)} == set(activity["observed_at"])


@given(order=st.permutations(DAYS), style=STYLES)
@settings(deadline=None, max_examples=80)
def test_how_the_file_was_saved_changes_nothing(order: list[tuple[object, ...]], style: Style) -> None:
    """Order of rows, line ends, separators, byte order mark, quotes, and forms of days and numbers leave no trace."""
    expected = analytics_export(analytics_csv(*DAYS), "a.csv", OWNER, TODAY).rows(ACCOUNT_ACTIVITY)
    content = saved(HEADER.split(","), order, style)
    assert_frame_equal(expected, analytics_export(content, "a.csv", OWNER, TODAY).rows(ACCOUNT_ACTIVITY))


def test_the_rows_hold_what_the_table_promises() -> None:
    """Types, key, bounds and closed lists of `account_activity` hold."""
    activity = analytics_export(analytics_csv(*DAYS), "a.csv", OWNER, TODAY).rows(ACCOUNT_ACTIVITY)
    refuse_problems(ACCOUNT_ACTIVITY, arrow(ACCOUNT_ACTIVITY, activity))
    assert {("@ada", "ada", "analytics_csv")} == set(values(activity, ["account_id", "handle", "source"]))


def test_snake_case_titles_are_the_same_columns() -> None:
    """`new_follows` and `posts_created` are X's New follows and Create Post."""
    content = b"date,impressions,new_follows,unfollows,profile_visits,posts_created\n2025-03-03,700,4,3,9,2\n"
    names = ["new_followers_count", "lost_followers_count", "day_profile_visits_count", "day_posts_count"]
    activity = analytics_export(content, "a.csv", OWNER, TODAY).rows(ACCOUNT_ACTIVITY)
    assert [(4, 3, 9, 2)] == values(activity, names)


def test_thousands_between_semicolons_may_be_set_apart_by_points() -> None:
    """1.200 is twelve hundred where the comma is the decimal mark, so where semicolons part the cells."""
    content = b"Date;Impressions;New follows;Unfollows\n2025-03-03;1.200;0;3\n"
    assert 1200 == _activity(content)[0][1]


def test_the_day_of_the_import_is_left_out_and_said() -> None:
    """Today's row is not whole, so it is not taken, and the result says so."""
    export = analytics_export(analytics_csv(*DAYS), "a.csv", OWNER, date(2025, 3, 5))
    assert ("2025-03-05 is left out: the day is not over",) == export.notes
    assert OLDEST_FIRST[:2] == values(export.rows(ACCOUNT_ACTIVITY), COLUMNS)


def test_a_column_that_the_export_lacks_is_null() -> None:
    """An older export without some columns gives nulls there, not zeros."""
    content = b"Date,Impressions,New follows,Unfollows\n2025-03-03,700,0,3\n"
    assert [("2025-03-03", 700, None, None, None, None, 0, 3, *[None] * 6)] == _activity(content)


MIDDLE = DAYS[1]
TWO_FAR_DAYS = analytics_csv(DAYS[2], (date(2025, 3, 29), *DAYS[0][1:]))


@pytest.mark.parametrize(
    ("said", "content"),
    [
        ("the file is empty", b""),
        ("holds a header and no day", HEADER.encode()),
        ("the header lacks Date, Impressions, New follows, Unfollows", b"Datum,Impressionen\n1,2\n"),
        ("its rows are 2 days apart, so they are no days", analytics_csv(DAYS[0], DAYS[2])),
        ("line 5: 2025-03-04 stands here and on line 3", analytics_csv(*DAYS, MIDDLE)),
        ("line 5: 2025-03-04 stands here and on line 3", analytics_csv(*DAYS, (MIDDLE[0], 1, *MIDDLE[2:]))),
        ("line 2: 2025-06-02 lies in the future", analytics_csv((date(2025, 6, 2), *DAYS[0][1:]))),
        ("line 2: Likes is '-12', not a count", analytics_csv((*DAYS[0][:2], -12, *DAYS[0][3:]))),
        ("line 2: Likes is '1.5', not a count", analytics_csv((*DAYS[0][:2], 1.5, *DAYS[0][3:]))),
        ("line 2: Likes is '12.000', not a count", analytics_csv((*DAYS[0][:2], "12.000", *DAYS[0][3:]))),
        ("line 2: Likes is '0 500', not a count", analytics_csv((*DAYS[0][:2], "0 500", *DAYS[0][3:]))),
        ("line 2: Likes is '1 200.300', not a count", analytics_csv((*DAYS[0][:2], "1 200.300", *DAYS[0][3:]))),
        ("line 2: Likes is '9{20}', not a count", analytics_csv((*DAYS[0][:2], 10**20 - 1, *DAYS[0][3:]))),
        ("line 2: Likes is 'many', not a count", analytics_csv((*DAYS[0][:2], "many", *DAYS[0][3:]))),
        ("line 2: cannot be read as CSV", analytics_csv((*DAYS[0][:2], "1" * 200_000, *DAYS[0][3:]))),
        ("line 2: New follows is empty", analytics_csv((*DAYS[0][:6], "", *DAYS[0][7:]))),
        ("line 2: has 3 cells where the header has 14", f"{HEADER}\n2025-03-03,1,2\n".encode()),
        ("line 2: Date is 'Mi, 5. März 2025'", f'{HEADER}\n"Mi, 5. März 2025"{",1" * 13}\n'.encode()),
        ("Date is '2025-02-30'", f"{HEADER}\n2025-02-30{',1' * 13}\n".encode()),
        ("is not UTF-8 text", HEADER.encode("utf-32")),
        ("is not UTF-8 text", HEADER.encode("utf-16") + b"x"),
        ("line 2: 2005-03-05 lies before X began", analytics_csv((date(2005, 3, 5), *DAYS[0][1:]))),
        ("is not UTF-8 text", f"{HEADER},Größe\n".encode("latin-1")),
        ("the file is empty", "\ufeff\r\n\r\n".encode()),
        ("has what is not known: Like count", analytics_csv(*DAYS, header=HEADER.replace("Likes", "Like count"))),
        (
            "has what is not known: column 5, without a title",
            b"Date,Impressions,New follows,Unfollows,\n2025-03-03,1,1,1,7",
        ),
        ("its rows are 26 days apart, so they are no days", TWO_FAR_DAYS),
        ("more than once", b"Date,Impressions,New follows,New follows,Unfollows\n2025-03-03,1,1,1,1\n"),
    ],
)
def test_what_cannot_be_used_is_refused_with_its_place(said: str, content: bytes) -> None:
    """Each defect gives a sentence that names the file and the line."""
    with pytest.raises(ExportRefusedError, match=said) as refusal:
        _activity(content)
    assert str(refusal.value).startswith("a.csv")
    assert "\n" not in str(refusal.value)


def test_a_cell_without_end_is_refused_whatever_the_process_allows() -> None:
    """The limit of Python's reader holds for a whole process; where another raised it, the file is refused alike."""
    limit = csv.field_size_limit(1_000_000)
    try:
        with pytest.raises(ExportRefusedError, match="line 2: cannot be read as CSV"):
            _activity(analytics_csv((*DAYS[0][:2], "1" * 200_000, *DAYS[0][3:])))
    finally:
        csv.field_size_limit(limit)


def test_a_file_of_today_alone_is_refused() -> None:
    """A day that is not over is no day to report."""
    with pytest.raises(ExportRefusedError, match="holds no day that is over; download it again tomorrow"):
        _activity(analytics_csv(DAYS[0]), date(2025, 3, 5))


def test_a_missing_day_stays_unknown_and_is_said() -> None:
    """Of four days the second is not in the file: three are taken, and it is named."""
    earlier = (date(2025, 3, 1), *DAYS[2][1:])
    export = analytics_export(analytics_csv(*DAYS, earlier), "a.csv", OWNER, TODAY)
    assert ("not in the file, and so unknown: 2025-03-02",) == export.notes
    assert ["2025-03-01", "2025-03-03", "2025-03-04", "2025-03-05"] == [
        day for (day,) in values(export.rows(ACCOUNT_ACTIVITY), ["activity_date"])
    ]


def test_an_anchor_reaches_no_further_than_a_missing_day() -> None:
    """What happened on March 2 is unknown, so the count of March 1 is not rebuilt from that of March 5."""
    export = analytics_export(analytics_csv(*DAYS, (date(2025, 3, 1), *DAYS[2][1:])), "a.csv", OWNER, TODAY)
    counts = counts_from_anchor(export, Anchor(date(2025, 3, 5), 100))
    expected = [("2025-03-03", 95), ("2025-03-04", 97), ("2025-03-05", 100)]
    assert expected == values(counts, ["snapshot_date", "followers_count"])


def test_a_further_column_is_left_out_and_named() -> None:
    """X adds columns; one beside all that are known is none of them renamed."""
    content = analytics_csv(*((*row, 7) for row in DAYS), header=f"{HEADER},Sparkles")
    export = analytics_export(content, "a.csv", OWNER, TODAY)
    assert ("not taken: Sparkles",) == export.notes
    assert OLDEST_FIRST == values(export.rows(ACCOUNT_ACTIVITY), COLUMNS)


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
    taken = {str(row[0]): row[1:] for row in values(export.rows(ACCOUNT_ACTIVITY), COLUMNS)}
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
