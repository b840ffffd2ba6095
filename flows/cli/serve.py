"""Server, work pool, deployments, automations and worker on this machine: `vanity-gap serve --help`.

Where PREFECT_API_URL, of the environment or of Prefect's profile, names a server that answers, that one is used as a
guest uses it: a pool of our own, made only where it is absent, and at the end only the runs of our own worker.
Everything is asked through Prefect's client, so that a server with authentication and Prefect Cloud work too.
"""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from types import FrameType
from typing import NoReturn
from urllib.parse import urlsplit
from uuid import UUID

import psutil
from httpx import HTTPError, HTTPStatusError
from prefect.client.orchestration import get_client
from prefect.client.schemas.actions import WorkPoolCreate
from prefect.exceptions import ObjectAlreadyExists
from prefect.settings import PREFECT_API_URL, temporary_settings
from prefect.states import Crashed

from flows import DATABASE_BY_HAND
from flows.cli.automations import POOL
from tasks.schema.urls import is_loopback

REPOSITORY = Path(__file__).parents[2]
START_SECONDS = 240
"""A cold server takes 10 s on an idle machine of two cores, and minutes on a busy one."""
END_SECONDS = 20
"""How long a run may take to end before its process is killed; what it had published stays whole."""
PAUSE_SECONDS = 10
"""Between the end of a worker and its next start: a server that is gone for a moment ends every worker."""
QUIET = {
    "DO_NOT_TRACK": "1",
    "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
    "PREFECT_SERVER_UI_SHOW_PROMOTIONAL_CONTENT": "false",
    # The UI asks where it was opened, also through a tunnel.
    "PREFECT_UI_API_URL": "/api",
}
RUN_ID = "PREFECT__FLOW_RUN_ID"
"""The variable by which Prefect tells a process which run it is."""
ENDED = "The worker was ended before the run; run it again."
Process = subprocess.Popen[bytes]


class NotServingError(RuntimeError):
    """Something that serving needs did not start, or ended."""


def serve(port: int, webhook: str | None) -> None:
    """Serve until this process is told to end, or until the server ends by itself; a worker that ends is replaced."""
    url = PREFECT_API_URL.value() or f"http://127.0.0.1:{port}/api"
    environment = {**QUIET, **os.environ, "PREFECT_API_URL": url, "PIPELINE_ROOT": str(REPOSITORY)}
    if environment.get("PREFECT_API_DATABASE_CONNECTION_URL") == DATABASE_BY_HAND:
        del environment["PREFECT_API_DATABASE_CONNECTION_URL"]
    server: list[Process] = []
    with _ending(), temporary_settings({PREFECT_API_URL: url}):
        try:
            if not _answers(url):
                server.append(_started_server(url, environment))
                _wait_for(url, server[0])
            _set_up(environment, webhook)
            _say(f"Serving on {url.removesuffix('/api')}. Ctrl-C ends it.")
            _work(server, environment)
        except KeyboardInterrupt:
            _say("Ending.")
        finally:
            for process in server:
                _end_group(process)


def _started_server(url: str, environment: Mapping[str, str]) -> Process:
    place = urlsplit(url)
    if not is_loopback(url):
        message = f"no Prefect server answers at {url}; start it, or unset PREFECT_API_URL to have one on this machine"
        raise NotServingError(message)
    where = ["--host", place.hostname or "127.0.0.1", "--port", str(place.port or 4200)]
    return _started(["server", "start", *where], environment)


def _set_up(environment: Mapping[str, str], webhook: str | None) -> None:
    """Pool, deployments and automations; what stands there already under our names stays or is updated."""
    with get_client(sync_client=True) as client, suppress(ObjectAlreadyExists):
        client.create_work_pool(WorkPoolCreate(name=POOL, type="process"))
    python = [sys.executable, "-m"]
    _run([*python, "prefect", "--no-prompt", "deploy", "--all"], environment)
    _run([*python, "flows.cli.commands", "automations", *(["--webhook", webhook] if webhook else [])], environment)


