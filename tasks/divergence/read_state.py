"""What of an event's surroundings was read: what nobody looked at is no evidence, however silent it seems."""

import numpy as np
import pandas as pd

from tasks.divergence.grid import Grid
from tasks.schema.arrays import IntArray, day_number, day_numbers

_LOOKED_BACK_DAYS = 7
"""X's search reaches back seven days (docs.x.com): a later reading still shows an event's mentions."""
_WEEKS_BEFORE = 4
_NEVER = -1


def reading_facts(
    events: pd.DataFrame, posts: pd.DataFrame, readings: pd.DataFrame, as_of: pd.Timestamp, response_days: int
) -> pd.DataFrame:
    """Per event whether posts and mentions were read since it began, and which part of the days for engagers.

    `readings` and `posts` are staged rows.
    `engagers_read_share` is over the event and the days followed up, null where none of them was read;
    `before_engagers_read_share` is over the four weeks before, as far as they were observed.
    `response_posts_count` are the own posts, as far as they were read, that the arrivals could answer on those days.
    """
    first, last = day_numbers(events["first_date"]), day_numbers(events["last_date"])
    looked = readings[(readings["subject"] == "engagers") & (readings["status"] == "complete")]
    days = {account: np.unique(day_numbers(rows["snapshot_date"])) for account, rows in looked.groupby("account_id")}
    begun = day_numbers(readings["snapshot_date"])
    begin = pd.Series(begun).groupby(readings["account_id"].to_numpy()).min().reindex(events["account_id"])
    end = np.minimum(last + response_days, day_number(as_of))
    start = np.maximum(first - response_days * _WEEKS_BEFORE, begin.fillna(0).to_numpy(dtype=np.int64))
    mine = [days.get(account, np.zeros(0, dtype=np.int64)) for account in events["account_id"]]
    share = _share(mine, first, end)
    written = posts.drop_duplicates(["account_id", "post_id"])
    posted = {account: np.sort(day_numbers(rows["created_at"])) for account, rows in written.groupby("account_id")}
    own = [posted.get(account, np.zeros(0, dtype=np.int64)) for account in events["account_id"]]
    return pd.DataFrame(
        {
            "are_posts_read": _latest(events, posts) >= first,
            "are_mentions_read": _share(mine, first, np.minimum(last + _LOOKED_BACK_DAYS, day_number(as_of))) > 0,
            "engagers_read_share": np.where(share > 0, share, np.nan),
            "before_engagers_read_share": _share(mine, start, first - 1),
            "response_posts_count": _between(own, first, end),
        }
    )


def _share(days: list[IntArray], first: IntArray, last: IntArray) -> Grid:
    """Part of the days from first to last on which there was a reading; 0 where there is no such day."""
    return np.asarray(_between(days, first, last) / np.maximum(last - first + 1, 1))


def _between(days: list[IntArray], first: IntArray, last: IntArray) -> Grid:
    """How many of the sorted days of each lie from first to last."""
    found = [np.searchsorted(mine, [low, high + 1]) for mine, low, high in zip(days, first, last, strict=True)]
    return np.array([high - low for low, high in found], dtype=np.float64)


def _latest(events: pd.DataFrame, posts: pd.DataFrame) -> IntArray:
    day = pd.Series(day_numbers(posts["snapshot_date"])).groupby(posts["account_id"].to_numpy()).max()
    return np.asarray(day.reindex(events["account_id"]).fillna(_NEVER).to_numpy(dtype=np.int64))


def mask_unread(facts: pd.DataFrame) -> pd.DataFrame:
    """The facts of posts and mentions, unknown where these were not read; with nobody found where they were, none."""
    posts, mentions = (facts[name].to_numpy(dtype=bool) for name in ("are_posts_read", "are_mentions_read"))
    was_usual = mentions & (facts["before_engagers_read_share"].to_numpy() > 0)
    usual = facts["usual_mentions_count"].where(mentions)
    known: dict[str, pd.Series] = {
        "post_z": facts["post_z"].where(posts),
        "post_received_count": facts["post_received_count"].where(posts),
        "usual_mentions_count": usual.mask(was_usual & usual.isna().to_numpy(), 0.0),
    }
    return facts.assign(**known)
