"""What the page is made from: frames of report tables, and what staged tables add to them."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, TypeAlias

import numpy as np
import pandas as pd

ReportRow: TypeAlias = Mapping[str, Any]
"""One row of a report table; a column that an older table lacks is missing, so it is read with `get`."""


@dataclass(frozen=True)
class PageInputs:
    """All that was reported, as frames of the declared tables; an empty frame where nothing was.

    `arrivals` are counted by `tasks/page/arrival_map.py`;
    `summaries` are `account_summary`, `posts` the columns of `post_engagement` that are drawn;
    `lists` and `blocks` are `follower_lists` and `past_blocks`; `spend` is the staged table `api_spend`,
    and `profiles` are the columns of `accounts` that tell of the follower list.
    `notice` is said before everything else.
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
    summaries: pd.DataFrame
    posts: pd.DataFrame
    notice: str = ""

    @property
    def as_of(self) -> pd.Timestamp | None:
        """The latest day reported of any account; None when nothing was reported."""
        return None if self.days.empty else pd.Timestamp(self.days["report_date"].max())


class RowsByAccount:
    """The rows of a table by account, cut out when asked for: the page tells few of the accounts that it counts."""

    def __init__(self, rows: pd.DataFrame) -> None:
        """Find the places of each account's rows, which stay in their order."""
        own = rows.groupby("account_id").indices
        order = np.concatenate([*own.values(), np.empty(0, dtype=np.intp)])
        # Rows side by side are given without a copy, which takes long where columns are many.
        self._rows = rows if (order[1:] > order[:-1]).all() else rows.take(order)
        ends = np.cumsum([len(places) for places in own.values()])
        self._places = {
            str(account): range(end - len(places), end)
            for (account, places), end in zip(own.items(), ends.tolist(), strict=True)
        }

    def select(self, account_id: str) -> pd.DataFrame:
        """The rows of any account; none of its columns is missing where an account has no row."""
        places = self._places.get(account_id, range(0))
        return self._rows.iloc[places.start : places.stop]

    def records(self, account_id: str) -> list[ReportRow]:
        """The same rows, each by itself."""
        return [self._records[place] for place in self._places.get(account_id, ())]

    @cached_property
    def _records(self) -> list[ReportRow]:
        return list_records(self._rows)


def list_records(rows: pd.DataFrame) -> list[ReportRow]:
    """Each row by itself, by the names of its columns."""
    return [dict(zip(rows.columns, values, strict=True)) for values in rows.itertuples(index=False, name=None)]
