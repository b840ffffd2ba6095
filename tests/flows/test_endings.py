"""Runs that end before they are done: cancelled, killed with their worker, or on a server that ends.

Slow, because Prefect sends a heartbeat every 30 seconds at most: `make test-server` runs them.
"""

import os
import signal
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import psutil
import pytest
import requests

from tests.flows.conftest import BIN, Server, deploy, serving, until, working
from tests.flows.test_server import RANGE, imported_into, reports_of, settings_of

pytestmark = pytest.mark.skipif("VANITY_GAP_SLOW" not in os.environ, reason="slow: `make test-server` runs it")
PYTHON = str(BIN / "python")
ENDED = {"Completed", "Crashed", "Cancelled", "Failed"}


@pytest.fixture(scope="module")
def deployed(clone: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server of its own, with deployments and automations."""
    with serving(tmp_path_factory.mktemp("endings")) as server:
        deploy(server, clone)
        done = server.command_in(clone, PYTHON, "-m", "flows.cli.commands", "automations")
        assert done.returncode == 0, done.stdout + done.stderr
        yield server


@pytest.fixture
def data(deployed: Server, clone: Path, tmp_path: Path) -> Path:
    """A data root with three imported days."""
    return imported_into(deployed, clone, tmp_path)


@contextmanager
def _held(data: Path) -> Iterator[subprocess.Popen[bytes]]:
    """Somebody who holds the store's lock, so that a run stays in the middle of its work for as long as needed."""
    program = (
        "import sys, time; from filelock import FileLock\n"
        "with FileLock(sys.argv[1]): print('held', flush=True); time.sleep(3600)"
    )
    words = [PYTHON, "-c", program, str(data / ".locks" / "reports.lock")]
    with subprocess.Popen(words, stdout=subprocess.PIPE) as process:  # noqa: S603 - the words are the test's own
        assert process.stdout
        assert process.stdout.readline()
        try:
            yield process
        finally:
            process.kill()


def _waiting_run(deployed: Server) -> str:
    """A backfill of which a batch has begun, and waits for the lock."""
    run = deployed.run("backfill/backfill", **RANGE, dry_run=False, force=True)
    batch = {"flows": {"name": {"any_": ["derive"]}}, "flow_runs": {"state": {"type": {"any_": ["RUNNING"]}}}}

    def begun() -> bool:
        assert deployed.state(run) in {"Scheduled", "Submitting", "Pending", "Running"}, deployed.rows(
            "logs", logs={"flow_run_id": {"any_": [run]}}
        )
        return bool(deployed.rows("flow_runs", **batch))

    until(begun)
    return run


def _finishes(deployed: Server, data: Path, before: dict[Path, bytes]) -> None:
    run = deployed.run("backfill/backfill", **RANGE, dry_run=False, force=True)
    until(lambda: deployed.state(run) == "Completed", 180)
    assert before == reports_of(data)


def _next_finishes(deployed: Server, clone: Path, data: Path, before: dict[Path, bytes]) -> None:
    """Nothing is torn, and another worker's run ends in the same bytes."""
    assert before == reports_of(data)
    with working(deployed, clone, **settings_of(clone, data)):
        _finishes(deployed, data, before)


def test_a_cancelled_run_ends_and_the_next_one_finishes_its_work(deployed: Server, clone: Path, data: Path) -> None:
    """Cancelled from the UI in the middle of its work, a backfill leaves every report whole."""
    before = reports_of(data)
    with _held(data) as holder, working(deployed, clone, **settings_of(clone, data)):
        run = _waiting_run(deployed)
        asked = {"state": {"type": "CANCELLING"}}
        requests.post(f"{deployed.url}/flow_runs/{run}/set_state", json=asked, timeout=30).raise_for_status()
        until(lambda: deployed.state(run) == "Cancelled")
        holder.kill()
        assert before == reports_of(data)
        _finishes(deployed, data, before)


def test_a_killed_worker_leaves_no_run_running(deployed: Server, clone: Path, data: Path) -> None:
    """Killed with -9, a worker closes the pipe into which its run speaks: the run crashes at its next word."""
    before = reports_of(data)
    with _held(data) as holder, working(deployed, clone, **settings_of(clone, data)) as worker:
        run = _waiting_run(deployed)
        worker.kill()
        worker.wait(timeout=30)
        holder.kill()
        until(lambda: deployed.state(run) in ENDED, 240)
    _next_finishes(deployed, clone, data, before)


def test_a_stopped_worker_leaves_no_run_running(deployed: Server, clone: Path, data: Path) -> None:
    """A worker stopped with SIGTERM stops its run too, which is not Running for ever after."""
    before = reports_of(data)
    with _held(data), working(deployed, clone, **settings_of(clone, data)) as worker:
        run = _waiting_run(deployed)
        worker.terminate()
        worker.wait(timeout=90)
        until(lambda: deployed.state(run) in ENDED, 240)
    _next_finishes(deployed, clone, data, before)


def test_a_killed_machine_leaves_no_run_running(deployed: Server, clone: Path, data: Path) -> None:
    """Worker and run are killed with -9; after three heartbeats the run has Crashed, and the next one finishes."""
    before = reports_of(data)
    with _held(data), working(deployed, clone, **settings_of(clone, data)) as worker:
        run = _waiting_run(deployed)
        # The first heartbeat starts the automation's clock.
        beat = {"event": {"name": ["prefect.flow-run.heartbeat"]}, "any_resource": {"id": [f"prefect.flow-run.{run}"]}}
        until(lambda: _events(deployed, beat))
        # A run has a session of its own, so that the worker's process group does not hold it.
        for process in (*psutil.Process(worker.pid).children(recursive=True), worker):
            process.kill()
        worker.wait(timeout=30)
        assert "Running" == deployed.state(run)
        until(lambda: deployed.state(run) == "Crashed", 240)
    _next_finishes(deployed, clone, data, before)


def _events(deployed: Server, wanted: Mapping[str, object]) -> int:
    answer = requests.post(f"{deployed.url}/events/filter", json={"filter": wanted}, timeout=30)
    answer.raise_for_status()
    return int(answer.json()["total"])


def test_serve_ends_with_ctrl_c_and_leaves_no_process(clone: Path, data: Path, tmp_path: Path) -> None:
    """`make serve` brings everything up on one machine, and one Ctrl-C ends server, worker and run."""
    home = tmp_path / "home"
    kept = {key: text for key, text in os.environ.items() if not key.startswith(("PREFECT_", "VANITY_GAP_"))}
    with subprocess.Popen(  # noqa: S603 - the words are the test's own
        ["/usr/bin/env", "--default-signal=INT", PYTHON, "-m", "flows.cli.commands", "serve", "--port", "4397"],
        cwd=clone,
        env={**kept, "PREFECT_HOME": str(home), **settings_of(clone, data)},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    ) as process:
        assert process.stdout
        try:
            assert any("Serving on" in line for line in process.stdout)
        finally:
            process.send_signal(signal.SIGINT)
        assert 0 == process.wait(timeout=90)
    with pytest.raises(requests.ConnectionError):
        requests.get("http://127.0.0.1:4397/api/health", timeout=5)


AUTH = "ann:secret"


def test_serve_is_a_safe_guest_on_a_server_with_auth(clone: Path, tmp_path: Path) -> None:
    """Served and ended twice: pools stay as they were, another team's live run goes on, and the server stays."""
    settings = {"PREFECT_SERVER_API_AUTH_STRING": AUTH, "PREFECT_API_AUTH_STRING": AUTH}
    home = tmp_path / "guest"
    home.mkdir()
    with serving(home, **settings) as server:
        prefect = (str(BIN / "prefect"), "--no-prompt")
        for pool in ("vanity-gap", "local"):
            words = ("work-pool", "create", "--type", "process", pool)
            assert 0 == server.command(*prefect, *words).returncode
            assert 0 == server.command(*prefect, "work-pool", "set-concurrency-limit", pool, "3").returncode
        asked = requests.Session()
        asked.auth = ("ann", "secret")
        flow = asked.post(f"{server.url}/flows/", json={"name": "theirs"}, timeout=30).json()["id"]
        theirs = {"flow_id": flow, "state": {"type": "RUNNING"}, "work_pool_name": "vanity-gap"}
        run = asked.post(f"{server.url}/flow_runs/", json=theirs, timeout=30).json()["id"]
        environment = {**server.environment, **settings_of(clone, tmp_path / "data")}
        for _ in range(2):
            assert 0 == _served(clone, environment)
        assert "RUNNING" == asked.get(f"{server.url}/flow_runs/{run}", timeout=30).json()["state"]["type"]
        for pool in ("vanity-gap", "local"):
            assert 3 == asked.get(f"{server.url}/work_pools/{pool}", timeout=30).json()["concurrency_limit"]


def _served(clone: Path, environment: Mapping[str, str]) -> int:
    """The exit code of serving until all is up, and then being told to end."""
    words = ["/usr/bin/env", "--default-signal=INT", PYTHON, "-m", "flows.cli.commands", "serve"]
    with subprocess.Popen(words, cwd=clone, env=environment, stdout=subprocess.PIPE, text=True) as process:  # noqa: S603 - ours
        assert process.stdout
        try:
            assert any("Serving on" in line for line in process.stdout)
        finally:
            process.send_signal(signal.SIGINT)
        return process.wait(timeout=120)
