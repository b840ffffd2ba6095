"""Frank's summer, lived day by day against the sandbox: `python -m sandbox.demo --help`.

Everything but X is real: the tweepy client, the flows on Prefect's embedded server, the Parquet reports.
Nothing leaves this machine, and no credentials are needed.
"""

import argparse
import json
import os
import shutil
import sys
import tomllib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, TypeVar

from rich.console import Console
from rich.progress import track

from config.annotations import load_annotations
from flows.cli.serve import QUIET, REPOSITORY
from sandbox.serve import Sandbox, serve
from sandbox.world.notables import Notable
from sandbox.worlds import INVENTED, World, summer
from tasks.store.layout import NOTICE_FILE
from tasks.store.root import DataRoot

FIRST_DAY, LAST_DAY = date(2026, 7, 8), date(2026, 7, 25)
"""The weeks of the make-believe summer, June to August, in which most happens; `--since` and `--until` choose more."""
WORLD_DAYS = (date(2026, 6, 1), date(2026, 8, 31))
NOTED = ("frank", "viral_vera", "mentioned_mia", "steady_stan", "purged_pia")
"""The accounts whose follower counts somebody noted before; of the others the past stays unknown."""
ENGAGERS = ("frank", "viral_vera", "mentioned_mia")
"""The accounts of which the operator pays to know who engages."""
PAST_DAYS = 66
"""How far back the operator noted follower counts before the tool was installed: enough for half of pace's windows."""
RUN_TIME = time(2, 15)
"""When the daily run is scheduled, in UTC."""
SEED = 7
LINES_APART = 10
"""Steps between two lines of progress where there is no terminal."""


ANNOTATIONS = """\
[[annotation]]
account = "frank"
first = 2026-07-15
last = 2026-07-16
words = "no campaign, no post"
"""
"""What Frank knows of the night in which they came, as `config/annotations.toml` holds it; it explains nothing."""

Step = TypeVar("Step")

PREFECT_SETTINGS = {
    **QUIET,
    "PREFECT_LOGGING_LEVEL": "ERROR",
    "PREFECT_SERVER_LOGGING_LEVEL": "ERROR",
    "PREFECT_LOGGING_TO_API_ENABLED": "false",
    "PREFECT_SERVER_EPHEMERAL_STARTUP_TIMEOUT_SECONDS": "120",
}
"""Prefect calls nobody and says little, its server may take its time to start, and goes with what it noted."""

CHOSEN = {
    # Make-believe money: the first day reads whole follower lists, and Frank's jump alone is $170.
    "budget": {"day_usd": 1000.0, "account_day_usd": 1000.0, "month_usd": 10000.0},
    # Posts are read on their third day, so three days are enough to go back.
    "report": {"lookback_days": 3},
    # The page is drawn once, when the summer is over.
    "page": {"after_each_run": False},
}
"""Where the demonstration's configuration differs from the repository's."""


def main() -> None:
    """The command line."""
    given = _arguments()
    days = [given.since + timedelta(days=step) for step in range((given.until - given.since).days + 1)]
    _empty(given.data_root)
    os.environ.pop("PREFECT_API_URL", None)
    os.environ.update(PREFECT_SETTINGS)
    with TemporaryDirectory(prefix="vanity-gap-prefect-") as home, _own_server(home), serve(summer(SEED)) as sandbox:
        _prepare(given.data_root, sandbox)
        _import_past(sandbox, given.data_root, days[0])
        live(sandbox, days)
    _show(given.data_root)


def _empty(data_root: Path) -> None:
    """Remove what an earlier demonstration wrote and nothing else, known by its notice: exit code 2 for any other."""
    if data_root.exists() and any(data_root.iterdir()) and not (data_root / NOTICE_FILE).exists():
        print(f"refused: {data_root} holds something else; name a folder that is empty", file=sys.stderr)  # noqa: T201 - a command line
        sys.exit(2)
    shutil.rmtree(data_root, ignore_errors=True)
    data_root.mkdir(parents=True)
    (data_root / NOTICE_FILE).write_text(INVENTED, encoding="utf-8")


@contextmanager
def _own_server(home: str) -> Iterator[None]:
    """A Prefect server whose notes go with the demonstration; runs on it have no heartbeats.

    Ending a flow run waits up to a second for its heartbeat; days that take less than that need none.
    """
    from prefect.settings import (  # noqa: PLC0415 - imports Prefect, whose settings had to come first
        PREFECT_FLOWS_HEARTBEAT_FREQUENCY,
        temporary_settings,
    )

    from flows.cli.reach import TemporaryServer, use_server  # noqa: PLC0415 - as above

    database = f"sqlite+aiosqlite:///{home}/prefect.db"
    server = TemporaryServer({"PREFECT_HOME": home, "PREFECT_API_DATABASE_CONNECTION_URL": database})
    import flows.daily  # noqa: PLC0415 - while the server starts
    import flows.imports  # noqa: F401, PLC0415 - as above

    try:
        with use_server(server), temporary_settings({PREFECT_FLOWS_HEARTBEAT_FREQUENCY: None}):
            yield
    finally:
        server.end()


def live(sandbox: Sandbox, days: Sequence[date]) -> None:
    """Let the sandbox's clock stand at each day's run time, and run the daily flow then."""
    from flows.daily import daily  # noqa: PLC0415 - imports Prefect, whose settings had to come first

    for day in _told(days, "Living the summer"):
        _track_accounts(sandbox.world, day)
        _stand_at(sandbox, day)
        state = daily(day, return_state=True)
        if not state.is_completed():
            sys.exit(f"{day}: {state.message}")


