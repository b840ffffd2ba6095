"""A deployment that clones its code for each run: its data has to lie where the clone does not take it along.

Slow: `make test-server` runs it.
"""

import os
import subprocess
from pathlib import Path

import pytest
import requests

from tests.flows.conftest import BIN, Server, serving, until, working
from tests.flows.test_server import imported_into, reports_of, settings_of

pytestmark = pytest.mark.skipif("VANITY_GAP_SLOW" not in os.environ, reason="slow: `make test-server` runs it")
PREFECT = (str(BIN / "prefect"), "--no-prompt")
ENDED = {"Completed", "Crashed", "Failed", "Refused"}


def _ended(server: Server, repository: Path, settings: dict[str, str]) -> dict[str, str]:
    """The final state of a check of every file, deployed from `deploy/prefect-git.yaml` with these settings."""
    words = ("deploy", "--name", "housekeeping", "--prefect-file", "deploy/prefect-git.yaml")
    where = {"PIPELINE_REPOSITORY": repository.as_uri(), "PIPELINE_BRANCH": "main", **settings}
    done = server.command_in(repository, *PREFECT, *words, **where)
    assert done.returncode == 0, done.stdout + done.stderr
    run = server.run("housekeeping/housekeeping", command="verify")
    until(lambda: server.state(run) in ENDED, 300)
    state: dict[str, str] = requests.get(f"{server.url}/flow_runs/{run}", timeout=30).json()["state"]
    return state


def test_data_in_the_clone_is_refused_and_data_beside_it_is_found(clone: Path, tmp_path: Path) -> None:
    """Without a data root the run is one sentence that says what to set; with one that stays, it finds the days."""
    subprocess.run(["git", "checkout", "-B", "main"], cwd=clone, check=True, capture_output=True, timeout=30)  # noqa: S607 - git
    home, work = tmp_path / "home", tmp_path / "work"
    home.mkdir()
    work.mkdir()
    with serving(home) as server:
        assert server.command(*PREFECT, "work-pool", "create", "--type", "process", "vanity-gap").returncode == 0
        data = imported_into(server, clone, tmp_path)
        before = reports_of(data)
        with working(server, work):
            refused = _ended(server, clone, {"VANITY_GAP_DATA_ROOT": "", "VANITY_GAP_CONFIG_DIR": ""})
            found = _ended(server, clone, settings_of(clone, data))
    assert "Refused" == refused["name"], refused
    assert "lies in a checkout that was made for this run" in refused["message"]
    assert "set VANITY_GAP_DATA_ROOT" in refused["message"]
    assert "Completed" == found["name"], found
    assert before == reports_of(data)
