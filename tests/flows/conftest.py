"""A real Prefect server on loopback, with its database in a temporary home."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path

import pytest
import requests

from flows.cli.reach import EMPTY_DATABASE, place_database

REPOSITORY = Path(__file__).parents[2]
BIN = Path(sys.executable).parent
START_SECONDS = 240
"""A cold server takes 10 s on an idle machine of this size, and minutes on a busy one."""

QUIET = {
    "DO_NOT_TRACK": "1",
    "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
    "PREFECT_SERVER_UI_SHOW_PROMOTIONAL_CONTENT": "false",
    "PREFECT_LOGGING_TO_API_MAX_LOG_SIZE": "1000000",
}


class Forks:
    """The fork server's other end; it is started with the first command, and ended with the block."""

    def __init__(self, folder: Path, environment: Mapping[str, str]) -> None:
        """Keep what the children say in the folder; the environment holds Prefect's settings, which are read once."""
        self.folder, self.environment = folder, environment
        self.process: subprocess.Popen[str] | None = None
        self.orders = count()

    def run(
        self, module: str, words: tuple[str, ...], environment: Mapping[str, str]
    ) -> subprocess.CompletedProcess[str]:
        """Exit code and words of the module, run as a command in the repository."""
        process = self.process = self.process or self._start()
        assert process.stdin
        assert process.stdout
        number = next(self.orders)
        out, err = (self.folder / f"{number}.{name}" for name in ("out", "err"))
        order = {"module": module, "words": words, "folder": str(REPOSITORY), "environment": dict(environment)}
        given = json.dumps(order | {"out": str(out), "err": str(err), "seconds": 300})
        print(given, file=process.stdin, flush=True)
        code = int(process.stdout.readline())
        said = (path.read_text(encoding="utf-8") for path in (out, err))
        return subprocess.CompletedProcess([module, *words], code, *said)

    def _start(self) -> subprocess.Popen[str]:
        self.folder.mkdir()
        return subprocess.Popen(
            [sys.executable, "-m", "tests.flows.fork_server"],
            cwd=REPOSITORY,
            env=dict(self.environment),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def end(self) -> None:
        """End the process, if there is one."""
        if self.process:
            self.process.communicate(timeout=60)


@dataclass(frozen=True)
class Server:
    """A running Prefect server and the environment in which commands talk to it."""

    url: str
    home: Path
    environment: Mapping[str, str]
    forks: "Forks"

    def module(self, module: str, *words: str, **environment: str) -> subprocess.CompletedProcess[str]:
        """`python -m module words` against this server, in a process that need not import everything anew."""
        return self.forks.run(module, words, {**self.environment, **environment})

    def command(self, *words: str, **environment: str) -> subprocess.CompletedProcess[str]:
        """Run a command in the repository against this server, from a cold start."""
        return self.command_in(REPOSITORY, *words, **environment)

    def command_in(self, folder: Path, *words: str, **environment: str) -> subprocess.CompletedProcess[str]:
        """Run a command in the folder against this server."""
        return subprocess.run(  # noqa: S603 - the words are the test's own
            words,
            cwd=folder,
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

    def run(self, deployment: str, **parameters: object) -> str:
        """Ask the server for a run of the deployment `flow/name`; the run's id."""
        found = requests.get(f"{self.url}/deployments/name/{deployment}", timeout=30).json()
        asked = {"parameters": parameters, "state": {"type": "SCHEDULED"}}
        answer = requests.post(f"{self.url}/deployments/{found['id']}/create_flow_run", json=asked, timeout=30)
        answer.raise_for_status()
        return str(answer.json()["id"])

    def state(self, run: str) -> str:
        """The name of the run's state."""
        return str(requests.get(f"{self.url}/flow_runs/{run}", timeout=30).json()["state"]["name"])


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


@contextmanager
def serving(home: Path, **settings: str) -> Iterator[Server]:
    """A server with a database of its own below the folder, unless the settings name another."""
    port = _free_port()
    url = f"http://127.0.0.1:{port}/api"
    environment = {**plain_environment(home), **settings}
    place_database(EMPTY_DATABASE, f"sqlite+aiosqlite:///{home / 'prefect.db'}")
    with (home / "server.log").open("wb") as log:
        process = subprocess.Popen(  # noqa: S603 - the words are the test's own
            [BIN / "prefect", "server", "start", "--host", "127.0.0.1", "--port", str(port)],
            env=environment,
            cwd=home,
            stdout=log,
            stderr=subprocess.STDOUT,
        )
        try:
            _wait_until_healthy(process, url)
            talking = {**environment, "PREFECT_API_URL": url}
            forks = Forks(home / "forks", talking)
            yield Server(url, home, talking, forks)
            forks.end()
        finally:
            process.terminate()
            process.wait(timeout=60)


@contextmanager
def working(server: Server, folder: Path = REPOSITORY, **settings: str) -> Iterator[subprocess.Popen[bytes]]:
    """A process worker on the pool `vanity-gap`, in a session of its own; ended with its runs when the block ends."""
    # A background job of a shell ignores SIGINT, and Prefect passes every end on as SIGINT.
    words = ("/usr/bin/env", "--default-signal=INT", str(BIN / "prefect"), "worker", "start", "--pool", "vanity-gap")
    process = subprocess.Popen(  # noqa: S603 - the words are the test's own
        words,
        cwd=folder,
        env={**server.environment, **settings},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        yield process
    finally:
        if process.poll() is None:
            process.send_signal(signal.SIGINT)
        process.wait(timeout=60)


def written_files(root: Path) -> dict[str, bytes]:
    """Every file below the folder but locks, which name who held them last: path and content."""
    files = (path for path in sorted(root.rglob("*")) if path.is_file() and ".locks" not in path.parts)
    return {str(path): path.read_bytes() for path in files if not path.name.startswith(".held-")}


def until(happened: Callable[[], object], seconds: float = 120) -> None:
    """Wait for something that another process does."""
    deadline = time.monotonic() + seconds
    while not happened():
        if time.monotonic() > deadline:
            pytest.fail(f"did not happen within {seconds} s: {happened.__doc__ or happened}")
        time.sleep(0.3)


@pytest.fixture(scope="session")
def clone(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A clean clone of what is committed here."""
    folder = tmp_path_factory.mktemp("clone") / "vanity-gap"
    words = ("git", "clone", "--quiet", "--no-local", str(REPOSITORY), str(folder))
    subprocess.run(words, check=True, capture_output=True, timeout=120)  # noqa: S603 - the words are the test's own
    return folder


def deploy(server: Server, folder: Path) -> None:
    """The work pool, even if an earlier test made one, and every deployment of the folder's prefect.yaml."""
    prefect = str(BIN / "prefect")
    for words in (("work-pool", "create", "--overwrite", "--type", "process", "vanity-gap"), ("deploy", "--all")):
        done = server.command_in(folder, prefect, "--no-prompt", *words, PIPELINE_ROOT=str(folder))
        assert done.returncode == 0, done.stdout + done.stderr