def _told(steps: Sequence[Step], what: str) -> Iterable[Step]:
    """The steps, with progress: a bar in a terminal, now and then a line elsewhere."""
    console = Console(stderr=True)
    if console.is_terminal:
        yield from track(steps, description=what, console=console)
        return
    for number, step in enumerate(steps):
        yield step
        if number % LINES_APART == 0:
            console.print(f"{what}: {number + 1} of {len(steps)}")


def _import_past(sandbox: Sandbox, data_root: Path, first: date) -> None:
    """Bring in what the operator noted of each account before: a CSV of days and follower counts."""
    from flows.imports import Exports, imports  # noqa: PLC0415 - imports Prefect, whose settings had to come first

    _stand_at(sandbox, first)
    for account in _told([sandbox.world.account(handle) for handle in NOTED], "Bringing in what was noted before"):
        past = [first - timedelta(days=step) for step in range(PAST_DAYS, 0, -1)]
        counts = [(day, _count_at_end(sandbox.world, account, day)) for day in past if _created(account) < day]
        if counts:
            path = data_root / "noted" / f"{account.handle}.csv"
            path.parent.mkdir(exist_ok=True)
            path.write_text("".join(["date,followers\n", *(f"{day},{count}\n" for day, count in counts)]))
            state = imports(
                Exports(handle=account.handle, account_id=str(account.id), counts_csv=path), return_state=True
            )
            if not state.is_completed():
                sys.exit(f"{path}: {state.message}")


def _count_at_end(world: World, account: Notable, day: date) -> int:
    return world.followers_count(account.id, datetime.combine(day + timedelta(days=1), time(), UTC))


def _created(account: Notable) -> date:
    return datetime.fromtimestamp(account.created / 1000, UTC).date()


def _stand_at(sandbox: Sandbox, day: date) -> None:
    """Let both clocks stand at the day's run time."""
    now = datetime.combine(day, RUN_TIME, UTC)
    sandbox.set_clock(now)
    os.environ["VANITY_GAP_CLOCK"] = now.isoformat()


def _prepare(data_root: Path, sandbox: Sandbox) -> None:
    """Settings of the flows, as an operator would make them: environment and configuration files."""
    config = data_root / "config"
    config.mkdir(parents=True)
    usual = tomllib.loads((REPOSITORY / "config" / "pipeline.toml").read_text(encoding="utf-8"))
    chosen = usual | {section: usual[section] | values for section, values in CHOSEN.items()}
    (config / "pipeline.toml").write_text("\n".join(_toml_lines(chosen)), encoding="utf-8")
    (config / "annotations.toml").write_text(ANNOTATIONS, encoding="utf-8")
    os.environ.update(
        VANITY_GAP_DATA_ROOT=str(data_root.absolute()),
        VANITY_GAP_CONFIG_DIR=str(config),
        VANITY_GAP_X_BASE_URL=sandbox.base_url,
        X_BEARER_TOKEN=sandbox.settings.bearer_token,
    )


def _toml_lines(content: Mapping[str, Any], place: str = "") -> Iterator[str]:
    """The content as TOML, whose plain values are written as in JSON."""
    tables = {name: inner for name, inner in content.items() if isinstance(inner, dict)}
    yield from (f"{name} = {json.dumps(value)}" for name, value in content.items() if name not in tables)
    for name, inner in tables.items():
        yield f"[{place}{name}]"
        yield from _toml_lines(inner, f"{place}{name}.")


def _track_accounts(world: World, day: date) -> None:
    """Name every account that exists by now in accounts.toml, as an operator does who takes on a new one."""
    existing = [account.handle for account in world.accounts if _created(account) < day]
    blocks = [
        f'[[account]]\nhandle = "{handle}"\nlevel = "full"\nengagers = {str(handle in ENGAGERS).lower()}\n'
        for handle in existing
    ]
    path = Path(os.environ["VANITY_GAP_CONFIG_DIR"]) / "accounts.toml"
    path.write_text("\n".join(blocks), encoding="utf-8")


def _show(data_root: Path) -> None:
    from flows.cli.show import show_overview, stories_of, terminal  # noqa: PLC0415 - not needed before
    from tasks.page.parameters import USUAL  # noqa: PLC0415 - not needed before
    from tasks.publish import publish  # noqa: PLC0415 - imports Prefect, whose settings had to come first

    console = terminal()
    publish.fn(DataRoot(str(data_root)), replace(USUAL, annotations=load_annotations(data_root / "config")))
    console.print(INVENTED)
    show_overview(stories_of(str(data_root)), console)
    console.print(f"\nThe page: {data_root / 'reports' / 'index.html'}")
    console.print(f"Parquet reports: {data_root / 'reports'} (begin with latest/account_daily.parquet)")


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m sandbox.demo", description=__doc__)
    parser.add_argument(
        "--data-root",
        type=Path,
        default=REPOSITORY / "data" / "demo",
        metavar="DIR",
        help="where the demonstration writes; an earlier one is removed first (default: data/demo)",
    )
    parser.add_argument(
        "--since",
        type=date.fromisoformat,
        default=FIRST_DAY,
        metavar="YYYY-MM-DD",
        help=f"the first day to live, {WORLD_DAYS[0]} at the earliest (default: {FIRST_DAY})",
    )
    parser.add_argument(
        "--until",
        type=date.fromisoformat,
        default=LAST_DAY,
        metavar="YYYY-MM-DD",
        help=f"the last day to live, {WORLD_DAYS[1]} at the latest (default: {LAST_DAY})",
    )
    given = parser.parse_args()
    if not WORLD_DAYS[0] <= given.since <= given.until <= WORLD_DAYS[1]:
        parser.error(f"live some days from {WORLD_DAYS[0]} to {WORLD_DAYS[1]}, the first one first")
    return given


if __name__ == "__main__":
    main()
