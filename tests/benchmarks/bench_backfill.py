"""How long a backfill from staged tables takes, and how much memory.

`python -m tests.benchmarks.bench_backfill [accounts days]`: 1,000 accounts over a year, if not told;
a tenth of the accounts, 100,000 account-days, and a local Dask cluster beside it.
What an account-day costs is told in CPU time, which other programs on the machine disturb least.

Generated input: the accounts of `bench_measures`, two posts a day;
one account in ten is read with its follower list, five arrivals a day, and with three engagements by name per post.
"""

import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np
import pandas as pd
from prefect.client.orchestration import get_client
from prefect.client.schemas.filters import FlowRunFilter

from config.settings import HERE
from flows.backfill import backfill
from tasks.schema.frames import arrow
from tasks.schema.staged import ACCOUNT_SNAPSHOTS, ENGAGEMENTS, FOLLOWER_ARRIVALS, POSTS, READINGS
from tasks.schema.table import Table
from tasks.store import layout
from tasks.store.root import DataRoot
from tasks.store.tables import Tables
from tests.benchmarks.bench_measures import TEXT, account_days, engagements, posts
from tests.benchmarks.figures import Figure, record

MODULE = "tests.benchmarks.bench_backfill"
FIRST = date(2025, 1, 1)
ARRIVALS_A_DAY = 5
MOST_ASKED = 12
"""How often the server is asked again for all that it was told: for a minute."""


def staged(accounts: int, days_count: int) -> dict[Table, pd.DataFrame]:
    """A year of staged rows, cut to its first days."""
    random = np.random.default_rng(1)
    days = account_days(accounts, random)
    first = days["report_date"].min()
    last = first + pd.Timedelta(days=days_count - 1)
    days = days[days["report_date"] <= last].reset_index(drop=True)
    read = posts(days, random)
    known = engagements(read, random)
    counts = _snapshots(days)
    return {
        ACCOUNT_SNAPSHOTS: counts,
        READINGS: _readings(counts),
        POSTS: read[read["snapshot_date"] <= last],
        ENGAGEMENTS: _engagements(known[_is_full(known) & (known["snapshot_date"] <= last)]),
        FOLLOWER_ARRIVALS: _arrivals(counts),
    }


def _snapshots(days: pd.DataFrame) -> pd.DataFrame:
    rows = days[["account_id", "followers_count", "following_count", "listed_count"]].assign(
        snapshot_date=days["report_date"],
        source="x_api",
        handle="u" + days["account_id"],
        observed_at=days["report_date"].dt.tz_localize("UTC") + pd.Timedelta(hours=2),
        is_protected=False,
        is_estimated=False,
    )
    return _complete(ACCOUNT_SNAPSHOTS, rows.assign(posts_count=500))


def _readings(counts: pd.DataFrame) -> pd.DataFrame:
    parts = []
    for subject in ("counts", "posts", "engagers", "followers"):
        rows = counts if subject != "followers" else counts[_is_full(counts)]
        parts.append(rows[["account_id", "snapshot_date"]].assign(subject=subject))
    rows = pd.concat(parts, ignore_index=True)
    level = pd.Series("posts", index=rows.index, dtype=TEXT).mask(_is_full(rows), "full")
    return _complete(READINGS, rows.assign(observation_level=level, status="complete", pages_count=1, objects_count=1))


def _is_full(rows: pd.DataFrame) -> pd.Series:
    return rows["account_id"].str.endswith("0")


def _engagements(known: pd.DataFrame) -> pd.DataFrame:
    key = ["account_id", "post_id", "actor_id", "kind", "snapshot_date"]
    rows = known.drop(columns="is_follower").drop_duplicates(key)
    observed = rows["snapshot_date"].dt.tz_localize("UTC") + pd.Timedelta(hours=2)
    return _complete(ENGAGEMENTS, rows.assign(source="x_api", observed_at=observed))


