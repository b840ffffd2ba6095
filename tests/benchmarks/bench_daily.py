"""What a daily run of many accounts takes: `python -m tests.benchmarks.bench_daily [accounts ...]`.

100 and 1,000 accounts if not told.
The run is `python -m flows.daily` as a process of its own, with timers around its stages;
the sandbox and a Prefect server are two more processes, so that neither stands in the figures of the run.
Every account is read at level `full` without engagers, the most that an agency reads of accounts of others:
20 new followers a day and 3 posts, some 1,000 followers known before, counts of the month before, posts of a month.
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

import numpy as np
import pandas as pd
import requests

from tasks.sources.sandbox.serve import serve
from tasks.sources.sandbox.settings import Settings
from tasks.sources.sandbox.worlds import World, many_accounts
from tasks.store import layout
from tasks.store.root import DataRoot
from tasks.store.staged import write_staged
from tasks.tables.frames import arrow
from tasks.tables.staged import ACCOUNT_SNAPSHOTS, FOLLOWER_ARRIVALS, READINGS
from tasks.tables.table import Table
from tests.benchmarks.figures import Figure, record
from tests.flows.conftest import REPOSITORY, Server, serving

MODULE, TIMED = "tests.benchmarks.bench_daily", "tests.benchmarks.timed_daily"
FIRST = datetime(2026, 6, 1, 2, 15, tzinfo=UTC)
SEED, DAYS, PAST_DAYS = 3, 3, 30
ARRIVALS_A_DAY, FOLLOWERS, MOST_PEOPLE = 20, 1_000, 1_900_000
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


def world_of(accounts: int) -> World:
    """So many accounts alike."""
    followers = min(FOLLOWERS, MOST_PEOPLE // accounts - ARRIVALS_A_DAY * (DAYS + 1))
    return many_accounts(SEED, accounts, followers, ARRIVALS_A_DAY, days=DAYS + 1)


def write_past(world: World, root: DataRoot) -> None:
    """What earlier days would have staged: counts of every day, and on the last of them the whole lists."""
    for back in range(PAST_DAYS, 0, -1):
        at = FIRST - timedelta(days=back)
        counts = _counts(world, at)
        subjects = ("counts", "followers") if back == 1 else ("counts",)
        readings = pd.concat([counts[["account_id", "snapshot_date"]].assign(subject=name) for name in subjects])
        stated = readings.assign(observation_level="full", status="complete", pages_count=1, objects_count=1)
        _write(ACCOUNT_SNAPSHOTS, counts, root, at)
        _write(READINGS, stated, root, at)
    _write(FOLLOWER_ARRIVALS, _followers(world, FIRST - timedelta(days=1)), root, FIRST - timedelta(days=1))


def _write(table: Table, rows: pd.DataFrame, root: DataRoot, at: datetime) -> None:
    complete = rows.reindex(columns=table.schema.names)
    write_staged(table, arrow(table, complete), root, layout.day_batch(at.date()))


def _counts(world: World, at: datetime) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "account_id": [str(account.id) for account in world.accounts],
            "handle": [account.handle for account in world.accounts],
            "followers_count": [world.followers_count(account.id, at) for account in world.accounts],
            "following_count": 200,
            "posts_count": 4_000,
            "listed_count": 10,
            "snapshot_date": pd.Timestamp(at.date()),
            "source": "x_api",
            "observed_at": pd.Timestamp(at),
            "is_protected": False,
            "is_estimated": False,
        }
    )


def _followers(world: World, at: datetime) -> pd.DataFrame:
    lists = {str(account.id): world.followers(account.id, at)[::-1] for account in world.accounts}
    sizes = [len(ids) for ids in lists.values()]
    numbers = np.concatenate([np.arange(size) for size in sizes])
    return pd.DataFrame(
        {
            "account_id": pd.Series(np.repeat(list(lists), sizes), dtype="str"),
            "follower_id": pd.Series(np.concatenate(list(lists.values())), dtype="Int64"),
            "arrival_number": pd.Series(numbers, dtype="Int64"),
            "first_seen_date": pd.Timestamp(at.date()),
            "observed_at": pd.Timestamp(at),
            "source": "x_api",
            "is_baseline": True,
            "is_return": False,
            "followed_before": pd.Timestamp(at),
            "follower_created_at": pd.Timestamp(at) - pd.to_timedelta(900 + numbers % 700, unit="D"),
            "follower_followers_count": 120 + numbers % 400,
            "follower_following_count": 300,
            "follower_posts_count": 80,
            "follower_listed_count": 1,
            "follower_likes_count": 40,
        }
    )


def sandbox(accounts: int, data_root: str) -> None:
    """Write the past, serve the world, and say where, until standard input ends."""
    world = world_of(accounts)
    write_past(world, DataRoot(data_root))
    with serve(world, Settings(moment=FIRST, has_rate_limits=False)) as served:
        sys.stdout.write(json.dumps([served.base_url, served.settings.bearer_token]) + "\n")
        sys.stdout.flush()
        sys.stdin.read()


@contextmanager
def served(accounts: int, data_root: Path) -> Iterator[tuple[str, str]]:
    """The sandbox in a process of its own: its address and its token."""
    words = [sys.executable, "-m", MODULE, "--sandbox", str(accounts), str(data_root)]
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


def lived(accounts: int, folder: Path, server: Server) -> Iterator[Lived]:
    """Each day of so many accounts."""
    config = configured(folder, accounts)
    with served(accounts, folder / "data") as (address, token):
        settings = {
            "VANITY_GAP_DATA_ROOT": str(folder / "data"),
            "VANITY_GAP_CONFIG_DIR": str(config),
            "VANITY_GAP_X_BASE_URL": address,
            "X_BEARER_TOKEN": token,
        }
        for number in range(DAYS):
            now = (FIRST + timedelta(days=number)).isoformat()
            requests.put(f"{address}/sandbox/clock", json={"moment": now}, timeout=60).raise_for_status()
            yield _day(accounts, {**server.environment, **settings, "VANITY_GAP_CLOCK": now}, folder / "stages.json")


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
        sandbox(int(arguments[1]), arguments[2])
        return
    for accounts in [int(argument) for argument in arguments] or [100, 1_000]:
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            with serving(folder) as server:
                for day in lived(accounts, folder, server):
                    sys.stdout.write(table(day) + "\n")
                    sys.stdout.flush()
        recorded(day)


if __name__ == "__main__":
    main(sys.argv[1:])
