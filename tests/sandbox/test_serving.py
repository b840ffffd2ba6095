import json
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest
import requests

from sandbox.serve import serve
from sandbox.settings import Settings
from sandbox.worlds import World
from tests.sandbox.caller import Caller

ROOT = Path(__file__).parents[2]


def put(caller: Caller, name: str, body: object, method: str = "PUT") -> requests.Response:
    """Change a control over HTTP."""
    return requests.request(method, f"{caller.sandbox.base_url}/sandbox/{name}", json=body, timeout=10)


def test_the_clock_is_set_over_http(tweet_app: Caller) -> None:
    """PUT sets it, GET tells it, and the world follows: 1,600 the day before, 18,600 the day after."""
    counts = []
    for day in ("2026-07-14", "2026-07-15"):
        assert {"moment": f"{day}T12:00:00+00:00"} == put(
            tweet_app, "clock", {"moment": f"{day}T12:00:00+00:00"}
        ).json()
        body = tweet_app.body("/2/users/by/username/frank", user__fields="public_metrics")
        counts.append(body["data"]["public_metrics"]["followers_count"])
    assert 1_500 < counts[0] < 1_700
    assert 18_450 < counts[1] < 18_750


def test_a_moment_without_a_zone_is_refused(tweet_app: Caller) -> None:
    """The clock takes no local times."""
    response = put(tweet_app, "clock", {"moment": "2026-07-14T12:00:00"})
    assert 400 == response.status_code
    assert "no time zone" in response.json()["error"]


def test_a_running_clock_runs(world: World) -> None:
    """At a million sandbox seconds per second, time passes between two looks."""
    with serve(world, Settings(speed=1e6)) as sandbox:
        first = sandbox.service.clock.now()
        assert first > Settings().moment
        assert sandbox.service.clock.now() > first


def test_bill_faults_credits_and_vocabulary_answer_over_http(tweet_app: Caller) -> None:
    """Each control is read and changed by HTTP."""
    waiting = put(tweet_app, "faults", {"name": "reset", "endpoint": "posts", "times": 2}, "POST").json()
    assert [("reset", "posts", 2)] == [(fault["name"], fault["endpoint"], fault["times"]) for fault in waiting]
    assert [] == put(tweet_app, "faults", None, "DELETE").json()
    assert {"usd": 2.5} == put(tweet_app, "credits", {"usd": 2.5}).json()
    assert "post" == put(tweet_app, "vocabulary", {"users_by": "post"}).json()["users_by"]
    tweet_app.body("/2/users/by", usernames="frank")
    assert {"usd": 2.49} == tweet_app.body("/sandbox/credits")
    bill = tweet_app.body("/sandbox/bill")
    assert (0.01, "users_by", 1) == (bill["usd"], bill["rows"][0]["endpoint"], bill["rows"][0]["objects"])
    assert {"rows": [], "usd": 0.0} == put(tweet_app, "bill", None, "DELETE").json()


def test_the_truth_is_told_on_its_own_path_only(tweet_app: Caller) -> None:
    """Events and followers of one account; a user object of X's paths has no kind."""
    frank = tweet_app.id_of("frank")
    truth = tweet_app.body("/sandbox/truth", account_id=frank)
    kinds = [follower["kind"] for follower in truth["followers"]]
    waves = [event for event in truth["events"] if event["handle"] == "frank"]
    assert 17_000 == kinds.count("bot")
    assert [("unexplained_wave", 17_000)] == [(event["kind"], event["count"]) for event in waves]
    assert {str(frank)} == {follower["account_id"] for follower in truth["followers"]}
    assert "kind" not in tweet_app.body(f"/2/users/{frank}/followers", max_results=1)["data"][0]


