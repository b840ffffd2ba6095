"""The one door to Bluesky's AppView: typed questions, counted, with every fault under a name of ours."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any, Self, TypeVar

import httpx
from atproto import (  # type: ignore[import-untyped]  # atproto ships no types
    Client,
    Request,
    exceptions,
    models,
)

from tasks.schema.urls import is_https_or_loopback
from tasks.sources.bluesky.problems import BlueskyRefusedError, InterruptedReadingError
from tasks.sources.bluesky.shapes import Detailed, FeedItem, Like, Post, Profile

PUBLIC_ROOT = "https://public.api.bsky.app"
"""The AppView that answers everybody, without an account (Bluesky's API documentation, "API Hosts and Auth")."""
TIMEOUT_SECONDS = 30.0
PAGE = 100
"""The most that the lexicons of followers, feeds, likes, reposts and quotes allow on one page."""
MOST_PROFILES, MOST_RELATIONSHIPS = 25, 30
"""The most accounts per question in getProfiles and getRelationships."""

Answer = TypeVar("Answer")
Paged = tuple[Sequence[Answer], str | None]
Asked = dict[str, object]

REFUSED = {
    "AccountTakedown": "suspended",
    "AccountDeactivated": "not_found",
    "InvalidRequest": "not_found",
    "BlockedActor": "forbidden",
    "BlockedByActor": "forbidden",
}
"""Errors of the lexicons that do not pass, and what they mean for the account."""


class Gateway:
    """Questions to the AppView, at most `most_requests` of them; a context that closes the connection."""

    def __init__(self, most_requests: int, root: str = PUBLIC_ROOT) -> None:
        """Refuse a root that is neither https nor this machine."""
        self._request = Request(timeout=TIMEOUT_SECONDS, trust_env=False)
        self._client = Client(_checked_root(root), request=self._request)
        self._most_requests = most_requests
        self.requests_count = 0

    def __enter__(self) -> Self:
        """Nothing is opened before the first question."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close the connection."""
        self._request.close()

    def profile(self, actor: str) -> Detailed:
        """The account, with its counts."""
        profile: Detailed = self._answer(lambda: self._client.app.bsky.actor.get_profile({"actor": actor}))
        return profile

    def profiles(self, dids: Sequence[str]) -> Sequence[Detailed]:
        """The accounts, with their counts; those that are gone are left out. At most `MOST_PROFILES`."""
        asked: Asked = {"actors": list(dids)}
        profiles: list[Detailed] = self._answer(lambda: self._client.app.bsky.actor.get_profiles(asked)).profiles
        return profiles

    def followers(self, did: str, cursor: str | None) -> Paged[Profile]:
        """A page of followers, newest follow first, and where the next begins."""
        asked: Asked = {"actor": did, "limit": PAGE, "cursor": cursor}
        answer = self._answer(lambda: self._client.app.bsky.graph.get_followers(asked))
        return answer.followers, answer.cursor

    def follow_records(self, did: str, followers: Sequence[str]) -> dict[str, str]:
        """The address of the record by which each of the accounts follows; at most `MOST_RELATIONSHIPS`."""
        asked: Asked = {"actor": did, "others": list(followers)}
        answer = self._answer(lambda: self._client.app.bsky.graph.get_relationships(asked))
        known = [of for of in answer.relationships if isinstance(of, models.AppBskyGraphDefs.Relationship)]
        return {of.did: of.followed_by for of in known if of.followed_by}

    def feed(self, did: str, cursor: str | None) -> Paged[FeedItem]:
        """A page of own posts, answers and reposts, newest first."""
        asked: Asked = {"actor": did, "limit": PAGE, "cursor": cursor}
        answer = self._answer(lambda: self._client.app.bsky.feed.get_author_feed(asked))
        return answer.feed, answer.cursor

    def likes(self, uri: str, cursor: str | None) -> Paged[Like]:
        """A page of likes of a post, with the time of each."""
        asked: Asked = {"uri": uri, "limit": PAGE, "cursor": cursor}
        answer = self._answer(lambda: self._client.app.bsky.feed.get_likes(asked))
        return answer.likes, answer.cursor

    def reposters(self, uri: str, cursor: str | None) -> Paged[Profile]:
        """A page of those who reposted a post; no time is stated."""
        asked: Asked = {"uri": uri, "limit": PAGE, "cursor": cursor}
        answer = self._answer(lambda: self._client.app.bsky.feed.get_reposted_by(asked))
        return answer.reposted_by, answer.cursor

    def quotes(self, uri: str, cursor: str | None) -> Paged[Post]:
        """A page of posts that quote a post."""
        asked: Asked = {"uri": uri, "limit": PAGE, "cursor": cursor}
        answer = self._answer(lambda: self._client.app.bsky.feed.get_quotes(asked))
        return answer.posts, answer.cursor

    def replies(self, uri: str, _: str | None = None) -> Paged[Post]:
        """The direct answers to a post, as many as the AppView shows; there is no next page."""
        asked: Asked = {"uri": uri, "depth": 1, "parent_height": 0}
        thread = self._answer(lambda: self._client.app.bsky.feed.get_post_thread(asked)).thread
        shown = models.AppBskyFeedDefs.ThreadViewPost
        answers = thread.replies or [] if isinstance(thread, shown) else []
        return [answer.post for answer in answers if isinstance(answer, shown)], None

    def _answer(self, question: Callable[[], Any]) -> Any:  # noqa: ANN401 - the library's models ship no types
        if self.requests_count >= self._most_requests:
            message = f"the {self._most_requests} requests allowed were made"
            raise InterruptedReadingError(message, "budget")
        self.requests_count += 1
        try:
            return question()
        except exceptions.RateLimitExceededError as problem:
            resume_at: datetime | None = problem.reset_at
            message = "Bluesky asks to wait before more is read"
            raise InterruptedReadingError(message, "rate_limit", resume_at) from problem
        except exceptions.BadRequestError as problem:
            raise _refused(problem) from problem
        except exceptions.UnauthorizedError as problem:
            message = f"Bluesky does not show this without an account ({problem})"
            raise BlueskyRefusedError(message, "forbidden") from problem
        except (exceptions.AtProtocolError, httpx.HTTPError, ValueError) as problem:
            message = f"Bluesky's answer could not be read: {str(problem)[:200] or type(problem).__name__}"
            raise InterruptedReadingError(message, "fault") from problem


def _checked_root(root: str) -> str:
    """The root, when it is https or on this machine; else a `ValueError` with one sentence."""
    if is_https_or_loopback(root):
        return root
    message = f"{root!r} is neither https nor on this machine: give Bluesky's address as {PUBLIC_ROOT}"
    raise ValueError(message)


def _refused(problem: exceptions.BadRequestError) -> Exception:
    content = problem.response.content if problem.response else None
    error = getattr(content, "error", "") or ""
    said = getattr(content, "message", "") or error or "no reason given"
    if error in REFUSED:
        return BlueskyRefusedError(f"Bluesky does not show this account: {said}", REFUSED[error])
    return InterruptedReadingError(f"Bluesky did not take the question: {said}", "fault")
