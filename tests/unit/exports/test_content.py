"""X's content export is read as it is, or refused with one sentence."""

from datetime import UTC, date, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pandas.testing import assert_frame_equal

from tasks.schema.check import refuse_problems
from tasks.schema.frames import arrow
from tasks.schema.staged import ACCOUNT_SNAPSHOTS, POSTS
from tasks.sources.exports.content import content_export, content_handle
from tasks.sources.exports.export import ExportRefusedError, Owner
from tests.unit.exports.saving import PLAIN, STYLES, Style, saved
from tests.unit.frames import values

OWNER = Owner("4242", "ada")
TODAY = date(2026, 9, 1)

# X's documentation gives post 1346889436626259968 as published on 2021-01-06T18:40:40.344Z.
POST = 1346889436626259968
PUBLISHED = datetime(2021, 1, 6, 18, 40, 40, 344000, UTC)
FORM_2026 = (
    "Post id,Date,Post text,Post Link,Impressions,Likes,Engagements,Bookmarks,Shares,New follows,Replies,Reposts,"
    "Profile visits,Detail Expands,URL Clicks,Hashtag Clicks,Permalink Clicks\n"
    f'{POST},"Wed, Jan 6, 2021","A word, or two",https://x.com/ada/status/{POST},800,10,20,1,0,2,3,4,5,6,7,8,9'
)
FORM_2025 = (
    "Post id,Date,Post text,Link,Impressions,Likes,Engagements,Bookmarks,Share,New follows,Replies,Reposts,"
    "Profile visits,Detail expands,Url clicks,Hashtag clicks,Permalink clicks\r\n"
    f'{POST},Wed Jan 06 2021,"A word, or two",https://x.com/ada/status/{POST},800,10,20,1,0,2,3,4,5,6,7,8,9\r\n'
)
SHORT = "Post id,Impressions,Likes\n"
NAME = "account_analytics_content_2020-12-01_2021-01-31.csv"


@pytest.mark.parametrize(
    ("text", "last_day"), [(FORM_2026, "2021-01-31"), (FORM_2025, "2021-01-30")], ids=["2026", "2025"]
)
def test_both_forms_of_the_content_export_give_the_same_posts(text: str, last_day: str) -> None:
    """The id stays whole, the time comes from the id, and what the export does not state is null.

    TO in the name is the last day in 2026, and the midnight after it in 2025.
    """
    export = content_export(text.encode(), NAME, OWNER, TODAY)
    names = ["post_id", "snapshot_date", "like_count", "repost_count", "reply_count", "quote_count", "bookmark_count"]
    assert [(POST, last_day, 10, 4, 3, None, 1)] == values(export.rows(POSTS), names)
    assert PUBLISHED == export.rows(POSTS)["created_at"].iloc[0]
    assert [(800, None, None)] == values(export.rows(POSTS), ["impression_count", "is_repost", "is_reply_to_other"])
    assert () == export.notes
    assert "Int64" == export.rows(POSTS)["post_id"].dtype
    refuse_problems(POSTS, arrow(POSTS, export.rows(POSTS)))


TITLES = ("Post id", "Date", "Post text", "Impressions", "Likes", "Bookmarks")
ROWS = (
    (str(POST), date(2021, 1, 6), "One; two\n\nthree, four", 12_800, 10, 1),
    (str(POST + 1), date(2021, 1, 6), 'He said "5,000"', 0, 0, ""),
    (str(POST - 1), date(2021, 1, 6), "", 1_234_567, 7_000, 0),
)


@given(order=st.permutations(ROWS), style=STYLES)
@settings(deadline=None, max_examples=60)
def test_how_the_file_was_saved_changes_nothing(order: list[tuple[object, ...]], style: Style) -> None:
    """Order of rows and way of saving leave no trace, whatever the posts say."""
    expected = content_export(saved(TITLES, ROWS, PLAIN), NAME, OWNER, TODAY).rows(POSTS)
    assert [POST - 1, POST, POST + 1] == expected["post_id"].tolist()
    assert_frame_equal(expected, content_export(saved(TITLES, order, style), NAME, OWNER, TODAY).rows(POSTS))


@pytest.mark.parametrize(
    ("read_on", "observed_at", "name"),
    [
        (date(2021, 1, 31), datetime(2021, 1, 31, tzinfo=UTC), NAME),
        (date(2021, 1, 31), datetime(2021, 1, 31, tzinfo=UTC), NAME.replace(".csv", " (1).csv")),
        (date(2021, 1, 31), datetime(2021, 1, 31, tzinfo=UTC), NAME.replace(".csv", "-2.csv")),
        (date(2021, 1, 31), datetime(2021, 1, 31, tzinfo=UTC), NAME.replace(".csv", "_714d.csv")),
        (date(2021, 1, 6), PUBLISHED, "posts.csv"),
        (TODAY, datetime(2026, 9, 1, tzinfo=UTC), "account_analytics_content_2020-12-01_2026-09-01.csv"),
    ],
    ids=["TO", "second download", "-2", "_714d", "no day in the name", "TO is today"],
)
def test_the_reading_is_of_the_last_day_named_else_of_the_newest_post(
    read_on: date, observed_at: datetime, name: str
) -> None:
    """It counts as made at the earliest moment at which that can have been, whenever it is imported."""
    export = content_export(FORM_2026.encode(), name, OWNER, TODAY)
    assert read_on == export.days[1]
    assert {observed_at} == set(export.rows(POSTS)["observed_at"])


