"""The X room against the sandbox, over real HTTP: what was read equals what is true, and what was billed."""

import logging
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta

import pandas as pd
import pytest

from sandbox.serve import serve
from sandbox.settings import Settings
from sandbox.worlds import World, summer
from tasks.sources.x_api.pages import read_pages
from tasks.sources.x_api.parse import parse_posts
from tasks.sources.x_api.problems import (
    CreditsDepletedError,
    DayOverError,
    RateLimitedError,
    RunEndedError,
    UnauthorizedError,
    UsageCapError,
)
from tasks.sources.x_api.subjects import PostWindow, fetch_counts, fetch_posts
from tasks.sources.x_api.transport import XAccount
from tasks.sources.x_api.vocabulary import Vocabulary
from tests.x_api.lived import Life, Living, different_tables, dollars_billed, dollars_in_ledger
from tests.x_api.sessions import SessionAt, Sessions

MORNING = datetime(2026, 7, 14, 6, tzinfo=UTC)
MENTION_DAY = datetime(2026, 7, 9, 6, tzinfo=UTC)
ENDPOINTS = ("users", "followers", "timeline", "posts", "mentions", "quotes", "reposted_by")
SEED = 11


@pytest.fixture(scope="module")
def world() -> World:
    """Frank's summer."""
    return summer(SEED)


@pytest.fixture
def living(world: World, session_at: SessionAt) -> Iterator[Living]:
    """Starts lives, each in a sandbox of its own."""
    with ExitStack() as running:

        def begin(handle: str, *, moment: datetime = MORNING, is_owned: bool = False, **settings: object) -> Life:
            notable = world.account(handle)
            owner = {"app_owner_id": notable.id} if is_owned else {}
            chosen = Settings(**{"moment": moment, "has_rate_limits": False, **owner, **settings})  # type: ignore[arg-type]  # any setting
            return Life(running.enter_context(serve(world, chosen)), session_at, XAccount(str(notable.id), is_owned))

        yield begin


@pytest.mark.parametrize("vocabulary", ["tweet", "post"])
def test_a_baseline_is_the_whole_list(living: Living, world: World, vocabulary: str) -> None:
    """Who follows Frank, in follow order, is what the world knows, in both vocabularies."""
    life = living("frank", vocabulary=vocabulary)
    session = life.session()
    assert life.read_followers(session).is_complete
    rows = life.staged(session)["follower_arrivals"]
    assert world.followers(int(life.account.id), MORNING)[::-1] == rows["follower_id"].tolist()
    assert list(range(len(rows))) == rows["arrival_number"].tolist()
    assert rows["follower_last_post_at"].notna().any() == (vocabulary == "tweet")


def test_frank_wakes_up_with_17000_more(living: Living, world: World) -> None:
    """The next days' heads hold exactly those who are new, also the 17,000, and their place goes on."""
    life = living("frank")
    seen: set[int] = set()
    for _ in range(3):
        session, now = life.session(), life.clock()
        assert life.read_followers(session).is_complete
        followers = set(world.followers(int(life.account.id), now))
        rows = life.close_day(session)
        assert followers - seen == set(rows.loc[~rows["is_return"], "follower_id"].tolist())
        seen |= followers
    assert life.arrivals is not None
    assert len(seen) > 18_000
    assert list(range(len(life.arrivals))) == life.arrivals["arrival_number"].tolist()
    assert (life.arrivals["followed_after"].dropna() < life.arrivals["followed_before"].dropna().max()).all()


def test_a_quiet_day_reads_the_overlap_and_the_new(living: Living, world: World) -> None:
    """Objects read are those who are new and twenty known: nobody else is paid for."""
    life = living("quiet_quinn", is_owned=True)
    life.read_followers(life.session())
    before = set(world.followers(int(life.account.id), life.clock()))
    life.close_day(life.sessions[-1])
    new = set(world.followers(int(life.account.id), life.clock())) - before
    assert life.read_followers(life.session()).objects_count <= len(new) + 20


