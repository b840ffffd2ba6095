"""Followers of several sources as one list."""

import pandas as pd


def first_baseline(arrivals: pd.DataFrame) -> pd.DataFrame:
    """The arrivals without baseline rows of followers who were known before.

    An archive and a reading of X may each bring the whole list; the earlier one is the baseline, and of the later one
    only those are left whom the earlier did not hold.
    """
    is_baseline = arrivals["is_baseline"].astype(bool)
    dates = arrivals.loc[is_baseline].groupby("account_id")["first_seen_date"].nunique()
    several = arrivals["account_id"].isin(dates.index[dates > 1])
    if not several.any():
        return arrivals
    ordered = arrivals[several].sort_values(["account_id", "first_seen_date"], kind="stable")
    is_known = ordered.duplicated(["account_id", "follower_id"]) & ordered["is_baseline"].astype(bool)
    return pd.concat([arrivals[~several], ordered[~is_known]]).sort_index()
