"""The audit of follow order: newest-first is usual but not promised, so it is checked, not trusted."""

from dataclasses import replace

import numpy as np
import pandas as pd

from tasks.audience.roster import Roster


def order_audit(roster: Roster, read: pd.DataFrame, largest_violation_share: float) -> pd.DataFrame:
    """Per account how many followers stand where they cannot: `violation_share` of those that could be checked.

    A follower violates the order when its account was created after the reading in which it was first seen, or when
    it stands, by place in the list, before somebody first seen in an earlier reading.
    `read` has account_id, first_seen_date, arrival_number; `has_order` is false above the limit,
    and null shares mean that nothing could be checked.
    """
    late = np.floor(roster.created) > roster.seen
    checked = ~np.isnan(roster.created)
    placed = read.dropna(subset=["arrival_number"]).sort_values(["account_id", "arrival_number"], kind="stable")
    account = roster.row(placed["account_id"])
    day = placed["first_seen_date"].to_numpy().astype("datetime64[D]").astype(np.int64)
    latest = np.maximum.accumulate(account * 1_000_000 + day)
    is_swapped = latest > account * 1_000_000 + day
    width = len(roster.accounts)
    wrong = np.bincount(roster.account, late, minlength=width) + np.bincount(account, is_swapped, minlength=width)
    size = np.bincount(roster.account, checked, minlength=width)
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


def without_order(roster: Roster, audit: pd.DataFrame) -> Roster:
    """The roster with rank methods switched off where the order failed: no follow clock, no age for the baseline."""
    fails = ~audit.set_index("account_id")["has_order"].reindex(roster.accounts).to_numpy(dtype=bool)
    lost = fails[roster.account]
    return replace(
        roster,
        clock=np.where(lost, np.nan, roster.clock),
        followed=np.where(lost & roster.is_baseline, np.nan, roster.followed),
    )