def _run(words: list[str], environment: Mapping[str, str]) -> None:
    done = subprocess.run(words, cwd=REPOSITORY, env=environment, capture_output=True, text=True, check=False)  # noqa: S603 - our own words
    if done.returncode:
        raise NotServingError(done.stdout + done.stderr)


def _started(words: list[str], environment: Mapping[str, str]) -> Process:
    """A Prefect command in a session of its own, so that Ctrl-C reaches it through this process alone, in order."""
    command = [sys.executable, "-m", "prefect", *words]
    return subprocess.Popen(command, cwd=REPOSITORY, env=environment, start_new_session=True)  # noqa: S603 - our own words


def _answers(url: str) -> bool:
    """Whether there is a server that lets us in; `NotServingError` when it does not."""
    try:
        with get_client(sync_client=True) as client:
            client.read_work_pools(limit=1)
    except HTTPStatusError as problem:
        message = f"{url} answers {problem.response.status_code}: see PREFECT_API_AUTH_STRING or PREFECT_API_KEY"
        raise NotServingError(message) from None
    except HTTPError:
        return False
    return True


def _wait_for(url: str, server: Process) -> None:
    deadline = time.monotonic() + START_SECONDS
    _say(f"Waiting for the Prefect server at {url}, {START_SECONDS} s at most.")
    while not _answers(url):
        if server.poll() is not None or time.monotonic() > deadline:
            message = f"the Prefect server did not answer at {url}; its last words stand above"
            raise NotServingError(message)
        time.sleep(0.3)


def _work(server: list[Process], environment: Mapping[str, str]) -> NoReturn:
    """Keep one worker alive for as long as our own server, if there is one, lives."""
    while True:
        worker = _started(["worker", "start", "--pool", POOL, "--type", "process"], environment)
        try:
            _wait_while([worker, *server])
        finally:
            _end_worker(worker)
        if any(process.poll() is not None for process in server):
            message = "the Prefect server ended by itself; its last words stand above"
            raise NotServingError(message)
        _say(f"The worker ended by itself; the next one starts in {PAUSE_SECONDS} s.")
        time.sleep(PAUSE_SECONDS)


def _wait_while(running: list[Process]) -> None:
    while all(process.poll() is None for process in running):
        time.sleep(0.5)


@contextmanager
def _ending() -> Iterator[None]:
    """Being told to end by a service manager is the same as Ctrl-C."""

    def interrupt(_signal: int, _frame: FrameType | None) -> NoReturn:
        raise KeyboardInterrupt

    before = {number: signal.signal(number, interrupt) for number in (signal.SIGTERM, signal.SIGINT)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _end_worker(worker: Process) -> None:
    """End the worker with its runs, and say of those runs that they have ended; nobody else's are touched."""
    own = _runs_of(worker)
    _end_group(worker)
    with suppress(HTTPError), get_client(sync_client=True) as client:
        for run in own:
            state = client.read_flow_run(run).state
            if state is None or not state.is_final():
                client.set_flow_run_state(run, Crashed(message=ENDED), force=True)


def _runs_of(worker: Process) -> set[UUID]:
    """The runs that the worker has started, each a process below it."""
    found = set()
    with suppress(psutil.Error):
        for process in psutil.Process(worker.pid).children(recursive=True):
            with suppress(psutil.Error):
                found.add(process.environ().get(RUN_ID))
    return {UUID(run) for run in found if run}


def _end_group(process: Process) -> None:
    for number in (signal.SIGINT, signal.SIGKILL):
        try:
            os.killpg(process.pid, number)
        except ProcessLookupError:
            return
        try:
            process.wait(timeout=END_SECONDS)
        except subprocess.TimeoutExpired:
            continue


def _say(words: str) -> None:
    print(words, flush=True)  # noqa: T201 - a command line answers on standard output
