"""Followers read from the staged table some accounts at a time, so that lists of any length can be judged."""

from collections.abc import Iterator, Mapping

import pandas as pd

from tasks.audience.roster import ROSTER_COLUMNS, Roster, roster_of
from tasks.reports.arrivals import arrivals_by_day, counted_by_day, known_before
from tasks.store.months import staged_files
from tasks.store.root import DataRoot
from tasks.store.stream import AccountRows, Asked, account_rows, ahead
from tasks.tables.frames import nothing
from tasks.tables.staged import FOLLOWER_ARRIVALS

WHEN = ("first_seen_date", "is_baseline")


def rosters(root: DataRoot, ids: Mapping[str, str]) -> Iterator[Roster]:
    """All followers, each account whole and once, in the order of account ids.

    `ids` are the accounts that stand for provisional ids.
    The earlier of two whole lists is the baseline, as `first_baseline` has it.
    """
    whole = map(_first_lists, _rows(root, Asked(ROSTER_COLUMNS, ids=ids)))
    return ahead(roster_of(rows.accounts, rows.account, rows.columns) for rows in whole)


def arrived(root: DataRoot, ids: Mapping[str, str]) -> pd.DataFrame:
    """How many arrived per account and day, as `arrivals_by_day` counts them."""
    parts = _rows(root, Asked(WHEN, ids=ids))
    counted = [counted_by_day(rows.accounts, rows.account, rows.columns) for rows in parts]
    return pd.concat(counted, ignore_index=True) if counted else arrivals_by_day(nothing(FOLLOWER_ARRIVALS))


def _rows(root: DataRoot, asked: Asked) -> Iterator[AccountRows]:
    return account_rows(root, staged_files(FOLLOWER_ARRIVALS, root), asked)


def _first_lists(rows: AccountRows) -> AccountRows:
    known = known_before(rows.account, rows.columns)
    if not known.any():
        return rows
    columns = {name: values[~known] for name, values in rows.columns.items()}
    return AccountRows(rows.accounts, rows.account[~known], columns)
