from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pandas as pd
import pytest

from tasks.schema.check import refuse_problems
from tasks.schema.frames import arrow
from tasks.schema.staged import ACCOUNT_SNAPSHOTS, ENGAGEMENTS, POSTS
from tasks.sources.x_api.pages import RawPage
from tasks.sources.x_api.parse import parse_engagements, parse_posts, parse_snapshots
from tests.x_api.invented import FRANK, page, user

SNOWFLAKE = 1346889436626259968
OTHER = "77"


def _post(number: int = SNOWFLAKE, **said: Any) -> dict[str, Any]:  # noqa: ANN401 - X may say anything
    return {"id": str(number), "text": "Good morning", "conversation_id": str(number), **said}


def _only(rows: pd.DataFrame) -> dict[str, Any]:
    """The one row, with null as None."""
    assert len(rows) == 1
    return {str(name): None if pd.isna(value) else value for name, value in rows.iloc[0].items()}


@pytest.mark.parametrize("word", ["tweet_count", "post_count"])
def test_both_vocabularies_give_the_same_snapshot(word: str) -> None:
    """`tweet_count` and `post_count` are one number: the posts of a life."""
    counts = {"followers_count": 1600, "following_count": 300, word: 4200, "listed_count": 12}
    frank = user(int(FRANK), username="frank", protected=True, public_metrics=counts)
    rows = parse_snapshots([page("users", [frank], batch="accounts-0", subject_id=None)])
    refuse_problems(ACCOUNT_SNAPSHOTS, arrow(ACCOUNT_SNAPSHOTS, rows))
    row = _only(rows)
    assert (1600, 300, 4200, 12) == tuple(
        row[name] for name in ("followers_count", "following_count", "posts_count", "listed_count")
    )
    assert (FRANK, "frank", "x_api", False, True) == tuple(
        row[name] for name in ("account_id", "handle", "source", "is_estimated", "is_protected")
    )
    assert pd.Timestamp("2026-07-01 06:00Z") == row["observed_at"]
    assert pd.Timestamp("2020-03-01 10:00Z") == row["account_created_at"]


@pytest.mark.parametrize("absent", [{}, {"public_metrics": None}, {"public_metrics": {"followers_count": None}}])
def test_a_missing_count_is_null(absent: dict[str, Any]) -> None:
    """Absent and null are alike, and neither is zero; without a count nothing is estimated."""
    said = {"id": FRANK, "username": "frank", "protected": None, "created_at": None} | absent
    row = _only(parse_snapshots([page("users", [said], batch="accounts-0", subject_id=None)]))
    for name in ("followers_count", "posts_count", "is_estimated", "is_protected", "account_created_at"):
        assert row[name] is None, name


def test_times_are_read_with_and_without_milliseconds() -> None:
    """X writes both forms, also on one page."""
    said = [user(1, created_at="2013-12-14T04:35:55Z"), user(2, created_at="2013-12-14T04:35:55.120Z")]
    rows = parse_snapshots([page("users", said, batch="accounts-0", subject_id=None)])
    assert ["2013-12-14 04:35:55+00:00", "2013-12-14 04:35:55.120000+00:00"] == [
        str(moment) for moment in rows["account_created_at"]
    ]


def test_the_last_reading_of_a_day_stands() -> None:
    """An account read by handle and again by id has one row."""
    first = page("users_by", [user(1)], batch="accounts-0", subject_id=None)
    second = page("users", [user(1, username="renamed")], batch="accounts-1", subject_id=None, sequence=5)
    assert _only(parse_snapshots([second, first]))["handle"] == "renamed"


def test_long_and_short_ids_stay_exact() -> None:
    """19 digits do not pass through a float."""
    rows = parse_posts([page("timeline", [_post(1801234567890123457)])])
    assert [1801234567890123457] == rows["post_id"].tolist()


@pytest.mark.parametrize("word", ["retweet_count", "repost_count"])
def test_both_vocabularies_give_the_same_post(word: str) -> None:
    """Reposts have two names, the other counts one."""
    counts = {word: 4, "like_count": 3, "reply_count": 2, "quote_count": 1, "bookmark_count": 0, "impression_count": 90}
    rows = parse_posts([page("timeline", [_post(created_at="2026-07-01T05:00:00.000Z", public_metrics=counts)])])
    refuse_problems(POSTS, arrow(POSTS, rows))
    row = _only(rows)
    assert (4, 3, 2, 1, 0, 90) == tuple(
        row[f"{name}_count"] for name in ("repost", "like", "reply", "quote", "bookmark", "impression")
    )
    assert pd.Timestamp("2026-07-01 05:00Z") == row["created_at"]


def test_a_post_without_a_time_has_that_of_its_id() -> None:
    """2021-01-06T18:40:40.344Z is what X's documentation says of this id."""
    row = _only(parse_posts([page("timeline", [_post()])]))
    assert pd.Timestamp("2021-01-06 18:40:40.344Z") == row["created_at"]


