"""Blocks of a follower list that followed when the count rose: what a list read late still tells of an event."""

import numpy as np
import pandas as pd

from tasks.schema.columns.divergence import RISES

_DAY = pd.Timedelta(days=1)


def block_facts(events: pd.DataFrame, blocks: pd.DataFrame, largest_ratio: float) -> pd.DataFrame:
    """One row per event: the part of its arrivals beyond the expected that stands as blocks in the account's lists.

    `blocks` are rows of `past_blocks`. A block belongs to a rise when it can have followed on its days, a day more on
    either side, and is at most `largest_ratio` times as large; one that fits several rises belongs to the nearest in
    size. `block_share` is at most 1; NaN for other events and where no block fits: a list not searched shows none.
    """
    excess = (events["observed_count"] - events["expected_count"].fillna(0)).astype("float64")
    mine = events.assign(event=np.arange(len(events)), excess=excess)
    rises = mine.loc[mine["kind"].isin(RISES) & (excess > 0), [*_EVENT, "event", "excess"]]
    pairs = rises.merge(blocks[[*_BLOCK]].reset_index(names="block"), on="account_id", how="inner")
    after, before = (pairs[name].dt.tz_localize(None) for name in ("block_followed_after", "block_followed_before"))
    can_be = (after < pairs["last_date"] + 2 * _DAY) & (before >= pairs["first_date"] - _DAY)
    pairs = pairs[can_be & (pairs["members_count"] <= largest_ratio * pairs["excess"])]
    off = (pairs["members_count"].astype("float64") / pairs["excess"]).map(np.log).abs()
    nearest = pairs.assign(off=off).sort_values("off", kind="stable").drop_duplicates("block")
    held = nearest.groupby("event")["members_count"].sum().reindex(mine["event"]).to_numpy(dtype=np.float64)
    return pd.DataFrame({"block_share": np.minimum(held / excess.to_numpy(), 1.0)})


_EVENT = ("account_id", "first_date", "last_date")
_BLOCK = ("account_id", "block_followed_after", "block_followed_before", "members_count")
