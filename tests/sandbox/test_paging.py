from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
import requests
import tweepy  # type: ignore[import-untyped]  # tweepy ships no types

from sandbox.serve import Sandbox, serve
from sandbox.settings import Settings
from sandbox.worlds import World
from tests.sandbox.caller import Caller

AUGUST = datetime(2026, 8, 28, 12, tzinfo=UTC)


class Exchange(requests.Session):
    """Sends tweepy's calls to the sandbox (facts.md, section 8)."""

    def __init__(self, base_url: str) -> None:
        """Call this address in place of X's."""
        super().__init__()
        self.trust_env = False
        self._base_url = base_url

    def request(self, method: str, url: str, **options: Any) -> requests.Response:  # type: ignore[override]  # noqa: ANN401 - as requests has it
        """The same call to the sandbox."""
        return super().request(method, url.replace("https://api.twitter.com", self._base_url), **options)


@pytest.fixture
def client(tweet_sandbox: Sandbox) -> Iterator[tweepy.Client]:
    """A real tweepy client with both kinds of token."""
    own = f"{tweet_sandbox.world.account('frank').id}-secret"
    made = tweepy.Client(
        bearer_token="sandbox-bearer",  # noqa: S106 - the sandbox's own
        consumer_key="k",
        consumer_secret="s",  # noqa: S106 - invented
        access_token=own,
        access_token_secret="s",  # noqa: S106 - invented
        return_type=dict,
    )
    with Exchange(tweet_sandbox.base_url) as session:
        made.session = session
        yield made


def all_followers(client: tweepy.Client, account_id: int, size: int) -> list[list[dict[str, Any]]]:
    """Every page of a follower list."""
    pages, token = [], None
    while True:
        page = client.get_users_followers(
            account_id, max_results=size, pagination_token=token, user_fields=["created_at"]
        )
        pages.append(page.get("data", []))
        token = page["meta"].get("next_token")
        if token is None:
            return pages


def test_tweepy_pages_through_all_followers_newest_first(client: tweepy.Client, tweet_sandbox: Sandbox) -> None:
    """All of Frank's 18,000 come in 19 pages, in the order of the world, none twice."""
    frank = tweet_sandbox.world.account("frank").id
    pages = all_followers(client, frank, 1000)
    read = [int(user["id"]) for page in pages for user in page]
    assert 19 == len(pages)
    assert tweet_sandbox.world.followers(frank, tweet_sandbox.service.clock.now()) == read
    assert len(set(read)) == len(read)


def test_the_head_is_who_came_last(client: tweepy.Client, tweet_sandbox: Sandbox) -> None:
    """On July 15 at noon Frank's head is people, then bots: one made in March 2021 stands within the first hundred."""
    frank = tweet_sandbox.world.account("frank").id
    tweet_sandbox.set_clock(datetime(2026, 7, 15, 12, tzinfo=UTC))
    created = [
        user["created_at"]
        for user in client.get_users_followers(frank, max_results=100)["data"]
        if "created_at" in user
    ]
    assert [] == created
    asked = client.get_users_followers(frank, max_results=100, user_fields=["created_at"])["data"]
    assert any(user["created_at"].startswith("2021-03") for user in asked)


def test_tweepy_signs_as_a_user(client: tweepy.Client, tweet_sandbox: Sandbox) -> None:
    """OAuth 1.0a speaks for the account whose id begins the token; likers come by it."""
    assert "frank" == client.get_me()["data"]["username"]
    post = client.get_users_tweets(tweet_sandbox.world.account("frank").id, max_results=5)["data"][-1]["id"]
    assert "meta" in client.get_liking_users(post, user_auth=True)
    with pytest.raises(tweepy.Forbidden):
        client.get_liking_users(post)


def test_tweepy_knows_the_sandbox_s_refusals(client: tweepy.Client, tweet_sandbox: Sandbox) -> None:
    """Each fault raises the exception that tweepy has for it; 402 is a plain one."""
    expected = {
        "expired_token": tweepy.BadRequest,
        "unauthorized": tweepy.Unauthorized,
        "wrong_token": tweepy.Forbidden,
        "not_found": tweepy.NotFound,
        "rate_limited": tweepy.TooManyRequests,
        "usage_capped": tweepy.TooManyRequests,
        "credits_depleted": tweepy.HTTPException,
        "unavailable": tweepy.TwitterServerError,
    }
    for fault, error in expected.items():
        tweet_sandbox.inject(fault)
        with pytest.raises(error):
            client.get_users(usernames=["frank"])


def test_short_pages_are_not_last_pages(tweet_app: Caller) -> None:
    """The purge leaves gaps: pages of 100 hold fewer, with a next token; all pages together hold the whole list."""
    tweet_app.sandbox.set_clock(datetime(2026, 8, 7, 12, tzinfo=UTC))
    pia = tweet_app.id_of("purged_pia")
    body = tweet_app.body(f"/2/users/{pia}/followers", max_results=1000)
    sizes = [body["meta"]["result_count"]]
    while "next_token" in body["meta"]:
        body = tweet_app.body(
            f"/2/users/{pia}/followers", max_results=1000, pagination_token=body["meta"]["next_token"]
        )
        sizes.append(body["meta"]["result_count"])
    assert min(sizes[:-1]) < 950
    assert tweet_app.sandbox.world.followers_count(pia, tweet_app.sandbox.service.clock.now()) == sum(sizes)


def test_tokens_are_opaque_and_bound(tweet_app: Caller) -> None:
    """At least 16 characters of base32hex, good for their own list only."""
    frank, vera = tweet_app.id_of("frank"), tweet_app.id_of("viral_vera")
    token = tweet_app.body(f"/2/users/{frank}/followers", max_results=5)["meta"]["next_token"]
    assert len(token) >= 16
    assert set(token) <= set("0123456789abcdefghijklmnopqrstuv")
    assert 200 == tweet_app.ask(f"/2/users/{frank}/followers", pagination_token=token).status_code
    assert 400 == tweet_app.ask(f"/2/users/{vera}/followers", pagination_token=token).status_code


