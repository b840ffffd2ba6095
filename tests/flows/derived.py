"""Observed accounts, their derivation by any runner on any storage, and a cluster that loses a worker."""

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from threading import Event, Thread

from distributed import LocalCluster
from prefect import flow

from config.pipeline import load_parameters
from config.settings import HERE, Settings
from flows.context import RunContext
from flows.derive import LOCAL, Derivation, derive
from tasks.schema.months import Days
from tasks.store import layout
from tasks.store.root import DataRoot
from tests.benchmarks.bench_backfill import staged, write_staged

NOW = datetime(2025, 4, 1, tzinfo=UTC)


@dataclass(frozen=True)
class World:
    """How much was observed from the first of January on, which days are reported, and in shards of what size."""

    accounts: int
    observed_days: int
    days: Days
    shard_account_days: int


TEN_WEEKS = World(36, 70, (date(2025, 2, 10), date(2025, 3, 11)), 180)
"""Six shards, over the end of a month."""
TWO_WEEKS = World(24, 14, (date(2025, 1, 7), date(2025, 1, 14)), 40)
"""Five shards, in few files."""


def observed_root(uri: object, world: World = TEN_WEEKS) -> DataRoot:
    """A data root in which the world was observed, and nothing reported."""
    root = DataRoot(str(uri))
    write_staged(root, staged(world.accounts, world.observed_days))
    root.replace(layout.PSEUDONYMS, b"0" * 64)
    return root


class Run(RunContext):
    """A run at a fixed moment."""

    def now(self) -> datetime:
        """The day after the last one observed."""
        return NOW


@flow
def derive_all(run: Run, days: Days) -> str:
    """Every report of the days."""
    return derive(run, Derivation(days))


def run_derivation(root: DataRoot, world: World = TEN_WEEKS, **chosen: object) -> None:
    """Derive with these settings; nothing is left of the work."""
    parameters = load_parameters(HERE)
    wished = replace(parameters.run, **{"shard_account_days": world.shard_account_days, **chosen})  # type: ignore[arg-type]
    run = Run(Settings(), replace(parameters, run=wished), root)
    derive_all.with_options(validate_parameters=False)(run, world.days)
    assert [] == root.files(layout.WORK)


@contextmanager
def clustered() -> Iterator[LocalCluster]:
    """Two workers, each a process with one thread; on loopback alone."""
    with LocalCluster(  # type: ignore[no-untyped-call]  # distributed states no types
        n_workers=2, processes=True, **LOCAL
    ) as running:
        yield running


@contextmanager
def losing_a_worker(root: DataRoot, cluster: LocalCluster) -> Iterator[list[int]]:
    """Kill the first worker once a shard is written; its process id, or nothing when the block ended before."""
    killed: list[int] = []
    ended = Event()
    killer = Thread(target=lambda: killed.extend(_kill_after_first_shard(root, cluster, ended)))
    killer.start()
    try:
        yield killed
    finally:
        ended.set()
        killer.join()


def _kill_after_first_shard(root: DataRoot, cluster: LocalCluster, ended: Event) -> list[int]:
    process = int(cluster.workers[0].pid)
    while not ended.wait(0.02):
        if root.files(layout.SHARDS):
            os.kill(process, signal.SIGKILL)
            return [process]
    return []