def test_a_post_of_today_is_not_read_before_it_was_published() -> None:
    """On its own day a post is read no earlier than at its own time, and no older than that."""
    posts = content_export(FORM_2026.encode(), "posts.csv", OWNER, date(2021, 1, 6)).rows(POSTS)
    assert PUBLISHED == posts["observed_at"].iloc[0]


def test_further_columns_are_left_out_and_named() -> None:
    """X adds columns; one that has no place here is said to be left out."""
    text = f"Post id,Impressions,Likes,Sparkles\n{POST},5,1,9\n"
    assert ("not taken: Sparkles",) == content_export(text.encode(), NAME, OWNER, TODAY).notes


@pytest.mark.parametrize(
    ("said", "text"),
    [
        ("line 2: the post id is '1.34689E\\+18'; a spreadsheet", FORM_2026.replace(f"\n{POST}", "\n1.34689E+18")),
        ("line 2: the post id is '1,34689E\\+18'; a spreadsheet", FORM_2026.replace(f"\n{POST}", '\n"1,34689E+18"')),
        ("line 2: the post id is ''; a spreadsheet", FORM_2026.replace(f"\n{POST}", "\n")),
        ("line 2: the post id is '9{19}'", f"{SHORT}{10**19 - 1},1,1\n"),
        (
            f"line 2: the post id is 1346889436626250000, its link says {POST}",
            FORM_2026.replace(f"\n{POST}", "\n1346889436626250000"),
        ),
        ("rounded every post id", SHORT + "".join(f"134688943662{step}0000,1,1\n" for step in ("625", "626", "627"))),
        ("the header must name Post id", "Date,Text\n1,2"),
        ("holds a header and no post", FORM_2026.split("\n", maxsplit=1)[0]),
        ("the file is empty", ""),
        (f"line 3: post {POST} stands here and on line 2", FORM_2026 + "\n" + FORM_2026.split("\n")[1]),
        ("line 2: Likes is '-10', not a count", FORM_2026.replace(",800,10,", ",800,-10,")),
        ("line 5: Likes is 'x'", f'Post id,Likes,Impressions,Text\n{POST},1,1,"a\n\nb"\n{POST + 1},x,1,c'),
        ("line 2: 2026-09-02 lies in the future", f"{SHORT}{1_788_307_200_000 - 1_288_834_974_657 << 22},1,1\n"),
    ],
)  # fmt: skip - one defect a line
def test_a_content_export_that_cannot_be_used_is_refused(said: str, text: str) -> None:
    """The sentence names file and line."""
    with pytest.raises(ExportRefusedError, match=said) as refusal:
        content_export(text.encode(), NAME, OWNER, TODAY)
    assert str(refusal.value).startswith(NAME)


def test_the_day_of_the_import_changes_nothing() -> None:
    """On its own last day, a day later and years later the same file gives the same rows."""
    name = "account_analytics_content_2020-12-01_2021-01-31.csv"
    first, *others = (
        content_export(FORM_2026.encode(), name, OWNER, day).rows(POSTS)
        for day in (date(2021, 1, 31), date(2021, 2, 1), TODAY)
    )
    for other in others:
        assert_frame_equal(first, other)


def test_the_account_is_named_without_a_count() -> None:
    """Posts alone make an account known: its handle is kept, its counts are unknown."""
    snapshots = content_export(FORM_2026.encode(), NAME, OWNER, TODAY).rows(ACCOUNT_SNAPSHOTS)
    assert [("ada", "2021-01-31", None)] == values(snapshots, ["handle", "snapshot_date", "followers_count"])


OLD = (
    '"Tweet id","Tweet permalink","Tweet text","time","impressions","engagements","engagement rate","retweets",'
    '"replies","{likes}","user profile clicks","follows","promoted impressions","promoted likes"\n'
    f'"{POST}","https://twitter.com/ada/status/{POST}","words","2021-01-06 18:40 +0000",'
    '"1200.0","39.0","0.0324","4.0","0.0","7.0","2.0","0","-","-"\n'
)


@pytest.mark.parametrize("likes", ["likes", "favorites"], ids=["2021", "2015"])
def test_exports_of_before_2024_are_read(likes: str) -> None:
    """Of `tweet_activity_metrics_*.csv` the counts are whole numbers with a decimal point, and TO is a midnight."""
    name = "tweet_activity_metrics_ada_20210101_20210201_en.csv"
    export = content_export(OLD.format(likes=likes).encode(), name, OWNER, TODAY)
    names = ["post_id", "snapshot_date", "impression_count", "repost_count", "reply_count", "like_count"]
    assert [(POST, "2021-01-31", 1200, 4, 0, 7)] == values(export.rows(POSTS), names)
    assert () == export.notes
    assert "ada" == content_handle(OLD.format(likes=likes).encode(), name)


@pytest.mark.parametrize("last", ["2026-09-02", "2021-02-30"])
def test_a_name_with_an_impossible_last_day_is_refused(last: str) -> None:
    """A file cannot reach beyond today, nor to a day that no calendar has."""
    name = f"account_analytics_content_2020-12-01_{last}.csv"
    with pytest.raises(ExportRefusedError, match=f"reaches to {last}, but today is 2026-09-01"):
        content_export(FORM_2026.encode(), name, OWNER, TODAY)
