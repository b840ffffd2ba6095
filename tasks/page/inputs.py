"""What the page is made from: frames of report tables, and what staged tables add to them."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, TypeAlias

import numpy as np
import pandas as pd

Row: TypeAlias = Mapping[str, Any]
"""One row of a report table; a column that an older table lacks is missing, so it is read with `get`."""


@dataclass(frozen=True)
class Material:
    """All that was reported, as frames of the declared tables; an empty frame where nothing was.

    `arrivals` are counted by `tasks/page/arrivals.py`;
    `lists` and `blocks` are `follower_lists` and `past_blocks`; `spend` is the staged table `api_spend`,
    and `profiles` are the columns of `accounts` that tell of the follower list.
    """

    days: pd.DataFrame
    events: pd.DataFrame
    evidence: pd.DataFrame
    members: pd.DataFrame
    arrivals: pd.DataFrame
    lists: pd.DataFrame
    blocks: pd.DataFrame
    spend: pd.DataFrame
    profiles: pd.DataFrame

    @property
    def as_of(self) -> pd.Timestamp | None:
        """The latest day reported of any account; None when nothing was reported."""
        return None if self.days.empty else pd.Timestamp(self.days["report_date"].max())


class Parts:
    """The rows of a table by account, cut out when asked for: the page tells few of the accounts that it counts."""

    def __init__(self, rows: pd.DataFrame) -> None:
        """Find the places of each account's rows."""
        self._rows, self._nothing = rows, rows.head(0)
        self._places = {
            str(account): np.asarray(places) for account, places in rows.groupby("account_id").indices.items()
        }

    def of(self, account_id: str) -> pd.DataFrame:
        """The rows of any account; none of its columns is missing where an account has no row."""
        places = self._places.get(account_id)
        return self._nothing if places is None else self._rows.take(places)

    def said(self, account_id: str) -> list[Row]:
        """The same rows, each by itself."""
        return [self._said[place] for place in self._places.get(account_id, ())]

    @cached_property
    def _said(self) -> list[Row]:
        return said(self._rows)


@dataclass(frozen=True)
class _Tables:
    days: Parts
    events: Parts
    evidence: Parts
    members: Parts
    arrivals: Parts
    lists: Parts
    blocks: Parts
    profiles: Parts


@dataclass(frozen=True)
class AccountMaterial:
    """What belongs to one account; `as_of` is the latest day of all accounts.

    `first_date` is its first day here, `last` the last one, `now` the last whose follower count is known, else `last`.
    """

    account_id: str
    first_date: pd.Timestamp
    now: Row
    last: Row
    as_of: pd.Timestamp
    tables: _Tables

    @cached_property
    def days(self) -> pd.DataFrame:
        """One row per day, in order."""
        return self.tables.days.of(self.account_id)

    @cached_property
    def events(self) -> list[Row]:
        """Its events, oldest first."""
        return self.tables.events.said(self.account_id)

    @cached_property
    def evidence(self) -> pd.DataFrame:
        """The evidence of its events."""
        return self.tables.evidence.of(self.account_id)

    @cached_property
    def members(self) -> pd.DataFrame:
        """Its community."""
        return self.tables.members.of(self.account_id)

    @cached_property
    def arrivals(self) -> pd.DataFrame:
        """Who followed it."""
        return self.tables.arrivals.of(self.account_id)

    @cached_property
    def lists(self) -> pd.DataFrame:
        """Its follower lists that were looked back from."""
        return self.tables.lists.of(self.account_id)

    @cached_property
    def blocks(self) -> pd.DataFrame:
        """The coordinated blocks in them."""
        return self.tables.blocks.of(self.account_id)

    @cached_property
    def profile(self) -> Row:
        """What its follower list is made of; nothing where that was never told."""
        return next(iter(self.tables.profiles.said(self.account_id)), {})


def accounts(material: Material, days_count: int) -> list[AccountMaterial]:
    """The material of each account that was reported, by account id, with at most so many of its latest days."""
    as_of = material.as_of
    if as_of is None:
        return []
    ordered = material.days.sort_values(["account_id", "report_date"], kind="stable")
    days = ordered.groupby("account_id", sort=False).tail(days_count)
    events = material.events.sort_values(["first_date", "event_id"], kind="stable")
    others = (
        *(material.evidence, material.members, material.arrivals),
        *(material.lists, material.blocks, material.profiles),
    )
    tables = _Tables(*(Parts(rows) for rows in (days, events, *others)))
    last = _last_by_account(days)
    now = last | _last_by_account(days[days["followers_count"].notna()])
    first = days.drop_duplicates("account_id")["report_date"]
    return [
        AccountMaterial(account_id, first_date, now[account_id], row, as_of, tables)
        for first_date, (account_id, row) in zip(first, last.items(), strict=True)
    ]


def _last_by_account(days: pd.DataFrame) -> dict[str, Row]:
    return {str(row["account_id"]): row for row in said(days.drop_duplicates("account_id", keep="last"))}


def said(rows: pd.DataFrame) -> list[Row]:
    """Each row by itself, by the names of its columns."""
    return [dict(zip(rows.columns, values, strict=True)) for values in rows.itertuples(index=False, name=None)]
