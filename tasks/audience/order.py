"""The audit of follow order: newest-first is usual but not promised, so it is checked, not trusted."""

from dataclasses import replace

import numpy as np
import pandas as pd

from tasks.audience.roster import Ints, Roster


def order_figures(roster: Roster, largest_violation_share: float) -> pd.DataFrame:
    """Per account how many followers stand where they cannot: `violation_share` of those that could be checked.

    A follower violates the order when its account was created after the reading in which it was first seen, or when
    it stands, by place in the list, before somebody first seen in an earlier reading.
    `has_order` is false above the limit, and null shares mean that nothing could be checked.
    """
    late = np.floor(roster.created) > roster.seen
    width = len(roster.accounts)
    wrong = np.bincount(roster.account[late], minlength=width) + _swapped(roster)
    size = np.bincount(roster.account[~np.isnan(roster.created)], minlength=width)
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


def _swapped(roster: Roster) -> Ints:
    """Per account how many stand, by place, before somebody first seen in an earlier reading."""
    placed = ~np.isnan(roster.number)
    account, number, seen = roster.account[placed], roster.number[placed], roster.seen[placed]
    falls = (np.diff(number) < 0) & (np.diff(account) == 0)
    width = len(roster.accounts)
    if not falls.any():
        return np.zeros(width, dtype=np.int64)
    order = np.lexsort((number, account))
    account = account[order]
    key = account * 1_000_000 + seen[order]
    return np.bincount(account[np.maximum.accumulate(key) > key], minlength=width).astype(np.int64)


def in_trusted_order(roster: Roster, largest_violation_share: float) -> Roster:
    """The roster, with rank methods switched off in accounts whose lists contradict their order too often."""
    return without_order(roster, order_figures(roster, largest_violation_share))


def without_order(roster: Roster, audit: pd.DataFrame) -> Roster:
    """The roster with rank methods switched off where the order failed: no follow clock, no age for the baseline."""
    fails = ~audit.set_index("account_id")["has_order"].reindex(roster.accounts).to_numpy(dtype=bool)
    if not fails.any():
        return roster
    lost = fails[roster.account]
    return replace(
        roster,
        clock=np.where(lost, np.nan, roster.clock),
        followed=np.where(lost & roster.is_baseline, np.nan, roster.followed),
    )
