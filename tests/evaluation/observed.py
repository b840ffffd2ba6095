"""The visible real series of ../shared/evaluation as staged frames."""

from pathlib import Path

import numpy as np
import pandas as pd

from tasks.schema import frames
from tasks.schema.staged import ACCOUNT_ACTIVITY, ACCOUNT_SNAPSHOTS, POSTS, STAGED_TABLES
from tasks.schema.table import Table

SHARED = Path(__file__).parents[2].parent / "shared" / "evaluation"
"""Real data beside the repository, never in it; what reads it skips where it is absent."""

Frames = dict[str, pd.DataFrame]


def growing_account() -> Frames:
    """One organic account: daily counts, an export of daily activity, and posts."""
    counts = pd.read_csv(SHARED / "growing_account_followers.csv", parse_dates=["date"])
    activity = pd.read_csv(SHARED / "growing_account_overview.csv", parse_dates=["date"])
    posts = pd.read_csv(SHARED / "growing_account_posts.csv", parse_dates=["created_at"])
    last = activity["date"].max()
    return nothing_else(
        {
            "account_snapshots": _snapshots(counts["date"], counts["followers"], "growing"),
            "account_activity": _typed(
                ACCOUNT_ACTIVITY,
                {
                    "account_id": "growing",
                    "activity_date": activity["date"],
                    "source": "analytics_csv",
                    "handle": "growing",
                    "observed_at": last.tz_localize("UTC"),
                    "new_followers_count": activity["new_follows"],
                    "lost_followers_count": activity["unfollows"],
                    "day_impressions_count": activity["impressions"],
                    "day_profile_visits_count": activity["profile_visits"],
                },
            ),
            "posts": _typed(
                POSTS,
                {
                    "account_id": "growing",
                    "post_id": np.arange(len(posts)),
                    "snapshot_date": last,
                    "source": "content_csv",
                    "observed_at": last.tz_localize("UTC"),
                    "created_at": posts["created_at"],
                    "is_repost": False,
                    "like_count": posts["likes"],
                    "repost_count": posts["reposts"],
                    "reply_count": posts["replies"],
                    "impression_count": posts["impressions"],
                },
            ),
        }
    )


def organizations() -> Frames:
    """Daily follower counts of five organizations, counts only."""
    counts = pd.read_csv(SHARED / "daily_counts.csv", parse_dates=["date"])
    return nothing_else({"account_snapshots": _snapshots(counts["date"], counts["followers_count"], counts["series"])})


def analytics_account() -> Frames:
    """X's own export of a small organic account: gains and losses without a count."""
    rows = pd.read_csv(SHARED / "account_overview_analytics.csv")
    dates = pd.to_datetime(rows["Date"], format="%a, %b %d, %Y")
    activity = {
        "account_id": "analytics",
        "activity_date": dates,
        "source": "analytics_csv",
        "handle": "analytics",
        "observed_at": dates.max().tz_localize("UTC"),
        "new_followers_count": rows["New follows"],
        "lost_followers_count": rows["Unfollows"],
        "day_impressions_count": rows["Impressions"],
        "day_profile_visits_count": rows["Profile visits"],
    }
    return nothing_else({"account_activity": _typed(ACCOUNT_ACTIVITY, activity)})


def nothing_else(given: Frames) -> Frames:
    """The given frames, and an empty one for every staged table that was not observed."""
    return {table.name: frames.empty_frame(table) for table in STAGED_TABLES} | given


def _snapshots(dates: pd.Series, counts: pd.Series, account: pd.Series | str) -> pd.DataFrame:
    return _typed(
        ACCOUNT_SNAPSHOTS,
        {
            "account_id": account,
            "snapshot_date": dates,
            "source": "counts_csv",
            "handle": account,
            "observed_at": dates.dt.tz_localize("UTC"),
            "followers_count": counts,
            "is_estimated": False,
        },
    )


def _typed(table: Table, columns: dict[str, object]) -> pd.DataFrame:
    empty = frames.empty_frame(table)
    return pd.DataFrame(columns).reindex(columns=list(empty.columns)).astype(empty.dtypes.to_dict())