def test_follow_times_lie_between_the_bounds(living: Living, world: World) -> None:
    """The world knows when each follower first followed; of those who never left it lies between the bounds."""
    life = living("steady_stan", moment=datetime(2026, 6, 18, 6, tzinfo=UTC))
    for _ in range(6):
        session = life.session()
        life.read_followers(session)
        life.close_day(session)
    assert life.arrivals is not None
    truth = world.truth().followers
    mine = truth[truth["account_id"] == int(life.account.id)].set_index("follower_id")[["followed_at", "left_at"]]
    rows = life.arrivals.set_index("follower_id").join(mine)
    only_once = rows[~(rows["left_at"] < rows["followed_before"])]
    assert len(only_once) > 3_000
    assert (only_once["followed_at"] <= only_once["followed_before"]).all()
    assert not (only_once["followed_after"] > only_once["followed_at"]).any()


@pytest.mark.parametrize("is_owned", [False, True])
@pytest.mark.parametrize("vocabulary", ["tweet", "post"])
def test_the_ledger_is_the_bill(living: Living, vocabulary: str, is_owned: bool) -> None:
    """Every kind of reading of two days costs, to the cent, what the sandbox bills; the budget says the same."""
    life = living("viral_vera", is_owned=is_owned, vocabulary=vocabulary, moment=datetime(2026, 6, 25, 6, tzinfo=UTC))
    for _ in range(2):
        session = life.session()
        assert {"complete"} == {reading.status for reading in life.read_all(session)}
        billed = dollars_billed(life.sandbox, session.day)
        assert billed > 0
        assert billed == dollars_in_ledger(session, session.day) == round(float(session.budget.spent), 4)
        assert not life.staged(session)["engagements"].empty
        life.close_day(session)


def test_a_day_run_twice_is_read_once(living: Living) -> None:
    """The second run of a day asks nothing, costs nothing, and leaves every byte."""
    life = living("mentioned_mia", moment=MENTION_DAY)
    session = life.session()
    first = life.read_all(session)
    files = {path: path.read_bytes() for path in session.root.rglob("*.json")}
    billed = life.sandbox.bill()
    assert first == life.read_all(life.session())
    assert billed == life.sandbox.bill()
    assert files == {path: path.read_bytes() for path in session.root.rglob("*.json")}


@pytest.fixture(scope="module")
def calm_tables(world: World, tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, pd.DataFrame]]:
    """The staged tables of one day of Mia, on which nothing went wrong."""
    account = XAccount(str(world.account("mentioned_mia").id))
    with serve(world, Settings(moment=MENTION_DAY, has_rate_limits=False)) as sandbox:
        life = Life(sandbox, Sessions(tmp_path_factory.mktemp("calm"), []).at, account)
        session = life.session()
        life.read_all(session)
        yield life.staged(session)


