"""What a server may answer beside what X documents, against the sandbox: told as it is, bounded, and healed."""

import json
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pandas as pd
import pytest

from sandbox.serve import Sandbox, serve
from sandbox.server.service import Request
from sandbox.settings import Settings
from sandbox.worlds import World, summer
from tasks.page.run_summary import rejection_notes
from tasks.schema.check import refuse_problems
from tasks.schema.frames import arrow
from tasks.schema.staged import STAGED_TABLES
from tasks.sources.reading import Reading
from tasks.sources.x_api.day import fetch_day
from tasks.sources.x_api.pages import iter_pages
from tasks.sources.x_api.problems import AppRefusedError, RunEndedError, SpendCapError
from tests.faults_x.rough import SHORT
from tests.x_api.living import Watch, tracked

MORNING = datetime(2026, 7, 9, 6, tzinfo=UTC)
SEED = 11
HANDLES = ("quiet_quinn", "mentioned_mia")

Tables = dict[str, pd.DataFrame]
Watching = Callable[..., Watch]


@pytest.fixture(scope="module")
def world() -> World:
    """Frank's summer."""
    return summer(SEED)


@pytest.fixture(scope="module")
def running(world: World) -> Iterator[Sandbox]:
    """The summer, without limits of its own; Mia owns the app."""
    owner = world.account("mentioned_mia").id
    with serve(world, Settings(moment=MORNING, has_rate_limits=False, app_owner_id=owner)) as sandbox:
        yield sandbox


@pytest.fixture
def watching(running: Sandbox, tmp_path: Path) -> Watching:
    """Starts a watch over Quinn and Mia, with who engages."""

    def begin(level: str = "full", handles: Sequence[str] = HANDLES) -> Watch:
        running.reset()
        accounts = [tracked(handle, level, engagers=True) for handle in handles]
        return Watch(running, tmp_path, accounts, numbers=SHORT)

    return begin


def _run(watch: Watch) -> dict[tuple[str, str], Reading]:
    """One run of today, by handle and subject."""
    names = {str(watch.sandbox.world.account(handle).id): handle for handle in HANDLES}
    readings = fetch_day(watch.session(), watch.accounts, watch.history, SHORT)
    told: dict[tuple[str, str], Reading] = {}
    for reading in readings:
        key = (names.get(reading.account_id, reading.account_id), reading.subject)
        if key not in told or told[key].is_complete:
            told[key] = reading
    return told


def _staged(watch: Watch) -> Tables:
    """What can be staged of the day, each table as declared."""
    tables = watch.staged()
    for table in STAGED_TABLES:
        if table.name in tables:
            refuse_problems(table, arrow(table, tables[table.name]))
    return tables


def _unread(readings: dict[tuple[str, str], Reading]) -> dict[tuple[str, str], tuple[str, str | None]]:
    return {key: (reading.status, reading.reason) for key, reading in readings.items() if not reading.is_complete}


def _requests(watch: Watch) -> int:
    return sum(1 for _ in iter_pages(watch.folder / "raw", watch.today))


@pytest.mark.parametrize(
    ("fault", "error", "said"),
    [
        ("spend_capped", SpendCapError, "2026-08-01"),
        ("not_enrolled", AppRefusedError, "client-not-enrolled"),
        ("app_suspended", AppRefusedError, "app-suspended"),
    ],
)
@pytest.mark.parametrize("endpoint", ["users_by", "timeline", "followers"])
def test_a_403_about_bill_or_app_ends_the_run(
    watching: Watching, fault: str, error: type[RunEndedError], said: str, endpoint: str
) -> None:
    """One sentence that names limit and date, or what X calls it; nothing is lowered, and the next run is whole."""
    watch = watching()
    watch.sandbox.inject(fault, endpoint, times=9)
    with pytest.raises(error, match=said) as caught:
        _run(watch)
    assert 8 == watch.sandbox.service.faults.waiting()[0].times
    assert "\n" not in str(caught.value)
    assert "forbidden" not in set(_staged(watch)["readings"]["reading_reason"].dropna())
    watch.sandbox.service.faults.clear()
    assert {} == _unread(_run(watch))
    assert 2 == len(_staged(watch)["account_snapshots"])


