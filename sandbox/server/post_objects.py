"""Posts as X writes them: only the fields asked for, empty ones left out."""

from collections.abc import Callable
from dataclasses import asdict

from sandbox.server.problems import Json
from sandbox.server.vocabulary import Vocabulary
from sandbox.world.crowd import Column
from sandbox.world.moments import wire_time
from sandbox.world.postrows import Kind
from sandbox.world.posts import Counts
from sandbox.world.sheaf import Sheaf

REFERENCE_TYPES = {Kind.REPLY: "replied_to", Kind.QUOTE: "quoted", Kind.REPOST: "retweeted"}
PRIVATE_METRICS = ("non_public_metrics", "organic_metrics")


def post_objects(sheaf: Sheaf, fields: tuple[str, ...], vocabulary: Vocabulary) -> list[Json]:
    """One object per post with the fields asked for."""
    shown = [name for name in fields if name in COLUMNS]
    columns = [COLUMNS[name](sheaf, vocabulary) for name in shown]
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


def _references(sheaf: Sheaf, _: Vocabulary) -> Column:
    return [
        None if parent is None else [{"type": REFERENCE_TYPES[kind], "id": str(parent)}]
        for kind, parent in zip(sheaf.kinds, sheaf.parent_ids, strict=True)
    ]


def _replied_users(sheaf: Sheaf, _: Vocabulary) -> Column:
    pairs = zip(sheaf.kinds, sheaf.mentions, strict=True)
    return [str(whom[0]) if kind is Kind.REPLY and whom else None for kind, whom in pairs]


def _entities(sheaf: Sheaf, _: Vocabulary) -> Column:
    return [
        None if whom is None else {"mentions": [_mention(text, whom)]}
        for text, whom in zip(sheaf.texts, sheaf.mentions, strict=True)
    ]


def _mention(text: str, whom: tuple[int, str]) -> Json:
    start = text.index(f"@{whom[1]}")
    return {"start": start, "end": start + len(whom[1]) + 1, "username": whom[1], "id": str(whom[0])}


def _own_id(sheaf: Sheaf, _: Vocabulary) -> Column:
    return [[str(id_)] for id_ in sheaf.ids]


COLUMNS: dict[str, Callable[[Sheaf, Vocabulary], Column]] = {
    "id": lambda sheaf, _: [str(id_) for id_ in sheaf.ids],
    "text": lambda sheaf, _: [*sheaf.texts],
    "created_at": lambda sheaf, _: [wire_time(created) for created in sheaf.created],
    "conversation_id": lambda sheaf, _: [str(id_) for id_ in sheaf.conversation_ids],
    "public_metrics": lambda sheaf, words: [_public(counts, words) for counts in sheaf.counts],
    "non_public_metrics": lambda sheaf, _: [_non_public(counts) for counts in sheaf.counts],
    "organic_metrics": lambda sheaf, words: [_organic(counts, words) for counts in sheaf.counts],
    "entities": _entities,
    "lang": lambda sheaf, _: ["en" for _ in sheaf.ids],
    "possibly_sensitive": lambda sheaf, _: [False for _ in sheaf.ids],
    "reply_settings": lambda sheaf, _: ["everyone" for _ in sheaf.ids],
    "author_id": lambda sheaf, _: [str(id_) for id_ in sheaf.author_ids],
    "username": lambda sheaf, _: [*sheaf.authors],
    "in_reply_to_user_id": _replied_users,
    "referenced_tweets": _references,
    "referenced_posts": _references,
    "edit_history_tweet_ids": _own_id,
    "edit_history_post_ids": _own_id,
}