@pytest.mark.parametrize(
    "fault",
    [
        "unavailable",
        "html_body",
        "truncated",
        "cut_json",
        "reset",
        "stall",
        "duplicates",
        "growing_head",
        "expired_token",
    ],
)
def test_a_fault_changes_nothing(living: Living, calm_tables: dict[str, pd.DataFrame], fault: str) -> None:
    """After a fault that passes, met once by every endpoint, the staged tables are those of a day without it."""
    life = living("mentioned_mia", moment=MENTION_DAY)
    session = life.session(timeouts=(5, 0.3))
    for endpoint in ("followers",) if fault == "expired_token" else ENDPOINTS:
        life.sandbox.inject(fault, endpoint, seconds=0.4, after=int(endpoint == "followers"))
    assert {"complete"} == {reading.status for reading in life.read_all(session)}
    assert not life.sandbox.service.faults.waiting()
    assert [] == different_tables(calm_tables, life.staged(session))
    assert dollars_billed(life.sandbox, session.day) == dollars_in_ledger(session, session.day)


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        ("rate_limited", RateLimitedError),
        ("rate_limited_as_problem", RateLimitedError),
        ("rate_limited_without_reset", RateLimitedError),
        ("rate_limited_with_past_reset", RateLimitedError),
        ("usage_capped", UsageCapError),
        ("credits_depleted", CreditsDepletedError),
        ("unauthorized", UnauthorizedError),
    ],
)
def test_a_stop_between_two_pages_loses_nothing(living: Living, fault: str, error: type[Exception]) -> None:
    """The run stops with what is on disk; the next one asks only the missing pages, and pays nothing twice."""
    calm, stopped = living("steady_stan"), living("steady_stan")
    calm_desk, session = calm.session(), stopped.session(raw=calm.sessions[0].root.with_name("stopped"))
    calm.read_followers(calm_desk)
    stopped.sandbox.inject(fault, "followers", after=3)
    with pytest.raises(error) as caught:
        stopped.read_followers(session)
    assert isinstance(caught.value, RunEndedError) or caught.value.resume_at > stopped.clock()  # type: ignore[attr-defined]  # the others are limits
    assert stopped.read_followers(stopped.session(raw=session.root)).is_complete
    assert calm.sandbox.bill() == stopped.sandbox.bill()
    assert dollars_billed(stopped.sandbox, session.day) == dollars_in_ledger(session, session.day)
    assert [] == different_tables(calm.staged(calm_desk), stopped.staged(session))


@pytest.mark.parametrize("fault", ["wrong_token", "not_found"])
def test_a_refused_list_is_the_status_of_the_account(living: Living, fault: str) -> None:
    """A 403 or 404 ends this reading alone; when the right is given, the same day is read after all."""
    life = living("quiet_quinn")
    life.sandbox.inject(fault, "followers")
    session = life.session()
    reading = life.read_followers(session)
    assert ("refused", "not_found" if fault == "not_found" else "forbidden") == (reading.status, reading.reason)
    assert life.read_followers(life.session()).is_complete


def test_a_lasting_outage_fails_and_heals(living: Living) -> None:
    """Three answers of 503 are one failed reading; the next run reads on from the page on disk."""
    life = living("steady_stan")
    life.sandbox.inject("unavailable", "followers", times=3, after=2)
    reading = life.read_followers(life.session())
    assert ("partial", "fault", 2) == (reading.status, reading.reason, reading.pages_count)
    assert life.read_followers(life.session()).is_complete


def test_the_vocabulary_is_learned_and_unlearned(living: Living) -> None:
    """X speaks the other words from the third page on: one more question, and the memory holds for the next run.

    Of people the two differ in one word, which is dropped: that alone proves no vocabulary.
    """
    life = living("steady_stan")
    life.sandbox.inject("other_vocabulary", "followers", after=2)
    session = life.session()
    assert life.read_followers(session).is_complete
    pages = [page for page in read_pages(session.root, session.day) if page.endpoint == "followers"]
    asked = ["most_recent_tweet_id" in page.parameters["user.fields"] for page in pages[:5]]
    assert [True, True, True, False, False] == asked
    assert [200, 200, 400, 200, 200] == [page.status for page in pages[:5]]
    kept = Vocabulary.from_json(life.vocabulary.to_json())
    assert {"followers": ["user.fields=most_recent_tweet_id"]} == kept.refused


def test_the_other_words_of_posts_are_learned(living: Living) -> None:
    """X knows `post.fields` alone from now on: it says so, answers in them, and every post is staged."""
    life = living("mentioned_mia", moment=MENTION_DAY)
    life.sandbox.inject("other_vocabulary", "timeline")
    session = life.session()
    assert fetch_posts(session, life.account, PostWindow(life.clock() - timedelta(days=5))).is_complete
    assert {"timeline": "post"} == life.vocabulary.spoken
    assert ["X speaks its newer words for timeline"] == life.vocabulary.notes()
    pages = read_pages(session.root, session.day)
    assert [400, 200] == [page.status for page in pages[:2]]
    assert parse_posts(pages)["repost_count"].notna().all()


