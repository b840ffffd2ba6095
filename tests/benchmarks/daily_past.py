"""What earlier days of a world of many accounts would have staged, so that a measured day has a past."""

from datetime import datetime, timedelta

import numpy as np
import pandas as pd

from sandbox.worlds import World
from tasks.schema.frames import arrow
from tasks.schema.staged import ACCOUNT_SNAPSHOTS, FOLLOWER_ARRIVALS, POSTS, READINGS
from tasks.schema.table import Table
from tasks.store import layout
from tasks.store.root import DataRoot
from tasks.store.tables import Tables

ARRIVALS_A_DAY, POSTS_A_DAY = 20, 3
READ_BY_THE_WORLD = 30
"""Days of which the sandbox has posts itself: the first run reads them."""


def write_past(world: World, root: DataRoot, first: datetime, days_count: int) -> None:
    """Counts, arrivals and posts of each of so many days before the first, and the whole lists at their beginning.

    Where a list is short, fewer came on each of these days, so that half of it had come before.
    """
    lists = [world.followers(account.id, first - timedelta(days=1))[::-1] for account in world.accounts]
    a_day = min(ARRIVALS_A_DAY, min(map(len, lists)) // (2 * days_count))
    for back in range(days_count, 0, -1):
        at = first - timedelta(days=back)
        counts = _counts(world, at, [len(ids) - a_day * (back - 1) for ids in lists])
        _write(ACCOUNT_SNAPSHOTS, counts, root, at)
        _write(READINGS, _readings(counts), root, at)
        _write(FOLLOWER_ARRIVALS, _arrivals(counts, lists, None if back == days_count else a_day), root, at)
        if back > READ_BY_THE_WORLD:
            _write(POSTS, _posts(counts, back), root, at)


def _write(table: Table, rows: pd.DataFrame, root: DataRoot, at: datetime) -> None:
    dated = rows.assign(observed_at=pd.Timestamp(at), source="x_api").reindex(columns=table.schema.names)
    Tables(root).write_batch(layout.day_batch(at.date()), {table: arrow(table, dated)})


def _counts(world: World, at: datetime, followers_counts: list[int]) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "account_id": [str(account.id) for account in world.accounts],
            "handle": [account.handle for account in world.accounts],
            "followers_count": followers_counts,
            "following_count": 200,
            "posts_count": 4_000,
            "listed_count": 10,
            "snapshot_date": pd.Timestamp(at.date()),
            "is_protected": False,
            "is_estimated": False,
        }
    )


def _readings(counts: pd.DataFrame) -> pd.DataFrame:
    keys = counts[["account_id", "snapshot_date"]]
    rows = pd.concat([keys.assign(subject=subject) for subject in ("counts", "followers")])
    return rows.assign(observation_level="full", status="complete", pages_count=1, objects_count=1)


def _arrivals(counts: pd.DataFrame, lists: list[list[int]], a_day: int | None) -> pd.DataFrame:
    """So many of each list who came on the day; all until then where the lists begin with it."""
    ends = counts["followers_count"].to_numpy()
    begins = np.zeros_like(ends) if a_day is None else ends - a_day
    sizes = ends - begins
    came = [ids[begin:end] for ids, begin, end in zip(lists, begins, ends, strict=True)]
    numbers = np.concatenate([np.arange(begin, end) for begin, end in zip(begins, ends, strict=True)])
    today = counts["snapshot_date"].iloc[0]
    return pd.DataFrame(
        {
            "account_id": np.repeat(counts["account_id"].to_numpy(), sizes),
            "follower_id": pd.Series(np.concatenate(came), dtype="Int64"),
            "arrival_number": numbers,
            "first_seen_date": today,
            "is_baseline": a_day is None,
            "is_return": False,
            "followed_before": today.tz_localize("UTC") + pd.Timedelta(hours=2),
            "follower_created_at": today.tz_localize("UTC") - pd.to_timedelta(900 + numbers % 700, unit="D"),
            "follower_followers_count": 120 + numbers % 400,
            "follower_following_count": 300,
            "follower_posts_count": 80,
            "follower_listed_count": 1,
            "follower_likes_count": 40,
        }
    )


def _posts(counts: pd.DataFrame, back: int) -> pd.DataFrame:
    """Posts that have settled on the day."""
    size = len(counts) * POSTS_A_DAY
    today, place = counts["snapshot_date"].iloc[0], np.arange(size)
    return pd.DataFrame(
        {
            "account_id": np.repeat(counts["account_id"].to_numpy(), POSTS_A_DAY),
            "post_id": pd.Series(back * size + place, dtype="Int64"),
            "snapshot_date": today,
            "created_at": today.tz_localize("UTC") - pd.to_timedelta(36 + place % POSTS_A_DAY, unit="h"),
            "is_repost": False,
            "is_quote": False,
            "is_reply_to_other": False,
            "like_count": 3 + (place * 7 + back) % 5,
            "repost_count": (place + back) % 2,
            "reply_count": (place + back) % 3 // 2,
            "quote_count": 0,
            "bookmark_count": 0,
            "impression_count": 90 + (place * 31 + back) % 60,
        }
    )
