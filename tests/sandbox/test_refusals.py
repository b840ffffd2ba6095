import json
from typing import Any

import pytest

from sandbox.serve import serve
from sandbox.settings import Settings
from sandbox.worlds import World
from tests.sandbox.caller import Caller
from tests.sandbox.openapi import FOLDER, Judge

Json = dict[str, Any]
PREFIX = {"tweet": "https://api.twitter.com/2/problems/", "post": "https://api.x.com/2/problems/"}


@pytest.fixture(scope="module")
def quoted() -> Json:
    """Bodies as public sources quote them."""
    path = FOLDER / "errors.json"
    if not path.exists():
        pytest.skip(f"The quoted error bodies {path} are not here, so the sandbox's cannot be compared with them.")
    bodies: Json = json.loads(path.read_text())
    return bodies


def bare(body: Json) -> Json:
    """A quoted body without the annotations (keys that begin with an underscore)."""
    return {name: value for name, value in body.items() if not name.startswith("_")}


@pytest.mark.parametrize(
    ("fault", "status", "key"),
    [
        ("unauthorized", 401, "401"),
        ("credits_depleted", 402, "402_credits_depleted"),
        ("not_enrolled", 403, "403_client_not_enrolled"),
        ("usage_capped", 429, "429_usage_cap"),
        ("rate_limited_as_problem", 429, "429_rate_limit"),
    ],
)
def test_refusals_are_word_for_word(tweet_app: Caller, quoted: Json, fault: str, status: int, key: str) -> None:
    """Each refusal has the status and body that public sources quote."""
    tweet_app.sandbox.inject(fault)
    response = tweet_app.ask("/2/users/by", usernames="frank")
    assert status == response.status_code
    assert bare(quoted[key]) == response.json()


@pytest.mark.parametrize("token", ["Bearer None", "Bearer wrong", "", 'OAuth oauth_token="1-a", oauth_signature="s"'])
def test_unknown_tokens_are_unauthorized(tweet_app: Caller, quoted: Json, token: str) -> None:
    """No token, the literal None, and tokens of nobody get 401."""
    response = tweet_app.ask_with(token, "/2/users/by", usernames="frank")
    assert 401 == response.status_code
    assert bare(quoted["401"]) == response.json()


def test_a_missing_user_stands_beside_the_answer(tweet_app: Caller, quoted: Json) -> None:
    """A handle and an id of nobody give 200 with X's error objects and no data."""
    body = tweet_app.body("/2/users/by", usernames="adfldfddddd")
    assert {"errors": [error_like(quoted["200_user_not_found"], parameter="usernames")]} == body
    assert {"errors": [error_like(quoted["200_user_not_found_id"], parameter="ids")]} == tweet_app.body(
        "/2/users", ids="849422"
    )
    assert quoted["200_user_not_found_id"] == tweet_app.body("/2/users/849422")


def error_like(body: Json, parameter: str) -> Json:
    """The quoted error; look-ups of several name the plural parameter, as the quoted suspension does."""
    error: Json = body["errors"][0]
    return error | {"parameter": parameter}


def test_a_suspended_user_stands_beside_the_answer(tweet_app: Caller, quoted: Json) -> None:
    """Looked up by id with others, a suspended user becomes X's error object."""
    sue = str(tweet_app.id_of("suspended_sue"))
    expected = json.loads(json.dumps(quoted["200_user_suspended"]).replace("481186914", sue))
    assert expected == tweet_app.body("/2/users", ids=sue)


@pytest.mark.parametrize("path", ["followers", "following", "tweets", "mentions"])
def test_a_protected_user_shows_no_lists(tweet_app: Caller, quoted: Json, path: str) -> None:
    """The lists of a protected user give 200 with X's error object and no data; the profile stays readable."""
    paul = str(tweet_app.id_of("private_paul"))
    expected = json.loads(json.dumps(quoted["200_protected_user"]).replace("1500850517966311430", paul))
    assert expected == tweet_app.body(f"/2/users/{paul}/{path}")
    assert tweet_app.body(f"/2/users/{paul}", user__fields="protected")["data"]["protected"] is True


@pytest.mark.parametrize("path", ["/2/users/me", "/2/users/reposts_of_me", "/2/tweets/1/liking_users"])
def test_some_endpoints_want_a_user(app: Caller, path: str) -> None:
    """With the app's token they refuse with 403 and the problem type that 2.159 names."""
    response = app.ask(path)
    assert 403 == response.status_code
    assert "Unsupported Authentication" == response.json()["title"]
    assert PREFIX[app.word] + "unsupported-authentication" == response.json()["type"]


@pytest.mark.parametrize("path", ["/2/tweets/search/all?query=a", "/2/tweets/counts/recent?query=a", "/2/usage/tweets"])
def test_some_endpoints_want_the_app(app: Caller, path: str) -> None:
    """With a user's token they refuse with 403."""
    with Caller(app.sandbox, app.id_of("frank")) as own:
        assert 403 == own.ask(path).status_code


