"""The one way to Bluesky's AppView: typed questions, counted, with every fault under a name of ours.

Of its lexicons stands here what is used, as the `atproto` library spells it: its models ship no types.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Protocol, Self, TypeVar

import httpx
import tenacity
from atproto import (  # type: ignore[import-untyped]  # atproto ships no types
    Client,
    Request,
    exceptions,
    models,
)
from atproto_client.models.utils import get_or_create  # type: ignore[import-untyped]  # as above

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


MOST_ATTEMPTS = 4
"""A question that broke off is asked so often: with the doubled pauses of X's, which last about as long."""

LONGEST_PAUSE = timedelta(minutes=5)
"""The window of Bluesky's limits (docs.bsky.app, rate limits): a reset within it is waited for."""


@dataclass(frozen=True)
class Patience:
    """By which clock a reset is waited for, and how one waits so many seconds."""

    clock: Callable[[], datetime]
    wait: Callable[[float], None]

    def pause(self, state: tenacity.RetryCallState) -> float:
        """Seconds before the next attempt: until the reset that the server names, else doubled each time."""
        problem = state.outcome.exception() if state.outcome else None
        resume_at = getattr(problem, "resume_at", None)
        if resume_at is not None:
            return max(float((resume_at - self.clock()).total_seconds()), 0.0) + 1.0
        return float(2 ** (state.attempt_number - 1))

    def is_worth(self, problem: BaseException) -> bool:
        """Whether asking again may help: after a fault of the way or the server, or a pause that is not too long."""
        if not isinstance(problem, InterruptedReadingError) or problem.reason == "budget":
            return False
        if problem.reason == "rate_limit":
            return problem.resume_at is not None and problem.resume_at - self.clock() <= LONGEST_PAUSE
        return not isinstance(problem.__cause__, exceptions.BadRequestError)


_MODELS = {
    "followers": models.AppBskyActorDefs.ProfileView,
    "repostedBy": models.AppBskyActorDefs.ProfileView,
    "profiles": models.AppBskyActorDefs.ProfileViewDetailed,
    "feed": models.AppBskyFeedDefs.FeedViewPost,
    "posts": models.AppBskyFeedDefs.PostView,
    "likes": models.AppBskyFeedGetLikes.Like,
}
"""By the name of a list in an answer, what its items are: the library refuses the whole page for one odd item."""


class ItemRequest(Request):  # type: ignore[misc]  # atproto ships no types
    """The library's request, which on demand leaves out of an answer what is not as its lexicon says."""

    is_choosy = False
    odd_count = 0

    def get(self, *given: Any, **named: Any) -> Any:  # noqa: ANN401 - the library's models ship no types
        """The answer, as the library gives it."""
        answer = super().get(*given, **named)
        if self.is_choosy and isinstance(answer.content, dict):
            for name, model in _MODELS.items():
                if isinstance(items := answer.content.get(name), list):
                    answer.content[name] = [item for item in items if _is_as_declared(item, model)]
                    self.odd_count += len(items) - len(answer.content[name])
        return answer


def _is_as_declared(item: object, model: Any) -> bool:  # noqa: ANN401 - as above
    try:
        get_or_create(item, model)
    except (exceptions.AtProtocolError, ValueError, TypeError):
        return False
    return isinstance(item, dict)


class BlueskyGateway:
    """Questions to the AppView, at most `most_requests` of them; a context that closes the connection.

    With `patience` a question that breaks off is asked again.
    """

    def __init__(self, most_requests: int, root: str = PUBLIC_ROOT, patience: Patience | None = None) -> None:
        """Refuse a root that is neither https nor this machine."""
        self._request = ItemRequest(timeout=TIMEOUT_SECONDS, trust_env=False)
        self._patience = patience
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

    @property
    def odd_count(self) -> int:
        """How many items were left out so far, because they are not as their lexicon says."""
        return self._request.odd_count

    def _answer(self, question: Callable[[], Any]) -> Any:  # noqa: ANN401 - the library's models ship no types
        if self._patience is None:
            return self._answer_once(question)
        repeated = tenacity.Retrying(
            retry=tenacity.retry_if_exception(self._patience.is_worth),
            wait=self._patience.pause,
            sleep=self._patience.wait,
            stop=tenacity.stop_after_attempt(MOST_ATTEMPTS),
            reraise=True,
        )
        return repeated(self._answer_once, question)

    def _answer_once(self, question: Callable[[], Any]) -> Any:  # noqa: ANN401 - as above
        try:
            return self._ask(question)
        except InterruptedReadingError as problem:
            if self._request.is_choosy or not isinstance(problem.__cause__, exceptions.ModelError):
                raise
        self._request.is_choosy = True
        try:
            return self._ask(question)
        finally:
            self._request.is_choosy = False

    def _ask(self, question: Callable[[], Any]) -> Any:  # noqa: ANN401 - as above
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
