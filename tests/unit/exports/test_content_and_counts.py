"""X's content export and generic counts are read as they are, or refused with one sentence."""

import csv
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from tasks.sources.exports.content import content_export
from tasks.sources.exports.counts import counts_export
from tasks.sources.exports.owner import Owner
from tasks.sources.exports.refusal import ExportRefusedError
from tests.unit.frames import values

OWNER = Owner("4242", "ada")
TODAY = date(2026, 9, 1)
GROWING = Path(__file__).parents[4] / "shared" / "evaluation" / "growing_account_followers.csv"

# X's documentation gives post 1346889436626259968 as published on 2021-01-06T18:40:40.344Z.
POST = 1346889436626259968
FORM_2026 = (
    "Post id,Date,Post text,Post Link,Impressions,Likes,Engagements,Bookmarks,Shares,New follows,Replies,Reposts,"
    "Profile visits,Detail Expands,URL Clicks,Hashtag Clicks,Permalink Clicks\n"
    f'{POST},"Wed, Jan 6, 2021","A word, or two",https://x.example/{POST},800,10,20,1,0,2,3,4,5,6,7,8,9'
)
FORM_2025 = (
    "Post id,Date,Post text,Link,Impressions,Likes,Engagements,Bookmarks,Share,New follows,Replies,Reposts,"
    "Profile visits,Detail expands,Url clicks,Hashtag clicks,Permalink clicks\r\n"
    f'{POST},Wed Jan 06 2021,"A word, or two",https://x.example/{POST},800,10,20,1,0,2,3,4,5,6,7,8,9\r\n'
)
NAME = "account_analytics_content_2020-12-01_2021-01-31.csv"


@pytest.mark.parametrize("text", [FORM_2026, FORM_2025], ids=["2026", "2025"])
def test_both_forms_of_the_content_export_give_the_same_posts(text: str) -> None:
    """The id stays whole, the time comes from the id, and what the export does not state is null."""
    export = content_export(text.encode(), NAME, OWNER, TODAY)
    names = ["post_id", "snapshot_date", "like_count", "repost_count", "reply_count", "quote_count", "bookmark_count"]
    assert [(POST, "2021-01-31", 10, 4, 3, None, 1)] == values(export.posts, names)
    assert datetime(2021, 1, 6, 18, 40, 40, 344000, UTC) == export.posts["created_at"].iloc[0]
    assert [(800, None, None)] == values(export.posts, ["impression_count", "is_repost", "is_reply_to_other"])


def test_without_a_day_in_its_name_the_export_counts_as_read_on_the_newest_post_s_day() -> None:
    """The reading is never later than what the file itself shows."""
    assert date(2021, 1, 6) == content_export(FORM_2026.encode(), "posts.csv", OWNER, TODAY).read_on


@pytest.mark.parametrize(
    ("said", "text"),
    [
        (
            "line 2: the post id is '1.34689E\\+18'; a spreadsheet has destroyed it",
            FORM_2026.replace(str(POST), "1.34689E+18"),
        ),
        ("the header must name Post id", "Date,Text\n1,2"),
        ("holds a header and no post", FORM_2026.split("\n", maxsplit=1)[0]),
        ("line 3: post 1346889436626259968 stands here and on line 2", FORM_2026 + "\n" + FORM_2026.split("\n")[1]),
        ("like_count is '-10', not a count", FORM_2026.replace(",800,10,", ",800,-10,")),
    ],
)
def test_a_content_export_that_cannot_be_used_is_refused(said: str, text: str) -> None:
    """The sentence names file and line."""
    with pytest.raises(ExportRefusedError, match=said):
        content_export(text.encode(), NAME, OWNER, TODAY)


def test_counts_keep_their_gaps() -> None:
    """Days that nobody noted stay unknown; optional columns are read where they are."""
    text = "date,followers,following,tweets\n2025-05-16,93,,7\n2025-05-12,90,12,\n"
    export = counts_export(text.encode(), "c.csv", OWNER, TODAY)
    names = ["snapshot_date", "followers_count", "following_count", "posts_count", "listed_count", "is_estimated"]
    assert [("2025-05-12", 90, 12, None, None, False), ("2025-05-16", 93, None, 7, None, False)] == values(
        export.snapshots, names
    )


@pytest.mark.parametrize(
    ("said", "text"),
    [
        ("must name date and followers", "date,likes\n2025-05-12,90\n"),
        ("line 3: 2025-05-12 stands here and on line 2", "date,followers\n2025-05-12,90\n2025-05-12,91\n"),
        ("line 2: 2026-09-02 lies in the future", "date,followers\n2026-09-02,90\n"),
        ("line 2: followers is empty", "date,followers\n2025-05-12,\n"),
        ("followers_count is '-1'", "date,followers\n2025-05-12,-1\n"),
        ("followers_count is '9.5'", "date,followers\n2025-05-12,9.5\n"),
    ],
)
def test_counts_that_cannot_be_used_are_refused(said: str, text: str) -> None:
    """The sentence names file and line."""
    with pytest.raises(ExportRefusedError, match=said):
        counts_export(text.encode(), "c.csv", OWNER, TODAY)


def test_real_counts_are_taken_to_the_last_one() -> None:
    """Every count of a real list equals what Python's own CSV reader finds."""
    if not GROWING.exists():
        pytest.skip(f"{GROWING} is absent: real counts are not part of the repository")
    export = counts_export(GROWING.read_bytes(), GROWING.name, OWNER, date(2026, 11, 1))
    with GROWING.open(encoding="utf-8", newline="") as file:
        expected = [(row["date"], int(row["followers"])) for row in csv.DictReader(file)]
    assert expected == values(export.snapshots, ["snapshot_date", "followers_count"])