@pytest.mark.parametrize(
    ("parameter", "value"),
    [
        ("user.fields", "shoe_size"),
        ("expansions", "shoe_size"),
        ("max_results", "1001"),
        ("max_results", "0"),
        ("max_results", "many"),
        ("pagination_token", "notatokenofoursatall"),
        ("colour", "red"),
    ],
)
def test_unknown_parameters_and_values_are_named(app: Caller, parameter: str, value: str) -> None:
    """A 400 names the parameter and the value, in the form of each vocabulary."""
    response = app.ask(f"/2/users/{app.id_of('frank')}/followers", **{parameter: value})
    body = response.json()
    assert 400 == response.status_code
    assert "Invalid Request" == body["title"]
    assert PREFIX[app.word] + "invalid-request" == body["type"]
    named = (body["parameter"], [body["value"]]) if app.is_post else next(iter(body["errors"][0]["parameters"].items()))
    assert (parameter, [value]) == named
    assert app.is_post or "One or more parameters to your request was invalid." == body["detail"]
    assert [] == Judge(app.word).problem_complaints("InvalidRequestProblem", body)


@pytest.mark.parametrize(
    ("parameter", "value"),
    [("{other}.fields", "text"), ("user.fields", "most_recent_{other}_id"), ("expansions", "most_recent_{other}_id")],
)
def test_the_other_vocabulary_is_refused(app: Caller, parameter: str, value: str) -> None:
    """Words of the other OpenAPI file get 400."""
    other = "tweet" if app.is_post else "post"
    asked = {parameter.format(other=other): value.format(other=other)}
    assert 400 == app.ask(f"/2/users/{app.id_of('frank')}/followers", **asked).status_code


@pytest.mark.parametrize(
    ("path", "lowest", "highest"),
    [
        ("/2/users/{}/tweets", 5, 100),
        ("/2/users/{}/mentions", 5, 100),
        ("/2/users/{}/followers", 1, 1000),
        ("/2/tweets/{}/quote_tweets", 10, 100),
    ],
)
def test_page_sizes_have_bounds(tweet_app: Caller, path: str, lowest: int, highest: int) -> None:
    """The documented bounds are allowed, one less and one more are not."""
    sizes = (lowest - 1, lowest, highest, highest + 1)
    url = path.format(tweet_app.id_of("frank"))
    assert [400, 200, 200, 400] == [tweet_app.ask(url, max_results=size).status_code for size in sizes]


def test_at_most_a_hundred_are_looked_up(tweet_app: Caller) -> None:
    """A look-up takes 1 to 100 ids; none, 101 or a word are refused."""
    asked = [",".join(["1"] * 100), ",".join(["1"] * 101), "", "frank"]
    assert [200, 400, 400, 400] == [tweet_app.ask("/2/users", ids=ids).status_code for ids in asked]


def test_vocabularies_are_chosen_per_endpoint(world: World) -> None:
    """Followers may speak post while the timeline speaks tweet."""
    frank = world.account("frank").id
    with serve(world, Settings(vocabularies={"followers": "post"})) as sandbox, Caller(sandbox) as app:
        asked = {"user.fields": "public_metrics"}
        follower = app.body(f"/2/users/{frank}/followers", max_results=1, **asked)["data"][0]
        user = app.body(f"/2/users/{frank}", **asked)["data"]
    assert "post_count" in follower["public_metrics"]
    assert "tweet_count" in user["public_metrics"]


def test_private_metrics_are_for_own_posts_of_the_last_thirty_days(app: Caller) -> None:
    """Asked with the own token: young posts have them, older ones an error beside the answer; others never."""
    frank = app.id_of("frank")
    fields = {f"{app.word}.fields": "non_public_metrics,created_at"}
    with Caller(app.sandbox, frank) as own:
        young = own.body(f"/2/users/{frank}/tweets", start_time="2026-07-01T00:00:00Z", **fields)
        old = own.body(f"/2/users/{frank}/tweets", end_time="2026-06-01T00:00:00Z", **fields)
    assert all("non_public_metrics" in post for post in young["data"])
    assert "errors" not in young
    assert not any("non_public_metrics" in post for post in old["data"])
    assert {PREFIX[app.word] + "not-authorized-for-field"} == {error["type"] for error in old["errors"]}
    assert [] == Judge(app.word).complaints("/2/users/{id}/tweets", old)
    assert "errors" in app.body(f"/2/users/{frank}/tweets", **fields)


def test_likers_of_others_are_private(tweet_app: Caller) -> None:
    """Vera cannot read who likes Frank's post; Frank can."""
    frank = tweet_app.id_of("frank")
    with Caller(tweet_app.sandbox, frank) as own:
        post = own.body("/2/users/reposts_of_me")["data"][0]["id"]
        assert own.body(f"/2/tweets/{post}/liking_users")["meta"]["result_count"] > 0
    with Caller(tweet_app.sandbox, tweet_app.id_of("viral_vera")) as other:
        assert 0 == other.body(f"/2/tweets/{post}/liking_users")["meta"]["result_count"]


def test_other_paths_are_not_found(tweet_app: Caller) -> None:
    """X's credits path is an empty room on pay-per-use, and a path of nobody is 404."""
    assert [404, 404] == [tweet_app.ask(path).status_code for path in ("/2/usage/credits", "/2/nothing")]
