"""Commands without a named server: what a temporary one notes, and that it is gone when nobody needs it."""

import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import psutil
import pytest

from flows.cli.reach import EMPTY_DATABASE, place_database
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


def test_a_new_home_begins_with_the_empty_database_and_one_that_is_there_stays(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is copied where nobody made one yet; one of runs, one that is no file, and a lost empty one do no harm."""
    monkeypatch.chdir(tmp_path)
    empty, home = tmp_path / "empty.db", tmp_path / "new" / "home.db"
    empty.write_bytes(b"empty")
    place_database(empty, f"sqlite+aiosqlite:///{home}")
    assert b"empty" == home.read_bytes()
    home.write_bytes(b"runs")
    place_database(empty, f"sqlite+aiosqlite:///{home}")
    place_database(tmp_path / "lost.db", f"sqlite+aiosqlite:///{tmp_path / 'other.db'}")
    place_database(empty, "sqlite+aiosqlite:///:memory:")
    place_database(empty, "postgresql+asyncpg://somebody@127.0.0.1/prefect")
    assert b"runs" == home.read_bytes()
    assert {empty, home.parent} == set(tmp_path.iterdir())
    assert [home] == list(home.parent.iterdir())


@pytest.mark.skipif(not EMPTY_DATABASE.exists(), reason="this environment was not installed by make")
def test_the_empty_database_has_no_run() -> None:
    """A run on it would be shown to everybody who installs."""
    with closing(sqlite3.connect(f"file:{EMPTY_DATABASE}?mode=ro", uri=True)) as database:
        counts = [database.execute(f"select count(*) from {table}").fetchone() for table in ("flow_run", "flow", "log")]  # noqa: S608 - the names stand here
    assert [(0,)] * 3 == counts
