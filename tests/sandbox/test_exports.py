import csv
import io
from datetime import UTC, date, datetime, timedelta

import pytest

from sandbox.worlds import World, large_account
from tasks.schema.staged import ACCOUNT_ACTIVITY, POSTS
from tasks.sources.exports.analytics import Anchor, analytics_export, counts_from_anchor
from tasks.sources.exports.content import content_export
from tasks.sources.exports.export import Export, Owner
from tests.sandbox.caller import Caller
from tests.sandbox.exports import account_analytics_name, analytics_csv, content_csv, content_name

FIRST, LAST = date(2026, 3, 15), date(2026, 8, 31)
ACCOUNTS = ["frank", "viral_vera", "mentioned_mia", "steady_stan", "purged_pia", "quiet_quinn", "new_nora"]


def end(day: date) -> datetime:
    """The midnight at which a day ends."""
    return datetime(day.year, day.month, day.day, tzinfo=UTC) + timedelta(days=1)


def days(first: date, last: date) -> list[date]:
    """Every day of a range."""
    return [first + timedelta(days=step) for step in range((last - first).days + 1)]


def cells(file: bytes) -> list[dict[str, str]]:
    """The rows of a file by the titles of its header."""
    return list(csv.DictReader(io.StringIO(file.decode())))


def total(file: bytes, title: str) -> int:
    """The sum of a column."""
    return sum(int(row[title]) for row in cells(file))


def owner(world: World, handle: str) -> Owner:
    """Whose export it is."""
    return Owner(str(world.account(handle).id), handle)


def overview(world: World, handle: str, first: date = FIRST, last: date = LAST) -> Export:
    """The overview as the pipeline reads it on the day after."""
    file = analytics_csv(world, handle, first, last)
    return analytics_export(file, account_analytics_name(), owner(world, handle), last + timedelta(days=1))


def rebuilt_counts(world: World, handle: str, first: date, last: date) -> list[int]:
    """Followers at the end of each day from the one before `first`, rebuilt by the pipeline from that day's count."""
    before = first - timedelta(days=1)
    anchor = Anchor(before, world.followers_count(world.account(handle).id, end(before)))
    counts = counts_from_anchor(overview(world, handle, first, last), anchor)
    rebuilt: list[int] = counts["followers_count"].tolist()
    return rebuilt


def test_the_overview_is_written_as_x_writes_it(world: World) -> None:
    """X's file begins with this header and quotes its dates, newest first, with LF and no newline at the end."""
    lines = analytics_csv(world, "frank", date(2026, 7, 30), date(2026, 8, 2)).decode().split("\n")
    header = (
        "Date,Impressions,Likes,Engagements,Bookmarks,Shares,New follows,Unfollows,Replies,Reposts,Profile visits,"
        "Create Post,Video views,Media views"
    )
    expected = ['"Sun, Aug 2, 2026"', '"Sat, Aug 1, 2026"', '"Fri, Jul 31, 2026"', '"Thu, Jul 30, 2026"']
    assert [header] == lines[:1]
    assert expected == [line[: line.rindex('"') + 1] for line in lines[1:]]
    assert "account_overview_analytics.csv" == account_analytics_name()


def test_the_content_export_is_written_as_x_writes_it(world: World) -> None:
    """X's file of 2026 has these 17 columns, quoted dates, ids as text and the address of each post."""
    file = content_csv(world, "frank", FIRST, LAST).decode()
    header = (
        "Post id,Date,Post text,Post Link,Impressions,Likes,Engagements,Bookmarks,Shares,New follows,Replies,Reposts,"
        "Profile visits,Detail Expands,URL Clicks,Hashtag Clicks,Permalink Clicks"
    )
    row = cells(file.encode())[0]
    assert header == file.split("\n")[0]
    assert "\r" not in file
    assert file.split("\n")[1].startswith(f'{row["Post id"]},"{row["Date"]}",')
    assert f"https://x.com/frank/status/{row['Post id']}" == row["Post Link"]
    assert "account_analytics_content_2026-01-01_2026-06-17.csv" == content_name(date(2026, 1, 1), date(2026, 6, 17))


