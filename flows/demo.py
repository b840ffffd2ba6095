"""Frank's summer, lived day by day against the sandbox: `python -m flows.demo --help`.

Everything but X is real: the tweepy client, the flows on Prefect's embedded server, the Parquet reports.
Nothing leaves this machine, and no credentials are needed.
"""

import argparse
import os
import shutil
import sys
from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from rich.console import Console
from rich.progress import track

from tasks.sources.sandbox.serve import Sandbox, serve
from tasks.sources.sandbox.worlds import World, summer
from tasks.store.root import DataRoot

REPOSITORY = Path(__file__).parents[1]
FIRST_DAY, LAST_DAY = date(2026, 6, 1), date(2026, 8, 31)
RUN_TIME = time(2, 15)
"""When the daily run is scheduled, in UTC."""
SEED = 7

QUIET = {
    "DO_NOT_TRACK": "1",
    "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
    "PREFECT_SERVER_UI_SHOW_PROMOTIONAL_CONTENT": "false",
    "PREFECT_LOGGING_LEVEL": "ERROR",
    "PREFECT_SERVER_LOGGING_LEVEL": "ERROR",
    "PREFECT_SERVER_EPHEMERAL_STARTUP_TIMEOUT_SECONDS": "120",
}
"""Prefect calls nobody and says little, and its server may take its time to start."""

BUDGET = ("day_usd = 5.0", "day_usd = 500.0")
"""Make-believe money: the first day reads whole follower lists, and Frank's jump alone is $170."""


def main() -> None:
    """The command line."""
    given = _arguments()
    days = [FIRST_DAY + timedelta(days=step) for step in range((given.until - FIRST_DAY).days + 1)]
    world = summer(SEED)
    shutil.rmtree(given.data_root, ignore_errors=True)
    with TemporaryDirectory(prefix="vanity-gap-prefect-") as home, serve(world) as sandbox:
        _prepare(given.data_root, sandbox, home)
        live(sandbox, days)
    _show(given.data_root)


def live(sandbox: Sandbox, days: Sequence[date]) -> None:
    """Let the sandbox's clock stand at each day's run time, and run the daily flow then."""
    from prefect.settings import PREFECT_FLOWS_HEARTBEAT_FREQUENCY, temporary_settings  # noqa: PLC0415 - as below

    from flows.daily import daily  # noqa: PLC0415 - imports Prefect, whose settings had to come first

    console = Console(stderr=True)
    # Ending a flow run waits up to a second for its heartbeat; days that take less than that need none.
    with temporary_settings({PREFECT_FLOWS_HEARTBEAT_FREQUENCY: None}):
        for day in track(days, description="Living the summer", console=console, disable=not console.is_terminal):
            now = datetime.combine(day, RUN_TIME, UTC)
            _track_accounts(sandbox.world, now)
            sandbox.set_clock(now)
            os.environ["VANITY_GAP_CLOCK"] = now.isoformat()
            state = daily(day, return_state=True)
            if not state.is_completed():
                sys.exit(f"{day}: {state.message}")
            if not console.is_terminal and day.day in {1, 15}:
                console.print(f"{day} lived")


def _prepare(data_root: Path, sandbox: Sandbox, home: str) -> None:
    """Settings of the flows, as an operator would make them: environment and configuration files."""
    config = data_root / "config"
    config.mkdir(parents=True)
    pipeline = (REPOSITORY / "config" / "pipeline.toml").read_text(encoding="utf-8")
    (config / "pipeline.toml").write_text(pipeline.replace(*BUDGET), encoding="utf-8")
    os.environ.pop("PREFECT_API_URL", None)
    os.environ.update(
        QUIET,
        PREFECT_HOME=home,
        VANITY_GAP_DATA_ROOT=str(data_root.absolute()),
        VANITY_GAP_CONFIG_DIR=str(config),
        VANITY_GAP_X_BASE_URL=sandbox.base_url,
        X_BEARER_TOKEN=sandbox.settings.bearer_token,
    )


def _track_accounts(world: World, now: datetime) -> None:
    """Name every account that exists by now in accounts.toml, as an operator does who takes on a new one."""
    existing = [account.handle for account in world.accounts if account.created <= now.timestamp() * 1000]
    blocks = [f'[[account]]\nhandle = "{handle}"\nlevel = "full"\nengagers = true\n' for handle in existing]
    path = Path(os.environ["VANITY_GAP_CONFIG_DIR"]) / "accounts.toml"
    path.write_text("\n".join(blocks), encoding="utf-8")


def _show(data_root: Path) -> None:
    from flows.terminal import account_days, show  # noqa: PLC0415 - not needed before

    console = Console()
    show(account_days(DataRoot(str(data_root))), console)
    console.print(f"\nParquet reports: {data_root / 'reports'} (begin with latest/account_daily.parquet)")


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m flows.demo", description=__doc__)
    parser.add_argument(
        "--data-root",
        type=Path,
        default=REPOSITORY / "data" / "demo",
        metavar="DIR",
        help="where the demonstration writes; emptied first (default: data/demo)",
    )
    parser.add_argument(
        "--until",
        type=date.fromisoformat,
        default=LAST_DAY,
        metavar="YYYY-MM-DD",
        help="the last day to live, from 2026-06-01 on (default: 2026-08-31)",
    )
    return parser.parse_args()


if __name__ == "__main__":
    main()
