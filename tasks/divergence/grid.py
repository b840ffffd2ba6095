"""Daily changes of all accounts as grids of account x day, on which windows are slices."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from tasks.schema.arrays import BoolArray, IntArray

Grid = NDArray[np.float64]
_DAY = np.timedelta64(1, "D")


@dataclass(frozen=True)
class DailyGrid:
    """Counts and arrivals of all accounts, one row per account and one column per day, NaN where unknown.

    `change` is the change of the follower count since the last reading, `change_span` the days since it.
    `arrived` is how many followers were first seen, `arrived_span` the days since the list was last read.
    `age_days` is how old each account was on the first of the days, NaN where its creation is unknown.
    """

    accounts: NDArray[Any]
    first_date: np.datetime64
    followers: Grid
    following: Grid
    change: Grid
    change_span: Grid
    arrived: Grid
    arrived_span: Grid
    age_days: Grid

    @property
    def shape(self) -> tuple[int, int]:
        """Accounts and days."""
        return self.followers.shape[0], self.followers.shape[1]

    def date(self, day: IntArray) -> NDArray[np.datetime64]:
        """The dates of these columns."""
        dates = self.first_date + day.astype("timedelta64[D]")
        return np.asarray(dates.astype("datetime64[s]"))

    def row(self, account_id: pd.Series) -> IntArray:
        """The rows of these accounts; -1 for an account the grid does not hold."""
        return np.asarray(pd.Index(self.accounts).get_indexer(pd.Index(account_id)), dtype=np.int64)

    def column(self, dates: pd.Series) -> IntArray:
        """The columns of these dates, outside 0..days-1 where the grid does not hold them."""
        days = dates.to_numpy().astype("datetime64[D]") - self.first_date
        return np.asarray(days.astype(np.int64))


def daily_grid(days: pd.DataFrame, arrivals: pd.DataFrame) -> DailyGrid:
    """The grid of `account_days` rows and of arrivals_count per account_id and report_date.

    A day's arrivals are known where the head of the list was read to the known ones (`followers_status` complete),
    or where an export states `new_followers_count`; they are 0 on such a day without a new row, else unknown.
    """
    if days.empty:
        nothing = np.zeros((0, 0))
        day, nobody = np.datetime64(0, "D"), np.array([], dtype=object)
        return DailyGrid(nobody, day, nothing, nothing, nothing, nothing, nothing, nothing, np.zeros(0))
    accounts = np.asarray(days["account_id"].unique())
    first = days["report_date"].min().to_datetime64().astype("datetime64[D]")
    width = int((days["report_date"].max().to_datetime64().astype("datetime64[D]") - first) / _DAY) + 1
    empty = np.full((len(accounts), width), np.nan)
    age = _age_days(days, accounts, first)
    grid = DailyGrid(accounts, first, empty, empty, empty, empty, empty, empty, age)
    row, column = grid.row(days["account_id"]), grid.column(days["report_date"])
    followers = fill_grid(empty, row, column, days["followers_count"])
    following = fill_grid(empty, row, column, days["following_count"])
    arrived = _arrived(grid, days, arrivals)
    change, change_span = _since_last(followers)
    spans = _span_since_known(~np.isnan(arrived))
    return DailyGrid(accounts, first, followers, following, change, change_span, arrived, spans, age)


def _age_days(days: pd.DataFrame, accounts: NDArray[Any], first: np.datetime64) -> Grid:
    created = days.groupby("account_id")["account_created_at"].first().reindex(accounts)
    day = created.dt.tz_localize(None).to_numpy().astype("datetime64[D]")
    return np.where(np.isnat(day), np.nan, (first - day) / _DAY)


def fill_grid(empty: Grid, row: IntArray, column: IntArray, values: pd.Series) -> Grid:
    """The values at their rows and columns, in a copy of the grid; NaN for an unknown one."""
    grid = empty.copy()
    grid[row, column] = values.astype("float64").to_numpy()
    return grid


def _arrived(grid: DailyGrid, days: pd.DataFrame, arrivals: pd.DataFrame) -> Grid:
    row, column = grid.row(days["account_id"]), grid.column(days["report_date"])
    stated = fill_grid(grid.followers, row, column, days["new_followers_count"])
    is_read = np.zeros(grid.shape, dtype=bool)
    is_read[row, column] = (days["followers_status"] == "complete").fillna(value=False).to_numpy(dtype=bool)
    rows, columns = grid.row(arrivals["account_id"]), grid.column(arrivals["report_date"])
    inside = (rows >= 0) & (columns >= 0) & (columns < grid.shape[1])
    seen = np.zeros(grid.shape)
    seen[rows[inside], columns[inside]] = arrivals["arrivals_count"].to_numpy(dtype=np.float64)[inside]
    has_baseline = np.cumsum(is_read, axis=1) > 1
    return np.where(is_read & has_baseline, seen, stated)


def _since_last(followers: Grid) -> tuple[Grid, Grid]:
    """The change since the last known count and the days since it; NaN at unknown days and at the first known."""
    known = ~np.isnan(followers)
    before = _last_known_before(known)
    has_before = known & (before >= 0)
    change = np.full(followers.shape, np.nan)
    earlier = np.take_along_axis(followers, np.maximum(before, 0), axis=1)
    change[has_before] = (followers - earlier)[has_before]
    days = np.arange(followers.shape[1])[None, :] - before
    return change, np.where(has_before, days, np.nan)


def _span_since_known(known: BoolArray) -> Grid:
    before = _last_known_before(known)
    days = np.arange(known.shape[1])[None, :] - before
    return np.where(known, np.where(before >= 0, days, 1), np.nan)


def _last_known_before(known: BoolArray) -> IntArray:
    """For every day the last earlier day on which the value is known; -1 without one."""
    marked = np.where(known, np.arange(known.shape[1])[None, :], -1)
    latest = np.maximum.accumulate(marked, axis=1)
    shifted = np.full(known.shape, -1, dtype=np.int64)
    shifted[:, 1:] = latest[:, :-1]
    return shifted
