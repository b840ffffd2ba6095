"""The lists of an archive as rows: followers in follow order, and posts with the counts that the archive states."""

from array import array
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from typing import Any

import numpy as np
import pandas as pd

from tasks.sources.exports.moments import moment
from tasks.sources.exports.post_ids import FIRST_SNOWFLAKE, SNOWFLAKE_EPOCH_MS, SNOWFLAKE_SHIFT, published_at
from tasks.sources.exports.refusal import refusal
from tasks.sources.exports.script import Json

REPOST = "RT @"
"""How the text of a repost begins in an archive, whose own mark `retweeted` is false for every post."""
LARGEST_ID = 2**63 - 1
POST_COLUMNS = ("post_id", "created_at", "is_repost", "is_reply_to_other", "like_count", "repost_count")

Ids = np.ndarray[Any, np.dtype[np.int64]]


def follower_ids(entries: Iterable[Json], place: str) -> tuple[Ids, int]:
    """The ids, newest follower first, each once where it stands first; and how many repeats were left out."""
    read = array("q", (_id(_inside(entry, "follower", place).get("accountId"), place) for entry in entries))
    ids = np.frombuffer(read, dtype=np.int64) if read else np.empty(0, dtype=np.int64)
    _, first = np.unique(ids, return_index=True)
    return ids[np.sort(first)], len(ids) - len(first)


def creation_times(ids: Ids) -> pd.Series:
    """When accounts were created, from those ids that hold it (above 2**40); null for the older, numbered ones."""
    milliseconds = (ids >> SNOWFLAKE_SHIFT) + SNOWFLAKE_EPOCH_MS
    moments = pd.Series(milliseconds.astype("datetime64[ms]").astype("datetime64[us]")).dt.tz_localize("UTC")
    return moments.where(ids >= FIRST_SNOWFLAKE)


def post_rows(entries: Iterable[Json], account_id: str, place: str) -> Iterator[tuple[object, ...]]:
    """`POST_COLUMNS` of each post, in the archive's order."""
    for entry in entries:
        post = _inside(entry, "tweet", place) if "tweet" in entry else entry
        post_id = _id(post.get("id_str", post.get("id")), place)
        answered = post.get("in_reply_to_user_id_str")
        is_answer = any(post.get(name) for name in ("in_reply_to_status_id_str", "in_reply_to_status_id"))
        yield (
            post_id,
            _created_at(post, post_id, place),
            _is_repost(post),
            answered != account_id if answered else (None if is_answer else False),
            _count(post.get("favorite_count"), place),
            _count(post.get("retweet_count"), place),
        )


def _is_repost(post: Json) -> bool | None:
    text = post.get("full_text", post.get("text"))
    return text.startswith(REPOST) if isinstance(text, str) else None


def _created_at(post: Json, post_id: int, place: str) -> datetime:
    if post_id >= FIRST_SNOWFLAKE:
        return published_at(post_id)
    try:
        return moment(post["created_at"]).astimezone(UTC)
    except (KeyError, TypeError, ValueError):
        raise refusal(place, f"post {post_id} has no creation date as X writes it; request a new archive") from None


def _inside(entry: Json, name: str, place: str) -> Json:
    inside = entry.get(name)
    if not isinstance(inside, dict):
        raise refusal(place, f"holds an entry that is no {name}; request a new archive")
    return inside


def _id(said: object, place: str) -> int:
    number = _whole(said)
    if number is None or number > LARGEST_ID:
        raise refusal(place, f"{str(said)[:40]!r} is no id; request a new archive")
    return number


def _count(said: object, place: str) -> int | None:
    number = _whole(said)
    if said is not None and (number is None or number > LARGEST_ID):
        raise refusal(place, f"{str(said)[:40]!r} is no count; request a new archive")
    return number


def _whole(said: object) -> int | None:
    """Archives write numbers as text; the oldest of them as numbers."""
    if isinstance(said, bool):
        return None
    if isinstance(said, int):
        return said if said >= 0 else None
    return int(said) if isinstance(said, str) and said.isascii() and said.isdecimal() and len(said) < 20 else None  # noqa: PLR2004 - 64 bits have 19 digits
