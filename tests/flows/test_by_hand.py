"""Commands without a named server: what a temporary one notes, and that it is gone when nobody needs it."""

import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import psutil

from tests.flows.conftest import BIN, REPOSITORY, plain_environment
from tests.flows.test_telling import FIRST, export_of_a_jump

HELD = (
    "import time; from flows.cli.reach import TemporaryServer\n"
    "server = TemporaryServer(); print(server.url(), flush=True); time.sleep(600)"
)


def test_a_command_by_hand_is_noted_whole_and_leaves_no_server(tmp_path: Path) -> None:
    """The run and each of its tasks stand as completed in the database of runs by hand; no page is promised."""
    words = ["import", str(export_of_a_jump(tmp_path)), "--handle", "ada", "--anchor", f"{FIRST}=2000"]
    done = subprocess.run(  # noqa: S603 - the words are the test's own
        [str(BIN / "vanity-gap"), *words],
        cwd=REPOSITORY,
        env={**plain_environment(tmp_path), "VANITY_GAP_DATA_ROOT": str(tmp_path / "data")},
        capture_output=True,
        text=True,
        check=False,
    )
    said = done.stdout + done.stderr
    assert 0 == done.returncode, said
    assert "View at" not in said
    with closing(sqlite3.connect(tmp_path / "vanity-gap-by-hand.db")) as database:
        flows = database.execute("select state_type from flow_run").fetchall()
        tasks = database.execute("select state_type from task_run").fetchall()
    assert [("COMPLETED",)] == flows
    assert {("COMPLETED",)} == set(tasks)
    assert said.count("Task run '") == len(tasks), said


def test_a_server_goes_with_a_command_that_is_killed(tmp_path: Path) -> None:
    """`kill -9` leaves the command no time to end its server, which ends by itself."""
    with subprocess.Popen(  # noqa: S603 - the words are the test's own
        [sys.executable, "-c", HELD],
        cwd=REPOSITORY,
        env=plain_environment(tmp_path),
        stdout=subprocess.PIPE,
        text=True,
    ) as command:
        assert command.stdout
        url = command.stdout.readline()
        (server,) = psutil.Process(command.pid).children()
        command.kill()
    assert url.startswith("http://127.0.0.1:")
    assert [server] == psutil.wait_procs([server], timeout=60)[0]