@pytest.mark.parametrize(
    ("said", "repost", "quote", "reply"),
    [
        ({}, False, False, False),
        ({"referenced_tweets": [{"type": "retweeted", "id": "5"}]}, True, False, False),
        ({"referenced_tweets": [{"type": "quoted", "id": "5"}]}, False, True, False),
        (
            {
                "referenced_tweets": [{"type": "replied_to", "id": "5"}],
                "conversation_id": "5",
                "in_reply_to_user_id": OTHER,
            },
            False,
            False,
            True,
        ),
        (
            {
                "referenced_tweets": [{"type": "replied_to", "id": "5"}],
                "conversation_id": "5",
                "in_reply_to_user_id": FRANK,
            },
            False,
            False,
            False,
        ),
        (
            {"referenced_tweets": [{"type": "replied_to", "id": "5"}], "conversation_id": "5"},
            False,
            False,
            None,
        ),
    ],
)
def test_the_kind_of_a_post(said: dict[str, Any], repost: bool | None, quote: bool | None, reply: bool | None) -> None:
    """In the tweet vocabulary a missing reference means none; a reply to nobody knows whom is unknown."""
    row = _only(parse_posts([page("timeline", [_post(**said)])]))
    assert (repost, quote, reply) == (row["is_repost"], row["is_quote"], row["is_reply_to_other"])


@pytest.mark.parametrize(
    ("said", "repost", "quote", "reply"),
    [
        ({}, None, None, False),
        ({"conversation_id": "5"}, None, None, None),
        ({"referenced_posts": [{"type": "quoted", "id": "5"}]}, False, True, False),
        ({"conversation_id": "5", "in_reply_to_user_id": OTHER}, None, None, True),
    ],
)
def test_the_kind_of_a_post_in_the_post_vocabulary(
    said: dict[str, Any], repost: bool | None, quote: bool | None, reply: bool | None
) -> None:
    """There references are bought apart: without them the kind is unknown, but an opening post answers nobody."""
    row = _only(parse_posts([page("timeline", [_post(**said)], dialect="post")]))
    assert (repost, quote, reply) == (row["is_repost"], row["is_quote"], row["is_reply_to_other"])


def test_a_second_look_replaces_the_first() -> None:
    """A post in the timeline and in a later look-up of the day has the later metrics, once."""
    first = page("timeline", [_post(public_metrics={"like_count": 1})])
    second = page("posts", [_post(public_metrics={"like_count": 2})], subject_id=None, sequence=1)
    assert _only(parse_posts([second, first]))["like_count"] == 2


def test_a_mention_that_answers_is_a_reply_to_the_post_it_answers() -> None:
    """A reply counts for the account's post; another mention stands under its own id; both have a time."""
    reply = _post(
        2,
        author_id="70",
        created_at="2026-07-01T05:00:00Z",
        in_reply_to_user_id=FRANK,
        referenced_tweets=[{"type": "replied_to", "id": "1"}],
    )
    mention = _post(3, author_id="71", created_at="2026-07-01T05:01:00Z")
    rows = parse_engagements([page("mentions", [mention, reply])])
    refuse_problems(ENGAGEMENTS, arrow(ENGAGEMENTS, rows))
    assert [(1, 70, "reply"), (3, 71, "mention")] == list(
        zip(rows["post_id"], rows["actor_id"], rows["kind"], strict=True)
    )
    assert rows["engaged_at"].notna().all()


def test_an_unknown_author_has_no_row() -> None:
    """In the post vocabulary, without the expansion, nobody can say who mentioned or quoted."""
    assert parse_engagements([page("mentions", [_post(3)], dialect="post")]).empty


def test_an_expanded_author_brings_the_followers() -> None:
    """With the expansion the author and its follower count are known."""
    author = user(71, public_metrics={"followers_count": 900})
    quotes = page("quotes", [_post(3, author_id="71")], subject_id="12", dialect="post", includes={"users": [author]})
    rows = parse_engagements([replace(quotes, parameters={**quotes.parameters, "expansions": "author_id"})])
    row = _only(rows)
    assert (12, 71, "quote", 900) == (row["post_id"], row["actor_id"], row["kind"], row["actor_followers_count"])


def test_likers_and_reposters_have_no_time() -> None:
    """X lists them without one, so there is none; one person is one row for each kind."""
    pages = [
        page("likers", [user(1), user(2)], subject_id="12"),
        page("likers", [user(2)], subject_id="12", sequence=1),
        page("reposters", [user(1)], subject_id="12"),
    ]
    rows = parse_engagements(pages)
    assert [(1, "like"), (1, "repost"), (2, "like")] == list(zip(rows["actor_id"], rows["kind"], strict=True))
    assert rows["engaged_at"].isna().all()
    assert [10, 10, 10] == rows["actor_followers_count"].tolist()


@pytest.mark.parametrize("parse", [parse_snapshots, parse_posts, parse_engagements])
def test_pages_of_nothing_are_no_rows(parse: Callable[[list[RawPage]], pd.DataFrame]) -> None:
    """An empty list, in both vocabularies, and a failure give an empty table with its columns."""
    nothing: tuple[list[dict[str, Any]] | None, ...] = ([], None)
    pages = [page(name, objects) for name in ("users", "timeline", "mentions") for objects in nothing]
    assert parse(pages).empty
    assert parse([]).columns.tolist()
