"""The same on a server whose database is PostgreSQL: deployed, scheduled, run, and the Parquet is right.

Slow: `make test-server` runs it.
"""

import os
import pwd
import shutil
import socket
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.flows.conftest import Server, deploy, serving, until, working
from tests.flows.test_server import RANGE, imported_into, reports_of, settings_of

PROGRAMS = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
NOBODY = "postgres"


def _missing() -> str:
    if "VANITY_GAP_SLOW" not in os.environ:
        return "slow: `make test-server` runs it"
    if not PROGRAMS:
        return "PostgreSQL is not installed below /usr/lib/postgresql"
    if os.getuid() == 0 and NOBODY not in {entry.pw_name for entry in pwd.getpwall()}:
        return "PostgreSQL refuses to run as root, and there is no user postgres to run it"
    return ""


pytestmark = pytest.mark.skipif(bool(_missing()), reason=_missing() or "-")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _as_nobody(*words: str) -> None:
    user = NOBODY if os.getuid() == 0 else None
    subprocess.run(words, user=user, cwd="/tmp", check=True, capture_output=True, timeout=120)  # noqa: S603, S108 - ours


@pytest.fixture(scope="module")
def database() -> Iterator[str]:
    """An empty database of PostgreSQL on loopback, in a folder of its own."""
    folder = Path("/tmp") / f"vanity-gap-postgres-{os.getpid()}"  # noqa: S108 - a user who may not enter pytest's folder
    folder.mkdir(mode=0o755)
    if os.getuid() == 0:
        shutil.chown(folder, NOBODY)
    programs, place, port = PROGRAMS[-1].parent, str(folder / "data"), _free_port()
    options = f"-c listen_addresses=127.0.0.1 -c port={port} -c unix_socket_directories={folder}"
    try:
        _as_nobody(str(programs / "initdb"), "-D", place, "-U", "prefect", "-A", "trust", "-E", "UTF8")
        log = str(folder / "log")
        _as_nobody(str(programs / "pg_ctl"), "-D", place, "-w", "-l", log, "-o", options, "start")
        try:
            yield f"postgresql+asyncpg://prefect@127.0.0.1:{port}/postgres"
        finally:
            _as_nobody(str(programs / "pg_ctl"), "-D", place, "-w", "-m", "fast", "stop")
    finally:
        shutil.rmtree(folder)


def test_the_same_bytes_with_postgresql_as_the_server_s_database(database: str, clone: Path, tmp_path: Path) -> None:
    """A backfill and a daily run on it give what the command line gave, and the schedule creates its runs."""
    home = tmp_path / "home"
    home.mkdir()
    with serving(home, PREFECT_API_DATABASE_CONNECTION_URL=database) as server:
        deploy(server, clone)
        data = imported_into(server, clone, tmp_path)
        before = reports_of(data)
        for path in before:
            path.unlink()
        with working(server, clone, **settings_of(clone, data)):
            _completes(server, server.run("backfill/backfill", **RANGE, dry_run=False))
            assert before == reports_of(data)
            _completes(server, server.run("daily/daily", day=RANGE["end"]))
        assert before == reports_of(data)
        until(lambda: [run for run in server.rows("flow_runs") if run["auto_scheduled"]])
        assert not list(home.glob("prefect.db")), "the server kept a database of its own"


def _completes(server: Server, run: str) -> None:
    until(lambda: server.state(run) == "Completed", 180)
