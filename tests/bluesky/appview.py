"""A small make-believe AppView on loopback, after the lexicons that Bluesky publishes; everybody in it is invented."""

import json
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

Json = dict[str, Any]

DIGITS = "234567abcdefghijklmnopqrstuvwxyz"
CID = "bafyreidfayvfuwqa7qlnopdjiqrxzs6blmoeu4rujcjtnci5beludirz2a"


def did(name: str) -> str:
    """An invented DID."""
    return f"did:plc:{name:a<24}"


def tid(at: datetime, clock: int = 7) -> str:
    """The record key of a moment: microseconds and a clock's number, in base32-sortable."""
    number = int((at - datetime(1970, 1, 1, tzinfo=UTC)).total_seconds() * 1_000_000) << 10 | clock
    return "".join(DIGITS[number >> shift & 31] for shift in range(60, -1, -5))


def written(at: datetime) -> str:
    """A moment as records write it."""
    return at.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def post_view(name: str, at: datetime, **record: object) -> Json:
    """Somebody's post as the AppView shows it, without its counts; `record` adds to what was written."""
    return {
        "uri": f"at://{did(name)}/app.bsky.feed.post/{tid(at)}",
        "cid": CID,
        "author": {"did": did(name), "handle": f"{name}.invented.example"},
        "record": {"$type": "app.bsky.feed.post", "text": "hello", "createdAt": written(at), **record},
        "indexedAt": written(at + timedelta(seconds=1)),
    }


@dataclass(frozen=True)
class Follow:
    """One follow record: whose, and its key."""

    follower: str
    key: str


