"""The new followers of an account, and when exactly each began to follow."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

import pandas as pd

from tasks.schema.identity import did_number
from tasks.sources.bluesky.gateway import MOST_PROFILES, MOST_RELATIONSHIPS, BlueskyGateway, Profile, ProfileWithCounts
from tasks.sources.bluesky.history import AccountHistory
from tasks.sources.bluesky.ids import key_of, parse_record_time, repository_of, tid_at

OVERLAP = 20
"""Known followers in a row that end the reading of the head: a known one alone may have come back."""

_Item = TypeVar("_Item")


@dataclass(frozen=True)
class FollowerPages:
    """The list, newest follow first, each account once; how many entries were read, and whether to its end.

    `head_size` is where the known part begins: behind it no follow is new.
    """

    profiles: tuple[Profile, ...]
    read_count: int
    head_size: int
    is_whole: bool


@dataclass(frozen=True)
class Arrival:
    """One who began to follow: the profile, its counts where the AppView gave them, and when the follow was made."""

    profile: Profile
    detailed: ProfileWithCounts | None
    followed_at: datetime | None
    is_return: bool


def read_follower_pages(gateway: BlueskyGateway, did: str, known: AccountHistory, *, is_whole: bool) -> FollowerPages:
    """The newest followers, up to `OVERLAP` known ones in a row, or with `is_whole` all of them."""
    listed: dict[str, Profile] = {}
    read, run, cursor, head_size = 0, 0, None, None
    while True:
        page, cursor = gateway.followers(did, cursor)
        read += len(page)
        for profile in page:
            listed.setdefault(profile.did, profile)
            run = run + 1 if did_number(profile.did) in known.followers else 0
        if head_size is None and run >= OVERLAP:
            head_size = len(listed)
        if not cursor or (head_size is not None and not is_whole):
            return FollowerPages(tuple(listed.values()), read, head_size or len(listed), is_whole=not cursor)


def read_arrivals(gateway: BlueskyGateway, did: str, listing: FollowerPages, known: AccountHistory) -> list[Arrival]:
    """Who of the list arrived since the last reading, newest first.

    Who was known and had gone came back; who was known and stands in the head came back when its follow is newer than
    that reading.
    """
    head = {profile.did for profile in listing.profiles[: listing.head_size]}
    fresh = [profile for profile in listing.profiles if did_number(profile.did) not in known.followers]
    new = {profile.did for profile in fresh}
    seen = [profile for profile in listing.profiles if profile.did in head - new]
    follows = _follow_times(gateway, did, [*fresh, *seen])
    came_back = {profile.did for profile in seen if _is_after(follows.get(profile.did), known.last_complete_at)}
    detailed = _profiles_with_counts(gateway, [*new, *came_back])
    returned = came_back | {one for one in new if did_number(one) in known.departed}
    return [
        Arrival(profile, detailed.get(profile.did), follows.get(profile.did), profile.did in returned)
        for profile in listing.profiles
        if profile.did in new | came_back
    ]


def departure_columns(listing: FollowerPages, known: AccountHistory, read_at: datetime) -> dict[str, object] | None:
    """Columns of `follower_departures`: who followed and stands no longer in the whole list; null of a part of it.

    When exactly somebody left, Bluesky does not say: between the two readings.
    """
    if not listing.is_whole or known.is_first:
        return None
    gone = sorted(known.followers - {did_number(profile.did) for profile in listing.profiles})
    return {
        "follower_id": pd.Series(gone, dtype="Int64"),
        "left_after": _moments([known.last_whole_at] * len(gone)),
        "left_before": _moments([read_at] * len(gone)),
    }


def arrival_columns(arrivals: Sequence[Arrival], known: AccountHistory, read_at: datetime) -> dict[str, object]:
    """Columns of `follower_arrivals`, oldest follow first.

    The time of a follow is that of the record by which the follower's own server keeps it.
    It is not used where it lies after the reading or before the follower's account: then only bounds are known.
    """
    oldest_first = list(reversed(arrivals))
    profiles = [arrival.profile for arrival in oldest_first]
    created = [parse_record_time(profile.created_at) for profile in profiles]
    exact = [_credible(arrival.followed_at, at, read_at) for arrival, at in zip(oldest_first, created, strict=True)]
    return {
        "follower_id": [did_number(profile.did) for profile in profiles],
        "arrival_number": range(known.highest_number + 1, known.highest_number + 1 + len(profiles)),
        "is_baseline": known.is_first,
        "is_return": [arrival.is_return for arrival in oldest_first],
        "followed_after": _moments(at or known.last_complete_at for at in exact),
        "followed_before": _moments(at or read_at for at in exact),
        "follower_created_at": _moments(created),
        "has_default_image": [profile.avatar is None for profile in profiles],
        "has_description": [bool(profile.description) for profile in profiles],
        "is_follower_verified": [_is_verified(profile) for profile in profiles],
        **_counts([arrival.detailed for arrival in oldest_first]),
    }


def _moments(said: Iterable[datetime | None]) -> pd.Series:
    return pd.Series(list(said), dtype="datetime64[us, UTC]")


def _counts(detailed: Sequence[ProfileWithCounts | None]) -> dict[str, object]:
    names = {
        "follower_followers_count": "followers_count",
        "follower_following_count": "follows_count",
        "follower_posts_count": "posts_count",
    }
    return {
        column: pd.Series([getattr(profile, name, None) for profile in detailed], dtype="Int64")
        for column, name in names.items()
    }


def _is_verified(profile: Profile) -> bool:
    return bool(profile.verification and profile.verification.verified_status == "valid")


def _credible(followed_at: datetime | None, created_at: datetime | None, read_at: datetime) -> datetime | None:
    if followed_at is None or followed_at > read_at or (created_at and followed_at < created_at):
        return None
    return followed_at


def _is_after(at: datetime | None, last_complete_at: datetime | None) -> bool:
    return at is not None and last_complete_at is not None and at > last_complete_at


def _follow_times(gateway: BlueskyGateway, did: str, profiles: Sequence[Profile]) -> dict[str, datetime]:
    times: dict[str, datetime] = {}
    for part in _parts([profile.did for profile in profiles], MOST_RELATIONSHIPS):
        for follower, record in gateway.follow_records(did, part).items():
            at = tid_at(key_of(record))
            if at and repository_of(record) == follower:
                times[follower] = at
    return times


def _profiles_with_counts(gateway: BlueskyGateway, dids: Sequence[str]) -> dict[str, ProfileWithCounts]:
    return {profile.did: profile for part in _parts(sorted(dids), MOST_PROFILES) for profile in gateway.profiles(part)}


def _parts(items: Sequence[_Item], size: int) -> Iterator[Sequence[_Item]]:
    return (items[start : start + size] for start in range(0, len(items), size))
