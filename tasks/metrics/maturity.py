"""Own posts when their engagement has settled: the first reading at the maturity age."""

import numpy as np
import pandas as pd

from tasks.metrics.days import Calendar, calendar, day_numbers, floats
from tasks.metrics.engagement_parameters import EngagementParameters
from tasks.metrics.rates import (
    FloatArray,
    engagement,
    engagement_by_followers_rate,
    engagement_by_impressions_rate,
)

SOURCE_ORDER = ("x_api", "content_csv", "analytics_csv", "counts_csv")
"""Which source stands when two read a post at the same moment: the one that states most."""

KEPT = ("account_id", "post_id", "source", "observed_at", "created_at", "is_quote", "is_reply_to_other")
METRICS = ("like_count", "repost_count", "reply_count", "quote_count", "bookmark_count", "impression_count")


def own_posts(posts: pd.DataFrame, parameters: EngagementParameters) -> pd.DataFrame:
    """The readings of posts that count as the account's own words.

    Pure reposts are left out, and replies to others too unless the parameters include them.
    A post of which the source does not say what it is stays in.
    """
    left_out = posts["is_repost"].fillna(value=False).astype(bool)
    if not parameters.includes_replies:
        left_out |= posts["is_reply_to_other"].fillna(value=False).astype(bool)
    return posts[~left_out]


def post_engagement(posts: pd.DataFrame, account_days: pd.DataFrame, parameters: EngagementParameters) -> pd.DataFrame:
    """One row per post at maturity: its first reading at the maturity age or older, whenever that was made.

    X's For You feed drops posts older than 48 hours, so their counts have settled by then.
    A post without such a reading has no row.
    `posting_followers_count` is the count of the day on which it was published, null when that day was not read.
    """
    mature = _first_mature(own_posts(posts, parameters), parameters.maturity_hours)
    settled = mature["created_at"] + pd.Timedelta(hours=parameters.maturity_hours)
    kept = mature[[*KEPT, *METRICS]].assign(
        maturity_date=settled.dt.tz_convert("UTC").dt.tz_localize(None).dt.normalize().astype("datetime64[s]"),
        reading_age_hours=_age_hours(mature),
    )
    rates = pd.DataFrame(_rates(kept, _posting_followers(kept, account_days)))
    return pd.concat([kept, rates], axis=1)


def _rates(mature: pd.DataFrame, followers: FloatArray) -> dict[str, object]:
    received = engagement(*(floats(mature[f"{name}_count"]) for name in ("like", "reply", "repost", "quote")))
    return {
        "engagement_count": pd.Series(received, index=mature.index).astype("Int64"),
        "is_quote_counted": mature["quote_count"].notna().astype("boolean"),
        "posting_followers_count": pd.Series(followers, index=mature.index).astype("Int64"),
        "engagement_by_followers_rate": engagement_by_followers_rate(received, followers),
        "engagement_by_impressions_rate": engagement_by_impressions_rate(received, floats(mature["impression_count"])),
    }


def _age_hours(posts: pd.DataFrame) -> FloatArray:
    read, created = (posts[name].to_numpy(dtype="datetime64[us]") for name in ("observed_at", "created_at"))
    return np.asarray((read - created) / np.timedelta64(1, "h"), dtype=np.float64)


def _first_mature(posts: pd.DataFrame, maturity_hours: int) -> pd.DataFrame:
    old_enough = posts[_age_hours(posts) >= maturity_hours]
    rank = old_enough["source"].map({name: place for place, name in enumerate(SOURCE_ORDER)})
    account = pd.factorize(old_enough["account_id"], sort=True)[0]
    post = old_enough["post_id"].to_numpy(dtype=np.int64)
    read = old_enough["observed_at"].to_numpy(dtype="datetime64[us]")
    order = np.lexsort((rank, read, post, account))
    is_first = np.ones(len(order), dtype=bool)
    is_first[1:] = (np.diff(account[order]) != 0) | (np.diff(post[order]) != 0)
    return old_enough.iloc[order[is_first]].reset_index(drop=True)


def _posting_followers(mature: pd.DataFrame, account_days: pd.DataFrame) -> FloatArray:
    days = calendar(account_days)
    rows = days.rows_of(account_numbers(days, mature), day_numbers(mature["created_at"]))
    followers = np.append(days.numbers(account_days, "followers_count"), np.nan)
    return followers[rows]


def account_numbers(days: Calendar, frame: pd.DataFrame) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    """The account number of each row of a frame; -1 for an account that has no days."""
    return np.asarray(days.accounts.get_indexer(pd.Index(frame["account_id"])), dtype=np.int64)