@dataclass
class AppView:
    """The world, and what has been asked. `faults` are answered before anything else: status, body, headers."""

    profiles: dict[str, Json] = field(default_factory=dict)
    follows: list[Follow] = field(default_factory=list)
    feed: list[Json] = field(default_factory=list)
    likes: dict[str, list[Json]] = field(default_factory=dict)
    reposts: dict[str, list[str]] = field(default_factory=dict)
    quotes: dict[str, list[Json]] = field(default_factory=dict)
    replies: dict[str, list[Json]] = field(default_factory=dict)
    asked: list[tuple[str, dict[str, list[str]]]] = field(default_factory=list)
    faults: dict[str, list[tuple[int, bytes, Mapping[str, str]]]] = field(default_factory=dict)

    def account(self, name: str, **stated: Any) -> Json:  # noqa: ANN401 - whatever a profile may state
        """Let somebody be there."""
        basic = {"did": did(name), "handle": f"{name}.invented.example", "createdAt": "2023-07-01T00:00:00.000Z"}
        self.profiles[did(name)] = basic | {"indexedAt": "2023-07-01T00:00:01.000Z", "labels": []} | stated
        return self.profiles[did(name)]

    def follow(self, name: str, at: datetime) -> None:
        """Let somebody follow; the newest stands first."""
        if did(name) not in self.profiles:
            self.account(name)
        self.follows = [one for one in self.follows if one.follower != did(name)]
        self.follows.append(Follow(did(name), tid(at)))
        self.follows.sort(key=lambda one: one.key, reverse=True)

    def answer(self, method: str, given: dict[str, list[str]]) -> tuple[int, bytes, Mapping[str, str]]:
        """Status, body and headers."""
        self.asked.append((method, given))
        if self.faults.get(method):
            return self.faults[method].pop(0)
        try:
            return 200, json.dumps(getattr(self, "_" + method.rpartition(".")[2])(given)).encode(), {}
        except Unfit as problem:
            return 400, json.dumps({"error": "InvalidRequest", "message": str(problem)}).encode(), {}

    def asked_count(self, method: str) -> int:
        """How often a method was asked."""
        return sum(one.endswith(method) for one, _ in self.asked)

    def _getProfile(self, given: dict[str, list[str]]) -> Json:  # noqa: N802 - the lexicon's name
        return self._known(given["actor"][0])

    def _getProfiles(self, given: dict[str, list[str]]) -> Json:  # noqa: N802 - the lexicon's name
        actors = _few(given["actors"], 25)
        return {"profiles": [self.profiles[actor] for actor in actors if actor in self.profiles]}

    def _getFollowers(self, given: dict[str, list[str]]) -> Json:  # noqa: N802 - the lexicon's name
        page, cursor = _page(self.follows, given)
        shown = [_basic(self.profiles[one.follower]) for one in page]
        return {"subject": _basic(self._known(given["actor"][0])), "followers": shown} | cursor

    def _getRelationships(self, given: dict[str, list[str]]) -> Json:  # noqa: N802 - the lexicon's name
        records = {one.follower: f"at://{one.follower}/app.bsky.graph.follow/{one.key}" for one in self.follows}
        others = _few(given["others"], 30)
        return {"actor": given["actor"][0], "relationships": [_relationship(other, records) for other in others]}

    def _getAuthorFeed(self, given: dict[str, list[str]]) -> Json:  # noqa: N802 - the lexicon's name
        page, cursor = _page(self.feed, given)
        return {"feed": page} | cursor

    def _getLikes(self, given: dict[str, list[str]]) -> Json:  # noqa: N802 - the lexicon's name
        page, cursor = _page(self.likes.get(given["uri"][0], []), given)
        return {"uri": given["uri"][0], "likes": page} | cursor

    def _getRepostedBy(self, given: dict[str, list[str]]) -> Json:  # noqa: N802 - the lexicon's name
        page, cursor = _page(self.reposts.get(given["uri"][0], []), given)
        return {"uri": given["uri"][0], "repostedBy": [_basic(self.profiles[who]) for who in page]} | cursor

    def _getQuotes(self, given: dict[str, list[str]]) -> Json:  # noqa: N802 - the lexicon's name
        page, cursor = _page(self.quotes.get(given["uri"][0], []), given)
        return {"uri": given["uri"][0], "posts": page} | cursor

    def _getPostThread(self, given: dict[str, list[str]]) -> Json:  # noqa: N802 - the lexicon's name
        uri, thread = given["uri"][0], "app.bsky.feed.defs#threadViewPost"
        (item,) = [item for item in self.feed if item["post"]["uri"] == uri]
        answers: list[Json] = [{"$type": thread, "post": post} for post in self.replies.get(uri, [])]
        gone = {"$type": "app.bsky.feed.defs#notFoundPost", "uri": uri, "notFound": True}
        return {"thread": {"$type": thread, "post": item["post"], "replies": [*answers, gone]}}

    def _known(self, actor: str) -> Json:
        for profile in self.profiles.values():
            if actor in (profile["did"], profile["handle"]):
                return profile
        message = "Profile not found"
        raise Unfit(message)


class Unfit(Exception):  # noqa: N818 - what a question is, not an error of ours
    """A question that the AppView does not take."""


def _basic(profile: Json) -> Json:
    return {name: value for name, value in profile.items() if not name.endswith("Count")}


def _relationship(other: str, records: Mapping[str, str]) -> Json:
    shown = {"$type": "app.bsky.graph.defs#relationship", "did": other}
    return shown | ({"followedBy": records[other]} if other in records else {})


def _few(given: list[str], most: int) -> list[str]:
    if len(given) > most:
        message = f"at most {most}"
        raise Unfit(message)
    return given


def _page(items: Sequence[Any], given: dict[str, list[str]]) -> tuple[list[Any], Json]:
    """A page, and the cursor where more follow: as in the AppView, also a full last page has one."""
    limit, start = int(given.get("limit", ["50"])[0]), int(given.get("cursor", ["0"])[0])
    if not 1 <= limit <= 100:
        message = "limit must be from 1 to 100"
        raise Unfit(message)
    page = list(items[start : start + limit])
    return page, {"cursor": str(start + limit)} if len(page) == limit else {}


@contextmanager
def serving(view: AppView) -> Iterator[str]:
    """The AppView's root on loopback, as long as the context lasts."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            parts = urlsplit(self.path)
            status, body, headers = view.answer(parts.path.removeprefix("/xrpc/"), parse_qs(parts.query))
            self.send_response(status)
            for name, value in {"content-type": "application/json", **headers}.items():
                self.send_header(name, value)
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Nothing is written to the terminal."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
