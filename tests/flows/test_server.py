"""On a real Prefect server: deployments load, the schedule fires, a worker runs them."""

import os
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.flows.conftest import BIN, REPOSITORY, Server
from tests.unit.exports_made import DAYS, analytics_csv

PREFECT = str(BIN / "prefect")
PYTHON = str(BIN / "python")
PATIENCE_SECONDS = 90


@pytest.fixture(scope="module")
def deployed(server: Server) -> Server:
    """The server with the work pool and every deployment of prefect.yaml."""
    pool = server.command(PREFECT, "work-pool", "create", "--type", "process", "local")
    assert pool.returncode == 0, pool.stderr
    deployed = server.command(PREFECT, "--no-prompt", "deploy", "--all")
    assert deployed.returncode == 0, deployed.stdout + deployed.stderr
    return server


@pytest.fixture(scope="module")
def imported(server: Server, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data root into which an export was imported by the command line, against the running server."""
    folder = tmp_path_factory.mktemp("imported")
    export = folder / "account_overview_analytics.csv"
    export.write_bytes(analytics_csv(*DAYS))
    command = (PYTHON, "-m", "flows.imports", "--analytics-csv", str(export), "--handle", "ada")
    done = server.command(*command, VANITY_GAP_DATA_ROOT=str(folder / "data"))
    assert done.returncode == 0, done.stdout + done.stderr
    return folder / "data"


@pytest.fixture
def worker(deployed: Server, imported: Path) -> Iterator[None]:
    """A process worker on the pool, working on the imported data root."""
    process = subprocess.Popen(  # noqa: S603 - the words are the test's own
        ["/usr/bin/env", "--default-signal=INT", PREFECT, "worker", "start", "--pool", "local", "--name", "w1"],
        cwd=REPOSITORY,
        env={**deployed.environment, "VANITY_GAP_DATA_ROOT": str(imported)},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    yield
    os.kill(process.pid, 2)
    process.wait(timeout=60)


def test_a_cron_deployment_gets_its_scheduled_runs(deployed: Server) -> None:
    """With some versions of what Prefect needs the schedule silently never fires; with the locked ones it does."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    scheduled: list[dict[str, object]] = []
    while not scheduled and time.monotonic() < deadline:
        question = {"deployments": {"name": {"any_": ["daily"]}}}
        scheduled = [run for run in deployed.rows("flow_runs", **question) if run["auto_scheduled"]]
        time.sleep(0.5)
    assert "02:15:00" in str(scheduled[0]["expected_start_time"])


def test_every_deployment_runs_one_at_a_time(deployed: Server) -> None:
    """Two runs that write the same days wait for each other."""
    limits = {str(row["name"]): row["global_concurrency_limit"] for row in deployed.rows("deployments")}
    assert {"backfill", "daily"} == set(limits)
    assert all(limit["limit"] == 1 for limit in limits.values())  # type: ignore[index]


@pytest.mark.usefixtures("worker")
def test_a_worker_runs_the_backfill_and_gives_the_same_bytes(deployed: Server, imported: Path) -> None:
    """A backfill on the server derives again what the command line derived, to the byte."""
    reports = imported / "reports"
    before = {path: path.read_bytes() for path in sorted(reports.rglob("dt=*/*.parquet"))}
    assert before
    for path in before:
        path.unlink()
    words = ("--param", "start=2025-03-03", "--param", "end=2025-03-05", "--watch")
    run = deployed.command(PREFECT, "deployment", "run", "backfill/backfill", *words)
    assert run.returncode == 0, run.stdout + run.stderr
    assert before == {path: path.read_bytes() for path in sorted(reports.rglob("dt=*/*.parquet"))}