@pytest.mark.parametrize("handle", ACCOUNTS)
def test_the_pipeline_reads_both_files_as_they_are(world: World, handle: str) -> None:
    """Every day since the account exists is there, every post of the days too, and nothing needs a note."""
    since = max(FIRST, date(2026, 6, 9)) if handle == "new_nora" else FIRST
    export = overview(world, handle)
    assert (since, LAST, len(days(since, LAST)), ()) == (
        *export.days, len(export.rows(ACCOUNT_ACTIVITY)), export.notes,
    )  # fmt: skip
    file = content_csv(world, handle, FIRST, LAST)
    posts = content_export(file, content_name(FIRST, LAST), owner(world, handle), LAST + timedelta(days=1))
    assert (LAST, ()) == (posts.days[1], posts.notes)
    assert export.rows(ACCOUNT_ACTIVITY)["day_posts_count"].sum() == len(posts.rows(POSTS))


@pytest.mark.parametrize("handle", ["frank", "purged_pia", "steady_stan", "viral_vera"])
def test_counts_rebuilt_from_an_anchor_are_the_public_ones_at_every_midnight(world: World, handle: str) -> None:
    """F(d) = F(d-1) + new - lost, through the wave, the purge, the drip and the viral post."""
    id_ = world.account(handle).id
    before = FIRST - timedelta(days=1)
    expected = [world.followers_count(id_, end(day)) for day in days(before, LAST)]
    assert expected == rebuilt_counts(world, handle, FIRST, LAST)


def test_a_new_account_s_first_day_begins_with_nobody(world: World) -> None:
    """Nora's account was created on June 9: her follows and unfollows since then add up to her count."""
    file = analytics_csv(world, "new_nora", FIRST, LAST)
    assert "Tue, Jun 9, 2026" == cells(file)[-1]["Date"]
    followers = world.followers_count(world.account("new_nora").id, end(LAST))
    assert followers == total(file, "New follows") - total(file, "Unfollows")


def test_counts_of_a_computed_account_are_rebuilt_too() -> None:
    """The same holds for followers computed from their rank, before and after June 1."""
    lena = large_account(7, followers_count=20_000)
    first, last = date(2026, 5, 20), date(2026, 6, 20)
    expected = [lena.followers_count(lena.account("large_lena").id, end(day)) for day in days(date(2026, 5, 19), last)]
    assert expected == rebuilt_counts(lena, "large_lena", first, last)


@pytest.mark.parametrize("handle", ["frank", "viral_vera", "quiet_quinn"])
def test_what_days_received_adds_up_to_the_growth_of_the_posts_counts(world: World, handle: str) -> None:
    """Summed over days: the cumulative counts at the last midnight less those at the first; a repost has none."""
    book, number = world.posts, world.account(handle).number
    file = analytics_csv(world, handle, FIRST, LAST)
    start, stop = (int(end(day).timestamp() * 1_000) for day in (FIRST - timedelta(days=1), LAST))
    for title, name in (
        ("Likes", "likes"), ("Impressions", "impressions"), ("Bookmarks", "bookmarks"), ("Replies", "replies"),
        ("Reposts", "reposts"),
    ):  # fmt: skip
        by_stop, by_start = (
            sum(getattr(book.counts(row, at), name) for row in book.by_author(number, at).tolist())
            for at in (stop, start)
        )
        assert by_stop - by_start == total(file, title), title


def test_a_post_s_metrics_are_those_of_the_api_at_the_same_moment(app: Caller) -> None:
    """Vera's week of the viral post, as the HTTP API answers for it at the midnight at which the last day ends."""
    first, last = date(2026, 6, 20), date(2026, 6, 26)
    rows = cells(content_csv(app.sandbox.world, "viral_vera", first, last))
    app.sandbox.set_clock(end(last))
    answer = app.body("/2/tweets", ids=",".join(row["Post id"] for row in rows), **app.post_fields)["data"]
    reposts = "repost_count" if app.is_post else "retweet_count"
    names = {
        "Impressions": "impression_count", "Likes": "like_count", "Bookmarks": "bookmark_count",
        "Replies": "reply_count", "Reposts": reposts,
    }  # fmt: skip
    expected = [[post["text"], *(post["public_metrics"][name] for name in names.values())] for post in answer]
    assert expected == [[row["Post text"], *(int(row[title]) for title in names)] for row in rows]
    assert max(int(row["Likes"]) for row in rows) > 1_000


