from datetime import UTC, datetime

import pytest

from sandbox.server.vocabulary import VOCABULARIES
from tests.sandbox.caller import Caller
from tests.sandbox.openapi import Judge, with_nulls

JULY_15 = datetime(2026, 7, 15, 12, tzinfo=UTC)


@pytest.fixture
def judge(app: Caller) -> Judge:
    """X's file of the vocabulary in use."""
    return Judge(app.word)


@pytest.fixture
def frank(app: Caller) -> int:
    """Frank's id."""
    return app.id_of("frank")


def test_nullable_is_read_as_openapi_means_it() -> None:
    """`nullable: true` allows null beside the declared type, and nothing else."""
    assert {"anyOf": [{"type": "string"}, {"type": "null"}]} == with_nulls({"type": "string", "nullable": True})


def test_the_judge_finds_a_wrong_body(judge: Judge) -> None:
    """A user without an id's form, or with a field of no vocabulary, is refused: the judge is not asleep."""
    path = "/2/users/{id}/followers"
    assert [] == judge.complaints(path, {"data": [{"id": "1", "name": "a", "username": "a"}]})
    assert [] != judge.complaints(path, {"data": [{"id": "1", "name": "a", "username": "a", "shoe_size": 43}]})
    assert [] != judge.complaints(path, {"data": [{"id": 1, "name": "a", "username": "a"}]})


@pytest.mark.parametrize("parameter", ["ids", "usernames"])
def test_user_look_ups_are_as_x_declares(app: Caller, judge: Judge, frank: int, parameter: str) -> None:
    """Look-ups with found, missing and suspended users hold what X's file declares, in both vocabularies."""
    values = {"ids": f"{frank},{app.id_of('suspended_sue')},999", "usernames": "frank,suspended_sue,nobody_here"}
    path = {"ids": "/2/users", "usernames": "/2/users/by"}[parameter]
    body = app.body(path, **{parameter: values[parameter]}, **app.user_fields)
    assert [] == judge.complaints(path, body)
    assert ["frank"] == [user["username"] for user in body["data"]]
    assert ["Forbidden", "Not Found Error"] == [error["title"] for error in body["errors"]]


def test_single_users_are_as_x_declares(app: Caller, judge: Judge, frank: int) -> None:
    """One user by id, by handle and by its own token: an object in `data`."""
    assert [] == judge.complaints("/2/users/{id}", app.body(f"/2/users/{frank}", **app.user_fields))
    by_handle = app.body("/2/users/by/username/frank", **app.user_fields)
    assert [] == judge.complaints("/2/users/by/username/{username}", by_handle)
    with Caller(app.sandbox, frank) as own:
        body = own.body("/2/users/me", **app.user_fields)
    assert [] == judge.complaints("/2/users/me", body)
    assert str(frank) == body["data"]["id"]


@pytest.mark.parametrize("handle", ["frank", "viral_vera", "purged_pia", "new_nora"])
def test_followers_are_as_x_declares(app: Caller, judge: Judge, handle: str) -> None:
    """A page of followers with every field a pipeline reads, people and batch-made accounts alike."""
    app.sandbox.set_clock(JULY_15)
    body = app.body(f"/2/users/{app.id_of(handle)}/followers", max_results=1000, **app.user_fields)
    assert [] == judge.complaints("/2/users/{id}/followers", body)
    assert len(body["data"]) == body["meta"]["result_count"]


def test_followed_users_are_as_x_declares(app: Caller, judge: Judge, frank: int) -> None:
    """Frank follows 410 accounts."""
    body = app.body(f"/2/users/{frank}/following", max_results=1000)
    assert [] == judge.complaints("/2/users/{id}/following", body)
    assert 410 == body["meta"]["result_count"]


@pytest.mark.parametrize("path", ["tweets", "mentions"])
def test_timelines_are_as_x_declares(app: Caller, judge: Judge, frank: int, path: str) -> None:
    """Own posts and mentions, with all fields and expansions that exist in the vocabulary."""
    referred = VOCABULARIES[app.word].reference_expansion
    expansions = f"author_id,in_reply_to_user_id,entities.mentions.username,{referred}"
    body = app.body(
        f"/2/users/{frank}/{path}", max_results=100, expansions=expansions, **app.post_fields, **app.user_fields
    )
    assert [] == judge.complaints(f"/2/users/{{id}}/{path}", body)
    assert {"users", app.word + "s"} == set(body["includes"])


