"""How a day went, account by account: what was read, what was not, why, and what to do about it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pandas as pd

from tasks.page.codes import explain_code
from tasks.page.words import NOT_KNOWN, format_count, format_usd, pluralize
from tasks.sources.reading import Reading

READ, PARTLY_READ, NOT_READ = "read", "partly read", "not read"
OUTCOME_COLUMNS = ("account_id", "report_date", "followers_count", "followers_delta", "spent_usd")
"""Columns of account_daily that stand beside an account's outcome."""
MOST_NAMED = 20
"""Accounts that a sentence names; the table names them all."""
_AS_WISHED = frozenset({None, "level"})
"""Why a reading ends where it was meant to end: at its end, or at the size of the sample that was wanted."""
_NO_RIGHT = "forbidden"
"""Why a reading ends that X's access level does not allow (403): the account is read at a lower level."""
_ACTIONS = {
    "budget": "raise [budget] in pipeline.toml, or lower the account's level in accounts.toml",
    "protected": "set its level to counts in accounts.toml: who is protected shows no more",
    "suspended": "take it out of accounts.toml, unless X lets it back in",
    "not_found": "correct the handle in accounts.toml, or take it out",
    "forbidden": "lower its level in accounts.toml, or ask X for the access",
    "rate_limit": "run daily again today: it goes on where it stopped",
    "credits": "buy credits at X, and run daily again today",
    "unauthorized": "renew the token, and run daily again today",
    "fault": "run daily again today: it goes on where it stopped",
}


@dataclass(frozen=True)
class AccountOutcome:
    """What became of one account on the day; `subjects` are what was not read, with the code of the reason."""

    account_id: str
    outcome: str
    subjects: Sequence[str]
    reason: str | None
    pages_count: int

    @property
    def named(self) -> str:
        """The account with what was not read of it."""
        return " ".join([self.account_id, *self.subjects]) + f" ({self.reason})"


def account_outcomes(readings: Sequence[Reading]) -> list[AccountOutcome]:
    """Each account of the day, the worst first: not read when its counts are missing."""
    accounts = dict.fromkeys(reading.account_id for reading in readings)
    by_account: dict[str, list[Reading]] = {account: [] for account in accounts}
    for reading in readings:
        by_account[reading.account_id].append(reading)
    order = (NOT_READ, PARTLY_READ, READ)
    found = [_outcome(account, held) for account, held in by_account.items()]
    return sorted(found, key=lambda entry: order.index(entry.outcome))


def _outcome(account: str, readings: Sequence[Reading]) -> AccountOutcome:
    missing = [reading for reading in readings if reading.reason not in _AS_WISHED and not is_lowered(reading)]
    subjects = [reading.subject for reading in missing]
    outcome = NOT_READ if "counts" in subjects else PARTLY_READ if subjects else READ
    reason = missing[0].reason if missing else None
    return AccountOutcome(account, outcome, subjects, reason, sum(reading.pages_count for reading in readings))


def is_lowered(reading: Reading) -> bool:
    """Whether X's access level does not allow what was wished: the account is read less deeply, and not missing."""
    return reading.reason == _NO_RIGHT and reading.subject != "counts"


def unread_share(outcomes: Sequence[AccountOutcome]) -> float:
    """The part of the accounts whose counts were not read; 0 without any account."""
    return sum(entry.outcome == NOT_READ for entry in outcomes) / len(outcomes) if outcomes else 0.0


def unread_sentence(outcomes: Sequence[AccountOutcome]) -> str:
    """Which accounts were not read as wished, each by name up to a limit; empty when all were."""
    missing = [entry for entry in outcomes if entry.subjects]
    if not missing:
        return ""
    more = f", and {pluralize(len(missing) - MOST_NAMED, 'more')}" if len(missing) > MOST_NAMED else ""
    return f"not read: {', '.join(entry.named for entry in missing[:MOST_NAMED])}{more}"


def outcome_rows(
    outcomes: Sequence[AccountOutcome], days: pd.DataFrame, handles: Mapping[str, str]
) -> list[dict[str, str | int]]:
    """One row per account: how it went, why and what to do, its count and change, pages and US dollars.

    `days` are rows of account_daily of the day, with `OUTCOME_COLUMNS`.
    """
    known = {str(row["account_id"]): row for row in days.to_dict("records")}
    return [
        {
            "account": handles.get(entry.account_id, entry.account_id),
            "outcome": entry.outcome,
            "not read": ", ".join(entry.subjects),
            "reason": "" if entry.reason is None else explain_code("unread_reason", entry.reason),
            "what to do": _ACTIONS.get(str(entry.reason), ""),
            "followers": format_count(known.get(entry.account_id, {}).get("followers_count")),
            "change": _change(known.get(entry.account_id, {}).get("followers_delta")),
            "pages": entry.pages_count,
            "spent": format_usd(known.get(entry.account_id, {}).get("spent_usd")),
        }
        for entry in outcomes
    ]


def outcome_line(row: Mapping[str, str | int]) -> str:
    """An account's row as one line of a log.

    >>> outcome_line({"account": "@ann", "outcome": "read", "followers": "1,620", "change": "+12", "pages": 3,
    ...               "spent": "$0.05", "not read": "", "reason": "", "what to do": ""})
    '@ann: read; 1,620 followers, +12; pages 3, $0.05'
    """
    why = f" ({row['not read']}: {row['reason']}; {row['what to do']})" if row["not read"] else ""
    counted = f"{row['followers']} followers, {row['change']}"
    return f"{row['account']}: {row['outcome']}{why}; {counted}; pages {row['pages']}, {row['spent']}"


def _change(value: object) -> str:
    return NOT_KNOWN if pd.isna(value) else f"{int(value):+,}"  # type: ignore[call-overload]  # a number of a frame
