"""Bluesky is read over HTTP, through atproto, from a make-believe AppView on loopback."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tasks.schema.check import refuse_problems
from tasks.schema.frames import arrow
from tasks.schema.identity import did_number
from tasks.schema.staged import STAGED_TABLES
from tasks.sources.bluesky.account import AccountReading, ReadingRequest, read_account
from tasks.sources.bluesky.gateway import BlueskyGateway, BlueskyRefusedError, InterruptedReadingError
from tasks.sources.bluesky.history import AccountHistory
from tasks.sources.bluesky.ids import tid_number
from tests.bluesky.appview import CID, AppView, did, post_view, serving, tid, written
from tests.unit.frames import values

NOW = datetime(2026, 9, 1, 12, tzinfo=UTC)
SINCE = NOW - timedelta(days=90)
ADA = did("ada")


def _post(name: str, at: datetime, **record: Any) -> dict[str, Any]:  # noqa: ANN401 - whatever a record may hold
    counts = {"replyCount": 0, "repostCount": 0, "likeCount": 0, "quoteCount": 0}
    return post_view(name, at, **record) | counts


def _reference(name: str, at: datetime) -> dict[str, str]:
    return {"uri": f"at://{did(name)}/app.bsky.feed.post/{tid(at)}", "cid": CID}


@pytest.fixture
def view() -> AppView:
    """Ada, followed by three."""
    view = AppView()
    view.account("ada", followersCount=4, followsCount=9, postsCount=70, description="I am invented")
    for hours, name in enumerate(["dan", "cy", "bo"], start=1):
        view.account(name, followersCount=hours, followsCount=20, postsCount=0, avatar="https://invented.example/a")
        view.follow(name, NOW - timedelta(hours=hours))
    return view


@pytest.fixture
def root(view: AppView) -> Iterator[str]:
    """The AppView's address."""
    with serving(view) as address:
        yield address


def _read(
    root: str,
    level: str = "full",
    known: AccountHistory | None = None,
    most_requests: int = 100,
    *,
    is_whole: bool = False,
) -> AccountReading:
    request = ReadingRequest("ada.invented.example", NOW.date(), SINCE, level, is_whole, known or AccountHistory())
    with BlueskyGateway(most_requests, root) as gateway:
        return read_account(gateway, request, lambda: NOW)


def _number(name: str) -> int:
    return did_number(did(name))


def _seen(*names: str) -> AccountHistory:
    read_at = NOW - timedelta(days=1)
    return AccountHistory(frozenset(map(_number, names)), frozenset(), len(names) - 1, read_at, read_at)


def test_the_counts_of_an_account_stand_under_its_did(root: str) -> None:
    """The handle may change, the DID stays; Bluesky counts no lists and hides no account."""
    read = _read(root, "counts")
    expected = [(ADA, "ada.invented.example", "bluesky", 4, 9, 70, None, False, None, NOW)]
    counts = ["followers_count", "following_count", "posts_count", "listed_count", "is_estimated", "is_protected"]
    shown = ["account_id", "handle", "source", *counts, "observed_at"]
    assert expected == values(read.rows["account_snapshots"], shown)
    assert {"account_snapshots", "readings"} == set(read.rows)


def test_a_follow_has_the_moment_of_its_record(root: str) -> None:
    """The key of the follow record is a time to the microsecond, so both bounds of a follow are one moment."""
    arrivals = _read(root).rows["follower_arrivals"]
    expected = [
        (number, _number(name), NOW - timedelta(hours=hours), NOW - timedelta(hours=hours), True, False, hours, False)
        for number, (hours, name) in enumerate([(3, "bo"), (2, "cy"), (1, "dan")])
    ]
    shown = ["arrival_number", "follower_id", "followed_after", "followed_before", "is_baseline", "is_return"]
    assert expected == values(arrivals, [*shown, "follower_followers_count", "has_default_image"])


