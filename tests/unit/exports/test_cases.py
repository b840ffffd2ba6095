"""Files that people really have, each with its right answer; the inputs are not part of the repository."""

import csv
from datetime import UTC, date, datetime
from pathlib import Path

import pandas as pd
import pytest
from pandas.testing import assert_frame_equal

from tasks.schema.frames import frame
from tasks.schema.staged import ACCOUNT_ACTIVITY, ACCOUNT_SNAPSHOTS, FOLLOWER_ARRIVALS, POSTS
from tasks.sources.exports.export import Export, ExportRefusedError, Owner
from tasks.sources.exports.files import ExportFiles, read_exports
from tasks.sources.exports.follower_list import FollowerListExport
from tests.unit.frames import values

CASES = Path(__file__).parents[4] / "shared" / "cases"
ADA = Owner("@ada_l", "ada_l")
TODAY = date(2026, 11, 28)
DAYS = ["activity_date", "day_impressions_count", "day_likes_count", "new_followers_count", "lost_followers_count"]


def _read(place: str, today: date = TODAY) -> Export | FollowerListExport:
    path = CASES / place
    if not path.exists():
        pytest.skip(f"{path} is absent: cases from the field are not part of the repository")
    (export,) = read_exports(ExportFiles(ADA, files=(path,)), today)
    return export


def _export(place: str, today: date = TODAY) -> Export:
    export = _read(place, today)
    assert isinstance(export, Export)
    return export


def _list(place: str) -> tuple[FollowerListExport, pd.DataFrame]:
    export = _read(place)
    assert isinstance(export, FollowerListExport)
    return export, frame(next(export.rows()))


def _cells(place: str) -> list[list[str]]:
    """The file as Python's own reader has it, without its header."""
    with (CASES / place).open(encoding="utf-8-sig", newline="") as file:
        return list(csv.reader(file))[1:]


@pytest.mark.parametrize("place", ["files/overview-ja.csv", "files/overview-es.csv"])
def test_an_overview_in_another_language_is_read_to_the_same_columns(place: str) -> None:
    """Every cell stands under the column at whose place X has it in English."""
    activity = _export(place).rows(ACCOUNT_ACTIVITY)
    stated = [tuple(int(row[at]) for at in (1, 2, 6, 7)) for row in reversed(_cells(place))]
    assert stated == [row[1:] for row in values(activity, DAYS)]
    totals = [(int(row[3]), int(row[10]), int(row[11])) for row in reversed(_cells(place))]
    assert totals == values(activity, ["day_x_engagements_count", "day_profile_visits_count", "day_posts_count"])


def test_an_overview_saved_by_a_french_excel_is_the_spanish_one() -> None:
    """27/11/2026 can only be a day in November: the rows are those of the same days."""
    french, spanish = (
        _export(place).rows(ACCOUNT_ACTIVITY) for place in ("files/overview-fr-excel.csv", "files/overview-es.csv")
    )
    assert_frame_equal(spanish, french)


def test_a_quoted_overview_is_exact() -> None:
    """Thousands in quotes are whole numbers."""
    read = _export("files/overview-quoted.csv").rows(ACCOUNT_ACTIVITY)["day_impressions_count"].tolist()
    assert read == [int(row[1].replace(",", "")) for row in reversed(_cells("files/overview-quoted.csv"))]


@pytest.mark.parametrize(
    ("place", "said"),
    [
        ("files/overview-weekly.csv", "its rows are 7 days apart"),
        ("files/list-rounded-ids.csv", "its ids were rounded"),
        ("files/counts-unquoted-thousands.csv", "one number cut at its commas"),
    ],
)
def test_what_looks_right_and_is_not_is_refused(place: str, said: str) -> None:
    """The sentence names the cause."""
    with pytest.raises(ExportRefusedError, match=said):
        _read(place)


def test_an_export_with_a_missing_day_is_taken() -> None:
    """59 of 60 days are taken, and the one that is not there is named."""
    export = _export("truth/export_with_one_day_missing.csv")
    days = {day for (day,) in values(export.rows(ACCOUNT_ACTIVITY), ["activity_date"])}
    (missing,) = {str(day.date()) for day in pd.date_range(*export.days)} - days
    assert (59, (f"not in the file, and so unknown: {missing}",)) == (len(days), export.notes)


