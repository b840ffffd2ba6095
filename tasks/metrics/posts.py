"""Own posts at maturity, one row each, and the same laid out for windows."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from tasks.metrics.days import Calendar, calendar, keys
from tasks.metrics.parameters import EngagementParameters
from tasks.metrics.rates import engagement, engagement_by_followers_rate, engagement_by_impressions_rate
from tasks.metrics.windows import Windows, windows
from tasks.schema.arrays import FloatArray, IntArray, day_numbers, float_values

_SOURCE_ORDER = ("x_api", "content_csv", "analytics_csv", "counts_csv")
"""Which source stands when two read a post at the same moment: the one that states most."""

_KEPT = ("account_id", "post_id", "source", "observed_at", "created_at", "is_quote", "is_reply_to_other")
_METRICS = ("like_count", "repost_count", "reply_count", "quote_count", "bookmark_count", "impression_count")


def select_own_posts(posts: pd.DataFrame, parameters: EngagementParameters) -> pd.DataFrame:
    """The readings of posts that count as the account's own words.

    Pure reposts are left out, and replies to others too unless the parameters include them.
    A post of which an export does not say what it is stays in, because exports never say;
    one of which X does not say whether it answers somebody is left out, because X says it of others.
    """
    left_out = posts["is_repost"].fillna(value=False).astype(bool)
    if not parameters.includes_replies:
        is_unknown = posts["is_reply_to_other"].isna() & (posts["source"] == "x_api")
        left_out |= posts["is_reply_to_other"].fillna(value=False).astype(bool) | is_unknown
    return posts[~left_out]


def post_engagement(posts: pd.DataFrame, account_days: pd.DataFrame, parameters: EngagementParameters) -> pd.DataFrame:
    """One row per post at maturity: its first reading at the maturity age or older, whenever that was made.

    X's For You feed drops posts older than 48 hours, so their counts have settled by then.
    A post without such a reading has no row.
    `posting_followers_count` is the count of the day on which it was published, null when that day was not read.
    """
    mature = _first_mature(select_own_posts(posts, parameters), parameters.maturity_hours)
    settled = mature["created_at"] + pd.Timedelta(hours=parameters.maturity_hours)
    kept = mature[[*_KEPT, *_METRICS]].assign(
        maturity_date=settled.dt.tz_convert("UTC").dt.tz_localize(None).dt.normalize().astype("datetime64[s]"),
        reading_age_hours=_age_hours(mature),
    )
    rates = pd.DataFrame(_rates(kept, _posting_followers(kept, account_days)))
    return pd.concat([kept, rates], axis=1)


def _rates(mature: pd.DataFrame, followers: FloatArray) -> dict[str, object]:
    received = engagement(*(float_values(mature[f"{name}_count"]) for name in ("like", "reply", "repost", "quote")))
    return {
        "engagement_count": pd.Series(received, index=mature.index).astype("Int64"),
        "is_quote_counted": mature["quote_count"].notna().astype("boolean"),
        "posting_followers_count": pd.Series(followers, index=mature.index).astype("Int64"),
        "engagement_by_followers_rate": engagement_by_followers_rate(received, followers),
        "engagement_by_impressions_rate": engagement_by_impressions_rate(
            received, float_values(mature["impression_count"])
        ),
    }


def _age_hours(posts: pd.DataFrame) -> FloatArray:
    read, created = (posts[name].to_numpy(dtype="datetime64[us]") for name in ("observed_at", "created_at"))
    return np.asarray((read - created) / np.timedelta64(1, "h"), dtype=np.float64)


def _first_mature(posts: pd.DataFrame, maturity_hours: int) -> pd.DataFrame:
    old_enough = posts[_age_hours(posts) >= maturity_hours]
    rank = old_enough["source"].map({name: place for place, name in enumerate(_SOURCE_ORDER)})
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


@dataclass(frozen=True)
class PostSeries:
    """Posts of known engagement, ascending by account, day of creation and id.

    `values` holds one array per quantity; what is unknown is NaN.
    """

    account: IntArray
    day: IntArray
    values: Mapping[str, FloatArray]

    def __getitem__(self, name: str) -> FloatArray:
        """The quantity of that name, one value per post."""
        return self.values[name]

    def windows(self, days: Calendar, oldest: int, newest: int) -> Windows:
        """For every row asked for, the posts created from `oldest` to `newest` days before it."""
        return windows(days, keys(self.account, self.day), oldest, newest)

    def together(self, *names: str) -> list[FloatArray]:
        """The quantities, each 0 where one of them is unknown: sums over posts that state all of them."""
        known = ~np.isnan(np.sum([self.values[name] for name in names], axis=0))
        return [np.where(known, self.values[name], 0.0) for name in names]


QUANTITIES = {
    "engagement": "engagement_count",
    "likes": "like_count",
    "replies": "reply_count",
    "reposts": "repost_count",
    "bookmarks": "bookmark_count",
    "impressions": "impression_count",
    "followers": "posting_followers_count",
    "by_followers": "engagement_by_followers_rate",
    "by_impressions": "engagement_by_impressions_rate",
}


def post_series(mature: pd.DataFrame, days: Calendar) -> PostSeries:
    """The posts of the calendar's accounts whose engagement is known."""
    account = account_numbers(days, mature)
    kept = np.flatnonzero((account >= 0) & mature["engagement_count"].notna().to_numpy(dtype=bool))
    day = day_numbers(mature["created_at"])
    order = kept[np.lexsort((mature["post_id"].to_numpy(dtype=np.int64)[kept], day[kept], account[kept]))]
    values = {name: float_values(mature[column])[order] for name, column in QUANTITIES.items()}
    quotes = np.nan_to_num(float_values(mature["quote_count"])[order])
    values |= {"shares": values["reposts"] + quotes, "log": np.log1p(values["engagement"])}
    return PostSeries(account[order], day[order], values)
