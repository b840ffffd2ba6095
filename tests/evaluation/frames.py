"""Generated columns as staged frames, with every declared column and its declared type."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from tasks.schema import frames as typed
from tasks.schema.staged import ACCOUNT_SNAPSHOTS, FOLLOWER_ARRIVALS, FOLLOWER_DEPARTURES
from tasks.schema.table import Table
from tests.evaluation.profiles import DAY, Columns

if TYPE_CHECKING:
    from tests.evaluation.worlds import Setting

FIRST_DATE = pd.Timestamp("2026-01-01")


def dates(day: np.ndarray) -> np.ndarray:
    """Days since the first reading as dates."""
    return np.datetime64(FIRST_DATE.date(), "s") + np.asarray(day).astype("timedelta64[D]").astype("timedelta64[s]")


def moments(day: np.ndarray) -> pd.DatetimeIndex:
    """Days since the first reading, with fractions, as moments in UTC."""
    return unix_moments(FIRST_DATE.timestamp() + np.asarray(day, dtype=np.float64) * DAY)


def unix_moments(seconds: np.ndarray) -> pd.DatetimeIndex:
    """Unix seconds as moments in UTC."""
    return pd.DatetimeIndex((np.asarray(seconds) * 1e6).astype("datetime64[us]")).tz_localize("UTC")


def staged_frame(table: Table, account_id: str, columns: dict[str, object], rows: int) -> pd.DataFrame:
    """The columns as a frame of the declared table; what is not given is null."""
    empty = typed.empty_frame(table)
    made = pd.DataFrame({"account_id": account_id, "source": "x_api"} | columns, index=pd.RangeIndex(rows))
    return made.reindex(columns=list(empty.columns)).astype(empty.dtypes.to_dict())


def staged(setting: Setting, arrivals: Columns, lost_day: np.ndarray, counts: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """The frames `account_snapshots`, `follower_arrivals` and `follower_departures` of one world."""
    return {
        "account_snapshots": _snapshots(setting, counts),
        "follower_arrivals": _followers(setting, arrivals),
        "follower_departures": _departures(setting, arrivals, lost_day),
    }


def _snapshots(setting: Setting, counts: pd.DataFrame) -> pd.DataFrame:
    day = counts["day"].to_numpy()
    columns: dict[str, object] = {
        "snapshot_date": dates(day),
        "handle": f"account_{setting.account_id}",
        "observed_at": moments(day + 0.97),
        "followers_count": counts["followers"].to_numpy(),
        "following_count": counts["following"].to_numpy(),
        "is_estimated": False,
    }
    return staged_frame(ACCOUNT_SNAPSHOTS, setting.account_id, columns, len(day))


def _followers(setting: Setting, arrivals: Columns) -> pd.DataFrame:
    seen = arrivals["seen_day"]
    baseline = seen == 0
    columns: dict[str, object] = {
        "follower_id": arrivals["follower_id"],
        "first_seen_date": dates(seen),
        "observed_at": moments(seen + 0.97),
        "arrival_number": np.arange(len(seen)),
        "is_baseline": baseline,
        "is_return": False,
        "followed_before": moments(seen + 0.97),
        "followed_after": np.where(baseline, np.datetime64("NaT"), moments(seen - 0.03).tz_localize(None).to_numpy()),
        "follower_created_at": unix_moments(np.asarray(arrivals["created_at"])),
        "follower_followers_count": arrivals["followers"],
        "follower_following_count": arrivals["following"],
        "follower_posts_count": arrivals["posts"],
        "follower_likes_count": arrivals["likes"],
        "follower_listed_count": arrivals["listed"],
        **{name: arrivals[name] for name in ("has_default_image", "has_description", "has_location", "has_url")},
    }
    columns["followed_after"] = pd.DatetimeIndex(columns["followed_after"]).tz_localize("UTC")  # type: ignore[arg-type]
    return staged_frame(FOLLOWER_ARRIVALS, setting.account_id, columns, len(seen))


def _departures(setting: Setting, arrivals: Columns, lost_day: np.ndarray) -> pd.DataFrame:
    """Followers found gone: id and the day of the reading that no longer held them."""
    gone = lost_day < 100
    columns: dict[str, object] = {
        "follower_id": arrivals["follower_id"][gone],
        "first_missing_date": dates(lost_day[gone]),
        "left_before": moments(lost_day[gone] + 0.97),
    }
    return staged_frame(FOLLOWER_DEPARTURES, setting.account_id, columns, int(gone.sum()))