def test_a_list_without_a_right_is_lowered_alone(watching: Watching) -> None:
    """A 403 about the kind of token is a right that this list lacks: the others are read."""
    watch = watching()
    watch.sandbox.inject("wrong_token", "followers", times=9)
    assert {(handle, "followers"): ("refused", "forbidden") for handle in HANDLES} == _unread(_run(watch))


@pytest.mark.parametrize(
    ("endpoint", "word"),
    [("followers", "most_recent_tweet_id"), ("timeline", "referenced_tweets"), ("mentions", "in_reply_to_user_id")],
)
def test_a_word_in_a_joined_value_is_dropped_and_said(watching: Watching, endpoint: str, word: str) -> None:
    """X repeats the whole value and names the word in its sentence: it is dropped everywhere, and nothing else."""
    calm = watching()
    _run(calm)
    expected = {name: len(rows) for name, rows in _staged(calm).items()}
    watch = Watch(calm.sandbox, calm.folder / "words", calm.accounts, numbers=SHORT)
    watch.sandbox.reset()
    watch.sandbox.service.forget_words(word)
    assert {} == _unread(_run(watch))
    assert {} == watch.vocabulary.spoken
    assert [word] == sorted({said.partition("=")[2] for words in watch.vocabulary.refused.values() for said in words})
    assert any(word in note and endpoint in note for note in watch.vocabulary.notes())
    found = {name: len(rows) for name, rows in _staged(watch).items() if name != "api_spend"}
    assert {name: size for name, size in expected.items() if name != "api_spend"} == found


@pytest.mark.parametrize("fault", ["same_page", "endless_pages"])
@pytest.mark.parametrize(("endpoint", "subject"), [("followers", "followers"), ("timeline", "posts")])
def test_a_list_that_goes_round_ends(watching: Watching, fault: str, endpoint: str, subject: str) -> None:
    """The token leads to the same page, or to empty ones without end: few requests, said so, and the run goes on."""
    watch = watching()
    calm = 2 * len(("followers", "timeline", "mentions")) * 2
    watch.sandbox.inject(fault, endpoint, times=10_000)
    unread = _unread(_run(watch))
    assert {(handle, subject) for handle in HANDLES} == set(unread)
    assert {"loop"} == {reason for _, reason in unread.values()}
    assert _requests(watch) < calm + 2 * 25
    asked = _requests(watch)
    watch.sandbox.service.faults.clear()
    assert set(unread) == set(_unread(_run(watch)))
    assert asked >= _requests(watch) - calm
    watch.close_day()
    assert {} == _unread(_run(watch))


BIG = "9" * 5_000
DEEP = "[" * 3_000 + "]" * 3_000
ODD = {
    "users_by": [
        ("public_metrics.followers_count", text)
        for text in ("-1", "1.5", str(2**70), "1e400", '"12"', BIG, "true", "[]", DEEP)
    ]
    + [("public_metrics.tweet_count", "-1"), ("created_at", '"soon"'), ("protected", '"no"'), ("public_metrics", "7")],
    "followers": [
        *(("id", text) for text in ('""', '"12345678901234567890"', "null", BIG, '"a"', "1.5", "{}")),
        *(("public_metrics.followers_count", text) for text in ("-1", str(2**70), "1e400", BIG)),
        *(("created_at", text) for text in ('"soon"', '"9999-12-31T00:00:00.000Z"', "5", '"0001-01-01T00:00:00Z"')),
        ("username", '"\\ud800"'),
        ("description", '"\\udfff"'),
        ("profile_image_url", "[1]"),
        ("most_recent_tweet_id", '"x"'),
        ("verified", "1"),
        ("extra", DEEP),
    ],
    "timeline": [
        *(("id", text) for text in ('""', '"3"', '"99999999999999999999"', BIG)),
        *(("public_metrics.like_count", text) for text in ("-1", "1.5", "1e400")),
        *(("created_at", text) for text in ('"soon"', "null", '"2999-01-01T00:00:00Z"')),
        *(("conversation_id", text) for text in ('""', "{}")),
        *(("in_reply_to_user_id", text) for text in ('""', '"\\ud800"')),
        *(("referenced_tweets", text) for text in ("null", "[null]", '[{"type": 5}]', '"no"', '[{"id": ""}]')),
        ("author_id", '"12x"'),
        ("text", '"\\ud83d"'),
    ],
    "mentions": [
        *(("author_id", text) for text in ('""', "null", "[]")),
        ("created_at", '"soon"'),
        ("referenced_tweets", "[null]"),
        ("in_reply_to_user_id", "12"),
    ],
    "quotes": [("author_id", '"\\ud800"'), ("referenced_tweets", "[null]"), ("id", "{}")],
    "reposted_by": [("id", "true"), ("public_metrics.followers_count", "-5"), ("public_metrics", "[]")],
}  # fmt: skip
"""By endpoint, where which odd value stands: those of the field, and their neighbors."""
DAYS = max(map(len, ODD.values()))
PARTS = 4


