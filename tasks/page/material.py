"""What the page is made from: frames of report tables, and what staged tables add to them."""

from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd


@dataclass(frozen=True)
class Material:
    """All that was reported, as frames of the declared tables; an empty frame where nothing was.

    `arrivals` needs account_id, first_seen_date, is_baseline, arrival_number and follower_created_at;
    `spend` is the staged table `api_spend`.
    """

    days: pd.DataFrame
    events: pd.DataFrame
    evidence: pd.DataFrame
    members: pd.DataFrame
    arrivals: pd.DataFrame
    spend: pd.DataFrame

    @property
    def as_of(self) -> pd.Timestamp | None:
        """The latest day reported of any account; None when nothing was reported."""
        return None if self.days.empty else pd.Timestamp(self.days["report_date"].max())


@dataclass(frozen=True)
class AccountMaterial:
    """What belongs to one account; `days` has one row per day in order, `as_of` is the latest day of all accounts."""

    account_id: str
    days: pd.DataFrame
    events: pd.DataFrame
    evidence: pd.DataFrame
    members: pd.DataFrame
    arrivals: pd.DataFrame
    as_of: pd.Timestamp


def accounts(material: Material, days_count: int) -> list[AccountMaterial]:
    """The material of each account that was reported, by account id, with at most so many of its latest days."""
    if material.as_of is None:
        return []
    days = _by_account(material.days.sort_values(["account_id", "report_date"], kind="stable"))
    events = _by_account(material.events.sort_values(["first_date", "event_id"], kind="stable"))
    evidence, members = _by_account(material.evidence), _by_account(material.members)
    arrivals = _by_account(material.arrivals)
    return [
        AccountMaterial(
            account_id,
            rows.tail(days_count).reset_index(drop=True),
            events.get(account_id, material.events.head(0)),
            evidence.get(account_id, material.evidence.head(0)),
            members.get(account_id, material.members.head(0)),
            arrivals.get(account_id, material.arrivals.head(0)),
            material.as_of,
        )
        for account_id, rows in days.items()
    ]


def _by_account(rows: pd.DataFrame) -> Mapping[str, pd.DataFrame]:
    return {str(account): part.reset_index(drop=True) for account, part in rows.groupby("account_id", sort=True)}