def test_tokens_expire(world: World) -> None:
    """Tokens that live an hour are refused after it, naming the parameter."""
    frank = world.account("frank").id
    with serve(world, Settings(token_seconds=3_600)) as sandbox, Caller(sandbox) as app:
        token = app.body(f"/2/users/{frank}/followers", max_results=5)["meta"]["next_token"]
        sandbox.set_clock(datetime(2026, 6, 1, 13, 0, 1, tzinfo=UTC))
        response = app.ask(f"/2/users/{frank}/followers", pagination_token=token)
    assert 400 == response.status_code
    assert ["pagination_token"] == list(response.json()["errors"][0]["parameters"])


def test_a_growing_head_repeats_users_at_the_border(tweet_app: Caller) -> None:
    """Followers who come between two pages push the border: its users come twice, nobody is lost."""
    vera = tweet_app.id_of("viral_vera")
    tweet_app.sandbox.set_clock(datetime(2026, 6, 25, 10, tzinfo=UTC))
    first = tweet_app.body(f"/2/users/{vera}/followers", max_results=100)
    tweet_app.sandbox.set_clock(datetime(2026, 6, 25, 10, 30, tzinfo=UTC))
    token = first["meta"]["next_token"]
    second = tweet_app.body(f"/2/users/{vera}/followers", max_results=100, pagination_token=token)
    ids = [[user["id"] for user in page["data"]] for page in (first, second)]
    assert set(ids[0]) & set(ids[1])
    assert ids[0][-1] in ids[1]


@pytest.mark.parametrize(
    ("handle", "path", "asked", "most"),
    [("purged_pia", "mentions", {}, 800), ("purged_pia", "tweets", {"exclude": "replies"}, 800)],
)
def test_timelines_have_a_depth(tweet_app: Caller, handle: str, path: str, asked: dict[str, str], most: int) -> None:
    """Pia has more than 800 mentions and originals; 800 are shown, newest first, then there is no next token."""
    tweet_app.sandbox.set_clock(AUGUST)
    url, seen, token = f"/2/users/{tweet_app.id_of(handle)}/{path}", list[int](), dict[str, str]()
    while True:
        body = tweet_app.body(url, max_results=100, **asked, **token)
        seen += [int(post["id"]) for post in body["data"]]
        if "next_token" not in body["meta"]:
            break
        token = {"pagination_token": body["meta"]["next_token"]}
    assert most == len(seen)
    assert sorted(seen, reverse=True) == seen


def test_timelines_are_cut_by_ids_and_times(tweet_app: Caller) -> None:
    """since_id and until_id leave their post out; start_time is in, end_time is out."""
    frank = tweet_app.id_of("frank")
    posts = tweet_app.body(f"/2/users/{frank}/tweets", max_results=20, tweet__fields="created_at")["data"]
    ids = [post["id"] for post in posts]
    by_id = tweet_app.body(f"/2/users/{frank}/tweets", max_results=20, since_id=ids[9], until_id=ids[0])
    times = {"start_time": posts[9]["created_at"], "end_time": posts[0]["created_at"]}
    by_time = tweet_app.body(f"/2/users/{frank}/tweets", max_results=20, **times)
    assert ids[1:9] == [post["id"] for post in by_id["data"]]
    assert ids[1:10] == [post["id"] for post in by_time["data"]]


def test_kinds_can_be_excluded(tweet_app: Caller) -> None:
    """Without replies and reposts, every post is original or a quote."""
    path = f"/2/users/{tweet_app.id_of('purged_pia')}/tweets"
    kept = tweet_app.body(path, max_results=100, exclude="replies,retweets", tweet__fields="referenced_tweets")["data"]
    kinds = {reference["type"] for post in kept for reference in post.get("referenced_tweets", [])}
    assert {"quoted"} == kinds


def test_a_post_s_metrics_are_its_engagers(tweet_app: Caller) -> None:
    """Likes, reposts and quotes counted are those listed, where fewer than a hundred."""
    frank = tweet_app.id_of("frank")
    with Caller(tweet_app.sandbox, frank) as own:
        post = own.body("/2/users/reposts_of_me", tweet__fields="public_metrics", max_results=20)["data"][-1]
        listed = {
            name: own.body(f"/2/tweets/{post['id']}/{name}", max_results=100)["meta"]["result_count"]
            for name in ("liking_users", "retweeted_by", "quote_tweets")
        }
    metrics = post["public_metrics"]
    expected = {
        "liking_users": metrics["like_count"],
        "retweeted_by": metrics["retweet_count"],
        "quote_tweets": metrics["quote_count"],
    }
    assert expected == listed


def test_a_hundred_reposters_are_shown(tweet_app: Caller) -> None:
    """Vera's viral post has far more than a hundred reposters; the newest hundred are listed, without a next token."""
    vera = tweet_app.id_of("viral_vera")
    window = {"start_time": "2026-06-24T13:00:00Z", "end_time": "2026-06-24T14:00:00Z"}
    posts = tweet_app.body(f"/2/users/{vera}/tweets", tweet__fields="public_metrics", **window)["data"]
    viral = max(posts, key=lambda post: post["public_metrics"]["retweet_count"])
    body = tweet_app.body(f"/2/tweets/{viral['id']}/retweeted_by", max_results=100)
    assert viral["public_metrics"]["retweet_count"] > 1_000
    assert 95 <= body["meta"]["result_count"] <= 100
    assert "next_token" not in body["meta"]