def test_the_content_export_has_the_posts_of_the_api_s_timeline_without_reposts(tweet_app: Caller) -> None:
    """Frank's newest posts by the API, reposts left out, are the first rows, in the same order."""
    tweet_app.sandbox.set_clock(end(LAST))
    path = f"/2/users/{tweet_app.id_of('frank')}/tweets"
    posts = tweet_app.body(path, max_results=100, **tweet_app.post_fields)["data"]
    expected = [
        post["id"]
        for post in posts
        if "retweeted" not in {reference["type"] for reference in post.get("referenced_tweets", [])}
    ]
    rows = cells(content_csv(tweet_app.sandbox.world, "frank", FIRST, LAST))
    assert 80 < len(expected) < 100
    assert expected == [row["Post id"] for row in rows][: len(expected)]


def test_engagements_are_at_least_their_parts(world: World) -> None:
    """X counts clicks as engagements beside likes, replies, reposts and bookmarks; visits from posts are clicks."""
    parts = ("Likes", "Replies", "Reposts", "Bookmarks")
    for row in cells(content_csv(world, "viral_vera", FIRST, LAST)):
        clicks = int(row["Profile visits"]) + int(row["Detail Expands"]) + int(row["Permalink Clicks"])
        assert int(row["Engagements"]) >= sum(int(row[part]) for part in parts) + clicks
    for row in cells(analytics_csv(world, "viral_vera", FIRST, LAST)):
        assert int(row["Engagements"]) >= sum(int(row[part]) for part in parts)


@pytest.mark.parametrize("handle", ACCOUNTS)
def test_posts_do_not_bring_more_follows_than_there_were(world: World, handle: str) -> None:
    """The new follows that X ascribes to posts are some of the account's."""
    by_posts = total(content_csv(world, handle, FIRST, LAST), "New follows")
    assert by_posts <= total(analytics_csv(world, handle, FIRST, LAST), "New follows")


def test_a_celebrity_s_mention_sends_visitors_to_the_profile(world: World) -> None:
    """On July 9 Mia, whom Stella had named, is visited more than tenfold as often as on any day of June."""
    overviews = analytics_csv(world, "mentioned_mia", date(2026, 6, 1), date(2026, 6, 30))
    june = [int(row["Profile visits"]) for row in cells(overviews)]
    (after,) = cells(analytics_csv(world, "mentioned_mia", date(2026, 7, 9), date(2026, 7, 9)))
    assert int(after["Profile visits"]) > 10 * max(june)


def test_nothing_of_later_days_is_in_the_file(world: World) -> None:
    """What was downloaded on June 24, when Vera's post went viral, is the lower part of what is downloaded later."""
    early = analytics_csv(world, "viral_vera", FIRST, date(2026, 6, 24)).decode().split("\n")
    late = analytics_csv(world, "viral_vera", FIRST, LAST).decode().split("\n")
    assert early[1:] == late[-len(early) + 1 :]
    last = cells(content_csv(world, "viral_vera", FIRST, date(2026, 6, 24)))[0]["Date"]
    assert "Wed, Jun 24, 2026" == last


def test_an_account_that_does_not_exist_yet_has_no_export(world: World) -> None:
    """Nora's account was created on June 9: a file up to June 8 is refused with a sentence."""
    for export in (analytics_csv, content_csv):
        with pytest.raises(
            ValueError, match=r"new_nora did not exist by 2026-06-08: ask for days from 2026-06-09 on\."
        ):
            export(world, "new_nora", FIRST, date(2026, 6, 8))
    with pytest.raises(ValueError, match="give the earlier day first"):
        analytics_csv(world, "frank", LAST, FIRST)
