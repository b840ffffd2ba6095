"""From which day on counts will be enough for the vanity gap: what days alone bring, if each of them is read."""

import pandas as pd

from tasks.metrics.elasticity import first_level_dates
from tasks.metrics.parameters import EngagementParameters


def gap_dates(days: pd.DataFrame, windows: EngagementParameters) -> pd.Series:
    """By account id, of accounts of whose last counted day too few counts are known; of others nothing is said.

    `days` are rows of `account_daily`, of all days of each account.
    """
    counted = days[days["followers_count"].notna()].sort_values("report_date", kind="stable")
    last = counted.drop_duplicates("account_id", keep="last")
    waiting = last.loc[(last["pace_reason"] == "too_few_counts").fillna(value=False), "account_id"]
    if waiting.empty:
        return pd.Series(dtype="datetime64[s]")
    return first_level_dates(days[days["account_id"].isin(waiting)], windows).astype("datetime64[s]")
