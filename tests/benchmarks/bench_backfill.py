"""How long a backfill from staged tables takes, and how much memory.

`python -m tests.benchmarks.bench_backfill [accounts [days ...]]`: 1,000 accounts over a month and a year, if not told.

Generated input: the accounts of `bench_measures`, two posts a day;
one account in ten is read with its follower list, five arrivals a day, and with three engagements by name per post.
"""

import os
import subprocess
import sys
import tempfile
import time
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from prefect.client.orchestration import get_client
from prefect.client.schemas.filters import FlowRunFilter

from flows.backfill import backfill
from tasks.store import layout
from tasks.store.parquet import write
from tasks.store.root import DataRoot
from tasks.tables.frames import arrow
from tasks.tables.staged import ACCOUNT_SNAPSHOTS, ENGAGEMENTS, FOLLOWER_ARRIVALS, POSTS, READINGS
from tasks.tables.table import Table
from tests.benchmarks.bench_measures import TEXT, account_days, engagements, posts

MODULE = "tests.benchmarks.bench_backfill"
FIRST = date(2025, 1, 1)
ARRIVALS_A_DAY = 5


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
            write(
                table,
                arrow(table, of_day),
                root,
                layout.staged_file(table, layout.day_batch(pd.Timestamp(str(day)).date())),
            )


def peak_gigabytes() -> float:
    """The peak memory of this program."""
    return int(Path("/proc/self/status").read_text(encoding="ascii").split("VmHWM:")[1].split()[0]) / 2**20


def in_tasks(backfill_run: str) -> float:
    """Seconds that the task runs below a flow run took, as Prefect's server counted them."""
    with get_client(sync_client=True) as client:
        batches = client.read_flow_runs(
            flow_run_filter=FlowRunFilter(parent_flow_run_id={"any_": [backfill_run]})  # type: ignore[arg-type]
        )
        rows = client.read_task_runs(
            flow_run_filter=FlowRunFilter(id={"any_": [run.id for run in batches]})  # type: ignore[arg-type]
        )
    return sum(row.total_run_time.total_seconds() for row in rows)


def report(days_count: int) -> None:
    """Print what a backfill of so many days costs on the data root that the environment names."""
    last = FIRST + timedelta(days=days_count - 1)
    before = time.perf_counter()
    state: Any = backfill(FIRST, last, force=True, max_days=days_count, return_state=True)
    seconds = time.perf_counter() - before
    time.sleep(30)  # The server needs a while until every task run can be read.
    outside = seconds - in_tasks(str(state.state_details.flow_run_id))
    sys.stdout.write(
        f"  {days_count} days: {seconds:.0f} s, of which outside of tasks {outside:.0f} s ({outside / seconds:.0%});"
        f" peak memory {peak_gigabytes():.2f} GB; {state.message}\n"
    )


def main(arguments: list[str]) -> None:
    """Generate the input once; backfill ranges of it, each in a process with a server of its own."""
    accounts = int(arguments[0]) if arguments else 1000
    ranges = [int(argument) for argument in arguments[1:]] or [31, 365]
    with tempfile.TemporaryDirectory() as folder:
        write_staged(DataRoot(f"{folder}/data"), staged(accounts, max(ranges)))
        sys.stdout.write(f"{accounts} accounts\n")
        for days_count in ranges:
            environment = {
                **os.environ,
                "PREFECT_HOME": f"{folder}/prefect",
                "PREFECT_LOGGING_LEVEL": "ERROR",
                "VANITY_GAP_DATA_ROOT": f"{folder}/data",
            }
            words = [sys.executable, "-m", MODULE, "--report", str(days_count)]
            subprocess.run(words, check=True, env=environment)  # noqa: S603 - this very file


if __name__ == "__main__":
    if sys.argv[1:2] == ["--report"]:
        report(int(sys.argv[2]))
    else:
        main(sys.argv[1:])