def _arrivals(counts: pd.DataFrame) -> pd.DataFrame:
    days = counts[_is_full(counts)].sort_values(["account_id", "snapshot_date"])
    rows = days.loc[days.index.repeat(ARRIVALS_A_DAY), ["account_id", "snapshot_date"]].reset_index(drop=True)
    number = rows.groupby("account_id").cumcount()
    observed = rows["snapshot_date"].dt.tz_localize("UTC") + pd.Timedelta(hours=2)
    return _complete(
        FOLLOWER_ARRIVALS,
        rows.rename(columns={"snapshot_date": "first_seen_date"}).assign(
            follower_id=(rows["account_id"].astype("int64") * 1000 + number).astype("Int64"),
            source="x_api",
            observed_at=observed,
            arrival_number=number.astype("Int64"),
            is_baseline=False,
            is_return=False,
            followed_after=observed - pd.Timedelta(days=1),
            followed_before=observed,
            follower_created_at=observed - pd.Timedelta(days=900),
            follower_followers_count=120,
            follower_following_count=300,
            follower_posts_count=80,
            follower_listed_count=1,
            follower_likes_count=40,
        ),
    )


def _complete(table: Table, rows: pd.DataFrame) -> pd.DataFrame:
    return rows.reindex(columns=table.schema.names)


def write_staged(root: DataRoot, tables: dict[Table, pd.DataFrame]) -> None:
    """Put the rows where the daily runs would have put them, a batch a day."""
    for table, rows in tables.items():
        for day, of_day in rows.groupby(table.date_column, sort=True):
            Tables(root).put_batch(table, layout.day_batch(pd.Timestamp(str(day)).date()), arrow(table, of_day))


def peak_gigabytes() -> float:
    """The peak memory of this program."""
    return int(Path("/proc/self/status").read_text(encoding="ascii").split("VmHWM:")[1].split()[0]) / 2**20


def in_tasks(backfill_run: str) -> float:
    """Seconds in which a task of the flow run, or of a run below it, was running, as Prefect's server knows."""
    with get_client(sync_client=True) as client:
        below = client.read_flow_runs(
            flow_run_filter=FlowRunFilter(parent_flow_run_id={"any_": [backfill_run]})  # type: ignore[arg-type]
        )
        runs = [backfill_run, *(run.id for run in below)]
        rows = client.read_task_runs(flow_run_filter=FlowRunFilter(id={"any_": runs}))  # type: ignore[arg-type]
    covered, until = 0.0, 0.0
    ended = [(row.start_time, row.end_time) for row in rows]
    for start, end in sorted((one.timestamp(), other.timestamp()) for one, other in ended if one and other):
        covered += max(0.0, end - max(start, until))
        until = max(until, end)
    return covered


def told_in_full(backfill_run: str) -> float:
    """The same once the server says it twice: it needs a while until every task run can be read."""
    told = in_tasks(backfill_run)
    for _ in range(MOST_ASKED):
        time.sleep(5)
        before, told = told, in_tasks(backfill_run)
        if before == told > 0:
            break
    return told


def report(days_count: int, name: str) -> dict[str, float]:
    """What a backfill of so many days costs on the data root that the environment names; told in one line."""
    last = FIRST + timedelta(days=days_count - 1)
    before = time.perf_counter()
    state: Any = backfill(FIRST, last, force=True, yes=True, return_state=True)
    seconds, of_cpu = time.perf_counter() - before, time.process_time()
    peak = peak_gigabytes()
    outside = seconds - told_in_full(str(state.state_details.flow_run_id))
    sys.stdout.write(
        f"  {name}: {seconds:.0f} s, {of_cpu:.0f} s of CPU, outside of tasks {outside:.0f} s ({outside / seconds:.0%});"
        f" peak memory {peak:.2f} GB; {state.message}\n"
    )
    return {"seconds": seconds, "cpu": of_cpu, "outside": outside / seconds, "gigabytes": peak}


@dataclass(frozen=True)
class Case:
    """A backfill to time: of how many accounts, over how many days, by which runner."""

    accounts: int
    days: int
    runner: str = "threads"

    def __str__(self) -> str:
        """The case as a figure names it."""
        return f"{self.accounts:,} accounts x {self.days} days, {self.runner}"


