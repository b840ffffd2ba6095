"""The one way to Bluesky's AppView: typed questions, counted, with every fault under a name of ours.

Of its lexicons stands here what is used, as the `atproto` library spells it: its models ship no types.
"""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any, Protocol, Self, TypeVar

import httpx
from atproto import (  # type: ignore[import-untyped]  # atproto ships no types
    Client,
    Request,
    exceptions,
    models,
)

from tasks.schema.urls import is_https_or_loopback


class BlueskyError(Exception):
    """A reading did not come to its end; the message is one sentence.

    `reason` is a code of `readings`, `resume_at` the moment from which the server says it answers again.
    """

    status = "failed"

    def __init__(self, message: str, reason: str, resume_at: datetime | None = None) -> None:
        """Keep the code and the moment beside the sentence."""
        super().__init__(message)
        self.reason = reason
        self.resume_at = resume_at


class BlueskyRefusedError(BlueskyError):
    """The account cannot be read, whenever one asks: `not_found`, `suspended` or `forbidden`."""

    status = "refused"


class InterruptedReadingError(BlueskyError):
    """The reading broke off, and the next one brings the rest: `budget`, `rate_limit` or `fault`."""

    status = "partial"


class Verification(Protocol):
    """`app.bsky.actor.defs#verificationState`."""

    verified_status: str


class Profile(Protocol):
    """`app.bsky.actor.defs#profileView`: an account without its counts."""

    did: str
    handle: str
    avatar: str | None
    created_at: str | None
    description: str | None
    verification: Verification | None


class ProfileWithCounts(Profile, Protocol):
    """`app.bsky.actor.defs#profileViewDetailed`: an account with its counts."""

    followers_count: int | None
    follows_count: int | None
    posts_count: int | None


class Post(Protocol):
    """`app.bsky.feed.defs#postView`; `record` is what its author wrote, of any form."""

    uri: str
    author: Profile
    record: object
    indexed_at: str
    like_count: int | None
    repost_count: int | None
    reply_count: int | None
    quote_count: int | None
    bookmark_count: int | None


class Repost(Protocol):
    """`app.bsky.feed.defs#reasonRepost`."""

    indexed_at: str
    uri: str | None


class FeedItem(Protocol):
    """`app.bsky.feed.defs#feedViewPost`; `reason` is a `Repost`, a pin or nothing."""

    post: Post
    reason: object


class Like(Protocol):
    """`app.bsky.feed.getLikes#like`."""

    actor: Profile
    created_at: str


PUBLIC_ROOT = "https://public.api.bsky.app"
"""The AppView that answers everybody, without an account (Bluesky's API documentation, "API Hosts and Auth")."""

TIMEOUT_SECONDS = 30.0

PAGE_SIZE = 100
"""The most that the lexicons of followers, feeds, likes, reposts and quotes allow on one page."""

MOST_PROFILES, MOST_RELATIONSHIPS = 25, 30
"""The most accounts per question in getProfiles and getRelationships."""

_Answer = TypeVar("_Answer")

_Paged = tuple[Sequence[_Answer], str | None]

_Query = dict[str, object]

REFUSAL_REASONS = {
    "AccountTakedown": "suspended",
    "AccountDeactivated": "not_found",
    "InvalidRequest": "not_found",
    "BlockedActor": "forbidden",
    "BlockedByActor": "forbidden",
}
"""Errors of the lexicons that do not pass, and what they mean for the account."""


