"""What a daily run of many accounts takes: `python -m tests.benchmarks.bench_daily [accounts[@days] ...]`.

100 and 1,000 accounts if not told, with 30 days behind them; 200@365 are 200 accounts with a year behind them.
The run is `python -m flows.daily` as a process of its own, with timers around its stages;
the sandbox and a Prefect server are two more processes, so that neither stands in the figures of the run.
Every account is read at level `full` without engagers, the most that an agency reads of accounts of others:
20 new followers a day and 3 posts, beside 400 followers and those of the days behind, whose reports are derived first.
Of 10,000 accounts some 110 followers each are known before, because the sandbox holds two million people.
Three days are lived; the first still reads the posts of the past, the third is the figure.
"""

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import requests

from sandbox.serve import serve
from sandbox.settings import Settings
from sandbox.worlds import World, many_accounts
from tasks.store.root import DataRoot
from tests.benchmarks.daily_past import ARRIVALS_A_DAY, write_past
from tests.benchmarks.figures import Figure, record
from tests.flows.conftest import REPOSITORY, Server, serving

MODULE, TIMED = "tests.benchmarks.bench_daily", "tests.benchmarks.timed_daily"
FIRST = datetime(2026, 6, 1, 2, 15, tzinfo=UTC)
SEED, DAYS, PAST_DAYS = 3, 3, 30
FOLLOWERS, MOST_PEOPLE = 400, 1_900_000
"""Followers before the past begins, and the people whom the sandbox can hold."""
MOST_SECONDS, MOST_CPU, MOST_PREFECT = 60.0, 0.020, 0.10
SECONDS_ACCOUNTS, CPU_ACCOUNTS = 1_000, 10_000
READING = ("past", "plan", "fetch", "stage")
"""The stages that the bar of issue 7 bounds, sandbox included."""


@dataclass(frozen=True)
class Lived:
    """One day of so many accounts: seconds of wall and CPU, megabytes, and (wall, CPU) seconds by stage."""

    accounts: int
    day: date
    wall: float
    cpu: float
    megabytes: float
    stages: dict[str, tuple[float, float]]

    @property
    def reading_seconds(self) -> float:
        """Wall seconds from the past to the staged tables."""
        return sum(self.stages.get(name, (0.0, 0.0))[0] for name in READING)

    @property
    def prefect_share(self) -> float:
        """CPU of Prefect, its artifacts and its imports, as a share of the run's."""
        return self.stages["Prefect"][1] / self.cpu


