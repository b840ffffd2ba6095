"""A question to Bluesky that breaks off is asked again, and one odd item costs itself alone."""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tasks.schema.check import refuse_problems
from tasks.schema.frames import arrow
from tasks.schema.staged import REJECTIONS
from tasks.sources.bluesky.account import AccountReading, ReadingRequest, read_account
from tasks.sources.bluesky.gateway import BlueskyGateway, Patience
from tasks.sources.bluesky.history import AccountHistory
from tasks.sources.bluesky.ids import did_number
from tests.bluesky.appview import CID, AppView, did, serving, tid, written
from tests.unit.frames import values

NOW = datetime(2026, 9, 1, 12, tzinfo=UTC)
READING = ["subject", "status", "reading_reason"]
FEED, FOLLOWERS = "app.bsky.feed.getAuthorFeed", "app.bsky.graph.getFollowers"
RESET = {"ratelimit-reset": str(int(NOW.timestamp()) + 60)}


def _post(hours: int) -> dict[str, Any]:
    at = NOW - timedelta(hours=hours)
    return {
        "uri": f"at://{did('ada')}/app.bsky.feed.post/{tid(at)}",
        "cid": CID,
        "author": {"did": did("ada"), "handle": "ada.invented.example"},
        "record": {"$type": "app.bsky.feed.post", "text": "hello", "createdAt": written(at)},
        "indexedAt": written(at + timedelta(seconds=1)),
    }


@pytest.fixture
def view() -> AppView:
    """Ada with three posts, followed by two."""
    view = AppView()
    view.account("ada", followersCount=2, followsCount=9, postsCount=3)
    view.feed = [{"post": _post(hours)} for hours in (1, 2, 3)]
    for hours, name in enumerate(["dan", "cy"], start=1):
        view.follow(name, NOW - timedelta(hours=hours))
    return view


@pytest.fixture
def root(view: AppView) -> Iterator[str]:
    """The AppView's address."""
    with serving(view) as address:
        yield address


def _read(root: str, waits: list[float]) -> AccountReading:
    request = ReadingRequest("ada.invented.example", NOW.date(), NOW - timedelta(days=9), history=AccountHistory())
    with BlueskyGateway(100, root, Patience(lambda: NOW, waits.append)) as gateway:
        return read_account(gateway, request, lambda: NOW)


@pytest.mark.parametrize(
    ("fault", "expected"),
    [
        ((429, b"{}", RESET), [61.0]),
        ((502, b"<html>Bad Gateway</html>", {}), [1.0]),
        ((503, b"", {}), [1.0]),
        ((200, b'{"feed": [{"post": ', {}), [1.0]),
    ],
)
@pytest.mark.parametrize("method", [FEED, FOLLOWERS, "app.bsky.actor.getProfile"])
def test_what_broke_off_is_asked_again(
    view: AppView, root: str, method: str, fault: tuple[int, bytes, Mapping[str, str]], expected: list[float]
) -> None:
    """After a pause, or at the reset that the server names: the day is whole."""
    view.faults[method] = [fault]
    waits: list[float] = []
    told = values(_read(root, waits).rows["readings"], READING)
    assert {("complete", None)} == {row[1:] for row in told}
    assert expected == waits


def test_a_server_that_stays_away_is_left(view: AppView, root: str) -> None:
    """Four questions, and pauses that double; the other parts are read."""
    view.faults[FEED] = [(503, b"", {})] * 9
    waits: list[float] = []
    told = values(_read(root, waits).rows["readings"], READING)
    assert ("posts", "partial", "fault") in told
    assert ("followers", "complete", None) in told
    assert [1.0, 2.0, 4.0] == waits


def test_a_reset_that_is_far_is_not_waited_for(view: AppView, root: str) -> None:
    """An hour is longer than a window: the next run brings the rest."""
    view.faults[FEED] = [(429, b"{}", {"ratelimit-reset": str(int(NOW.timestamp()) + 3600)})]
    waits: list[float] = []
    assert ("posts", "partial", "rate_limit") in values(_read(root, waits).rows["readings"], READING)
    assert [] == waits


def test_an_account_is_none_of_its_own_community(view: AppView, root: str) -> None:
    """Ada likes her own post, and so does Dan: he alone engaged."""
    post = view.feed[0]["post"]
    post["likeCount"] = 2
    at = written(NOW)
    view.likes[post["uri"]] = [
        {"actor": view.profiles[did(name)], "createdAt": at, "indexedAt": at} for name in ("ada", "dan")
    ]
    acts = _read(root, []).rows["engagements"]
    assert [("like", did_number(did("dan")))] == values(acts, ["kind", "actor_id"])


@pytest.mark.parametrize("odd", [{"uri": None}, {"uri": 5}, {"author": {}}, {"indexedAt": "soon", "uri": "at://x/y/z"}])
def test_one_odd_post_costs_itself_alone(view: AppView, root: str, odd: dict[str, Any]) -> None:
    """The second of three posts is not as the lexicon says: the two others stand, and one is counted as set aside."""
    record = {"record": {"$type": "app.bsky.feed.post", "text": "x"}} if "indexedAt" in odd else {}
    view.feed[1] = {"post": {name: value for name, value in (view.feed[1]["post"] | odd | record).items() if value}}
    read = _read(root, [])
    assert ("posts", "complete", None) in values(read.rows["readings"], READING)
    assert 2 == len(read.rows["posts"])
    rows = read.rows["rejections"]
    refuse_problems(REJECTIONS, arrow(REJECTIONS, rows))
    assert [(did("ada"), "object", "no_lexicon", 1)] == values(
        rows, ["account_id", "rejected_field", "rejection_reason", "rejected_count"]
    )