class BlueskyGateway:
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

    def profile(self, actor: str) -> ProfileWithCounts:
        """The account, with its counts."""
        profile: ProfileWithCounts = self._answer(lambda: self._client.app.bsky.actor.get_profile({"actor": actor}))
        return profile

    def profiles(self, dids: Sequence[str]) -> Sequence[ProfileWithCounts]:
        """The accounts, with their counts; those that are gone are left out. At most `MOST_PROFILES`."""
        asked: _Query = {"actors": list(dids)}
        profiles: list[ProfileWithCounts] = self._answer(
            lambda: self._client.app.bsky.actor.get_profiles(asked)
        ).profiles
        return profiles

    def followers(self, did: str, cursor: str | None) -> _Paged[Profile]:
        """A page of followers, newest follow first, and where the next begins."""
        asked: _Query = {"actor": did, "limit": PAGE_SIZE, "cursor": cursor}
        answer = self._answer(lambda: self._client.app.bsky.graph.get_followers(asked))
        return answer.followers, answer.cursor

    def follow_records(self, did: str, followers: Sequence[str]) -> dict[str, str]:
        """The address of the record by which each of the accounts follows; at most `MOST_RELATIONSHIPS`."""
        asked: _Query = {"actor": did, "others": list(followers)}
        answer = self._answer(lambda: self._client.app.bsky.graph.get_relationships(asked))
        known = [of for of in answer.relationships if isinstance(of, models.AppBskyGraphDefs.Relationship)]
        return {of.did: of.followed_by for of in known if of.followed_by}

    def feed(self, did: str, cursor: str | None) -> _Paged[FeedItem]:
        """A page of own posts, answers and reposts, newest first."""
        asked: _Query = {"actor": did, "limit": PAGE_SIZE, "cursor": cursor}
        answer = self._answer(lambda: self._client.app.bsky.feed.get_author_feed(asked))
        return answer.feed, answer.cursor

    def likes(self, uri: str, cursor: str | None) -> _Paged[Like]:
        """A page of likes of a post, with the time of each."""
        asked: _Query = {"uri": uri, "limit": PAGE_SIZE, "cursor": cursor}
        answer = self._answer(lambda: self._client.app.bsky.feed.get_likes(asked))
        return answer.likes, answer.cursor

    def reposters(self, uri: str, cursor: str | None) -> _Paged[Profile]:
        """A page of those who reposted a post; no time is stated."""
        asked: _Query = {"uri": uri, "limit": PAGE_SIZE, "cursor": cursor}
        answer = self._answer(lambda: self._client.app.bsky.feed.get_reposted_by(asked))
        return answer.reposted_by, answer.cursor

    def quotes(self, uri: str, cursor: str | None) -> _Paged[Post]:
        """A page of posts that quote a post."""
        asked: _Query = {"uri": uri, "limit": PAGE_SIZE, "cursor": cursor}
        answer = self._answer(lambda: self._client.app.bsky.feed.get_quotes(asked))
        return answer.posts, answer.cursor

    def replies(self, uri: str, _: str | None = None) -> _Paged[Post]:
        """The direct answers to a post, as many as the AppView shows; there is no next page."""
        asked: _Query = {"uri": uri, "depth": 1, "parent_height": 0}
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
            raise _refusal(problem) from problem
        except exceptions.UnauthorizedError as problem:
            message = f"Bluesky does not show this without an account ({problem})"
            raise BlueskyRefusedError(message, "forbidden") from problem
        except (exceptions.AtProtocolError, httpx.HTTPError, ValueError) as problem:
            message = f"Bluesky's answer could not be read: {str(problem)[:200] or type(problem).__name__}"
            raise InterruptedReadingError(message, "fault") from problem


def did_of(handle: str, root: str = PUBLIC_ROOT) -> str | None:
    """The DID of the account that has this handle now; None where there is none, or Bluesky does not answer."""
    try:
        with BlueskyGateway(1, root) as gateway:
            return gateway.profile(handle).did
    except BlueskyError:
        return None


def _checked_root(root: str) -> str:
    """The root, when it is https or on this machine; else a `ValueError` with one sentence."""
    if is_https_or_loopback(root):
        return root
    message = f"{root!r} is neither https nor on this machine: give Bluesky's address as {PUBLIC_ROOT}"
    raise ValueError(message)


def _refusal(problem: exceptions.BadRequestError) -> Exception:
    content = problem.response.content if problem.response else None
    error = getattr(content, "error", "") or ""
    said = getattr(content, "message", "") or error or "no reason given"
    if error in REFUSAL_REASONS:
        return BlueskyRefusedError(f"Bluesky does not show this account: {said}", REFUSAL_REASONS[error])
    return InterruptedReadingError(f"Bluesky did not take the question: {said}", "fault")
