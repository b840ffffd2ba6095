"""Accounts and days as numbers, so that a window is a pair of positions and no account needs a loop."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TypeAlias

import numpy as np
import pandas as pd

from tasks.schema.arrays import BoolArray, FloatArray, IntArray, code_column, day_numbers, float_values

Dates: TypeAlias = tuple[pd.Timestamp, pd.Timestamp]
"""First and last report date asked for, both included."""

DAY_BITS = 20
"""Room for a day number within a key: 2^20 days reach beyond the year 4800."""


class CalendarError(ValueError):
    """The days of an account are not a calendar without gaps."""


@dataclass(frozen=True)
class Calendar:
    """The rows of `account_days` in order of account and day, and which of them are asked for.

    `account` and `day` number the account (place in `accounts`) and the day (since 1970) of every row;
    `order` holds where each row stands in the given frame, `asked` the places of the rows asked for.
    """

    accounts: pd.Index
    account: IntArray
    day: IntArray
    order: IntArray
    asked: IntArray

    @cached_property
    def keys(self) -> IntArray:
        """One ascending number per row, for account and day together."""
        return keys(self.account, self.day)

    @cached_property
    def first_rows(self) -> IntArray:
        """Where each account's rows begin, and at the end the number of rows."""
        return np.searchsorted(self.account, np.arange(len(self.accounts) + 1)).astype(np.int64)

    @property
    def asked_account(self) -> IntArray:
        """The account number of each row asked for."""
        return self.account[self.asked]

    @property
    def asked_day(self) -> IntArray:
        """The day number of each row asked for."""
        return self.day[self.asked]

    def numbers(self, account_days: pd.DataFrame, name: str) -> FloatArray:
        """A column of `account_days` in the order of the calendar, with NaN for null."""
        return float_values(account_days[name])[self.order]

    def rows_of(self, account: IntArray, day: IntArray) -> IntArray:
        """The row of each account and day; -1 where the calendar has none."""
        wanted = keys(account, day)
        place = np.searchsorted(self.keys, wanted)
        found = (np.append(self.keys, -1)[place] == wanted) & (account >= 0)
        return np.where(found, place, -1)

    def frame(self, columns: Mapping[str, object]) -> pd.DataFrame:
        """The given columns, one value per row asked for, beside account_id and report_date."""
        dates = self.asked_day.astype("datetime64[D]").astype("datetime64[s]")
        ids = pd.Series(self.accounts.take(self.asked_account).to_numpy(), dtype=pd.StringDtype(na_value=np.nan))
        return pd.DataFrame({"account_id": ids, "report_date": dates, **columns})


def calendar(account_days: pd.DataFrame, dates: Dates | None = None) -> Calendar:
    """The calendar of `account_days`; with `dates` only their rows are asked for.

    Raises `CalendarError` where an account's days repeat or have a gap.
    """
    codes, accounts = pd.factorize(account_days["account_id"], sort=True)
    given_days = day_numbers(account_days["report_date"])
    order = np.lexsort((given_days, codes))
    account, day = codes[order].astype(np.int64), given_days[order]
    _refuse_gaps(account, day)
    asked = np.ones(len(day), dtype=bool)
    if dates is not None:
        first, last = (int(np.datetime64(pd.Timestamp(date), "D").astype(np.int64)) for date in dates)
        asked = (day >= first) & (day <= last)
    return Calendar(pd.Index(accounts), account, day, order, np.flatnonzero(asked))


def keys(account: IntArray, day: IntArray) -> IntArray:
    """One number for account and day, ascending with both."""
    return (account << DAY_BITS) + day


def first_code(choices: Mapping[str, BoolArray]) -> pd.Series:
    """For every row the first code whose condition holds; null where none does."""
    return code_column(np.select(list(choices.values()), list(choices), default=""))


def _refuse_gaps(account: IntArray, day: IntArray) -> None:
    broken = (np.diff(account) == 0) & (np.diff(day) != 1)
    if broken.any():
        message = f"account_days: {int(broken.sum())} gaps or repeats; give one row per account and calendar day."
        raise CalendarError(message)
