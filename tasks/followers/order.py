"""The audit of follow order: newest-first is usual but not promised, so it is checked, not trusted."""

from dataclasses import replace

import numpy as np
import pandas as pd

from tasks.followers.roster import Roster
from tasks.schema.arrays import IntArray


def order_figures(roster: Roster, largest_violation_share: float) -> pd.DataFrame:
    """Per account how many followers stand where they cannot: `violation_share` of those that could be checked.

    A follower violates the order when its account was created after the reading in which it was first seen, or when
    it stands, by place in the list, before somebody first seen in an earlier reading.
    `has_order` is false above the limit, and null shares mean that nothing could be checked.
    """
    late = roster.created >= roster.seen + 1
    width = len(roster.accounts)
    wrong = np.bincount(roster.account[late], minlength=width) + _swapped(roster)
    unknown = np.bincount(roster.account[np.isnan(roster.created)], minlength=width)
    size = np.diff(roster.starts) - unknown
    share = np.where(size > 0, np.minimum(wrong / np.maximum(size, 1), 1.0), np.nan)
    return pd.DataFrame(
        {
            "account_id": roster.accounts,
            "checked_count": size.astype(np.int64),
            "violations_count": wrong.astype(np.int64),
            "violation_share": share,
            "has_order": share <= largest_violation_share,
        }
    )


def _swapped(roster: Roster) -> IntArray:
    """Per account how many stand, by place, before somebody first seen in an earlier reading."""
    account, number, seen = roster.account, roster.number, roster.seen
    placed = ~np.isnan(number)
    if not placed.all():
        account, number, seen = account[placed], number[placed], seen[placed]
    falls = np.flatnonzero(number[1:] < number[:-1])
    width = len(roster.accounts)
    if not (account[falls] == account[falls + 1]).any():
        return np.zeros(width, dtype=np.int64)
    order = np.lexsort((number, account))
    account = account[order]
    key = account * np.int64(1_000_000) + seen[order]
    return np.bincount(account[np.maximum.accumulate(key) > key], minlength=width).astype(np.int64)


def without_order(roster: Roster, audit: pd.DataFrame) -> Roster:
    """The roster with rank methods switched off where the order failed: no follow, and so no age, for the baseline."""
    if audit["has_order"].to_numpy(dtype=bool).all():
        return roster
    fails = ~audit.set_index("account_id")["has_order"].reindex(roster.accounts).to_numpy(dtype=bool)
    lost = fails[roster.account]
    return replace(roster, followed=np.where(lost & roster.is_baseline, np.nan, roster.followed))
