"""Days lived against the sandbox, through the real flows on a real Prefect server."""

import os
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

import pandas as pd
import pytest
from prefect.client.schemas.objects import State

from flows.daily import daily
from sandbox.serve import Sandbox
from tasks.schema.frames import frame
from tasks.schema.report_tables import ACCOUNT_DAILY
from tasks.store.root import DataRoot
from tasks.store.tables import Tables
from tests.flows.conftest import REPOSITORY

RUN_TIME = time(2, 15)


@dataclass
class Operator:
    """Somebody who runs the daily flow by hand, with settings of her own."""

    sandbox: Sandbox
    root: Path
    monkeypatch: pytest.MonkeyPatch

    def __post_init__(self) -> None:
        """Make the settings: environment, and configuration files."""
        self.config = self.root / "config"
        self.config.mkdir(parents=True)
        pipeline = (REPOSITORY / "config" / "pipeline.toml").read_text(encoding="utf-8")
        rich = pipeline.replace("day_usd = 5.0", "day_usd = 500.0").replace("month_usd = 60.0", "month_usd = 5000.0")
        (self.config / "pipeline.toml").write_text(rich)
        for name in [name for name in os.environ if name.startswith(("X_", "VANITY_GAP_"))]:
            self.monkeypatch.delenv(name)
        self.set("VANITY_GAP_DATA_ROOT", str(self.root))
        self.set("VANITY_GAP_CONFIG_DIR", str(self.config))
        self.set("VANITY_GAP_X_BASE_URL", self.sandbox.base_url)
        self.set("X_BEARER_TOKEN", self.sandbox.settings.bearer_token)

    def set(self, name: str, text: str) -> None:
        """Change one setting."""
        self.monkeypatch.setenv(name, text)

    def track(self, *handles: str, level: str = "full", engagers: bool = True) -> None:
        """Name the tracked accounts."""
        said = f'level = "{level}"\nengagers = {str(engagers).lower()}\n'
        blocks = [f'[[account]]\nhandle = "{handle}"\n{said}' for handle in handles]
        (self.config / "accounts.toml").write_text("\n".join(blocks), encoding="utf-8")

    def stand_at(self, day: date) -> None:
        """Let both clocks stand at the day's run time."""
        now = datetime.combine(day, RUN_TIME, UTC)
        self.sandbox.set_clock(now)
        self.set("VANITY_GAP_CLOCK", now.isoformat())

    def live(self, day: date) -> State[object]:
        """Run the daily flow on its day."""
        self.stand_at(day)
        return daily(day, return_state=True)

    def live_all(self, days: Iterable[date]) -> None:
        """Run the daily flow on each day, which must succeed."""
        for day in days:
            state = self.live(day)
            assert state.is_completed(), state.message

    def account_daily(self) -> pd.DataFrame:
        """The flat report, by account handle and day."""
        rows = frame(Tables(DataRoot(str(self.root))).latest(ACCOUNT_DAILY))
        return rows.set_index(["handle", "report_date"]).sort_index()

    def reports(self) -> dict[str, bytes]:
        """Every report file with its bytes; the manifest, which states when it was written, is left out."""
        found = sorted((self.root / "reports").rglob("*"))
        kept = [path for path in found if path.is_file() and path.name != "_manifest.json"]
        return {str(path.relative_to(self.root)): path.read_bytes() for path in kept}


def days(first: date, last: date) -> list[date]:
    """Every day from the first to the last."""
    return [first + timedelta(days=step) for step in range((last - first).days + 1)]
