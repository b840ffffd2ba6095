"""The archive that X gives to an account's owner: everybody who follows, and all own posts, for nothing."""

import json
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

import numpy as np
import pandas as pd

from tasks.schema.staged import ACCOUNT_SNAPSHOTS, FOLLOWER_ARRIVALS, POSTS
from tasks.sources.exports.archive_lists import POST_COLUMNS, Ids, creation_times, follower_ids, post_rows
from tasks.sources.exports.container import ASK_AGAIN, opened
from tasks.sources.exports.manifest import Manifest, Part, objects, parse_manifest
from tasks.sources.exports.moments import moment
from tasks.sources.exports.owner import Owner, staged_columns
from tasks.sources.exports.refusal import refusal

SOURCE = "archive"
FOLLOWERS, ACCOUNT = ("follower",), ("account",)
POST_LISTS = ("tweets", "tweet")
"""What the manifest has called own posts, now and before 2022."""


@dataclass(frozen=True)
class ArchiveExport:
    """What the archive states, as of the moment at which X made it.

    `arrivals` is the whole follower list as a baseline, `posts` every post, `snapshots` one row that names the account.
    `kept` is all that was taken, as JSON: the archive itself holds direct messages and addresses, and is not kept.
    """

    owner: Owner
    arrivals: pd.DataFrame
    posts: pd.DataFrame
    snapshots: pd.DataFrame
    first_day: date
    last_day: date
    notes: tuple[str, ...]
    kept: bytes


@dataclass(frozen=True)
class _Taken:
    """All that is taken from the ZIP."""

    manifest: Manifest
    created_at: datetime | None
    followers: Ids
    posts: pd.DataFrame
    notes: tuple[str, ...]


def archive_export(path: Path, owner: Owner, today: date) -> ArchiveExport:
    """The account, followers and posts of an archive, read from `manifest.js`, `account.js` and the lists they name.

    Followers have no profile there, only an id: it holds the creation time, but for the short ids of older accounts.
    `followed_after` is the latest creation time among a follower and all older ones, `followed_before` the archive's.
    The follower count is null: the list leaves out whom X hides, so its length is not the public count.
    Raises `ExportRefusedError` for another account's archive, a partial or damaged one, and one that is not harmless.
    """
    with opened(path) as archive:
        taken = _taken(archive, path.name, owner)
    made = taken.manifest.generated_at
    if made.date() > today:
        raise refusal(path.name, f"says it was made on {made.date()}, but today is {today} in UTC; {ASK_AGAIN}")
    whose = Owner(taken.manifest.account_id, owner.handle)
    about = {"account_id": whose.account_id, "source": SOURCE, "observed_at": made}
    days = taken.posts["created_at"]
    return ArchiveExport(
        owner=whose,
        arrivals=staged_columns(FOLLOWER_ARRIVALS, _arrivals(taken, about)),
        posts=staged_columns(POSTS, {**taken.posts, **about, "snapshot_date": made.date()}),
        snapshots=staged_columns(ACCOUNT_SNAPSHOTS, _snapshot(taken, about, whose)),
        first_day=min(made.date(), days.min().date()) if len(days) else made.date(),
        last_day=made.date(),
        notes=taken.notes,
        kept=_kept(taken),
    )


def _taken(archive: zipfile.ZipFile, name: str, owner: Owner) -> _Taken:
    manifest = parse_manifest(archive, name)
    _refuse_stranger(manifest, owner, name)
    followers, repeats = follower_ids(objects(archive, _parts(manifest, FOLLOWERS, name), name), f"{name}, followers")
    posts = _posts(archive, manifest, name)
    once = posts.drop_duplicates("post_id", keep="first", ignore_index=True)
    counted = ((repeats, "followers"), (len(posts) - len(once), "posts"))
    notes = [f"{number} {what} stand twice and were taken once" for number, what in counted if number]
    listed = f"the list names {len(followers)} followers; X's own count also has those whom it hides"
    return _Taken(manifest, _account_created_at(archive, manifest, name), followers, once, (listed, *notes))


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


def _parts(manifest: Manifest, kinds: tuple[str, ...], name: str) -> tuple[Part, ...]:
    for kind in kinds:
        if kind in manifest.lists:
            return manifest.lists[kind]
    raise refusal(name, f"names no {kinds[0]} among its lists; {ASK_AGAIN}")


def _posts(archive: zipfile.ZipFile, manifest: Manifest, name: str) -> pd.DataFrame:
    entries = objects(archive, _parts(manifest, POST_LISTS, name), name)
    rows = list(post_rows(entries, manifest.account_id, f"{name}, posts"))
    return pd.DataFrame(rows, columns=list(POST_COLUMNS)).astype(
        {
            "created_at": "datetime64[us, UTC]",
            "is_repost": "boolean",
            "is_reply_to_other": "boolean",
            "like_count": "Int64",
            "repost_count": "Int64",
        }
    )


def _account_created_at(archive: zipfile.ZipFile, manifest: Manifest, name: str) -> datetime | None:
    """Of `account.js` only the creation date is read: it also holds the owner's address."""
    entry = next(objects(archive, _parts(manifest, ACCOUNT, name), name), {})
    said = entry.get("account", {})
    text = said.get("createdAt") if isinstance(said, dict) else None
    try:
        return moment(text) if isinstance(text, str) else None
    except ValueError:
        raise refusal(name, f"the account's creation date is {text!r}; {ASK_AGAIN}") from None


def _arrivals(taken: _Taken, about: Mapping[str, object]) -> dict[str, object]:
    oldest_first = taken.followers[::-1]
    created = creation_times(oldest_first)
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


def _snapshot(taken: _Taken, about: Mapping[str, object], owner: Owner) -> dict[str, object]:
    made = taken.manifest.generated_at.date()
    return {**about, "snapshot_date": [made], "handle": owner.handle, "account_created_at": taken.created_at}


def _kept(taken: _Taken) -> bytes:
    posts = taken.posts.assign(created_at=taken.posts["created_at"].astype("str"))
    kept = {
        "account_id": taken.manifest.account_id,
        "handle": taken.manifest.handle,
        "account_created_at": str(taken.created_at),
        "generated_at": str(taken.manifest.generated_at),
        "followers": taken.followers.tolist(),
        "posts": posts.to_dict("split", index=False),
    }
    return json.dumps(kept, default=lambda _: None).encode()