@pytest.mark.parametrize("part", range(PARTS))
def test_an_odd_object_costs_itself_alone(watching: Watching, part: int) -> None:
    """Of each list the first object is odd: what is known of it stays, the rest is whole, and nothing crashes.

    A second run of the day and the next day are clean; an odd count of today is read again by the second run.
    """
    found = {}
    for number in range(part, DAYS, PARTS):
        base = watching()
        watch = Watch(base.sandbox, base.folder / str(number), base.accounts, numbers=SHORT)
        chosen = {endpoint: cases[number % len(cases)] for endpoint, cases in ODD.items()}
        for endpoint, (path, text) in chosen.items():
            watch.sandbox.inject("odd_value", endpoint, path=path, json=text)
        said = list(_costs_itself_alone(watch))
        found |= {str(chosen)[:600]: said} if said else {}
    assert {} == found


def _costs_itself_alone(watch: Watch) -> Iterator[str]:
    mia = str(watch.sandbox.world.account("mentioned_mia").id)
    unread = _unread(_run(watch))
    if set(unread) - {("quiet_quinn", "counts"), ("@quiet_quinn", "counts")}:
        yield f"unread: {unread}"
    tables = _staged(watch)
    if mia not in set(tables["account_snapshots"]["account_id"]) or mia not in set(tables["posts"]["account_id"]):
        yield "Mia has lost her day"
    if waiting := watch.sandbox.service.faults.waiting():
        yield f"nobody asked {waiting[0].endpoint}"
    if unread := _unread(_run(watch)):
        yield f"the second run says {unread}"
    if _staged(watch)["account_snapshots"]["followers_count"].isna().any():
        yield "a count was not read again"
    watch.close_day()
    if unread := _unread(_run(watch)):
        yield f"the next day says {unread}"


def test_what_was_set_aside_is_counted_by_reason(watching: Watching) -> None:
    """A follower without an id is no follower, a post with an odd count keeps all but the count; both are said."""
    watch = watching(handles=("quiet_quinn",))
    watch.sandbox.inject("odd_value", "followers", path="id", json='""', amount=2)
    watch.sandbox.inject("odd_value", "timeline", path="public_metrics.like_count", json="-1")
    _run(watch)
    tables = _staged(watch)
    columns = ["endpoint", "rejected_field", "rejection_reason", "rejected_count"]
    expected = [
        ["/2/users/{id}/followers", "object", "no_id", 2],
        ["/2/users/{id}/tweets", "like_count", "no_count", 1],
    ]
    assert expected == tables["rejections"][columns].to_numpy().tolist()
    assert 1 == tables["posts"]["like_count"].isna().sum()
    said = rejection_notes(tables["rejections"])
    assert ["2 object (no id)" in said[0], "1 like_count (no count)" in said[0]] == [True, True]


