"""Who measures shards: threads of this process, or the workers of a Dask cluster."""

import logging
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any
from uuid import UUID

from prefect.artifacts import create_progress_artifact, update_progress_artifact
from prefect.client.orchestration import get_client
from prefect.futures import PrefectFuture
from prefect.settings import PREFECT_API_URL, temporary_settings
from prefect.task_runners import TaskRunner, ThreadPoolTaskRunner

from config.pipeline import RunParameters
from config.refusal import RefusedError
from tasks.measure import measure
from tasks.reports.daily import MeasureParameters
from tasks.reports.inputs import Shard
from tasks.store.root import DataRoot

LOCAL = {"threads_per_worker": 1, "host": "127.0.0.1", "dashboard_address": "127.0.0.1:0"}
"""A cluster of this machine: one shard a process, because measures hold the interpreter, and loopback alone.

Without an address the scheduler's own server asks for port 8787, which a second cluster finds taken.
"""
NOT_INSTALLED = (
    'pipeline.toml: [run]: runner is "dask", but prefect-dask is not installed: '
    'install it as pyproject.toml\'s extra "dask" states it, or set runner = "threads"'
)


def measure_all(root: DataRoot, shards: Mapping[str, Shard], parameters: MeasureParameters, run: RunParameters) -> None:
    """Measure every shard, by name; when one fails, the others are measured all the same, and then it is raised."""
    if len(shards) == 1:
        # Nobody to share the work with: no cluster is started for a daily run of a few accounts.
        for name, shard in shards.items():
            measure(root, name, shard, parameters)
        return
    with _one_server(), task_runner(run) as runner:
        asked = [
            {"root": root, "name": name, "shard": shard, "parameters": parameters} for name, shard in shards.items()
        ]
        futures = [runner.submit(measure, each) for each in asked]
        _wait_and_tell(futures)
        for future in futures:
            future.result()


@contextmanager
def _one_server() -> Iterator[None]:
    """Let Dask's workers report to the server of this run, also where it is one that Prefect started for the run."""
    with get_client(sync_client=True) as client:
        url = str(client.api_url)
    with temporary_settings({PREFECT_API_URL: url}):
        yield


def _wait_and_tell(futures: Sequence[PrefectFuture[Any]]) -> None:
    number = len(futures)
    progress = create_progress_artifact(progress=0.0, description=f"0 of {number} shards measured")
    if not isinstance(progress, UUID):
        raise TypeError(progress)
    for done, future in enumerate(futures, start=1):
        future.wait()
        update_progress_artifact(progress, 100 * done / number, f"{done} of {number} shards measured")


def task_runner(run: RunParameters) -> TaskRunner[Any]:
    """The task runner of the configuration; `RefusedError` when it is not installed."""
    if run.runner == "threads":
        return ThreadPoolTaskRunner(max_workers=run.workers_count)
    try:
        from prefect_dask.task_runners import DaskTaskRunner  # noqa: PLC0415 - only who asks for it has it
    except ModuleNotFoundError:
        raise RefusedError(NOT_INSTALLED) from None
    # A cluster's coming and going is nobody's news; what goes wrong there still is.
    logging.getLogger("distributed").setLevel(logging.WARNING)
    if run.dask_address:
        return DaskTaskRunner(address=run.dask_address)
    return DaskTaskRunner(cluster_kwargs={"n_workers": run.workers_count, **LOCAL})
