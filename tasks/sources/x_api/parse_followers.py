"""Raw pages of follower lists to profiles, newest follower first."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from operator import attrgetter

import numpy as np
import numpy.typing as npt
import pandas as pd

from tasks.sources.x_api import words
from tasks.sources.x_api.blocks import Block, blocks
from tasks.sources.x_api.endpoints import FOLLOWERS
from tasks.sources.x_api.pages import Envelope
from tasks.sources.x_api.trail import Ids, first_of_each

DEFAULT_IMAGE = "default_profile"
"""Stands in the address of a picture that nobody chose."""


@dataclass(frozen=True)
class _Page:
    """Where a page stands among the pages of its list, and how many followers it holds."""

    account_id: str
    day: date
    is_head: bool
    size: int


def parse_profiles(pages: Iterable[Envelope], endpoint: str = FOLLOWERS.name) -> pd.DataFrame:
    """The followers that pages list, each once per account, in X's order: newest first, as first seen on its day.

    Columns: `account_id`, `follower_id`, `first_seen_date`, `observed_at` and the profile columns of
    `follower_arrivals`.
    The pages come in the order of account and sequence number, as `read_pages` gives them; one block is held at a time.
    """
    parts = [_profiles(Block([]))]
    listed: list[_Page] = []
    for block in blocks(page for page in pages if page.endpoint == endpoint):
        parts.append(_profiles(block))
        listed += map(_Page, *_told(block))
    profiles = pd.concat(parts, ignore_index=True)
    places = _places(listed, profiles["follower_id"].to_numpy(dtype=np.int64))
    return profiles.iloc[places].reset_index(drop=True)


def _told(block: Block) -> tuple[Iterable[str], Iterable[date], Iterable[bool], Iterable[int]]:
    is_head = (page.is_good and "pagination_token" not in page.parameters for page in block.pages)
    return (page.batch for page in block.pages), (page.day for page in block.pages), is_head, block.lengths.tolist()


def _places(listed: Iterable[_Page], ids: Ids) -> npt.NDArray[np.int64]:
    """Where among the ids of all pages each follower stands first, in the order of each account's list."""
    start = 0
    places = [np.empty(0, dtype=np.int64)]
    for _, grouped in groupby(listed, attrgetter("account_id", "day")):
        pages = list(grouped)
        own = ids[start : start + sum(page.size for page in pages)]
        known, first = np.unique(own, return_index=True)
        places.append(start + first[np.searchsorted(known, _in_order(pages, own))])
        start += len(own)
    return np.concatenate(places)


def _in_order(pages: Iterable[_Page], ids: Ids) -> Ids:
    """The list that the pages show, pass after pass: a page without a token begins a new one."""
    order = current = ids[:0]
    end = 0
    for page in pages:
        if page.is_head:
            order, current = spliced(current, order), ids[:0]
        end += page.size
        current = ids[end - page.size - len(current) : end]
    return spliced(current, order)


def spliced(newer: Ids, older: Ids) -> Ids:
    """The list as the newer pass shows it; who stood in the older pass alone stands behind the one he stood behind.

    >>> spliced(np.array([9, 5, 4]), np.array([5, 7, 4, 3])).tolist()
    [9, 5, 7, 4, 3]
    """
    newer = first_of_each(newer)
    missing = ~np.isin(older, newer)
    if not missing.any():
        return newer
    place = {follower: float(number) for number, follower in enumerate(newer.tolist())}
    shared = older[~missing].tolist()
    behind = place[shared[0]] - 1 if shared else float(len(newer))
    places = []
    for follower, is_missing in zip(older.tolist(), missing.tolist(), strict=True):
        behind = behind if is_missing else place[follower]
        places.append(behind)
    both = np.concatenate([newer, older[missing]])
    order = np.concatenate([np.arange(len(newer)), np.array(places)[missing] + 0.5])
    return both[np.argsort(order, kind="stable")]


def _profiles(block: Block) -> pd.DataFrame:
    users = block.objects
    handles = [str(user.get("username") or "") for user in users]
    pictures = words.texts(users, "profile_image_url")
    lengths = [len(handle) or None for handle in handles]
    digits = [len(handle) - len(handle.rstrip("0123456789")) if handle else None for handle in handles]
    stated = {
        "account_id": block.account_id,
        "follower_id": words.ids(users, "id"),
        "first_seen_date": block.day,
        "observed_at": block.observed_at,
        "follower_created_at": words.moments(users, "created_at"),
        "follower_followers_count": words.counts(users, "followers_count"),
        "follower_following_count": words.counts(users, "following_count"),
        "follower_posts_count": words.counts(users, "tweet_count", "post_count"),
        "follower_listed_count": words.counts(users, "listed_count"),
        "follower_likes_count": words.counts(users, "like_count"),
        "follower_last_post_at": words.snowflake_moments(
            words.ids(users, "most_recent_tweet_id", "most_recent_post_id")
        ),
        "has_default_image": pictures.str.contains(DEFAULT_IMAGE, regex=False)
        .astype("boolean")
        .where(pictures.notna()),
        **{f"has_{name}": _filled(block, name) for name in ("description", "location", "url")},
        "is_follower_protected": words.flags(users, "protected"),
        "is_follower_verified": words.flags(users, "verified"),
        "handle_length_count": pd.Series(pd.array(lengths, dtype="Int64")),
        "handle_digits_count": pd.Series(pd.array(digits, dtype="Int64")),
    }
    return pd.DataFrame(stated)


def _filled(block: Block, name: str) -> pd.Series:
    is_asked = block.has(lambda page: name in page.parameters.get("user.fields", "").split(","))
    return words.is_filled(block.objects, name).where(is_asked)
