from datetime import UTC, datetime

import pytest

from sandbox.serve import serve
from sandbox.settings import Settings
from sandbox.worlds import World
from tests.sandbox.caller import Caller

MORNING = datetime(2026, 7, 20, 8, tzinfo=UTC)


def cents(caller: Caller) -> dict[str, float]:
    """US dollars by endpoint."""
    return {str(row["endpoint"]): float(str(row["usd"])) for row in caller.sandbox.bill()}


def test_a_small_case_by_hand(tweet_app: Caller) -> None:
    """Two users (2 x 0.010), 50 followers (50 x 0.010), 5 posts (5 x 0.005), one count request (0.005)."""
    frank = tweet_app.id_of("frank")
    tweet_app.body("/2/users/by", usernames="frank,viral_vera,nobody_here")
    tweet_app.body(f"/2/users/{frank}/followers", max_results=50)
    tweet_app.body(f"/2/users/{frank}/tweets", max_results=5)
    tweet_app.body("/2/tweets/counts/recent", query="from:frank")
    assert {"counts_recent": 0.005, "followers": 0.5, "timeline": 0.025, "users_by": 0.02} == cents(tweet_app)
    assert 0.55 == tweet_app.sandbox.spent_usd()


def test_the_same_object_is_charged_once_per_utc_day(tweet_app: Caller) -> None:
    """50 followers, then 60 of which 50 are the same: 0.60 on the day; after midnight they are charged again."""
    path = f"/2/users/{tweet_app.id_of('frank')}/followers"
    for size in (50, 60, 60):
        tweet_app.body(path, max_results=size)
    tweet_app.sandbox.set_clock(datetime(2026, 7, 20, 23, 59, 59, tzinfo=UTC))
    tweet_app.body(path, max_results=1)
    before = tweet_app.sandbox.spent_usd()
    tweet_app.sandbox.set_clock(datetime(2026, 7, 21, 0, 0, 1, tzinfo=UTC))
    tweet_app.body(path, max_results=1)
    assert before in {0.6, 0.61}
    assert pytest.approx(before + 0.01) == tweet_app.sandbox.spent_usd()


def test_requests_and_objects_are_counted_beside_the_charge(tweet_app: Caller) -> None:
    """Three equal pages of 20 are three requests, 60 objects, 20 charged."""
    for _ in range(3):
        tweet_app.body(f"/2/users/{tweet_app.id_of('frank')}/followers", max_results=20)
    expected = {
        "day": "2026-07-20", "endpoint": "followers", "requests": 3, "objects": 60, "charged_objects": 20, "usd": 0.2,
    }  # fmt: skip
    assert [expected] == tweet_app.sandbox.bill()


def test_a_follower_and_the_look_up_of_the_same_user_are_two_charges(tweet_app: Caller) -> None:
    """One follower for 0.010 and the same user by id for 0.010."""
    follower = tweet_app.body(f"/2/users/{tweet_app.id_of('frank')}/followers", max_results=1)["data"][0]["id"]
    tweet_app.body("/2/users", ids=follower)
    assert 0.02 == tweet_app.sandbox.spent_usd()


def test_owned_lists_cost_a_thousandth(tweet_app: Caller) -> None:
    """The app's owner reads 50 followers for 0.05 and 5 posts for 0.005; look-ups and others' lists cost in full."""
    frank, vera = tweet_app.id_of("frank"), tweet_app.id_of("viral_vera")
    with Caller(tweet_app.sandbox, frank) as own:
        own.body(f"/2/users/{frank}/followers", max_results=50)
        own.body(f"/2/users/{frank}/tweets", max_results=5)
        own.body("/2/users", ids=str(frank))
        assert {"followers": 0.05, "timeline": 0.005, "users": 0.01} == cents(own)
        others = own.body(f"/2/users/{vera}/followers", max_results=50)["data"]
        assert pytest.approx(0.05 + 0.01 * len(others)) == cents(own)["followers"]


def test_a_user_who_does_not_own_the_app_pays_in_full(tweet_app: Caller) -> None:
    """Vera reads her own followers for 0.010 each: Frank owns the app."""
    vera = tweet_app.id_of("viral_vera")
    with Caller(tweet_app.sandbox, vera) as other:
        page = other.body(f"/2/users/{vera}/followers", max_results=50)["data"]
    assert {"followers": pytest.approx(0.01 * len(page))} == cents(tweet_app)


def test_failures_and_empty_answers_are_free(tweet_app: Caller) -> None:
    """A 400, a 403, an injected 429, a missing user and a broken answer cost nothing."""
    tweet_app.ask("/2/users/by", usernames="frank", user__fields="shoe_size")
    tweet_app.ask("/2/users/me")
    for fault in ("rate_limited", "cut_json", "unavailable"):
        tweet_app.sandbox.inject(fault, "users")
    tweet_app.ask("/2/users", ids="1")
    tweet_app.ask("/2/users", ids=str(tweet_app.id_of("frank")))
    tweet_app.ask("/2/users", ids=str(tweet_app.id_of("frank")))
    tweet_app.body("/2/users/by", usernames="nobody_here")
    assert 0.0 == tweet_app.sandbox.spent_usd()


@pytest.mark.parametrize(("is_charged", "expected"), [(True, 0.07), (False, 0.05)])
def test_expansions_are_charged_by_switch(world: World, is_charged: bool, expected: float) -> None:
    """Ten posts by two authors, who are included: 10 x 0.005, and 2 x 0.010 only by switch."""
    frank = world.account("frank").id
    with serve(world, Settings(moment=MORNING, charges_expansions=is_charged)) as sandbox, Caller(sandbox) as app:
        ids = ",".join(post["id"] for post in app.body(f"/2/users/{frank}/tweets", max_results=5)["data"])
        app.sandbox.service.bill.clear()
        other = app.body(f"/2/users/{world.account('viral_vera').id}/tweets", max_results=5)["data"]
        app.sandbox.service.bill.clear()
        app.body("/2/tweets", ids=ids + "," + ",".join(post["id"] for post in other), expansions="author_id")
        assert expected == app.sandbox.spent_usd()


def test_without_deduplication_every_reading_is_charged(world: World) -> None:
    """X's guarantee is soft: where it fails, two equal pages of 10 cost 0.20."""
    frank = world.account("frank").id
    with serve(world, Settings(deduplicates=False)) as sandbox, Caller(sandbox) as app:
        for _ in range(2):
            app.body(f"/2/users/{frank}/followers", max_results=10)
        assert 0.2 == sandbox.spent_usd()


def test_credits_run_out(tweet_app: Caller) -> None:
    """With 0.05 left, a page of 10 (0.10) is still served; then 402 until credits are added."""
    tweet_app.sandbox.set_credits(0.05)
    path = f"/2/users/{tweet_app.id_of('frank')}/followers"
    first, second = tweet_app.ask(path, max_results=10), tweet_app.ask(path, max_results=10)
    tweet_app.sandbox.set_credits(1.0)
    third = tweet_app.ask(path, max_results=10)
    assert [200, 402, 200] == [first.status_code, second.status_code, third.status_code]
    assert "CreditsDepleted" == second.json()["title"]
    assert 0.1 == tweet_app.sandbox.spent_usd()
