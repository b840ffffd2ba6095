import pytest
import requests

from sandbox.serve import Sandbox
from tests.sandbox.caller import Caller


def follower_ids(caller: Caller, **asked: str | int) -> list[str]:
    """Ids of a page of Frank's followers."""
    body = caller.body(f"/2/users/{caller.id_of('frank')}/followers", **{"max_results": 20, **asked})
    return [user["id"] for user in body.get("data", [])]


@pytest.fixture
def page(tweet_app: Caller) -> list[str]:
    """The newest twenty, without faults."""
    return follower_ids(tweet_app)


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        ("reset", requests.ConnectionError),
        ("truncated", requests.exceptions.ChunkedEncodingError),
        ("stall", requests.exceptions.ChunkedEncodingError),
        ("cut_json", requests.JSONDecodeError),
        ("html_body", requests.JSONDecodeError),
    ],
)
def test_the_wire_fails_as_requests_says(tweet_app: Caller, fault: str, error: type[Exception]) -> None:
    """Each broken answer raises what requests raises for it, once; the next answer is whole and the first was free."""
    tweet_app.sandbox.inject(fault, seconds=0.05)
    with pytest.raises(error):
        tweet_app.ask("/2/users/by", usernames="frank").json()
    assert 0.0 == tweet_app.sandbox.spent_usd()
    assert "frank" == tweet_app.body("/2/users/by", usernames="frank")["data"][0]["username"]


def test_a_slow_answer_exceeds_the_read_timeout(tweet_app: Caller) -> None:
    """Half a second is longer than a tenth."""
    tweet_app.sandbox.inject("slow", seconds=0.5)
    tweet_app.patience = 0.1
    with pytest.raises(requests.ReadTimeout):
        tweet_app.ask("/2/users/by", usernames="frank")


def test_unavailable_is_html_without_rate_headers(tweet_app: Caller) -> None:
    """503 comes from a machine in front of the API: HTML, and no rate headers."""
    tweet_app.sandbox.inject("unavailable")
    response = tweet_app.ask("/2/users/by", usernames="frank")
    assert 503 == response.status_code
    assert "text/html" == response.headers["content-type"]
    assert [] == [name for name in response.headers if name.startswith("x-rate")]


def test_faults_wait_for_their_endpoint_and_turn(tweet_app: Caller) -> None:
    """A fault for followers, twice, after one request: look-ups are spared, then good, bad, bad, good."""
    tweet_app.sandbox.inject("rate_limited", "followers", times=2, after=1)
    path = f"/2/users/{tweet_app.id_of('frank')}/followers"
    assert 200 == tweet_app.ask("/2/users/by", usernames="frank").status_code
    assert [200, 429, 429, 200] == [tweet_app.ask(path).status_code for _ in range(4)]


def test_rate_limit_faults_differ_in_the_reset_header(tweet_app: Caller) -> None:
    """With a reset ahead, without one, and with one long past; the body is the documented one."""
    now = int(tweet_app.sandbox.service.clock.now().timestamp())
    resets = []
    for fault in ("rate_limited", "rate_limited_without_reset", "rate_limited_with_past_reset"):
        tweet_app.sandbox.inject(fault)
        response = tweet_app.ask("/2/users/by", usernames="frank")
        assert {"errors": [{"code": 88, "message": "Rate limit exceeded"}]} == response.json()
        resets.append(response.headers.get("x-rate-limit-reset"))
    assert [str(now + 900), None, str(now + 900 - 3_600)] == resets


def test_pages_can_be_short_or_empty_and_still_go_on(tweet_app: Caller, page: list[str]) -> None:
    """84 of 100, or none of 100, with a next token: X's pages are not full because the list goes on."""
    path = f"/2/users/{tweet_app.id_of('frank')}/followers"
    tweet_app.sandbox.inject("short_page", amount=5)
    tweet_app.sandbox.inject("empty_page")
    short, empty = (tweet_app.body(path, max_results=20) for _ in range(2))
    assert page[:15] == [user["id"] for user in short["data"]]
    assert (15, 0) == (short["meta"]["result_count"], empty["meta"]["result_count"])
    assert "data" not in empty
    assert "next_token" in short["meta"]
    assert "next_token" in empty["meta"]