def test_every_answer_has_rate_headers(tweet_app: Caller) -> None:
    """Followers: 300 per 15 minutes, counted down, the same reset for the whole window."""
    path = f"/2/users/{tweet_app.id_of('frank')}/followers"
    now = int(tweet_app.sandbox.service.clock.now().timestamp())
    responses = [tweet_app.ask(path, max_results=1), tweet_app.ask(path, max_results=0)]
    names = ("x-rate-limit-limit", "x-rate-limit-remaining", "x-rate-limit-reset")
    told = [tuple(response.headers[name] for name in names) for response in responses]
    assert [("300", "299", str(now + 900)), ("300", "298", str(now + 900))] == told


def test_a_window_is_spent_and_renewed(tweet_app: Caller) -> None:
    """Of 76 calls to reposters 75 are served; after 15 minutes, or with another token, it goes on."""
    post = tweet_app.body(f"/2/users/{tweet_app.id_of('frank')}/tweets")["data"][0]["id"]
    path = f"/2/tweets/{post}/retweeted_by"
    codes = [tweet_app.ask(path).status_code for _ in range(76)]
    assert [200] * 75 + [429] == codes
    with Caller(tweet_app.sandbox, tweet_app.id_of("frank")) as own:
        assert 200 == own.ask(path).status_code
    tweet_app.sandbox.set_clock(datetime(2026, 7, 20, 12, 15, tzinfo=UTC))
    assert 200 == tweet_app.ask(path).status_code


def test_counts_can_lag_behind_lists(world: World) -> None:
    """With a lag of a day, Frank's count on the morning of July 15 is that of the day before."""
    moment = datetime(2026, 7, 15, 12, tzinfo=UTC)
    with serve(world, Settings(moment=moment, count_lag_seconds=86_400)) as sandbox, Caller(sandbox) as app:
        body = app.body("/2/users/by/username/frank", user__fields="public_metrics")
    assert body["data"]["public_metrics"]["followers_count"] < 1_700


def test_it_listens_on_loopback_only_and_stops(world: World) -> None:
    """Its address is 127.0.0.1, and nobody answers there after the block."""
    with serve(world) as sandbox:
        address = sandbox.base_url
        assert 200 == requests.get(address + "/sandbox/clock", timeout=5).status_code
    assert address.startswith("http://127.0.0.1:")
    with pytest.raises(requests.ConnectionError):
        requests.get(address + "/sandbox/clock", timeout=5)


def test_serving_imports_no_prefect() -> None:
    """The sandbox is plain Python: Prefect is never imported."""
    code = "import sys, sandbox.__main__; print([m for m in sys.modules if m.split('.')[0] == 'prefect'])"
    found = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)  # noqa: S603 - our own code
    assert "[]" == found.stdout.strip()


def test_the_command_serves_until_interrupted() -> None:
    """`python -m sandbox` says where it listens, answers there, and ends with code 0 on Ctrl-C."""
    # A background job of a shell ignores Ctrl-C.
    interruptible = ["/usr/bin/env", "--default-signal=INT", sys.executable]
    command = [*interruptible, "-m", "sandbox", "--port", "0", "--seed", "7", "--date", "2026-07-15"]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:  # noqa: S603 - our own command
        assert process.stdout is not None
        address = process.stdout.readline().split(" at ")[1].split(",")[0]
        body = json.loads(requests.get(address + "/sandbox/clock", timeout=10).text)
        process.send_signal(2)
        assert 0 == process.wait(10)
    assert {"moment": "2026-07-15T12:00:00+00:00"} == body


def test_a_reset_sandbox_is_as_at_the_start(tweet_app: Caller) -> None:
    """Clock, bill, faults, windows and vocabulary go back."""
    sandbox = tweet_app.sandbox
    sandbox.set_clock(datetime(2026, 8, 1, tzinfo=UTC))
    tweet_app.body("/2/users/by", usernames="frank")
    sandbox.inject("reset", "posts")
    sandbox.speak("post", "users")
    sandbox.reset()
    assert sandbox.settings.moment == sandbox.service.clock.now()
    assert 0.0 == sandbox.spent_usd()
    assert [] == sandbox.service.faults.waiting()
    assert {"tweet"} == set(sandbox.service.spoken().values())
    assert "299" == tweet_app.ask("/2/users/by", usernames="frank").headers["x-rate-limit-remaining"]
