"""Engagement received on a day: what the export states, or the difference between two readings of each post."""

import numpy as np
import pandas as pd

from tasks.metrics.days import Calendar, Dates, calendar, first_code
from tasks.metrics.parameters import EngagementParameters
from tasks.metrics.posts import account_numbers, select_own_posts
from tasks.metrics.rates import engagement, engagement_by_followers_rate, quotient
from tasks.schema.arrays import BoolArray, FloatArray, IntArray, code_column, day_numbers, float_values, integer_column

_KINDS = {
    "likes": ("like_count", "day_likes_count"),
    "replies": ("reply_count", "day_replies_count"),
    "reposts": ("repost_count", "day_reposts_count"),
    "quotes": ("quote_count", None),
    "bookmarks": ("bookmark_count", "day_bookmarks_count"),
    "impressions": ("impression_count", "day_impressions_count"),
}
"""Each kind with its column in a reading and in an export, which has none for quotes."""


def daily_engagement(
    posts: pd.DataFrame, account_days: pd.DataFrame, parameters: EngagementParameters, dates: Dates | None = None
) -> pd.DataFrame:
    """What posts received on each day: one row per row of `account_days` or per row within `dates`.

    An export's day totals stand where it states likes, replies and reposts.
    Elsewhere each post's counts are compared with its previous reading on an earlier day,
    and the difference stands on the day of the later reading, `received_span_days` saying how many days it may cover.
    A difference is negative when more was withdrawn than given.
    Null with `received_reason` when no own post was read that day, or none of them for a second time.
    """
    days = calendar(account_days, dates)
    read = _differences(select_own_posts(posts, parameters), days)
    stated = {kind: _stated(account_days, days, column) for kind, (_, column) in _KINDS.items()}
    is_stated = ~np.isnan(stated["likes"] + stated["replies"] + stated["reposts"])
    received = {kind: np.where(is_stated, stated[kind], read[kind]) for kind in _KINDS}
    four = (received[kind] for kind in ("likes", "replies", "reposts", "quotes"))
    received["engagement"] = np.asarray(engagement(*four))
    is_known = ~np.isnan(received["engagement"])
    followers = days.numbers(account_days, "followers_count")[days.asked]
    columns: dict[str, object] = {f"received_{kind}_delta": integer_column(values) for kind, values in received.items()}
    rate = {"received_per_follower": engagement_by_followers_rate(received["engagement"], followers)}
    return days.frame(columns | rate | _quality(read, is_stated, is_known))


def _quality(read: dict[str, FloatArray], is_stated: BoolArray, is_known: BoolArray) -> dict[str, object]:
    is_read = ~is_stated & (read["again"] > 0)
    source = np.where(is_stated, "export", np.where(is_read, "readings", ""))
    missing = {"no_readings": read["posts"] == 0, "one_reading": read["again"] == 0, "not_stated": ~is_known}
    return {
        "received_source": code_column(source),
        "received_coverage_share": np.where(is_stated, np.nan, quotient(read["again"], read["posts"])),
        "received_span_days": integer_column(np.where(is_read, read["span"], np.nan)),
        "received_reason": first_code({code: ~is_stated & holds for code, holds in missing.items()}),
    }


def _stated(account_days: pd.DataFrame, days: Calendar, column: str | None) -> FloatArray:
    if column is None:
        return np.full(len(days.asked), np.nan)
    return days.numbers(account_days, column)[days.asked]


def _differences(own: pd.DataFrame, days: Calendar) -> dict[str, FloatArray]:
    last = _last_of_each_day(own, days)
    row, again = last["row"].to_numpy(), last["again"].to_numpy()
    read = {"posts": _per_row(row, np.ones(len(row)), days), "again": _per_row(row, again.astype(float), days)}
    read["span"] = _longest_span(row[again], last["span"].to_numpy()[again], days)
    for kind, (column, _) in _KINDS.items():
        values = float_values(last[column])
        change = np.where(again, np.diff(values, prepend=np.nan), np.nan)
        is_known = ~np.isnan(change)
        total = _per_row(row, np.where(is_known, change, 0.0), days)
        read[kind] = np.where(_per_row(row, is_known.astype(float), days) > 0, total, np.nan)
    return read


def _last_of_each_day(own: pd.DataFrame, days: Calendar) -> pd.DataFrame:
    """The last reading of each post on each day, in order, with its row in the calendar and the days since before."""
    account, day = account_numbers(days, own), day_numbers(own["snapshot_date"])
    post = own["post_id"].to_numpy(dtype=np.int64)
    order = np.lexsort((own["source"], own["observed_at"].to_numpy("datetime64[us]"), day, post, account))
    account, day, post = account[order], day[order], post[order]
    is_same_post = (np.diff(account) == 0) & (np.diff(post) == 0)
    is_last = np.append(~(is_same_post & (np.diff(day) == 0)), True)[: len(order)]
    kept: pd.DataFrame = own.iloc[order[is_last]].reset_index(drop=True)
    account, day, post = account[is_last], day[is_last], post[is_last]
    again = np.append(False, (np.diff(account) == 0) & (np.diff(post) == 0))[: len(kept)]
    span = np.diff(day, prepend=0)
    found = pd.DataFrame({"row": days.rows_of(account, day), "again": again, "span": span})
    return pd.concat([kept, found], axis=1)


def _per_row(row: IntArray, values: FloatArray, days: Calendar) -> FloatArray:
    totals = np.bincount(row + 1, values, len(days.day) + 1)[1:]
    return totals[days.asked].astype(float)


def _longest_span(row: IntArray, spans: IntArray, days: Calendar) -> FloatArray:
    longest = np.zeros(len(days.day) + 1)
    np.maximum.at(longest, row + 1, spans)
    return longest[1:][days.asked]
