"""Followers read from the staged table some accounts at a time, so that lists of any length can be judged."""

import logging
from collections.abc import Iterator, Mapping

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from tasks.followers.roster import COARSE_COLUMNS, ROSTER_COLUMNS, Roster, roster_of
from tasks.reports.arrivals import count_by_day, count_columns_by_day, mask_repeats
from tasks.schema.frames import empty_frame
from tasks.schema.staged import FOLLOWER_ARRIVALS
from tasks.store.account_rows import AccountQuery, AccountRows, read_ahead
from tasks.store.tables import Tables

_DAY_COLUMNS = ("first_seen_date", "is_baseline")
PART = 524_288
"""Followers of one account that are held at once; a longer list is read in parts."""
LOGGED_FOLLOWERS = 2_000_000
"""After so many more the log says how far the judgement is: some seconds of work."""


def read_rosters(tables: Tables, ids: Mapping[str, str], part: int = PART) -> Iterator[Roster]:
    """All followers in the order of account ids: whole accounts, or parts of one account one after the other.

    `ids` are the accounts that stand for provisional ids.
    The earlier of two whole lists is the baseline, as `first_baseline` has it.
    """
    query = AccountQuery(ROSTER_COLUMNS, ids=ids, part=part, coarse=COARSE_COLUMNS)
    return tell_followers(read_ahead(in_follow_order(tables.by_account(FOLLOWER_ARRIVALS, query))))


def count_daily_arrivals(tables: Tables, ids: Mapping[str, str], part: int = PART) -> pd.DataFrame:
    """How many arrived per account and day, as `count_by_day` counts them."""
    parts = tables.by_account(FOLLOWER_ARRIVALS, AccountQuery(_DAY_COLUMNS, ids=ids, part=part))
    counted = [count_columns_by_day(rows.accounts, rows.account, rows.columns) for rows in parts]
    if not counted:
        return count_by_day(empty_frame(FOLLOWER_ARRIVALS))
    # A day may stand at the border of two parts.
    by_day = pd.concat(counted).groupby(["account_id", "report_date"], sort=True)
    return by_day["arrivals_count"].sum().reset_index()


def tell_followers(rosters: Iterator[Roster]) -> Iterator[Roster]:
    """The rosters one by one; after each two million followers the log says how many were read."""
    read_count = 0
    for roster in rosters:
        before, read_count = read_count, read_count + len(roster.follower_id)
        if read_count // LOGGED_FOLLOWERS > before // LOGGED_FOLLOWERS:
            logging.getLogger(__name__).info("%s followers judged so far", f"{read_count:,}")
        yield roster
        del roster


def in_follow_order(parts: Iterator[AccountRows]) -> Iterator[Roster]:
    """Each part as a roster, whose clock goes on with that of the part before."""
    name, latest, earlier = "", np.nan, _Earlier()
    for rows in parts:
        if rows.accounts[0] != name:
            latest, earlier = np.nan, _Earlier()
        left = _without(rows, mask_repeats(rows.account, rows.columns))
        if len(rows.accounts) == 1:
            left = _without(left, earlier.known(left.columns))
        found = roster_of(left.accounts, left.account, left.columns, latest)
        name = str(rows.accounts[-1])
        # Plain columns would stand beside the roster until the next ones are read.
        del rows, left
        if len(found.created):
            latest = float(np.fmax.reduce(found.created[found.starts[-2] :], initial=latest))
            yield found
        del found


class _Earlier:
    """Who was listed in the earlier parts of an account, to know them again in a later whole list."""

    def __init__(self) -> None:
        self.followers: list[NDArray[np.int64]] = []
        self.baseline: np.datetime64 | None = None

    def known(self, columns: Mapping[str, NDArray[np.generic]]) -> NDArray[np.bool_]:
        """Which rows are of a later whole list and of somebody listed earlier; these rows are earlier ones then."""
        is_baseline, days = columns["is_baseline"].astype(bool), columns["first_seen_date"]
        later = is_baseline & (days > self.baseline) if self.baseline is not None else np.zeros(len(days), dtype=bool)
        followers = columns["follower_id"].astype(np.int64)
        if later.any():
            later[later] = np.isin(followers[later], np.concatenate(self.followers))
        if self.baseline is None and is_baseline.any():
            self.baseline = days[is_baseline].min()
        self.followers.append(followers)
        return later


def _without(rows: AccountRows, left_out: NDArray[np.bool_]) -> AccountRows:
    if not left_out.any():
        return rows
    columns = {name: values[~left_out] for name, values in rows.columns.items()}
    return AccountRows(rows.accounts, rows.account[~left_out], columns)
