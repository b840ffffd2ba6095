"""From which day on a daily run derives, beside the last days that it always derives."""

from datetime import date

import pandas as pd

from tasks.freshness.ledger import read_ledger
from tasks.schema.frames import frame
from tasks.schema.months import Days, is_within
from tasks.schema.report_tables import ACCOUNT_DAILY
from tasks.schema.staged import READINGS
from tasks.store.parquet import Selection
from tasks.store.root import DataRoot
from tasks.store.tables import Tables


def first_due_day(root: DataRoot, observed: pd.DataFrame, days: Days) -> date | None:
    """The first of the days that was never derived, or of which the first reading of an account's posts tells.

    `observed` are the `read_observed_days`; None when every day that can be known is derived.
    """
    told = observed[is_within(observed["report_date"], days)]
    every = sorted({at.date() for at in told["report_date"]})
    records = read_ledger(root, every)
    missing = {day for day in every if day not in records or not records[day].is_derived}
    newly_read = told.loc[told["account_id"].isin(_unreported_accounts(root)), "report_date"]
    return min(missing | {at.date() for at in newly_read}, default=None)


def _unreported_accounts(root: DataRoot) -> set[str]:
    """The accounts whose posts were read, and of which no published day says so: engagement gets its past from them."""
    read = frame(Tables(root).staged(READINGS, Selection(columns=("account_id", "subject", "status"))))
    is_read = (read["subject"] == "posts") & (read["status"] == "complete")
    days = frame(Tables(root).latest(ACCOUNT_DAILY, Selection(columns=("account_id", "posts_status"))))
    reported = days.loc[(days["posts_status"] == "complete").fillna(value=False), "account_id"]
    return set(read.loc[is_read, "account_id"]) - set(reported)
