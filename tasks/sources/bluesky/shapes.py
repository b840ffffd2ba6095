"""What of Bluesky's lexicons is used, as the `atproto` library spells it: its models ship no types."""

from typing import Protocol


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


class Detailed(Profile, Protocol):
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
