"""Accounts lived day after day against the sandbox, through `fetch_day` and `parse_day`, with tables in memory."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pandas as pd
from pydantic import SecretStr

from config.pipeline import load_parameters
from config.settings import HERE
from sandbox.serve import Sandbox
from tasks.schema.frames import empty_frame
from tasks.schema.staged import ACCOUNT_SNAPSHOTS, FOLLOWER_ARRIVALS, POSTS, READINGS
from tasks.sources.accounts import Account
from tasks.sources.reading import Reading
from tasks.sources.x_api.access import Credentials
from tasks.sources.x_api.day import fetch_day
from tasks.sources.x_api.history import ReadingHistory, reading_history
from tasks.sources.x_api.parameters import ReadingParameters
from tasks.sources.x_api.readings import open_gaps
from tasks.sources.x_api.staging import parse_day
from tasks.sources.x_api.transport import XSession
from tasks.sources.x_api.vocabulary import Vocabulary
from tests.x_api.sessions import Sessions

CHOSEN = load_parameters(HERE)
NUMBERS: ReadingParameters = CHOSEN.reading
PRICES = CHOSEN.prices


@dataclass
class Watch:
    """Somebody who watches accounts; `tables` are the staged rows of all closed days, by the table's name."""

    sandbox: Sandbox
    folder: Path
    accounts: Sequence[Account]
    usd: str = "100000"
    timeouts: tuple[float, float] = (5, 5)
    vocabulary: Vocabulary = field(default_factory=Vocabulary)
    waits: list[float] = field(default_factory=list)
    numbers: ReadingParameters = NUMBERS
    tables: dict[str, list[pd.DataFrame]] = field(default_factory=lambda: defaultdict(list))

    @property
    def today(self) -> date:
        """The sandbox's UTC day."""
        return self.now().date()

    def now(self) -> datetime:
        """The sandbox's time."""
        return self.sandbox.service.clock.now()

    def session(self, **changed: Any) -> XSession:  # noqa: ANN401 - any part of a session
        """The session of a new run."""
        parts: dict[str, Any] = {
            "keys": self.credentials,
            "clock": self.now,
            "vocabulary": self.vocabulary,
            "timeouts": self.timeouts,
        }
        return Sessions(self.folder, self.waits).at(
            self.sandbox.base_url, usd=self.usd, day=self.today, **{**parts, **changed}
        )

    @property
    def credentials(self) -> Credentials:
        """Of a user where somebody owns the app, else of the app alone."""
        bearer, key = SecretStr(self.sandbox.settings.bearer_token), SecretStr("invented")
        owner = self.sandbox.settings.app_owner_id
        if owner is None:
            return Credentials(bearer_token=bearer)
        return Credentials(bearer, key, key, SecretStr(f"{owner}-invented"), key)

    def rows(self, name: str) -> pd.DataFrame:
        """All staged rows of closed days."""
        return pd.concat(self.tables[name], ignore_index=True)

    @property
    def history(self) -> ReadingHistory:
        """What the closed days told."""
        if not self.tables:
            return ReadingHistory({}, empty_frame(POSTS))
        names = (ACCOUNT_SNAPSHOTS.name, FOLLOWER_ARRIVALS.name, READINGS.name, POSTS.name)
        return reading_history({name: self.rows(name) for name in names}, open_gaps(self.folder / "raw", self.today))

    def fetch(self, history: ReadingHistory | None = None) -> list[Reading]:
        """One run of today."""
        return fetch_day(self.session(), self.accounts, self.history if history is None else history, self.numbers)

    def staged(self, history: ReadingHistory | None = None, day: date | None = None) -> dict[str, pd.DataFrame]:
        """What can be staged of a day."""
        told = self.history if history is None else history
        return parse_day(self.folder / "raw", day or self.today, self.accounts, told, PRICES)

    def close_day(self, history: ReadingHistory | None = None) -> dict[str, pd.DataFrame]:
        """The day's staged tables, from now on known; the clock stands on the next day at the same hour."""
        tables = self.staged(history)
        for name, rows in tables.items():
            self.tables[name].append(rows)
        self.sandbox.set_clock(self.now() + timedelta(days=1))
        return tables

    def live(self) -> dict[str, pd.DataFrame]:
        """One day: read, staged and closed."""
        history = self.history
        self.fetch(history)
        return self.close_day(history)


def tracked(handle: str, level: str = "full", **changed: object) -> Account:
    """A tracked for one account of others, without its engagers."""
    return replace(Account(handle, level=level), **changed)  # type: ignore[arg-type]  # any part


def usd(rows: pd.DataFrame) -> Decimal:
    """What the staged requests cost."""
    return sum((Decimal(str(round(price, 4))) for price in rows["price_usd"]), Decimal(0))