def test_midnight_ends_the_reading(living: Living) -> None:
    """A page that came after midnight is billed to the new day, and nothing more is asked for the old one."""
    life = living("steady_stan")
    life.sandbox.inject("midnight", "followers", after=2)
    session = life.session()
    with pytest.raises(DayOverError):
        life.read_followers(session)
    days = [session.day, life.clock().date()]
    assert days[0] < days[1]
    for day in days:
        billed = dollars_billed(life.sandbox, day)
        assert billed > 0
        assert billed == dollars_in_ledger(session, day)


def test_nothing_is_spent_beyond_the_budget(living: Living) -> None:
    """A dollar reads what a dollar buys: X bills no more, and tomorrow's dollar is another."""
    life = living("steady_stan")
    session = life.session(usd="1.00")
    reading = life.read_followers(session)
    assert ("partial", "budget") == (reading.status, reading.reason)
    assert 0.99 <= dollars_billed(life.sandbox, session.day) <= 1.0


def test_used_up_credits_end_the_run(living: Living) -> None:
    """X stops answering when the credits are gone: one sentence, no further question."""
    life = living("steady_stan", credits_usd=5.0)
    with pytest.raises(CreditsDepletedError, match="credits"):
        life.read_followers(life.session())


def test_an_old_token_has_expired(living: Living) -> None:
    """Hours later X has forgotten its token: the list is begun anew, and on the same day that is free."""
    life = living("steady_stan", token_seconds=600)
    life.sandbox.inject("rate_limited", "followers", after=2)
    with pytest.raises(RateLimitedError):
        life.read_followers(life.session())
    life.sandbox.set_clock(MORNING.replace(hour=9))
    session = life.session()
    assert life.read_followers(session).is_complete
    assert dollars_billed(life.sandbox, session.day) == dollars_in_ledger(session, session.day)
    assert life.counted(session) <= len(life.staged(session)["follower_arrivals"])


def test_a_return_is_an_arrival(living: Living) -> None:
    """A follower from far down stands at the head again: one arrival more, marked."""
    life = living("quiet_quinn")
    life.read_followers(life.session())
    life.close_day(life.sessions[-1])
    life.sandbox.inject("refollow", "followers", amount=400)
    session = life.session()
    life.read_followers(session)
    rows = life.staged(session)["follower_arrivals"]
    assert rows["is_return"].sum() >= 1
    assert rows.loc[rows["is_return"], "arrival_number"].max() == rows["arrival_number"].max()


def test_counts_of_all_accounts_are_one_question(living: Living, world: World) -> None:
    """Seven accounts are one request, by id and by handle; a stranger is not found."""
    life = living("frank")
    ids = [str(account.id) for account in world.accounts]
    readings = fetch_counts(life.session(), [*ids, "999999999999999999"], "ids")
    assert [*["complete"] * len(ids), "refused"] == [reading.status for reading in readings]
    again = fetch_counts(life.session(), [account.handle for account in world.accounts], "usernames")
    assert ids == [reading.account_id for reading in again]
    assert {"users": 1, "users_by": 1} == {str(row["endpoint"]): row["requests"] for row in life.sandbox.bill()}


def test_no_secret_is_logged_or_kept(living: Living, caplog: pytest.LogCaptureFixture) -> None:
    """After a whole day with every logger at DEBUG neither the log nor the disk holds a token."""
    caplog.set_level(logging.DEBUG)
    life = living("quiet_quinn", is_owned=True, bearer_token="a-long-invented-bearer-token")  # noqa: S106 - invented
    session = life.session()
    life.read_all(session)
    written = "".join(path.read_text() for path in session.root.rglob("*") if path.is_file())
    for secret in ("a-long-invented-bearer-token", f"{life.account.id}-invented", "oauth_signature"):
        assert secret not in caplog.text
        assert secret not in written
