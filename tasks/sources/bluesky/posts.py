"""The own posts of an account with what they received, and the reposts it made."""

from collections.abc import Sequence
from datetime import datetime
from typing import cast

from tasks.sources.bluesky.gateway import Gateway
from tasks.sources.bluesky.ids import key_of, moment, record_number, repository_of, tid_at
from tasks.sources.bluesky.shapes import FeedItem, Post, Repost

QUOTING = ("app.bsky.embed.record", "app.bsky.embed.recordWithMedia")
"""What a post holds when it quotes another one."""
REPOSTED = "app.bsky.feed.defs#reasonRepost"
Row = dict[str, object]


def read_feed(gateway: Gateway, did: str, since: datetime) -> list[FeedItem]:
    """The account's posts, answers and reposts since the moment, newest first, each once."""
    items: dict[int, FeedItem] = {}
    cursor = None
    while True:
        page, cursor = gateway.feed(did, cursor)
        items |= {item_number(item): item for item in reversed(page) if item_at(item) >= since}
        if not cursor or (page and item_at(page[-1]) < since):
            return sorted(items.values(), key=item_number, reverse=True)


def post_row(item: FeedItem, did: str) -> Row:
    """One row of `posts`; of a repost nothing was received, since its counts are those of somebody else's post."""
    post, is_repost = item.post, repost_of(item) is not None
    record = post.record
    parent = None if is_repost else _parent(post)
    return {
        "post_id": item_number(item),
        "created_at": item_at(item),
        "is_repost": is_repost,
        "is_quote": not is_repost and getattr(getattr(record, "embed", None), "py_type", None) in QUOTING,
        "is_reply_to_other": parent is not None and repository_of(parent) != did,
        "like_count": None if is_repost else post.like_count,
        "repost_count": None if is_repost else post.repost_count,
        "reply_count": None if is_repost else post.reply_count,
        "quote_count": None if is_repost else post.quote_count,
        "bookmark_count": None if is_repost else post.bookmark_count,
    }


def own_posts(items: Sequence[FeedItem]) -> list[Post]:
    """The account's own posts among the items."""
    return [item.post for item in items if repost_of(item) is None]


def repost_of(item: FeedItem) -> Repost | None:
    """By which record the account reposted a post; null for a post of its own, pinned or not."""
    return cast("Repost", item.reason) if getattr(item.reason, "py_type", None) == REPOSTED else None


def item_number(item: FeedItem) -> int:
    """The number of the post, or of the record by which the account reposted one."""
    repost = repost_of(item)
    return record_number(item.post.uri if repost is None else repost.uri or f"{item.post.uri}#reposted")


def item_at(item: FeedItem) -> datetime:
    """When the post or the repost was made."""
    repost = repost_of(item)
    return post_at(item.post) if repost is None else _indexed_at(repost.indexed_at, repost.uri or "")


def post_at(post: Post) -> datetime:
    """When a post was made: as its record says, but no later than the AppView first saw it.

    Records may bear any date; this is how the AppView itself orders them.
    """
    indexed = _indexed_at(post.indexed_at, post.uri)
    said = moment(getattr(post.record, "created_at", None))
    return min(said, indexed) if said else indexed


def _indexed_at(text: str, uri: str) -> datetime:
    at = moment(text) or tid_at(key_of(uri))
    if at is None:
        message = f"{uri}: neither {text!r} nor the record's key is a time"
        raise ValueError(message)
    return at


def _parent(post: Post) -> str | None:
    return getattr(getattr(getattr(post.record, "reply", None), "parent", None), "uri", None)
