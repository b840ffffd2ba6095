"""The archive of X gives the whole follower list and all posts, and nothing that is nobody's business."""

import json
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from time import process_time

import pytest

from tasks.schema.check import refuse_problems
from tasks.schema.frames import arrow
from tasks.schema.staged import ACCOUNT_SNAPSHOTS, FOLLOWER_ARRIVALS, POSTS
from tasks.sources.exports.archive import archive_export
from tasks.sources.exports.export import ExportRefusedError, Owner
from tests.unit.exports.archives import (
    ADDRESS,
    FOLLOWERS,
    LISTS,
    NEW_ID,
    SECRET,
    TWEETS,
    follower,
    members,
    post,
    saved_archive,
    script,
    zipped,
)
from tests.unit.frames import values

ADA = Owner("@ada", "ada")
TODAY = date(2026, 9, 1)
MADE = datetime(2026, 8, 15, 6, 33, 7, 558_000, tzinfo=UTC)
BORN = datetime(2021, 1, 6, 18, 40, 40, 344_000, tzinfo=UTC)


def test_the_list_is_a_baseline_in_follow_order(tmp_path: Path) -> None:
    """X lists the newest first; the oldest gets place 0, and a follower came after everybody older was created."""
    arrivals = archive_export(saved_archive(tmp_path), ADA, TODAY).rows(FOLLOWER_ARRIVALS)
    expected = [
        (0, 12, "2026-08-15", None, None, MADE, True, False),
        (1, 77, "2026-08-15", None, None, MADE, True, False),
        (2, NEW_ID, "2026-08-15", BORN, BORN, MADE, True, False),
        (3, NEW_ID + 9, "2026-08-15", BORN, BORN, MADE, True, False),
    ]
    times = ["follower_created_at", "followed_after", "followed_before"]
    read = ["arrival_number", "follower_id", "first_seen_date", *times, "is_baseline", "is_return"]
    assert expected == values(arrivals, read)
    assert arrivals["follower_followers_count"].isna().all()


def test_posts_have_the_counts_that_the_archive_states(tmp_path: Path) -> None:
    """Reposts are known by their text, answers by whom they answer; impressions and quotes are not in an archive."""
    posts = archive_export(saved_archive(tmp_path), ADA, TODAY).rows(POSTS)
    old = datetime(2008, 11, 3, 8, 50, 26, tzinfo=UTC)
    expected = [
        (20, old, False, False, 3, 1),
        (NEW_ID + 1, BORN, False, False, 3, 1),
        (NEW_ID + 2, BORN, True, False, 0, 9000),
        (NEW_ID + 3, BORN, False, True, 3, 1),
        (NEW_ID + 4, BORN, False, False, 3, 1),
    ]
    read = ["post_id", "created_at", "is_repost", "is_reply_to_other", "like_count", "repost_count"]
    assert expected == values(posts, read)
    assert posts[["impression_count", "quote_count", "is_quote"]].isna().all(axis=None)


def test_the_account_is_the_archives_own(tmp_path: Path) -> None:
    """The archive names the account's id; the length of its list is no public count, so the count stays unknown."""
    export = archive_export(saved_archive(tmp_path), ADA, TODAY)
    expected = [("4242", "ada", "archive", MADE, None, datetime(2009, 3, 11, 21, 4, 23, tzinfo=UTC))]
    read = ["account_id", "handle", "source", "observed_at", "followers_count", "account_created_at"]
    assert expected == values(export.rows(ACCOUNT_SNAPSHOTS), read)
    assert Owner("4242", "ada") == export.owner
    assert (date(2008, 11, 3), date(2026, 8, 15)) == export.days
    assert ("the list names 4 followers; X's own count also has those whom it hides",) == export.notes


def test_the_rows_hold_what_the_tables_promise(tmp_path: Path) -> None:
    """Types, keys, bounds and closed lists hold, also of an account that nobody follows and that never posted."""
    nobody = zipped(members({**LISTS, "follower": [("data/follower.js", "follower.part0", [])], "tweets": []}))
    for contents in (None, nobody):
        export = archive_export(saved_archive(tmp_path, contents), ADA, TODAY)
        refuse_problems(FOLLOWER_ARRIVALS, arrow(FOLLOWER_ARRIVALS, export.rows(FOLLOWER_ARRIVALS)))
        refuse_problems(POSTS, arrow(POSTS, export.rows(POSTS)))
        refuse_problems(ACCOUNT_SNAPSHOTS, arrow(ACCOUNT_SNAPSHOTS, export.rows(ACCOUNT_SNAPSHOTS)))


