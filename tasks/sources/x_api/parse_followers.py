"""Raw pages of follower lists to profiles, newest follower first."""

from collections.abc import Iterable
from itertools import groupby
from operator import attrgetter

import numpy as np
import pandas as pd

from tasks.sources.x_api import words
from tasks.sources.x_api.endpoints import FOLLOWERS
from tasks.sources.x_api.pages import Envelope
from tasks.sources.x_api.trail import Ids, first_of_each
from tasks.sources.x_api.words import Objects

DEFAULT_IMAGE = "default_profile"
"""Stands in the address of a picture that nobody chose."""


def parse_profiles(pages: Iterable[Envelope]) -> pd.DataFrame:
    """The followers that pages list, each once per account, in X's order: newest first, as first seen on its day.

    Columns: `account_id`, `follower_id`, `first_seen_date`, `observed_at` and the profile columns of
    `follower_arrivals`.
    The pages come in the order of account and sequence number, as `read_pages` gives them; one is held at a time.
    """
    lists = groupby((page for page in pages if page.endpoint == FOLLOWERS.name), attrgetter("batch", "day"))
    parts = [_list_of_account(list_pages) for _, list_pages in lists]
    return pd.concat([_profiles([]), *parts], ignore_index=True) if parts else _profiles([])


def _list_of_account(pages: Iterable[Envelope]) -> pd.DataFrame:
    order = np.empty(0, dtype=np.int64)
    current: list[Ids] = []
    parts = [_profiles([])]
    for page in pages:
        if page.is_good and "pagination_token" not in page.parameters:
            order, current = spliced(np.concatenate([*current, order[:0]]), order), []
        part = _profiles_of(page)
        parts.append(part)
        current.append(part["follower_id"].to_numpy(dtype=np.int64))
    order = spliced(np.concatenate([*current, order[:0]]), order)
    profiles = pd.concat(parts)
    first = profiles[~profiles["follower_id"].duplicated()]
    return first.set_index("follower_id").loc[order].reset_index()[list(profiles.columns)]


def spliced(newer: Ids, older: Ids) -> Ids:
    """The list as the newer pass shows it; who stood in the older pass alone stands behind the one he stood behind.

    >>> spliced(np.array([9, 5, 4]), np.array([5, 7, 4, 3])).tolist()
    [9, 5, 7, 4, 3]
    """
    newer = first_of_each(newer)
    place = {follower: float(number) for number, follower in enumerate(newer.tolist())}
    missing = ~np.isin(older, newer)
    if not missing.any():
        return newer
    shared = older[~missing].tolist()
    behind = place[shared[0]] - 1 if shared else float(len(newer))
    places = []
    for follower, is_missing in zip(older.tolist(), missing.tolist(), strict=True):
        behind = behind if is_missing else place[follower]
        places.append(behind)
    both = np.concatenate([newer, older[missing]])
    order = np.concatenate([np.arange(len(newer)), np.array(places)[missing] + 0.5])
    return both[np.argsort(order, kind="stable")]


def _profiles_of(page: Envelope) -> pd.DataFrame:
    is_asked = set(page.parameters.get("user.fields", "").split(","))
    profiles = _profiles(page.objects, is_asked)
    profiles["account_id"] = page.batch
    profiles["first_seen_date"] = pd.Timestamp(page.day).as_unit("s")
    profiles["observed_at"] = pd.Timestamp(page.received_at).as_unit("us")
    return profiles


def _profiles(users: Objects, is_asked: Iterable[str] = ()) -> pd.DataFrame:
    handles = [str(user.get("username") or "") for user in users]
    pictures = words.texts(users, "profile_image_url")
    lengths = [len(handle) or None for handle in handles]
    digits = [len(handle) - len(handle.rstrip("0123456789")) if handle else None for handle in handles]
    stated = {
        "account_id": pd.Series(dtype="str"),
        "follower_id": words.ids(users, "id"),
        "first_seen_date": pd.Series(dtype="datetime64[s]"),
        "observed_at": pd.Series(dtype="datetime64[us, UTC]"),
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
        **{f"has_{name}": _filled(users, name, is_asked) for name in ("description", "location", "url")},
        "is_follower_protected": words.flags(users, "protected"),
        "is_follower_verified": words.flags(users, "verified"),
        "handle_length_count": pd.Series(pd.array(lengths, dtype="Int64")),
        "handle_digits_count": pd.Series(pd.array(digits, dtype="Int64")),
    }
    return pd.DataFrame(stated)


def _filled(users: Objects, name: str, is_asked: Iterable[str]) -> pd.Series:
    return words.is_filled(users, name) if name in is_asked else words.same(len(users), value=None)