def test_a_time_that_cannot_be_is_not_believed(view: AppView, root: str) -> None:
    """A record's key is chosen by the follower's server: a follow of tomorrow, or of before the account, has bounds."""
    view.account("eve", createdAt=written(NOW - timedelta(hours=5)))
    view.follow("eve", NOW - timedelta(hours=6))
    view.follow("fay", NOW + timedelta(hours=6))
    before = NOW - timedelta(minutes=30)
    known = replace(_seen("bo", "cy", "dan"), last_complete_at=before)
    arrivals = _read(root, known=known).rows["follower_arrivals"]
    expected = [(3, _number("eve"), before, NOW), (4, _number("fay"), before, NOW)]
    assert expected == values(arrivals, ["arrival_number", "follower_id", "followed_after", "followed_before"])


def test_only_the_new_are_read_again(view: AppView, root: str) -> None:
    """Of 250 followers, 2 of them new, one page is read and 2 have arrived; who follows again is a return."""
    names = [f"old{number}" for number in range(248)]
    view.follows = []
    for number, name in enumerate(names):
        view.follow(name, NOW - timedelta(days=300 - number))
    for hours, name in enumerate(["old7", "bo", "cy"], start=1):
        view.follow(name, NOW - timedelta(hours=hours))
    arrivals = _read(root, known=_seen(*names)).rows["follower_arrivals"]
    expected = [(248, _number("cy"), False), (249, _number("bo"), False), (250, _number("old7"), True)]
    assert expected == values(arrivals, ["arrival_number", "follower_id", "is_return"])
    assert 1 == view.asked_count("getFollowers")
    assert not arrivals["is_baseline"].any()


def test_a_whole_list_tells_who_left_and_who_came_back(view: AppView, root: str) -> None:
    """Of those who followed, two are gone, between two readings; one who had gone before follows again."""
    names = [f"old{number}" for number in range(150)]
    view.follows = []
    for number, name in enumerate(names[2:]):
        view.follow(name, NOW - timedelta(days=300 - number))
    view.follow("bo", NOW - timedelta(hours=2))
    known = replace(_seen(*names), departed=frozenset({_number("bo")}))
    read = _read(root, known=known, is_whole=True)
    left = sorted([(_number("old0"),), (_number("old1"),)])
    assert [(*one, NOW - timedelta(days=1), NOW, None, "bluesky") for one in left] == values(
        read.rows["follower_departures"], ["follower_id", "left_after", "left_before", "departure_reason", "source"]
    )
    assert [(_number("bo"), True)] == values(read.rows["follower_arrivals"], ["follower_id", "is_return"])
    assert 2 == view.asked_count("getFollowers")
    assert 4 == view.asked_count("getRelationships")


def test_a_part_of_a_list_tells_nothing_of_who_left(view: AppView, root: str) -> None:
    """Those behind the part that was read may be there still; and before the first reading nobody can have left."""
    names = [f"old{number}" for number in range(150)]
    for number, name in enumerate(names):
        view.follow(name, NOW - timedelta(days=300 - number))
    assert "follower_departures" not in _read(root, known=_seen(*names)).rows
    assert "follower_departures" not in _read(root, is_whole=True).rows


def test_a_long_list_is_read_to_its_end(view: AppView, root: str) -> None:
    """A baseline of 205 takes three pages, and each follower stands in it once."""
    for number in range(202):
        view.follow(f"old{number}", NOW - timedelta(days=300 - number))
    read = _read(root)
    arrivals = read.rows["follower_arrivals"]
    assert list(range(205)) == arrivals["arrival_number"].tolist()
    assert 205 == arrivals["follower_id"].nunique()
    assert 3 == view.asked_count("getFollowers")
    assert ("followers", "complete", None, 3 + 7 + 9, 205) in values(read.rows["readings"], READING)


READING = ["subject", "status", "reading_reason", "pages_count", "objects_count"]