def test_only_what_is_needed_is_kept(tmp_path: Path) -> None:
    """Neither the owner's address nor a message nor a text of a post is in what is kept."""
    kept = archive_export(saved_archive(tmp_path), ADA, TODAY).content.decode()
    assert [NEW_ID + 9, NEW_ID, 77, 12] == json.loads(kept)["followers"]
    assert not any(private in kept for private in (ADDRESS, SECRET, "look", "hello"))


def test_what_stands_twice_is_taken_once_and_said(tmp_path: Path) -> None:
    """A follower listed twice keeps the newer place; a post in two parts counts once."""
    twice = {
        **LISTS,
        "follower": [("data/follower.js", "follower.part0", [follower(5), follower(77), follower(5)])],
        "tweets": [("data/tweets.js", "tweets.part0", [post(NEW_ID), post(NEW_ID, favorite_count="9")])],
    }
    export = archive_export(saved_archive(tmp_path, zipped(members(twice))), ADA, TODAY)
    assert [(77, 0), (5, 1)] == values(export.rows(FOLLOWER_ARRIVALS), ["follower_id", "arrival_number"])
    assert [3] == export.rows(POSTS)["like_count"].tolist()
    assert ("1 followers stand twice and were taken once", "1 posts stand twice and were taken once") == export.notes[
        1:
    ]


@pytest.mark.parametrize(
    ("member", "content"),
    [
        ("data/follower.js", b"\xef\xbb\xbf" + script("follower.part0", FOLLOWERS)),
        ("data/follower.js", script("follower.part0", FOLLOWERS).replace(b"\n", b"\r\n") + b";\r\n"),
        ("data/follower.js", b"window.YTD.follower.part0=" + json.dumps(FOLLOWERS).encode()),
        ("data/tweets.js", script("tweets.part0", [entry["tweet"] for entry in TWEETS[:3]])),
    ],
)
def test_how_a_script_was_saved_changes_nothing(tmp_path: Path, member: str, content: bytes) -> None:
    """A byte order mark, other line ends, no blanks, and posts without their wrapper (before 2020) are read alike."""
    expected = archive_export(saved_archive(tmp_path), ADA, TODAY)
    other = archive_export(saved_archive(tmp_path, zipped(members() | {member: content})), ADA, TODAY)
    assert expected.content == other.content


def test_a_hundred_thousand_followers_are_read_whole_within_ten_seconds(tmp_path: Path) -> None:
    """Objects that end where a piece of the text ends are neither lost nor read twice; it takes about half a second."""
    ids = [NEW_ID + 1_000 * number for number in range(100_000, 0, -1)]
    entries = [follower(account_id) for account_id in ids]
    long = {**LISTS, "follower": [("data/follower.js", "follower.part0", entries)]}
    path = saved_archive(tmp_path, zipped(members(long)))
    began = process_time()
    arrivals = archive_export(path, ADA, TODAY).rows(FOLLOWER_ARRIVALS)
    assert 10 > process_time() - began
    assert ids[::-1] == arrivals["follower_id"].tolist()


@pytest.mark.parametrize(
    ("said", "owner", "today"),
    [
        ("is of @Ada, not of @bob; give that handle, or --account-id 4242", Owner("@bob", "bob"), TODAY),
        ("is of account 4242, not of 5", Owner("5", "ada"), TODAY),
        ("says it was made on 2026-08-15, but today is", ADA, MADE.date() - timedelta(days=1)),
    ],
)
def test_an_archive_of_somebody_else_or_of_tomorrow_is_refused(
    tmp_path: Path, said: str, owner: Owner, today: date
) -> None:
    """The archive says whose it is and when it was made."""
    with pytest.raises(ExportRefusedError, match=said):
        archive_export(saved_archive(tmp_path), owner, today)


def test_a_renamed_account_is_known_by_its_id(tmp_path: Path) -> None:
    """The handle of today is taken when the id is the archive's."""
    assert Owner("4242", "ada2") == archive_export(saved_archive(tmp_path), Owner("4242", "ada2"), TODAY).owner