def test_pages_can_repeat_or_misplace_users(tweet_app: Caller, page: list[str]) -> None:
    """Duplicates stand at the end of the page; out of order, the newest come last."""
    tweet_app.sandbox.inject("duplicates", amount=2)
    tweet_app.sandbox.inject("out_of_order", amount=3)
    assert [*page, *page[:2]] == follower_ids(tweet_app)
    assert [*page[3:], *page[:3]] == follower_ids(tweet_app)


def test_a_known_follower_can_return_to_the_head(tweet_app: Caller, page: list[str]) -> None:
    """The follower of about place 300 (some places are empty) stands first; the page's last user moves to the next."""
    known = follower_ids(tweet_app, max_results=1000)
    tweet_app.sandbox.inject("refollow", amount=300)
    first, *others = follower_ids(tweet_app)
    assert first in known[280:301]
    assert page[:19] == others


def test_some_can_be_missing_beside_the_others(tweet_app: Caller, page: list[str]) -> None:
    """The last two of the page come as errors."""
    tweet_app.sandbox.inject("partial_errors", amount=2)
    body = tweet_app.body(f"/2/users/{tweet_app.id_of('frank')}/followers", max_results=20)
    assert page[:18] == [user["id"] for user in body["data"]]
    assert page[18:] == [error["resource_id"] for error in body["errors"]]


def test_a_head_can_grow_on_request(tweet_app: Caller) -> None:
    """Three who came between two pages push three users of the first onto the second."""
    path = f"/2/users/{tweet_app.id_of('frank')}/followers"
    tweet_app.sandbox.inject("growing_head", amount=3)
    first = tweet_app.body(path, max_results=20)
    second = tweet_app.body(path, max_results=20, pagination_token=first["meta"]["next_token"])
    assert [user["id"] for user in first["data"][-3:]] == [user["id"] for user in second["data"][:3]]


def test_count_and_list_can_disagree(tweet_app: Caller) -> None:
    """The public count is 40 more than the list."""
    asked = {"usernames": "frank", "user.fields": "public_metrics"}
    before = tweet_app.body("/2/users/by", **asked)["data"][0]["public_metrics"]["followers_count"]
    tweet_app.sandbox.inject("count_disagrees", amount=40)
    after = tweet_app.body("/2/users/by", **asked)["data"][0]["public_metrics"]["followers_count"]
    assert 40 == after - before


def test_the_vocabulary_can_change_between_two_pages(tweet_app: Caller) -> None:
    """From the fault on, the endpoint speaks the other vocabulary, and tokens stay good."""
    path = f"/2/users/{tweet_app.id_of('frank')}/followers"
    asked: dict[str, str | int] = {"user.fields": "public_metrics", "max_results": 5}
    first = tweet_app.body(path, **asked)
    tweet_app.sandbox.inject("other_vocabulary")
    second = tweet_app.body(path, **asked, pagination_token=first["meta"]["next_token"])
    assert "tweet_count" in first["data"][0]["public_metrics"]
    assert "post_count" in second["data"][0]["public_metrics"]
    assert 400 == tweet_app.ask(path, tweet__fields="text").status_code


def test_midnight_can_come_between_two_requests(tweet_app: Caller) -> None:
    """The fault sets the clock just after the next UTC midnight; what was charged is charged again."""
    follower_ids(tweet_app)
    tweet_app.sandbox.inject("midnight", seconds=1)
    follower_ids(tweet_app)
    assert "2026-07-21T00:00:01+00:00" == tweet_app.sandbox.service.clock.now().isoformat()
    assert 0.4 == tweet_app.sandbox.spent_usd()


@pytest.mark.parametrize("details", [{"name": "gremlins"}, {"name": "reset", "endpoint": "nowhere"}])
def test_unknown_faults_are_refused(tweet_sandbox: Sandbox, details: dict[str, str]) -> None:
    """A wrong name is a sentence that lists the right ones."""
    with pytest.raises(ValueError, match=r"There is no .* use "):
        tweet_sandbox.inject(**details)
