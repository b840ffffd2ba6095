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
            "account_snapshots": counted_series(counts["date"], counts["followers"], "growing"),
            "account_activity": activity_frame(
                activity.rename(
                    columns={
                        "date": "activity_date",
                        "new_follows": "new_followers_count",
                        "unfollows": "lost_followers_count",
                        "impressions": "day_impressions_count",
                        "profile_visits": "day_profile_visits_count",
                        "engagements": "day_x_engagements_count",
                        "posts_created": "day_posts_count",
                    }
                ),
                "growing",
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
    return nothing_else(
        {"account_snapshots": counted_series(counts["date"], counts["followers_count"], counts["series"])}
    )


def counted(counts: dict[str, pd.Series]) -> Frames:
    """Daily counts of accounts, each a series by day, as somebody noted them."""
    rows = pd.concat(counts, names=["account", "date"]).rename("followers").reset_index()
    return nothing_else({"account_snapshots": counted_series(rows["date"], rows["followers"], rows["account"])})


def analytics_account() -> Frames:
    """X's own export of a small organic account: gains and losses without a count."""
    return exported(SHARED / "account_overview_analytics.csv", "analytics")


def exported(file: Path, account: str) -> Frames:
    """X's analytics export of one account, as downloaded."""
    rows = pd.read_csv(file).rename(columns=_HEADERS)
    dates = pd.to_datetime(rows["Date"], format="%a, %b %d, %Y")
    return nothing_else({"account_activity": activity_frame(rows.assign(activity_date=dates), account)})


_HEADERS = {
    "New follows": "new_followers_count",
    "Unfollows": "lost_followers_count",
    "Impressions": "day_impressions_count",
    "Profile visits": "day_profile_visits_count",
    "Engagements": "day_x_engagements_count",
    "Create Post": "day_posts_count",
}


def activity_frame(days: pd.DataFrame, account: str) -> pd.DataFrame:
    """Rows of `account_activity` as an analytics export states them: `activity_date` and the stated totals."""
    fixed = {"account_id": account, "source": "analytics_csv", "handle": account}
    observed = {"observed_at": days["activity_date"].max().tz_localize("UTC")}
    return _typed(ACCOUNT_ACTIVITY, {**fixed, **observed, **{name: days[name] for name in days}})


def nothing_else(given: Frames) -> Frames:
    """The given frames, and an empty one for every staged table that was not observed."""
    return {table.name: frames.empty_frame(table) for table in STAGED_TABLES} | given


def counted_series(dates: pd.Series, counts: pd.Series, account: pd.Series | str) -> pd.DataFrame:
    """Daily counts as staged rows of `account_snapshots`."""
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
