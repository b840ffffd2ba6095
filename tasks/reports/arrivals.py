"""Followers of several sources as one list, and how many of them came on which day."""

from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from tasks.schema.arrays import DAY_ROOM, BoolArray, IntArray


def first_baseline(arrivals: pd.DataFrame) -> pd.DataFrame:
    """The arrivals without baseline rows of followers who were known before.

    An archive and a reading of X may each bring the whole list; the earlier one is the baseline, and of the later one
    only those are left whom the earlier did not hold.
    """
    account, _ = pd.factorize(arrivals["account_id"])
    columns = {name: arrivals[name].to_numpy() for name in ("follower_id", "first_seen_date", "is_baseline")}
    known = mask_repeats(np.asarray(account, dtype=np.int64), columns)
    return arrivals[~known] if known.any() else arrivals


def mask_repeats(account: IntArray, columns: dict[str, NDArray[Any]]) -> BoolArray:
    """Which rows are of a later whole list and of somebody whom an earlier row of the account holds.

    `account` numbers the accounts; the columns are follower_id, first_seen_date and is_baseline.
    """
    is_baseline = columns["is_baseline"].astype(bool)
    known = np.zeros(len(account), dtype=bool)
    # A list's rows mostly stand together, so few are left to be looked at.
    steps = np.flatnonzero(_steps(account) | _steps(columns["first_seen_date"]) | _steps(is_baseline))
    steps = steps[is_baseline[steps]]
    days = columns["first_seen_date"].astype("datetime64[D]")
    lists = np.unique(account[steps] * DAY_ROOM + days[steps].astype(np.int64))
    owners, counted = np.unique(lists // DAY_ROOM, return_counts=True)
    several = owners[counted > 1]
    if not len(several):
        return known
    mine = np.flatnonzero(np.isin(account, several))
    rows = pd.DataFrame(
        {"account": account[mine], "follower": columns["follower_id"][mine], "day": days[mine].astype(np.int64)},
        index=mine,
    )
    again = rows.sort_values(["account", "day"], kind="stable").duplicated(["account", "follower"])
    known[again.index[again.to_numpy()]] = True
    known &= is_baseline
    return known


def _steps(values: NDArray[Any]) -> BoolArray:
    """Where a value is unlike the one before it; the first is."""
    steps = np.ones(len(values), dtype=bool)
    np.not_equal(values[1:], values[:-1], out=steps[1:])
    return steps


def count_by_day(arrivals: pd.DataFrame) -> pd.DataFrame:
    """How many arrived per account and day, sorted, days without an arrival left out: arrivals_count.

    Those of a whole list read for the first time did not arrive then, and are not counted.
    """
    account, accounts = pd.factorize(arrivals["account_id"], sort=True)
    columns = {name: arrivals[name].to_numpy() for name in ("first_seen_date", "is_baseline")}
    return count_columns_by_day(np.asarray(accounts), np.asarray(account, dtype=np.int64), columns)


def count_columns_by_day(accounts: NDArray[Any], account: IntArray, columns: dict[str, NDArray[Any]]) -> pd.DataFrame:
    """The same of plain columns: `account` numbers the sorted `accounts`."""
    is_new = ~columns["is_baseline"].astype(bool)
    days = columns["first_seen_date"][is_new].astype("datetime64[D]").astype(np.int64)
    keys, counts = np.unique(account[is_new] * DAY_ROOM + days, return_counts=True)
    return pd.DataFrame(
        {
            "account_id": pd.array(accounts[keys // DAY_ROOM], dtype=pd.StringDtype(na_value=np.nan)),
            "report_date": (keys % DAY_ROOM).astype("datetime64[D]").astype("datetime64[s]"),
            "arrivals_count": pd.array(counts, dtype="Int64"),
        }
    )


def sum_by_day(counts: pd.DataFrame) -> pd.DataFrame:
    """The same of rows_count per account_id and first_seen_date, which may stand in several rows."""
    summed = counts.groupby(["account_id", "first_seen_date"], sort=True)["rows_count"].sum().reset_index()
    return summed.set_axis(["account_id", "report_date", "arrivals_count"], axis=1)
