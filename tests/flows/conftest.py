"""A real Prefect server on loopback, with its database in a temporary home."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest
import requests

REPOSITORY = Path(__file__).parents[2]
BIN = Path(sys.executable).parent
START_SECONDS = 120
"""A cold server takes 10 s on an idle machine of this size."""

QUIET = {
    "DO_NOT_TRACK": "1",
    "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
    "PREFECT_SERVER_UI_SHOW_PROMOTIONAL_CONTENT": "false",
    "PREFECT_LOGGING_TO_API_MAX_LOG_SIZE": "1000000",
}


@dataclass(frozen=True)
class Server:
    """A running Prefect server and the environment in which commands talk to it."""

    url: str
    home: Path
    environment: Mapping[str, str]

    def command(self, *words: str, **environment: str) -> subprocess.CompletedProcess[str]:
        """Run a command in the repository against this server."""
        return subprocess.run(  # noqa: S603 - the words are the test's own
            words,
            cwd=REPOSITORY,
            env={**self.environment, **environment},
            capture_output=True,
            text=True,
            timeout=300,
            check=False,
        )

    def rows(self, path: str, **question: object) -> list[dict[str, object]]:
        """What the server's API answers to a filter."""
        answer = requests.post(f"{self.url}/{path}/filter", json=question, timeout=30)
        answer.raise_for_status()
        return list(answer.json())


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait_until_healthy(process: subprocess.Popen[bytes], url: str) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        if process.poll() is not None:
            pytest.fail(f"the Prefect server died at start with exit code {process.returncode}")
        try:
            if requests.get(f"{url}/health", timeout=2).ok:
                return
        except requests.ConnectionError:
            time.sleep(0.3)
    pytest.fail(f"the Prefect server did not answer within {START_SECONDS} s")


def plain_environment(home: Path) -> dict[str, str]:
    """This machine's environment without its own Prefect, X and Vanity Gap settings."""
    kept = {key: text for key, text in os.environ.items() if not key.startswith(("PREFECT_", "VANITY_GAP_", "X_"))}
    return {**kept, **QUIET, "PREFECT_HOME": str(home), "PIPELINE_ROOT": str(REPOSITORY)}


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """One server for all tests of the session."""
    home = tmp_path_factory.mktemp("prefect")
    port = _free_port()
    url = f"http://127.0.0.1:{port}/api"
    environment = plain_environment(home)
    log = (home / "server.log").open("wb")
    process = subprocess.Popen(  # noqa: S603 - the words are the test's own
        [BIN / "prefect", "server", "start", "--host", "127.0.0.1", "--port", str(port)],
        env=environment,
        cwd=home,
        stdout=log,
        stderr=subprocess.STDOUT,
    )
    try:
        _wait_until_healthy(process, url)
        yield Server(url, home, {**environment, "PREFECT_API_URL": url})
    finally:
        process.terminate()
        process.wait(timeout=60)
        log.close()
