"""Who liked, reposted, quoted and answered own posts, where the count rose above what is known."""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from tasks.sources.bluesky.gateway import Gateway
from tasks.sources.bluesky.ids import account_number, moment, record_number
from tasks.sources.bluesky.posts import Row, post_at
from tasks.sources.bluesky.shapes import Like, Post, Profile
from tasks.sources.bluesky.wish import Known

COUNTS = {"like": "like_count", "repost": "repost_count", "quote": "quote_count", "reply": "reply_count"}


def engagement_rows(gateway: Gateway, posts: Sequence[Post], known: Known) -> Iterator[Row]:
    """Rows of `engagements` that do not stand yet, post by post; a kind is read where more did so than is known.

    A like, a quote and an answer have their time; of a repost the AppView states none.
    """
    seen = set(known.engagements)
    counted = Counter((post_id, kind) for post_id, _, kind in seen)
    for post in posts:
        number = record_number(post.uri)
        for kind, count in COUNTS.items():
            if (getattr(post, count) or 0) <= counted[number, kind]:
                continue
            for actor, row in _read(gateway, post.uri, kind):
                key = (number, account_number(actor), kind)
                if key not in seen:
                    seen.add(key)
                    yield {"post_id": number, "actor_id": key[1], "kind": kind, **row}


def _read(gateway: Gateway, uri: str, kind: str) -> Iterator[tuple[str, Row]]:
    ask, told = _questions(gateway)[kind]
    cursor = None
    while True:
        page, cursor = ask(uri, cursor)
        yield from (told(one) for one in page)
        if not cursor:
            return


def _questions(gateway: Gateway) -> dict[str, tuple[Callable[..., Any], Callable[[Any], tuple[str, Row]]]]:
    return {
        "like": (gateway.likes, _of_like),
        "repost": (gateway.reposters, _of_repost),
        "quote": (gateway.quotes, _of_post),
        "reply": (gateway.replies, _of_post),
    }


def _of_like(like: Like) -> tuple[str, Row]:
    return like.actor.did, {"engaged_at": moment(like.created_at)}


def _of_repost(profile: Profile) -> tuple[str, Row]:
    return profile.did, {"engaged_at": None}


def _of_post(post: Post) -> tuple[str, Row]:
    return post.author.did, {"engaged_at": post_at(post)}
