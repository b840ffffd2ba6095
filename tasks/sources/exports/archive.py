"""The archive that X gives to an account's owner: everybody who follows, and all own posts, for nothing."""

import json
import zipfile
from array import array
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from tasks.schema.staged import ACCOUNT_SNAPSHOTS, FOLLOWER_ARRIVALS, POSTS
from tasks.sources.exports.archive_zip import (
    ASK_AGAIN,
    JsonObject,
    ListPart,
    Manifest,
    open_archive,
    read_manifest,
    read_objects,
)
from tasks.sources.exports.dates import parse_moment
from tasks.sources.exports.export import Export, Owner, refusal, staged_frame
from tasks.sources.snowflakes import FIRST_SNOWFLAKE, snowflake_moment, snowflake_moments

_POST_LISTS = ("tweets", "tweet")
"""What the manifest has called own posts, now and before 2022."""
_POST_TYPES = {
    "post_id": "int64",
    "created_at": "datetime64[us, UTC]",
    "is_repost": "boolean",
    "is_reply_to_other": "boolean",
    "like_count": "Int64",
    "repost_count": "Int64",
    "first_version_id": "int64",
}
_REPOST = "RT @"
"""How the text of a repost begins in an archive, whose own mark `retweeted` is false for every post."""
_LARGEST = 2**63 - 1
_MOST_DIGITS = 19
"""64 bits have so many."""

_FollowerIds = np.ndarray[Any, np.dtype[np.int64]]


@dataclass(frozen=True)
class _ArchiveContent:
    """All that is taken from the ZIP; the ids are those of followers, newest first."""

    manifest: Manifest
    account_created_at: datetime | None
    follower_ids: _FollowerIds
    posts: pd.DataFrame
    notes: tuple[str, ...]


def archive_export(path: Path, owner: Owner, today: date) -> Export:
    """The account, followers and posts of an archive, as of the moment at which X made it.

    They are one row of `account_snapshots` that names the account, rows of `follower_arrivals` with the whole follower
    list as a baseline, and rows of `posts`.
    What was taken is kept as JSON: the archive itself holds direct messages and addresses, and is not kept.
    Followers have no profile there, only an id: it holds the creation time, but for the short ids of older accounts.
    `followed_after` is the latest creation time among a follower and all older ones, `followed_before` the archive's.
    The follower count is null: the list leaves out whom X hides, so its length is not the public count.
    Raises `ExportRefusedError` for another account's archive, a partial or damaged one, and one that is not harmless.
    """
    with open_archive(path) as archive:
        taken = _archive_content(archive, path.name, owner)
    made = taken.manifest.generated_at
    if made.date() > today:
        raise refusal(path.name, f"says it was made on {made.date()}, but today is {today} in UTC; {ASK_AGAIN}")
    whose = Owner(taken.manifest.account_id, owner.handle)
    about = {"account_id": whose.account_id, "source": "archive", "observed_at": made}
    snapshot = about | {"snapshot_date": [made.date()], "handle": whose.handle}
    tables = (
        (
            ACCOUNT_SNAPSHOTS,
            staged_frame(ACCOUNT_SNAPSHOTS, snapshot | {"account_created_at": taken.account_created_at}),
        ),
        (FOLLOWER_ARRIVALS, staged_frame(FOLLOWER_ARRIVALS, _arrivals(taken, about))),
        (POSTS, staged_frame(POSTS, {**taken.posts, **about, "snapshot_date": made.date()})),
    )
    posted = taken.posts["created_at"]
    first = min(made.date(), posted.min().date()) if len(posted) else made.date()
    return Export(f"{path.stem}.json", whose, _kept(taken), (first, made.date()), tables, taken.notes)


def _archive_content(archive: zipfile.ZipFile, name: str, owner: Owner) -> _ArchiveContent:
    manifest = read_manifest(archive, name)
    _refuse_stranger(manifest, owner, name)
    followers, repeats = _follower_ids(
        read_objects(archive, _parts(manifest, ("follower",), name), name), f"{name}, followers"
    )
    entries = read_objects(archive, _parts(manifest, _POST_LISTS, name), name)
    rows = list(_post_rows(entries, manifest.account_id, f"{name}, posts"))
    posts = pd.DataFrame(rows, columns=list(_POST_TYPES)).astype(_POST_TYPES)
    once = posts.drop_duplicates("post_id", keep="first", ignore_index=True)
    last = once[once["post_id"] == once.groupby("first_version_id")["post_id"].transform("max")]
    twice = ((repeats, "followers"), (len(posts) - len(once), "posts"))
    notes = [f"{number} {what} stand twice and were taken once" for number, what in twice if number]
    if earlier := len(once) - len(last):
        notes.append(f"{earlier} earlier versions of edited posts were left out")
    once = last.drop(columns="first_version_id").reset_index(drop=True)
    size = f"the list names {len(followers)} followers; X's own count also has those whom it hides"
    return _ArchiveContent(manifest, _account_created_at(archive, manifest, name), followers, once, (size, *notes))


def _refuse_stranger(manifest: Manifest, owner: Owner, name: str) -> None:
    is_known = owner.account_id.isdecimal()
    if is_known and manifest.account_id != owner.account_id:
        raise refusal(name, f"is of account {manifest.account_id}, not of {owner.account_id}; give the id of its owner")
    if not is_known and manifest.handle.lower() != owner.handle.lower():
        said = (
            f"is of @{manifest.handle[:20]}, not of @{owner.handle}; give that handle, "
            f"or --account-id {manifest.account_id} if the account was renamed"
        )
        raise refusal(name, said)