def world_of(accounts: int, past_days: int = PAST_DAYS) -> World:
    """So many accounts alike."""
    followers = min(FOLLOWERS + ARRIVALS_A_DAY * past_days, MOST_PEOPLE // accounts - ARRIVALS_A_DAY * (DAYS + 1))
    return many_accounts(SEED, accounts, followers, ARRIVALS_A_DAY, days=DAYS + 1)


def sandbox(accounts: int, past_days: int, data_root: str) -> None:
    """Write the past, serve the world, and say where, until standard input ends."""
    world = world_of(accounts, past_days)
    write_past(world, DataRoot(data_root), FIRST, past_days)
    with serve(world, Settings(moment=FIRST, has_rate_limits=False)) as served:
        sys.stdout.write(json.dumps([served.base_url, served.settings.bearer_token]) + "\n")
        sys.stdout.flush()
        sys.stdin.read()


@contextmanager
def served(accounts: int, past_days: int, data_root: Path) -> Iterator[tuple[str, str]]:
    """The sandbox in a process of its own: its address and its token."""
    words = [sys.executable, "-m", MODULE, "--sandbox", str(accounts), str(past_days), str(data_root)]
    with subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:  # noqa: S603 - this very file
        assert process.stdout is not None
        address, token = json.loads(process.stdout.readline())
        yield address, token
        process.communicate()


def configured(folder: Path, accounts: int) -> Path:
    """Configuration files as an operator with money makes them: all accounts at level `full`."""
    config = folder / "config"
    config.mkdir()
    pipeline = (REPOSITORY / "config" / "pipeline.toml").read_text(encoding="utf-8")
    for name in ("day_usd", "month_usd", "account_day_usd"):
        pipeline = pipeline.replace(f"\n{name} = ", f"\n{name} = 100000")
    (config / "pipeline.toml").write_text(pipeline, encoding="utf-8")
    handles = [f"crowd_{number:04d}" for number in range(accounts)]
    blocks = [f'[[account]]\nhandle = "{handle}"\nlevel = "full"\n' for handle in handles]
    (config / "accounts.toml").write_text("\n".join(blocks), encoding="utf-8")
    return config


def lived(accounts: int, past_days: int, folder: Path, server: Server) -> Iterator[Lived]:
    """Each day of so many accounts."""
    config = configured(folder, accounts)
    with served(accounts, past_days, folder / "data") as (address, token):
        settings = {
            "VANITY_GAP_DATA_ROOT": str(folder / "data"),
            "VANITY_GAP_CONFIG_DIR": str(config),
            "VANITY_GAP_X_BASE_URL": address,
            "X_BEARER_TOKEN": token,
        }
        _report_past(past_days, {**server.environment, **settings})
        for number in range(DAYS):
            now = (FIRST + timedelta(days=number)).isoformat()
            requests.put(f"{address}/sandbox/clock", json={"moment": now}, timeout=60).raise_for_status()
            yield _day(accounts, {**server.environment, **settings, "VANITY_GAP_CLOCK": now}, folder / "stages.json")


def _report_past(past_days: int, environment: dict[str, str]) -> None:
    start, end = (str((FIRST - timedelta(days=back)).date()) for back in (past_days, 1))
    words = [sys.executable, "-m", "flows.backfill", "--start", start, "--end", end]
    now = {"VANITY_GAP_CLOCK": FIRST.isoformat()}
    subprocess.run(words, env={**environment, **now}, check=True, capture_output=True)  # noqa: S603 - our own code


def _day(accounts: int, environment: dict[str, str], stages: Path) -> Lived:
    day = datetime.fromisoformat(environment["VANITY_GAP_CLOCK"]).date()
    words = [sys.executable, "-m", TIMED, str(stages), "--day", str(day)]
    started = time.perf_counter()
    process = subprocess.Popen(words, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)  # noqa: S603 - our own code
    assert process.stdout is not None
    assert process.stderr is not None
    said, complained = process.stdout.read(), process.stderr.read()
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        sys.exit(f"{day}: {said}{complained}")
    taken = {name: (wall, cpu) for name, (wall, cpu) in json.loads(stages.read_bytes()).items()}
    wall = time.perf_counter() - started
    return Lived(accounts, day, wall, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024, taken)


def table(day: Lived) -> str:
    """The figures of a day as text, stage by stage."""
    lines = [f"{day.accounts:,} accounts, {day.day}:{'wall s':>20}{'CPU s':>10}{'CPU ms per account':>22}{'share':>8}"]
    whole = {**day.stages, "all": (day.wall, day.cpu)}
    for name, (wall, cpu) in whole.items():
        each, share = cpu / day.accounts * 1000, cpu / day.cpu
        lines.append(f"  {name:<24}{wall:>17.2f}{cpu:>10.2f}{each:>22.2f}{share:>8.1%}")
    reading = f"read and staged in {day.reading_seconds:.1f} s"
    if day.accounts == SECONDS_ACCOUNTS:
        reading += f" (bar {MOST_SECONDS:.0f})"
    cpu_each = f"{day.cpu / day.accounts * 1000:.1f} ms CPU per account"
    if day.accounts == CPU_ACCOUNTS:
        cpu_each += f" (bar {MOST_CPU * 1000:.0f})"
    prefect = f"Prefect {day.prefect_share:.1%}"
    if day.accounts == CPU_ACCOUNTS:
        prefect += f" (bar {MOST_PREFECT:.0%})"
    return "\n".join([*lines, f"  {reading}; {cpu_each}; {prefect}; peak memory {day.megabytes:.0f} MB"])


def recorded(day: Lived) -> None:
    """Hand the figures to `make bench`, each beside its bar where it has one."""
    said = f"{day.accounts} accounts"
    is_seconds, is_cpu = day.accounts == SECONDS_ACCOUNTS, day.accounts == CPU_ACCOUNTS
    reading = Figure("daily", f"{said}: read and staged", day.reading_seconds, "s")
    cpu = Figure("daily", f"{said}: CPU per account", day.cpu / day.accounts, "s")
    prefect = Figure("daily", f"{said}: Prefect's share", day.prefect_share, "share")
    for figure, bar in ((reading, MOST_SECONDS if is_seconds else None), (cpu, MOST_CPU if is_cpu else None)):
        record(Figure(**{**figure.__dict__, "at_most": bar}))
    record(Figure(**{**prefect.__dict__, "at_most": MOST_PREFECT if is_cpu else None}))
    record(Figure("daily", f"{said}: peak memory", day.megabytes, "MB"))


def main(arguments: list[str]) -> None:
    """Live the days of each size and print what they took."""
    if arguments[:1] == ["--sandbox"]:
        sandbox(int(arguments[1]), int(arguments[2]), arguments[3])
        return
    for argument in arguments or ["100", "1000"]:
        said, _, behind = argument.partition("@")
        accounts, past_days = int(said), int(behind or PAST_DAYS)
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            with serving(folder) as server:
                for day in lived(accounts, past_days, folder, server):
                    sys.stdout.write(table(day) + "\n")
                    sys.stdout.flush()
        recorded(day)


if __name__ == "__main__":
    main(sys.argv[1:])