def test_posts_by_id_are_as_x_declares(app: Caller, judge: Judge, frank: int) -> None:
    """Posts looked up by id, one of them missing."""
    known = [post["id"] for post in app.body(f"/2/users/{frank}/tweets", max_results=5)["data"]]
    body = app.body("/2/tweets", ids=",".join([*known, "12345"]), **app.post_fields)
    assert [] == judge.complaints("/2/tweets", body)
    assert known == [post["id"] for post in body["data"]]
    assert ["12345"] == [error["value"] for error in body["errors"]]


def test_engagers_are_as_x_declares(app: Caller, judge: Judge, frank: int) -> None:
    """Likers, reposters and quotes of a post, and the posts of mine that were reposted."""
    with Caller(app.sandbox, frank) as own:
        post = own.body("/2/users/reposts_of_me", **app.post_fields)
        assert [] == judge.complaints("/2/users/reposts_of_me", post)
        row = post["data"][0]["id"]
        for name in ("liking_users", "retweeted_by"):
            body = own.body(f"/2/tweets/{row}/{name}", **app.user_fields)
            assert [] == judge.complaints(f"/2/tweets/{{id}}/{name}", body)
            assert body["meta"]["result_count"] > 0
        quotes = own.body(f"/2/tweets/{row}/quote_tweets", **app.post_fields)
    assert [] == judge.complaints("/2/tweets/{id}/quote_tweets", quotes)


@pytest.mark.parametrize("period", ["recent", "all"])
def test_search_and_counts_are_as_x_declares(app: Caller, judge: Judge, period: str) -> None:
    """Search and counts agree: the same posts, found and counted."""
    found = app.body(f"/2/tweets/search/{period}", query="@frank is:reply", max_results=100, **app.post_fields)
    assert [] == judge.complaints(f"/2/tweets/search/{period}", found)
    counted = app.body("/2/tweets/counts/recent", query="@frank is:reply", granularity="day")
    assert [] == judge.complaints("/2/tweets/counts/recent", counted)
    if period == "recent":
        assert found["meta"]["result_count"] == counted["meta"][f"total_{app.word}_count"]


def test_usage_is_as_x_declares(app: Caller, judge: Judge, frank: int) -> None:
    """Usage counts the posts read: five here, as a number (tweet) or a string (post)."""
    app.body(f"/2/users/{frank}/tweets", max_results=5)
    body = app.body("/2/usage/tweets", usage__fields="project_usage,project_cap,daily_project_usage,cap_reset_day")
    assert [] == judge.complaints("/2/usage/tweets", body)
    assert ("5" if app.is_post else 5) == body["data"]["project_usage"]


def test_an_empty_page_has_no_data_or_an_empty_list(app: Caller, judge: Judge) -> None:
    """Nora has no followers when she begins: tweet leaves `data` out, post sends an empty list; both count 0."""
    app.sandbox.set_clock(datetime(2026, 6, 9, 8, 30, tzinfo=UTC))
    body = app.body(f"/2/users/{app.id_of('new_nora')}/followers")
    assert [] == judge.complaints("/2/users/{id}/followers", body)
    assert ({"data": [], "meta": {"result_count": 0}} if app.is_post else {"meta": {"result_count": 0}}) == body


def test_only_fields_asked_for_are_sent(app: Caller, frank: int) -> None:
    """Without field parameters a user is id, name and username; a post id and text, in tweet also its edit history."""
    assert {"id", "name", "username"} == set(app.body(f"/2/users/{frank}")["data"])
    post = app.body(f"/2/users/{frank}/tweets")["data"][0]
    assert ({"id", "text"} if app.is_post else {"id", "text", "edit_history_tweet_ids"}) == set(post)


def test_last_posts_come_as_a_field_or_behind_an_expansion(app: Caller, frank: int) -> None:
    """Last activity is a field in tweet and an expansion, with the post included, in post."""
    asked = {"expansions": "most_recent_post_id"} if app.is_post else {"user.fields": "most_recent_tweet_id"}
    body = app.body(f"/2/users/{frank}/followers", max_results=50, **asked)
    ids = {user[f"most_recent_{app.word}_id"] for user in body["data"] if f"most_recent_{app.word}_id" in user}
    assert ids
    assert (ids if app.is_post else set()) == {post["id"] for post in body.get("includes", {}).get("posts", [])}