def test_reposts_of_quotes_are_no_quotes(watching: Watching) -> None:
    """They are excluded when asked for, and where X lists them all the same nobody is staged for them."""
    watch = watching("posts")
    _run(watch)
    quotes = [page for page in iter_pages(watch.folder / "raw", watch.today) if page.endpoint == "quotes"]
    assert {"retweets"} == {page.parameters["exclude"] for page in quotes}
    expected = _staged(watch)["engagements"]
    assert (expected["kind"] == "quote").any()
    again = Watch(watch.sandbox, watch.folder / "again", watch.accounts, numbers=SHORT)
    again.sandbox.reset()
    again.sandbox.inject("reposts_in_spite", "quotes", times=99)
    _run(again)
    tables = _staged(again)
    pd.testing.assert_frame_equal(expected, tables["engagements"])
    assert {"repost"} == set(tables["rejections"]["rejection_reason"])


@pytest.mark.parametrize("endpoint", ["reposted_by", "liking_users", "mentions"])
def test_an_account_is_none_of_its_own_community(watching: Watching, endpoint: str) -> None:
    """Who reposts, likes or answers the own post is among those whom X lists, and stands in no row."""
    watch = watching("posts", ("mentioned_mia",))
    watch.accounts = [tracked("mentioned_mia", "posts", engagers=True, likers=True, owned=True)]
    mia = watch.sandbox.world.account("mentioned_mia").id
    watch.sandbox.inject("self_engagement", endpoint, times=99)
    assert {} == _unread(_run(watch))
    listed = "".join(path.read_text() for path in watch.folder.rglob("*.json"))
    assert listed.count(f'"{mia}"') > 0
    acts = _staged(watch)["engagements"]
    assert not acts.empty
    assert mia not in set(acts["actor_id"])


@pytest.mark.parametrize(("amount", "reason"), [(1, "not_found"), (2, "protected")])
@pytest.mark.parametrize("endpoint", ["quotes", "reposted_by"])
def test_what_x_does_not_show_of_a_post_is_not_read(
    watching: Watching, endpoint: str, amount: int, reason: str
) -> None:
    """Instead of a list "not found" or "Authorization Error": told as such; the other lists are read."""
    watch = watching("posts", ("mentioned_mia",))
    watch.sandbox.inject("unfindable", endpoint, amount=amount)
    assert {("mentioned_mia", "engagers"): ("partial", reason)} == _unread(_run(watch))
    assert not _staged(watch)["engagements"].empty


@pytest.mark.parametrize("endpoint", ["users_by", "followers", "timeline", "mentions", "quotes", "reposted_by"])
def test_an_answer_that_says_nothing_is_no_answer(watching: Watching, endpoint: str) -> None:
    """`{}` is asked again, and in the end told as not read; the next run reads it."""
    watch = watching()
    watch.sandbox.inject("says_nothing", endpoint, times=3)
    unread = _unread(_run(watch))
    assert {"fault"} == {reason for _, reason in unread.values()}
    assert {} == _unread(_run(watch))


def test_a_list_that_ends_far_short_of_the_count_is_said(watching: Watching) -> None:
    """Three of hundreds: not complete, nobody is staged, and the next day reads the list as a first one."""
    watch = watching()
    watch.sandbox.inject("ends_early", "followers", amount=3)
    assert {("quiet_quinn", "followers"): ("partial", "short")} == _unread(_run(watch))
    quinn = str(watch.sandbox.world.account("quiet_quinn").id)
    rows = _staged(watch)
    assert quinn not in set(rows["follower_arrivals"]["account_id"])
    levels = rows["readings"].set_index(["account_id", "subject"])["observation_level"]
    assert "posts" == levels[quinn, "followers"]
    watch.close_day()
    assert {} == _unread(_run(watch))
    arrivals = _staged(watch)["follower_arrivals"]
    assert arrivals.loc[arrivals["account_id"] == quinn, "is_baseline"].all()


