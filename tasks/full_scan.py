"""Reads whole follower lists within the budget, and stages who is gone since the last time."""

from collections.abc import Sequence

import pandas as pd

from tasks.fetch import x_task
from tasks.schema.frames import arrow
from tasks.schema.staged import FOLLOWER_DEPARTURES
from tasks.sources.accounts import Account
from tasks.sources.x_api.access import XAccess
from tasks.sources.x_api.day import XDay
from tasks.sources.x_api.scan import fetch_lists
from tasks.stage import stage_spend
from tasks.store import layout
from tasks.store.tables import Tables


@x_task
def scan_lists(x_day: XDay, accounts: Sequence[Account], access: XAccess, scan_days: int) -> list[str]:
    """A sentence per account: how far its list was read, who is gone, and in which order it stands.

    The rows of scans that ended on the day are staged; the day's requests are staged anew.
    A scan that the budget or a limit of X cut goes on behind its last page, also days later.
    """
    root, batch = x_day.root, layout.day_batch(x_day.day)
    try:
        with x_day.session(access) as session:
            results = list(fetch_lists(x_day, session, accounts, scan_days))
    finally:
        stage_spend(x_day)
    if departures := [result.departures for result in results if result.departures is not None]:
        Tables(root).write_batch(batch, {FOLLOWER_DEPARTURES: arrow(FOLLOWER_DEPARTURES, pd.concat(departures))})
    return [result.note for result in results]
