"""Server, work pool, deployments, automations and worker on this machine: `vanity-gap serve --help`.

Where PREFECT_API_URL names a server that answers, that one is used, and no other is started.
"""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import NoReturn

import requests

REPOSITORY = Path(__file__).parents[2]
POOL = "local"
START_SECONDS = 120
"""A cold server takes 10 s on an idle machine of two cores."""
END_SECONDS = 20
"""How long a run may take to end before its process is killed; what it had published stays whole."""
QUIET = {
    "DO_NOT_TRACK": "1",
    "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
    "PREFECT_SERVER_UI_SHOW_PROMOTIONAL_CONTENT": "false",
}
UNFINISHED = ("RUNNING", "CANCELLING")
Process = subprocess.Popen[bytes]


class NotServingError(RuntimeError):
    """Something that serving needs did not start, or ended."""


def serve(port: int, webhook: str | None) -> None:
    """Serve until this process is told to end, or until server or worker end by themselves."""
    url = os.environ.get("PREFECT_API_URL", f"http://127.0.0.1:{port}/api")
    environment = {**QUIET, **os.environ, "PREFECT_API_URL": url, "PIPELINE_ROOT": str(REPOSITORY)}
    running: list[Process] = []
    with _ending():
        try:
            if not _answers(url):
                running.append(_started(["server", "start", "--host", "127.0.0.1", "--port", str(port)], environment))
                _wait_for(url, running[0])
            _set_up(environment, webhook)
            running.append(_started(["worker", "start", "--pool", POOL, "--type", "process"], environment))
            _say(f"Serving on {url.removesuffix('/api')}. Ctrl-C ends it.")
            _wait_while(running)
        except KeyboardInterrupt:
            _say("Ending.")
        finally:
            _end(running, url)


def _set_up(environment: Mapping[str, str], webhook: str | None) -> None:
    python = [sys.executable, "-m"]
    prefect = [*python, "prefect", "--no-prompt"]
    _run([*prefect, "work-pool", "create", "--type", "process", "--overwrite", POOL], environment)
    _run([*prefect, "deploy", "--all"], environment)
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
    try:
        return requests.get(f"{url}/health", timeout=2).ok
    except requests.ConnectionError:
        return False


def _wait_for(url: str, server: Process) -> None:
    deadline = time.monotonic() + START_SECONDS
    while not _answers(url):
        if server.poll() is not None or time.monotonic() > deadline:
            message = f"the Prefect server did not answer at {url}; its last words stand above"
            raise NotServingError(message)
        time.sleep(0.3)


def _wait_while(running: list[Process]) -> None:
    while all(process.poll() is None for process in running):
        time.sleep(0.5)
    message = "server or worker ended by itself; its last words stand above"
    raise NotServingError(message)


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


def _end(running: list[Process], url: str) -> None:
    """End the worker and its runs, say of those runs that they have ended, and end the server last."""
    worker_and_server = running[::-1]
    for process in worker_and_server[:-1] or []:
        _end_group(process)
    if _answers(url):
        _crash_unfinished(url)
    for process in worker_and_server[-1:]:
        _end_group(process)


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


def _crash_unfinished(url: str) -> None:
    question = {"flow_runs": {"state": {"type": {"any_": UNFINISHED}}}, "work_pools": {"name": {"any_": [POOL]}}}
    left = requests.post(f"{url}/flow_runs/filter", json=question, timeout=30).json()
    state = {"type": "CRASHED", "message": "The worker was ended before the run; run it again."}
    for run in left:
        asked = {"state": state, "force": True}
        requests.post(f"{url}/flow_runs/{run['id']}/set_state", json=asked, timeout=30).raise_for_status()


def _say(words: str) -> None:
    print(words, flush=True)  # noqa: T201 - a command line answers on standard output