@pytest.mark.parametrize(("fault", "status"), [("ends_early", "partial"), ("empty_page", "failed")])
def test_a_short_list_is_asked_for_again_on_its_day(watching: Watching, fault: str, status: str) -> None:
    """The next run of the day reads it whole: the same followers, for the same dollars, as if it had not been short."""
    watch = watching()
    assert {} == _unread(_run(watch))
    expected, dollars = _staged(watch)["follower_arrivals"], watch.sandbox.spent_usd()
    watch = watching()
    watch.folder /= fault
    watch.sandbox.inject(fault, "followers", amount=3)
    assert {("quiet_quinn", "followers"): (status, "short")} == _unread(_run(watch))
    assert {} == _unread(_run(watch))
    pd.testing.assert_frame_equal(expected, _staged(watch)["follower_arrivals"])
    assert watch.sandbox.spent_usd() == pytest.approx(dollars)


def test_a_list_that_stays_short_is_not_asked_for_without_end(watching: Watching) -> None:
    """Two fifths of the list, whenever it is asked for: three passes hold the count, then no more."""
    watch = watching(handles=("quiet_quinn",))
    at = watch.now()
    count = len(watch.sandbox.world.followers(watch.sandbox.world.account("quiet_quinn").id, at))
    watch.sandbox.inject("ends_early", "followers", amount=count * 2 // 5, times=99)
    for _ in range(5):
        assert {("quiet_quinn", "followers"): ("partial", "short")} == _unread(_run(watch))
    assert 99 - 3 == watch.sandbox.service.faults.waiting()[0].times


def test_a_short_list_that_the_budget_does_not_reach_again_stays_short(watching: Watching) -> None:
    """Its three followers are not taken for the newest of a list that a budget cut: the next day reads it whole."""
    watch = watching(handles=("quiet_quinn",))
    watch.sandbox.inject("ends_early", "followers", amount=3)
    _run(watch)
    watch.usd = str(watch.sandbox.spent_usd())
    assert {("quiet_quinn", "followers"): ("partial", "short")} == _unread(_run(watch))
    assert _staged(watch)["follower_arrivals"].empty
    watch.close_day()
    watch.usd = "1000"
    assert {} == _unread(_run(watch))


def test_what_nobody_asked_for_is_set_aside(watching: Watching) -> None:
    """A stranger in the look-up is no tracked account, and a stranger's post on the timeline is none of the account."""
    watch = watching()
    watch.sandbox.inject("unasked", "users_by")
    watch.sandbox.inject("unasked", "timeline")
    assert {} == _unread(_run(watch))
    tables = _staged(watch)
    asked = {str(watch.sandbox.world.account(handle).id) for handle in HANDLES}
    for name in ("account_snapshots", "posts", "readings", "account_spend"):
        assert asked == set(tables[name]["account_id"]), name
    rows = tables["rejections"]
    assert ["@", str(watch.sandbox.world.account("quiet_quinn").id)] == sorted(rows["account_id"], key=len)
    assert {"not_asked_for"} == set(rows["rejection_reason"])


@pytest.mark.parametrize("behind", [timedelta(hours=2), timedelta(hours=5)])
def test_bounds_stay_ordered_by_a_slow_clock(watching: Watching, behind: timedelta) -> None:
    """This machine's clock lags behind X's: nobody follows before the earliest moment at which he can have."""
    watch = watching()
    lag = {"clock": lambda: watch.now() - behind}
    for _ in range(2):
        fetch_day(watch.session(**lag), watch.accounts, watch.history, SHORT)
        rows = _staged(watch)["follower_arrivals"]
        known = rows.dropna(subset=["followed_after", "followed_before"])
        assert len(known)
        assert (known["followed_after"] <= known["followed_before"]).all()
        watch.close_day()


def test_an_answer_in_the_other_words_is_understood(watching: Watching) -> None:
    """X takes the words of one vocabulary and answers in the other: every count stands, and no kind is guessed."""
    watch = watching("posts")

    def renamed(request: Request, body: bytes) -> bytes:
        if request.endpoint.name != "timeline":
            return body
        said = json.loads(body)
        for post in said.get("data", []):
            post["public_metrics"]["repost_count"] = post["public_metrics"].pop("retweet_count")
            post.pop("referenced_tweets", None)
        return json.dumps(said).encode()

    watch.sandbox.service.mutate = renamed
    assert {} == _unread(_run(watch))
    posts = _staged(watch)["posts"]
    assert posts["repost_count"].notna().all()
    assert posts["is_repost"].isna().all()
