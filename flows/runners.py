"""Who measures shards: threads of this process, or the workers of a Dask cluster."""

from collections.abc import Mapping
from typing import Any

from prefect.task_runners import TaskRunner, ThreadPoolTaskRunner

from config.pipeline import RunNumbers
from config.refusal import RefusedError
from tasks.measure import measure
from tasks.reports.daily import Numbers
from tasks.reports.shards import Shard
from tasks.store.root import DataRoot

NOT_INSTALLED = (
    'pipeline.toml: [run]: runner is "dask", but prefect-dask is not installed: '
    'install it as pyproject.toml\'s extra "dask" states it, or set runner = "threads"'
)


def measure_all(root: DataRoot, shards: Mapping[str, Shard], numbers: Numbers, run: RunNumbers) -> None:
    """Measure every shard, by name; when one fails, the others are measured all the same, and then it is raised."""
    if len(shards) == 1:
        # Nobody to share the work with: no cluster is started for a daily run of a few accounts.
        for name, shard in shards.items():
            measure(root, name, shard, numbers)
        return
    with task_runner(run) as runner:
        asked = [{"root": root, "name": name, "shard": shard, "numbers": numbers} for name, shard in shards.items()]
        futures = [runner.submit(measure, parameters) for parameters in asked]
        for future in futures:
            future.wait()
        for future in futures:
            future.result()


def task_runner(run: RunNumbers) -> TaskRunner[Any]:
    """The task runner of the configuration; `RefusedError` when it is not installed."""
    if run.runner == "threads":
        return ThreadPoolTaskRunner(max_workers=run.workers_count)
    try:
        from prefect_dask.task_runners import DaskTaskRunner  # noqa: PLC0415 - only who asks for it has it
    except ModuleNotFoundError:
        raise RefusedError(NOT_INSTALLED) from None
    if run.dask_address:
        return DaskTaskRunner(address=run.dask_address)
    # One shard per process: measures hold the interpreter. Loopback alone, and no dashboard.
    local = {"n_workers": run.workers_count, "threads_per_worker": 1, "host": "127.0.0.1", "dashboard_address": None}
    return DaskTaskRunner(cluster_kwargs=local)
