"""The own posts of an account with what they received, the reposts it made, and who engaged."""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

from tasks.schema.identity import did_number
from tasks.sources.bluesky.gateway import BlueskyGateway, FeedItem, Like, Post, Profile, Repost
from tasks.sources.bluesky.history import AccountHistory
from tasks.sources.bluesky.ids import key_of, parse_record_time, record_number, repository_of, tid_at

QUOTE_EMBEDS = ("app.bsky.embed.record", "app.bsky.embed.recordWithMedia")
"""What a post holds when it quotes another one."""

REPOST_REASON = "app.bsky.feed.defs#reasonRepost"

RowValues = dict[str, object]


@dataclass(frozen=True)
class Feed:
    """The account's posts, answers and reposts, newest first, each once; how many had no time and were left out."""

    items: list[FeedItem]
    undated_count: int


def read_feed(gateway: BlueskyGateway, did: str, since: datetime) -> Feed:
    """What the account posted since the moment."""
    items: dict[int, FeedItem] = {}
    cursor, undated_count = None, 0
    seen: set[str] = set()
    while True:
        page, cursor = gateway.feed(did, cursor)
        dated = [item for item in page if _is_dated(item)]
        undated_count += len(page) - len(dated)
        items |= {item_number(item): item for item in reversed(dated) if item_at(item) >= since}
        if not cursor or cursor in seen or (dated and item_at(dated[-1]) < since):
            return Feed(sorted(items.values(), key=item_number, reverse=True), undated_count)
        seen.add(cursor)


def _is_dated(item: FeedItem) -> bool:
    try:
        return item_at(item) is not None
    except ValueError:
        return False


def post_row(item: FeedItem, did: str) -> RowValues:
    """One row of `posts`; of a repost nothing was received, since its counts are those of somebody else's post."""
    post, is_repost = item.post, repost_of(item) is not None
    record = post.record
    parent = None if is_repost else _parent(post)
    return {
        "post_id": item_number(item),
        "created_at": item_at(item),
        "is_repost": is_repost,
        "is_quote": not is_repost and getattr(getattr(record, "embed", None), "py_type", None) in QUOTE_EMBEDS,
        "is_reply_to_other": parent is not None and repository_of(parent) != did,
        "like_count": None if is_repost else post.like_count,
        "repost_count": None if is_repost else post.repost_count,
        "reply_count": None if is_repost else post.reply_count,
        "quote_count": None if is_repost else post.quote_count,
        "bookmark_count": None if is_repost else post.bookmark_count,
    }


def posts_of_account(items: Sequence[FeedItem]) -> list[Post]:
    """The account's own posts among the items."""
    return [item.post for item in items if repost_of(item) is None]


def repost_of(item: FeedItem) -> Repost | None:
    """By which record the account reposted a post; null for a post of its own, pinned or not."""
    return cast("Repost", item.reason) if getattr(item.reason, "py_type", None) == REPOST_REASON else None


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
    said = parse_record_time(getattr(post.record, "created_at", None))
    return min(said, indexed) if said else indexed


def _indexed_at(text: str, uri: str) -> datetime:
    at = parse_record_time(text) or tid_at(key_of(uri))
    if at is None:
        message = f"{uri}: neither {text!r} nor the record's key is a time"
        raise ValueError(message)
    return at


def _parent(post: Post) -> str | None:
    return getattr(getattr(getattr(post.record, "reply", None), "parent", None), "uri", None)


_ENGAGEMENT_COUNTS = {"like": "like_count", "repost": "repost_count", "quote": "quote_count", "reply": "reply_count"}


def engagement_rows(gateway: BlueskyGateway, posts: Sequence[Post], known: AccountHistory) -> Iterator[RowValues]:
    """Rows of `engagements` that do not stand yet, post by post; a kind is read where more did so than is known.

    A like, a quote and an answer have their time; of a repost the AppView states none.
    What the account does with its own posts is no engagement.
    """
    seen = set(known.engagements)
    counted = Counter((post_id, kind) for post_id, _, kind in seen)
    for post in posts:
        number = record_number(post.uri)
        for kind, count in _ENGAGEMENT_COUNTS.items():
            if (getattr(post, count) or 0) <= counted[number, kind]:
                continue
            for actor, row in _read(gateway, post.uri, kind):
                key = (number, did_number(actor), kind)
                if key not in seen and actor != repository_of(post.uri):
                    seen.add(key)
                    yield {"post_id": number, "actor_id": key[1], "kind": kind, **row}


def _read(gateway: BlueskyGateway, uri: str, kind: str) -> Iterator[tuple[str, RowValues]]:
    ask, told = _reader_of(gateway)[kind]
    cursor = None
    while True:
        page, cursor = ask(uri, cursor)
        yield from (told(one) for one in page)
        if not cursor:
            return


def _reader_of(gateway: BlueskyGateway) -> dict[str, tuple[Callable[..., Any], Callable[[Any], tuple[str, RowValues]]]]:
    return {
        "like": (gateway.likes, _of_like),
        "repost": (gateway.reposters, _of_repost),
        "quote": (gateway.quotes, _of_post),
        "reply": (gateway.replies, _of_post),
    }


def _of_like(like: Like) -> tuple[str, RowValues]:
    return like.actor.did, {"engaged_at": parse_record_time(like.created_at)}


def _of_repost(profile: Profile) -> tuple[str, RowValues]:
    return profile.did, {"engaged_at": None}


def _of_post(post: Post) -> tuple[str, RowValues]:
    return post.author.did, {"engaged_at": post_at(post)}