@pytest.mark.parametrize(
    "name",
    ["account_analytics_content_2026-11-20_2026-11-27.csv", "account_analytics_content_2026-11-22_2026-11-29.csv"],
)
def test_a_content_export_is_the_same_on_every_day(name: str) -> None:
    """On the 28th as later: no post is older than the end of the last day of the range makes it, and none unborn."""
    first, later = (_export(f"files/{name}", day).rows(POSTS) for day in (TODAY, date(2027, 3, 1)))
    assert_frame_equal(first, later)
    assert first["observed_at"].max() <= datetime(2026, 11, 29, tzinfo=UTC)
    assert bool((first["observed_at"] >= first["created_at"]).all())


@pytest.mark.parametrize(
    ("name", "last"),
    [
        ("tweet_activity_metrics_ada_l_20150901_20151001_en.csv", date(2015, 9, 30)),
        ("tweet_activity_metrics_ada_l_20220201_20220301_en.csv", date(2022, 2, 28)),
    ],
)
def test_old_exports_by_post_are_read(name: str, last: date) -> None:
    """Every post of the month with its impressions, likes and retweets, as of the month's last day."""
    export = _export(f"files/{name}")
    stated = [tuple(int(float(row[at])) for at in (4, 9, 7)) for row in _cells(f"files/{name}")]
    assert sorted(stated) == sorted(values(export.rows(POSTS), ["impression_count", "like_count", "repost_count"]))
    assert last == export.days[1]


def test_old_exports_by_day_are_read() -> None:
    """31 days with impressions and engagements; who followed and left is not stated, and so null."""
    export = _export("files/daily_tweet_activity_metrics_ada_l_20210801_20210901_en.csv")
    assert 31 == len(export.rows(ACCOUNT_ACTIVITY))
    assert ("2021-08-01", 1200, 7, None, None) == values(export.rows(ACCOUNT_ACTIVITY), DAYS)[0]


def test_of_two_following_columns_the_count_is_taken() -> None:
    """`friends_count` is the count; `following` is a flag, left out and said."""
    export, rows = _list("files/list-following-flag.csv")
    assert [238, 73] == rows["follower_following_count"].tolist()[:2]
    assert ["following says whether somebody follows back and is left out; the count is that of the other column"] == [
        *export.notes
    ]


def test_a_flag_is_no_count() -> None:
    """0 and 1 under `following` are no counts of anybody."""
    export, rows = _list("files/list-following-flag-friends-deleted.csv")
    assert bool(rows["follower_following_count"].isna().all())
    assert ["following says whether somebody follows back and is left out; it has no following counts"] == [
        *export.notes
    ]


def test_twarc_s_counts_are_read() -> None:
    """`public_metrics.*` are counts of the profile."""
    _, rows = _list("files/list-twarc.csv")
    names = ["follower_followers_count", "follower_following_count", "follower_posts_count"]
    assert [(97, 238, 6), (20, 73, 137)] == values(rows, names)[:2]


def test_abbreviated_counts_are_estimates() -> None:
    """41.2K is 41,200 within 50."""
    read = values(_export("files/counts-k.csv").rows(ACCOUNT_SNAPSHOTS), ["followers_count", "is_estimated"])
    assert [(41_200, True), (41_300, True)] == read


def test_counts_with_times_are_read() -> None:
    """The reading of each day, at its moment."""
    read = values(_export("files/counts-datetime.csv").rows(ACCOUNT_SNAPSHOTS), ["snapshot_date", "followers_count"])
    assert [("2026-11-01", 4120), ("2026-11-02", 4121)] == read


@pytest.mark.parametrize(
    "name", ["finder-folder", "finder-contents", "streamed", "archive-2020-tweet-js", "archive-edited"]
)
def test_archives_packed_by_others_are_read(name: str) -> None:
    """250 followers and 42 posts, each once, whoever packed the archive and however often posts were edited."""
    export = _export(f"archives/{name}.zip")
    assert (250, 42) == (len(export.rows(FOLLOWER_ARRIVALS)), export.rows(POSTS)["post_id"].nunique())


def test_of_an_edited_post_the_last_version_stands() -> None:
    """The first post was edited twice; its last version has 20 likes."""
    posts = _export("archives/archive-edited.zip").rows(POSTS)
    assert (42, 2094716390077366272, 20) == (len(posts), *values(posts, ["post_id", "like_count"])[0])
