"""Mature posts laid out for windows: sorted by account and day, as plain arrays."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from tasks.metrics.days import Calendar, IntArray, day_numbers, floats, keys
from tasks.metrics.maturity import account_numbers
from tasks.metrics.rates import FloatArray
from tasks.metrics.windows import Windows, windows


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
    values = {name: floats(mature[column])[order] for name, column in QUANTITIES.items()}
    quotes = np.nan_to_num(floats(mature["quote_count"])[order])
    values |= {"shares": values["reposts"] + quotes, "log": np.log1p(values["engagement"])}
    return PostSeries(account[order], day[order], values)