def _parts(manifest: Manifest, kinds: tuple[str, ...], name: str) -> tuple[ListPart, ...]:
    for kind in kinds:
        if kind in manifest.lists:
            return manifest.lists[kind]
    raise refusal(name, f"names no {kinds[0]} among its lists; {ASK_AGAIN}")


def _account_created_at(archive: zipfile.ZipFile, manifest: Manifest, name: str) -> datetime | None:
    """Of `account.js` only the creation date is read: it also holds the owner's address."""
    entry = next(read_objects(archive, _parts(manifest, ("account",), name), name), {})
    account = entry.get("account", {})
    text = account.get("createdAt") if isinstance(account, dict) else None
    try:
        return parse_moment(text) if isinstance(text, str) else None
    except ValueError:
        raise refusal(name, f"the account's creation date is {text!r}; {ASK_AGAIN}") from None


def _arrivals(taken: _ArchiveContent, about: Mapping[str, object]) -> dict[str, object]:
    oldest_first = taken.follower_ids[::-1]
    created = snowflake_moments(pd.Series(oldest_first))
    return {
        **about,
        "follower_id": oldest_first,
        "first_seen_date": taken.manifest.generated_at.date(),
        "arrival_number": np.arange(len(oldest_first), dtype=np.int64),
        "is_baseline": True,
        "is_return": False,
        "followed_after": created.cummax().ffill(),
        "followed_before": taken.manifest.generated_at,
        "follower_created_at": created,
    }


def _kept(taken: _ArchiveContent) -> bytes:
    posts = taken.posts.assign(created_at=taken.posts["created_at"].astype("str"))
    kept = {
        "account_id": taken.manifest.account_id,
        "handle": taken.manifest.handle,
        "account_created_at": str(taken.account_created_at),
        "generated_at": str(taken.manifest.generated_at),
        "followers": taken.follower_ids.tolist(),
        "posts": posts.to_dict("split", index=False),
    }
    return json.dumps(kept, default=lambda _: None).encode()


def _follower_ids(entries: Iterable[JsonObject], place: str) -> tuple[_FollowerIds, int]:
    """The ids, newest follower first, each once where it stands first; and how many repeats were left out."""
    read = array("q", (_id(_entry(entry, "follower", place).get("accountId"), place) for entry in entries))
    ids = np.frombuffer(read, dtype=np.int64) if read else np.empty(0, dtype=np.int64)
    _, first = np.unique(ids, return_index=True)
    return ids[np.sort(first)], len(ids) - len(first)


def _post_rows(entries: Iterable[JsonObject], account_id: str, place: str) -> Iterator[tuple[object, ...]]:
    """`_POST_TYPES` of each post, in the archive's order."""
    for entry in entries:
        post = _entry(entry, "tweet", place) if "tweet" in entry else entry
        post_id = _id(post.get("id_str", post.get("id")), place)
        replied_to = post.get("in_reply_to_user_id_str")
        is_reply = any(post.get(name) for name in ("in_reply_to_status_id_str", "in_reply_to_status_id"))
        text = post.get("full_text", post.get("text"))
        yield (
            post_id,
            _created_at(post, post_id, place),
            text.startswith(_REPOST) if isinstance(text, str) else None,
            replied_to != account_id if replied_to else (None if is_reply else False),
            _count(post.get("favorite_count"), place),
            _count(post.get("retweet_count"), place),
            _first_version_id(post, post_id),
        )


def _first_version_id(post: JsonObject, post_id: int) -> int:
    """The id under which a post was first published: each edit of X's is a post of its own, with the first one's id."""
    info = post.get("edit_info")
    edit = info.get("edit") if isinstance(info, dict) else None
    first = _whole_number(edit.get("initialTweetId")) if isinstance(edit, dict) else None
    return post_id if first is None else first


def _created_at(post: JsonObject, post_id: int, place: str) -> datetime:
    if post_id >= FIRST_SNOWFLAKE:
        return snowflake_moment(post_id)
    try:
        return parse_moment(post["created_at"]).astimezone(UTC)
    except (KeyError, TypeError, ValueError):
        raise refusal(place, f"post {post_id} has no creation date as X writes it; request a new archive") from None


def _entry(entry: JsonObject, name: str, place: str) -> JsonObject:
    inside = entry.get(name)
    if not isinstance(inside, dict):
        raise refusal(place, f"holds an entry that is no {name}; request a new archive")
    return inside


def _id(value: object, place: str) -> int:
    number = _whole_number(value)
    if number is None:
        raise refusal(place, f"{str(value)[:40]!r} is no id; request a new archive")
    return number


def _count(value: object, place: str) -> int | None:
    number = _whole_number(value)
    if value is not None and number is None:
        raise refusal(place, f"{str(value)[:40]!r} is no count; request a new archive")
    return number


def _whole_number(value: object) -> int | None:
    """A number of 64 bits; archives write numbers as text, the oldest of them as numbers."""
    if isinstance(value, bool):
        return None
    if isinstance(value, str):
        value = int(value) if value.isascii() and value.isdecimal() and len(value) <= _MOST_DIGITS else None
    return value if isinstance(value, int) and 0 <= value <= _LARGEST else None
