"""The report table `accounts_table`: one row per tracked account."""

import pandas as pd

ACCOUNTS_INPUTS = (
    "report_date",
    "account_id",
    "handle",
    "account_created_at",
    "is_protected",
    "observation_level",
    "observed_at",
    "followers_count",
)
"""Columns of `account_daily` on which the table rests."""
_LATEST = ["handle", "account_created_at", "is_protected", "observation_level", "followers_count"]


def accounts_table(days: pd.DataFrame, lists: pd.DataFrame) -> pd.DataFrame:
    """One row per account: what was last known of it, which days are reported, and what its follower list is made of.

    `days` is the frame of `account_days`, `lists` that of `list_profiles`. A latest value is the last one not null.
    """
    by_account = days.groupby("account_id", sort=True)
    spans = by_account["report_date"].agg(first_report_date="min", last_report_date="max")
    read = days["observed_at"].notna().groupby(days["account_id"]).sum().astype("Int64")
    table: pd.DataFrame = spans.join(by_account[_LATEST].last()).assign(report_days_count=read).reset_index()
    return table.merge(lists, on="account_id", how="left")