def test_posts_have_what_bluesky_counts(view: AppView, root: str) -> None:
    """Impressions are nowhere on Bluesky; of a repost the counts are somebody else's, so it has none."""
    quoted = {"$type": "app.bsky.embed.record", "record": _reference("bo", NOW - timedelta(days=50))}
    days = {number: NOW - timedelta(days=number) for number in range(8)}
    answers = {"reply": {"root": _reference("bo", days[6]), "parent": _reference("bo", days[6])}}
    thread = {"reply": {"root": _reference("ada", days[4]), "parent": _reference("ada", days[4])}}
    reposted = {
        "$type": "app.bsky.feed.defs#reasonRepost",
        "by": {"did": ADA, "handle": "ada.invented.example"},
        "uri": f"at://{ADA}/app.bsky.feed.repost/{tid(days[1])}",
        "indexedAt": written(days[1]),
    }
    view.feed = [
        {"post": _post("ada", days[4]), "reason": {"$type": "app.bsky.feed.defs#reasonPin"}},
        {"post": _post("bo", days[7]) | {"likeCount": 900}, "reason": reposted},
        {"post": _post("ada", days[2], **thread)},
        {"post": _post("ada", days[3], **answers)},
        {"post": _post("ada", days[4]) | {"likeCount": 5, "quoteCount": 1, "bookmarkCount": 2}},
        {"post": _post("ada", days[5], embed=quoted)},
        {"post": _post("ada", NOW - timedelta(days=91))},
    ]
    posts = _read(root, "posts").rows["posts"]
    expected = [
        (tid_number(tid(days[5])), days[5], False, True, False, 0, None),
        (tid_number(tid(days[4])), days[4], False, False, False, 0, None),
        (tid_number(tid(days[3])), days[3], False, False, True, 0, None),
        (tid_number(tid(days[2])), days[2], False, False, False, 0, None),
        (tid_number(tid(days[1])), days[1], True, False, False, None, None),
    ]
    shown = ["post_id", "created_at", "is_repost", "is_quote", "is_reply_to_other", "like_count", "impression_count"]
    assert expected == values(posts, shown)


def test_a_post_cannot_be_older_or_newer_than_it_was_seen(view: AppView, root: str) -> None:
    """A record that claims to be of next year was made when the AppView first saw it."""
    claimed = _post("ada", NOW - timedelta(days=1)) | {"indexedAt": written(NOW - timedelta(hours=2))}
    claimed["record"]["createdAt"] = written(NOW + timedelta(days=365))
    view.feed = [{"post": claimed}]
    assert [NOW - timedelta(hours=2)] == _read(root, "posts").rows["posts"]["created_at"].tolist()


def test_those_who_act_are_read_where_the_count_rose(view: AppView, root: str) -> None:
    """Likes, quotes and answers have their time, reposts none; what is known is not asked for again."""
    at = NOW - timedelta(days=2)
    post, answer, quote = _post("ada", at), _post("bo", at + timedelta(hours=1)), _post("cy", at + timedelta(hours=2))
    post |= {"likeCount": 2, "repostCount": 1, "quoteCount": 1, "replyCount": 2}
    uri, number = post["uri"], tid_number(tid(at))
    view.feed = [{"post": post}]
    view.likes[uri] = [
        {"actor": view.profiles[did(name)], "createdAt": written(at), "indexedAt": written(at)} for name in ("bo", "cy")
    ]
    view.reposts[uri], view.quotes[uri], view.replies[uri] = [did("dan")], [quote], [answer]
    rows = _read(root, "posts").rows["engagements"]
    expected = {
        (number, _number("bo"), "like", at),
        (number, _number("cy"), "like", at),
        (number, _number("dan"), "repost", None),
        (number, _number("cy"), "quote", at + timedelta(hours=2)),
        (number, _number("bo"), "reply", at + timedelta(hours=1)),
    }
    assert expected == set(values(rows, ["post_id", "actor_id", "kind", "engaged_at"]))
    asked = len(view.asked)
    standing = AccountHistory(engagements=frozenset(values(rows, ["post_id", "actor_id", "kind"])))  # type: ignore[arg-type] # three columns
    again = _read(root, "posts", standing)
    assert again.rows["engagements"].empty
    assert ["app.bsky.actor.getProfile", "app.bsky.feed.getAuthorFeed", "app.bsky.feed.getPostThread"] == [
        method for method, _ in view.asked[asked:]
    ]


