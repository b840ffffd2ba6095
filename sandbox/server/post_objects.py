"""Posts as X writes them: only the fields asked for, empty ones left out."""

from collections.abc import Callable
from dataclasses import asdict

from sandbox.server.problems import Json
from sandbox.server.vocabulary import Vocabulary
from sandbox.world.moments import wire_time
from sandbox.world.post_view import PostView
from sandbox.world.posts import Counts, Kind
from sandbox.world.user_view import Column

REFERENCE_TYPES = {Kind.REPLY: "replied_to", Kind.QUOTE: "quoted", Kind.REPOST: "retweeted"}
PRIVATE_METRICS = ("non_public_metrics", "organic_metrics")


def post_objects(view: PostView, fields: tuple[str, ...], vocabulary: Vocabulary) -> list[Json]:
    """One object per post with the fields asked for."""
    shown = [name for name in fields if name in COLUMNS]
    columns = [COLUMNS[name](view, vocabulary) for name in shown]
    return [
        {name: value for name, value in zip(shown, row, strict=True) if value is not None}
        for row in zip(*columns, strict=True)
    ]


def _public(counts: Counts, vocabulary: Vocabulary) -> Json:
    return {
        vocabulary.repost_count: counts.reposts,
        "reply_count": counts.replies,
        "like_count": counts.likes,
        "quote_count": counts.quotes,
        "bookmark_count": counts.bookmarks,
        "impression_count": counts.impressions,
    }


def _non_public(counts: Counts) -> Json:
    return {"impression_count": counts.impressions, "user_profile_clicks": counts.impressions // 90}


def _organic(counts: Counts, vocabulary: Vocabulary) -> Json:
    shown = asdict(counts)
    names = {"impression_count": "impressions", vocabulary.repost_count: "reposts", "reply_count": "replies"}
    return {**{wire: shown[name] for wire, name in names.items()}, "like_count": counts.likes}


def _references(view: PostView, _: Vocabulary) -> Column:
    return [
        None if parent is None else [{"type": REFERENCE_TYPES[kind], "id": str(parent)}]
        for kind, parent in zip(view.kinds, view.parent_ids, strict=True)
    ]


def _replied_users(view: PostView, _: Vocabulary) -> Column:
    pairs = zip(view.kinds, view.mentions, strict=True)
    return [str(whom[0]) if kind is Kind.REPLY and whom else None for kind, whom in pairs]


def _entities(view: PostView, _: Vocabulary) -> Column:
    return [
        None if whom is None else {"mentions": [_mention(text, whom)]}
        for text, whom in zip(view.texts, view.mentions, strict=True)
    ]


def _mention(text: str, whom: tuple[int, str]) -> Json:
    start = text.index(f"@{whom[1]}")
    return {"start": start, "end": start + len(whom[1]) + 1, "username": whom[1], "id": str(whom[0])}


def _own_id(view: PostView, _: Vocabulary) -> Column:
    return [[str(id_)] for id_ in view.ids]


COLUMNS: dict[str, Callable[[PostView, Vocabulary], Column]] = {
    "id": lambda view, _: [str(id_) for id_ in view.ids],
    "text": lambda view, _: [*view.texts],
    "created_at": lambda view, _: [wire_time(created) for created in view.created],
    "conversation_id": lambda view, _: [str(id_) for id_ in view.conversation_ids],
    "public_metrics": lambda view, words: [_public(counts, words) for counts in view.counts],
    "non_public_metrics": lambda view, _: [_non_public(counts) for counts in view.counts],
    "organic_metrics": lambda view, words: [_organic(counts, words) for counts in view.counts],
    "entities": _entities,
    "lang": lambda view, _: ["en" for _ in view.ids],
    "possibly_sensitive": lambda view, _: [False for _ in view.ids],
    "reply_settings": lambda view, _: ["everyone" for _ in view.ids],
    "author_id": lambda view, _: [str(id_) for id_ in view.author_ids],
    "username": lambda view, _: [*view.authors],
    "in_reply_to_user_id": _replied_users,
    "referenced_tweets": _references,
    "referenced_posts": _references,
    "edit_history_tweet_ids": _own_id,
    "edit_history_post_ids": _own_id,
}
