"""Sessions for tests: invented credentials, a clock that stands still, pauses that are only noted."""

import random
from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any, TypeAlias

from pydantic import SecretStr

from tasks.sources.x_api.access import Credentials
from tasks.sources.x_api.gateway import XGateway, x_client
from tasks.sources.x_api.ledger import Ledger, pages_billed_on
from tasks.sources.x_api.parameters import Budget
from tasks.sources.x_api.transport import Pace, XSession
from tasks.sources.x_api.vocabulary import Vocabulary
from tests.x_api.invented import DAY, MORNING, PRICES

SECRET = "AAAA-invented-bearer-token-ZZZZ"  # noqa: S105 - invented
KEYS = ("ck-invented-key", "cs-invented-secret", "1500000000000000001-at-invented", "ats-invented-secret")

SessionAt: TypeAlias = Callable[..., XSession]
"""Builds a session for the server at a root, on the first of July at six."""


class Sessions:
    """Sessions that share a folder and a list of pauses."""

    def __init__(self, folder: Path, waits: list[float]) -> None:
        """Write raw pages below the folder."""
        self.raw = folder / "raw"
        self.waits = waits

    def at(self, root: str, *, usd: str = "1000", has_user: bool = False, **changed: Any) -> XSession:  # noqa: ANN401 - any part of a session
        """A session with its own client, ledger and budget, as a new run would have."""
        raw: Path = changed.pop("raw", self.raw)
        day: date = changed.get("day", DAY)
        ledger = Ledger(PRICES, pages_billed_on(raw, day))
        gateway = XGateway(root, timeouts=changed.pop("timeouts", (5, 5)))
        parts: dict[str, Any] = {
            "client": x_client(changed.pop("keys", credentials(has_user=has_user)), gateway),
            "root": raw,
            "day": day,
            "clock": lambda: MORNING,
            "pace": Pace(self.waits.append, random.Random(7), retries=2),  # noqa: S311 - spreads waits, guards nothing
            "ledger": ledger,
            "budget": Budget(Decimal(usd), spent=ledger.spent(day)),
            "vocabulary": Vocabulary(),
        }
        return XSession(**{**parts, **changed})


def credentials(*, has_user: bool = False) -> Credentials:
    """Invented credentials: a bearer token, or also the four keys of a user."""
    names = ("consumer_key", "consumer_secret", "access_token", "access_token_secret")
    keys = {name: SecretStr(value) for name, value in zip(names, KEYS, strict=True)} if has_user else {}
    return Credentials(bearer_token=SecretStr(SECRET), **keys)


def later(moment: datetime) -> Callable[[], datetime]:
    """A clock that stands at a moment."""
    return lambda: moment