def test_the_rows_hold_what_the_tables_promise(view: AppView, root: str) -> None:
    """Types, keys, bounds and closed lists of every staged table hold, with and without anybody there."""
    view.feed = [{"post": _post("ada", NOW - timedelta(days=1))}]
    full = _read(root)
    view.follows, view.feed = [], []
    empty = _read(root)
    for read in (full, empty):
        assert {"account_snapshots", "follower_arrivals", "posts", "readings"} <= set(read.rows)
        for table in STAGED_TABLES:
            if table.name in read.rows:
                refuse_problems(table, arrow(table, read.rows[table.name]))


def test_an_interrupted_list_gives_no_arrivals_and_the_rest_holds(view: AppView, root: str) -> None:
    """Who they are the next reading tells, and can number; posts and counts of the day are there."""
    view.feed = [{"post": _post("ada", NOW - timedelta(days=1))}]
    headers = {"ratelimit-reset": str(int(NOW.timestamp()) + 60), "ratelimit-remaining": "0"}
    body = b'{"error": "RateLimitExceeded", "message": "Rate Limit Exceeded"}'
    view.faults["app.bsky.graph.getRelationships"] = [(429, body, headers)]
    read = _read(root)
    assert "follower_arrivals" not in read.rows
    assert NOW + timedelta(seconds=60) == read.resume_at
    assert ("followers: Bluesky asks to wait before more is read",) == read.notes
    told = values(read.rows["readings"], [*READING[:3], "observation_level"])
    assert ("followers", "partial", "rate_limit", "posts") in told
    assert ("posts", "complete", None, "posts") in told


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (502, b"<html>Bad Gateway</html>"),
        (500, b'{"error": "InternalServerError", "message": "oops"}'),
        (404, b"not here"),
        (200, b"<html>all is well</html>"),
        (200, b'{"followers": 3}'),
        (200, b'{"followers": [{"did": "did:plc:a"'),
        (400, b'{"error": "ExpiredCursor", "message": "start again"}'),
    ],
)
def test_no_fault_of_the_server_ends_the_day(view: AppView, root: str, status: int, body: bytes) -> None:
    """Whatever it answers for followers, the counts stand and the reading says that it broke off."""
    view.faults["app.bsky.graph.getFollowers"] = [(status, body, {})] * 2
    told = values(_read(root).rows["readings"], READING[:3])
    assert ("counts", "complete", None) in told
    assert ("followers", "partial", "fault") in told


def test_a_bound_on_requests_is_kept(view: AppView, root: str) -> None:
    """With two requests the counts and one page are read, no more; the reading says why."""
    told = values(_read(root, most_requests=2).rows["readings"], READING[:4])
    assert 2 == len(view.asked)
    assert ("followers", "partial", "budget", 1) in told


@pytest.mark.parametrize(
    ("reason", "said", "error"),
    [
        ("not_found", "Profile not found", "InvalidRequest"),
        ("suspended", "Account has been suspended", "AccountTakedown"),
        ("not_found", "Account is deactivated", "AccountDeactivated"),
    ],
)
def test_an_account_that_is_not_there_is_refused(view: AppView, root: str, reason: str, said: str, error: str) -> None:
    """The AppView's own words, and a reason from the closed list."""
    view.faults["app.bsky.actor.getProfile"] = [(400, f'{{"error": "{error}", "message": "{said}"}}'.encode(), {})]
    with pytest.raises(BlueskyRefusedError, match=said) as refused:
        _read(root)
    assert reason == refused.value.reason


def test_a_server_that_is_not_there_is_a_fault() -> None:
    """Nothing listens there: the day's reading is interrupted, in a sentence."""
    with serving(AppView()) as root:
        pass
    with pytest.raises(InterruptedReadingError, match="could not be read") as interrupted:
        _read(root)
    assert "fault" == interrupted.value.reason


def test_nothing_is_read_over_an_open_line() -> None:
    """Only https, or this machine."""
    for root in (
        "http://public.api.bsky.app",
        "ftp://127.0.0.1",
        "http://127.0.0.1.example.org",
        "public.api.bsky.app",
    ):
        with pytest.raises(ValueError, match="neither https nor on this machine"):
            BlueskyGateway(1, root)
    for root in ("https://public.api.bsky.app", "http://[::1]:80", "http://localhost:1"):
        BlueskyGateway(1, root)