Cases: TypeAlias = tuple[Case, Case, Case, Case]
"""The most there is, fewer accounts, fewer days, and the most on Dask."""


def timed(case: Case, folder: Path) -> dict[str, float]:
    """The case in a process with a Prefect server of its own, on data without any report."""
    data, config, told = folder / f"{case.accounts}", folder / case.runner, folder / "told.json"
    for written in ("reports", "work", "ledger"):
        shutil.rmtree(data / written, ignore_errors=True)
    shutil.copytree(HERE, config, dirs_exist_ok=True, ignore=shutil.ignore_patterns("*.py", "__pycache__"))
    parameters = (HERE / "pipeline.toml").read_text(encoding="utf-8")
    (config / "pipeline.toml").write_text(parameters.replace('runner = "threads"', f'runner = "{case.runner}"'))
    environment = {
        **os.environ,
        "PREFECT_HOME": f"{folder}/prefect",
        "PREFECT_LOGGING_LEVEL": "ERROR",
        "PREFECT_SERVER_EPHEMERAL_STARTUP_TIMEOUT_SECONDS": "120",
        "VANITY_GAP_DATA_ROOT": str(data),
        "VANITY_GAP_CONFIG_DIR": str(config),
    }
    words = [sys.executable, "-m", MODULE, "--report", str(case.days), str(case), str(told)]
    subprocess.run(words, check=True, env=environment)  # noqa: S603 - this very file
    return dict(json.loads(told.read_text(encoding="utf-8")))


def figures(found: dict[Case, dict[str, float]], cases: Cases) -> list[Figure]:
    """What is promised of a backfill, each beside its bar, and its cost beside that of fewer accounts and days."""
    each = {case: 1000 * cost["cpu"] / (case.accounts * case.days) for case, cost in found.items()}
    most, few, short, dask = cases
    return [
        Figure("backfill", f"{most}", found[most]["seconds"], "s", at_most=150),
        Figure("backfill", f"{most}: peak memory", found[most]["gigabytes"], "GB", at_most=1.5),
        Figure("backfill", f"{most}: outside of tasks", found[most]["outside"], "share", at_most=0.1),
        Figure("backfill", f"{short}: peak memory", found[short]["gigabytes"], "GB", at_most=3),
        _beside(each, (most, few), 1.1),
        _beside(each, (most, short), 1.0),
        Figure("backfill", f"{dask}", found[dask]["seconds"], "s", "threads", found[most]["seconds"]),
    ]


def _beside(each: dict[Case, float], pair: tuple[Case, Case], at_most: float) -> Figure:
    """The CPU of an account-day beside that of another case, with the bar on their ratio."""
    case, other = pair
    figure = f"{case}: CPU per account-day"
    return Figure("backfill", figure, each[case], "ms", str(other), each[other], at_most=at_most * each[other])


def main(arguments: list[str]) -> None:
    """Generate the input once; run the cases."""
    accounts, days = [int(argument) for argument in arguments] or [1000, 365]
    few, short = Case(accounts // 10, days), Case(accounts, 100_000 // accounts)
    cases = (Case(accounts, days), few, short, Case(accounts, days, "dask"))
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for number in {accounts, few.accounts}:
            write_staged(DataRoot(str(folder / f"{number}")), staged(number, days))
        found = {case: timed(case, folder) for case in cases}
    for figure in figures(found, cases):
        record(figure)
        beside = "" if figure.reference is None else f"; {figure.reference}: {figure.reference_value:.4g}"
        bar = "" if figure.at_most is None else f" (at most {figure.at_most:.4g})"
        sys.stdout.write(f"  {figure.figure}: {figure.value:.4g} {figure.unit}{bar}{beside}\n")


if __name__ == "__main__":
    if sys.argv[1:2] == ["--report"]:
        cost = report(int(sys.argv[2]), sys.argv[3])
        Path(sys.argv[4]).write_text(json.dumps(cost), encoding="utf-8")
    else:
        main(sys.argv[1:])
