"""What the page is made from: frames of report tables, and what staged tables add to them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import pandas as pd


@dataclass(frozen=True)
class Material:
    """All that was reported, as frames of the declared tables; an empty frame where nothing was.

    `arrivals` needs account_id, first_seen_date, is_baseline, arrival_number and follower_created_at;
    `lists` and `blocks` are `follower_lists` and `past_blocks`; `spend` is the staged table `api_spend`.
    """

    days: pd.DataFrame
    events: pd.DataFrame
    evidence: pd.DataFrame
    members: pd.DataFrame
    arrivals: pd.DataFrame
    lists: pd.DataFrame
    blocks: pd.DataFrame
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
    lists: pd.DataFrame
    blocks: pd.DataFrame
    as_of: pd.Timestamp


def accounts(material: Material, days_count: int) -> list[AccountMaterial]:
    """The material of each account that was reported, by account id, with at most so many of its latest days."""
    as_of = material.as_of
    if as_of is None:
        return []
    ordered = material.days.sort_values(["account_id", "report_date"], kind="stable")
    days = _by_account(ordered.groupby("account_id", sort=False).tail(days_count))
    events = _parts(material.events.sort_values(["first_date", "event_id"], kind="stable"))
    evidence, members, arrivals = (_parts(rows) for rows in (material.evidence, material.members, material.arrivals))
    lists, blocks = (_parts(rows) for rows in (material.lists, material.blocks))
    return [
        AccountMaterial(
            account_id=account_id,
            days=rows,
            events=events(account_id),
            evidence=evidence(account_id),
            members=members(account_id),
            arrivals=arrivals(account_id),
            lists=lists(account_id),
            blocks=blocks(account_id),
            as_of=as_of,
        )
        for account_id, rows in days.items()
    ]


def _parts(rows: pd.DataFrame) -> Callable[[str], pd.DataFrame]:
    """The rows of any account; none of its columns is missing where an account has no row."""
    found, nothing = _by_account(rows), rows.head(0)
    return lambda account_id: found.get(account_id, nothing)


def _by_account(rows: pd.DataFrame) -> Mapping[str, pd.DataFrame]:
    return {str(account): part for account, part in rows.groupby("account_id", sort=True)}
