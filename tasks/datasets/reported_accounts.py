"""Of whom there are reports, and on which days."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

import pandas as pd

from tasks.schema.frames import frame
from tasks.schema.months import Days
from tasks.schema.report_tables import ACCOUNT_DAILY, POST_ENGAGEMENT
from tasks.store.parquet import Selection
from tasks.store.tables import Tables


@dataclass(frozen=True)
class ReportedAccounts:
    """Accounts by id with the handle that was reported last, and the first and last day with a row of one of them."""

    handles: Mapping[str, str]
    days: Days


def read_reported_accounts(tables: Tables, accounts: Collection[str] | None) -> ReportedAccounts | None:
    """Those of the accounts that stand in reports by day, all for None; None where there is none of them."""
    wanted = None if accounts is None else tuple(sorted(accounts))
    parts = []
    for table in (POST_ENGAGEMENT, ACCOUNT_DAILY):
        columns = ("account_id", "handle", table.day_column)
        of_days = frame(tables.history(table, Selection(columns=columns, accounts=wanted)))
        parts.append(of_days.rename(columns={table.day_column: "day"}))
    rows = pd.concat(parts)
    if rows.empty:
        return None
    handles = rows.sort_values("day", kind="stable").drop_duplicates("account_id", keep="last")
    named = {
        str(account): str(handle) for account, handle in zip(handles["account_id"], handles["handle"], strict=True)
    }
    return ReportedAccounts(named, (rows["day"].min().date(), rows["day"].max().date()))
