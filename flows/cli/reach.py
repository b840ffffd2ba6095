"""The Prefect server of a command given by hand: the one that is named, or a temporary one for as long as it runs.

The temporary one is a process of its own, `python -m flows.cli.reach`, which starts while the command loads its flow.
"""

import atexit
import logging
import os
import shutil
import socket
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Thread
from typing import TYPE_CHECKING

from httpx import Client, HTTPError, HTTPStatusError
from prefect.settings import (
    PREFECT_API_DATABASE_CONNECTION_URL,
    PREFECT_API_URL,
    PREFECT_SERVER_ALLOW_EPHEMERAL_MODE,
    PREFECT_SERVER_EPHEMERAL_STARTUP_TIMEOUT_SECONDS,
    get_current_settings,
    temporary_settings,
)

from tasks import REFUSED

if TYPE_CHECKING:
    import uvicorn

LOOPBACK = "127.0.0.1"
UNREACHED = "set PREFECT_API_URL to a server that runs, or unset it to have a temporary one for this command"
EMPTY_DATABASE = Path(sys.prefix) / "share" / "vanity-gap" / "prefect.db"
"""A database of Prefect's without a run, which `make` leaves there: two fifths of a start are its making."""
END_SECONDS = 5
"""How long a temporary server may take to write down what it was told last."""


class ServerError(RuntimeError):
    """The Prefect server cannot be used; the message says what to do."""


class TemporaryServer:
    """A Prefect server for this process alone; it starts with the object, and ends with the process however that ends.

    It notes in the database of runs by hand (`flows.DATABASE_BY_HAND`) where no other is given, and has no pages.
    """

    def __init__(self, settings: Mapping[str, str] | None = None) -> None:
        """Start it, with these settings of Prefect beside those of this process, and go on; `url` waits for it."""
        own = get_current_settings().to_environment_variables(exclude_unset=True)
        environment = {**os.environ, **own, **(settings or {})}
        # In a session of its own, Ctrl-C reaches it through this process alone, when nobody needs it any more.
        self._process = subprocess.Popen(
            [sys.executable, "-m", "flows.cli.reach"],
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            start_new_session=True,
        )
        # What Prefect registers comes later and runs before it: its threads still have a server to tell.
        atexit.register(self.end)

    def url(self) -> str:
        """Where its API answers, once it does; `ServerError` where it does not within Prefect's time for it."""
        seconds = PREFECT_SERVER_EPHEMERAL_STARTUP_TIMEOUT_SECONDS.value()
        try:
            # It listens before it can answer, so that one question is enough.
            url = f"http://{LOOPBACK}:{int(self._process.stdout.readline() if self._process.stdout else b'')}/api"
            with Client(trust_env=False, timeout=seconds) as client:
                client.get(f"{url}/health").raise_for_status()
        except (ValueError, HTTPError) as problem:
            message = (
                f"the temporary Prefect server did not start ({type(problem).__name__}); what it said stands above; "
                "try again, or start one by `vanity-gap serve`"
            )
            raise ServerError(message) from None
        return url

    def end(self) -> None:
        """Let it write down what it was told, and end."""
        atexit.unregister(self.end)
        self._process.terminate()
        try:
            self._process.communicate(timeout=END_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.communicate()


_temporary_urls: set[str] = set()


def begin_server() -> TemporaryServer | None:
    """A server that starts while other things are loaded, where none is named and Prefect may have one."""
    if PREFECT_API_URL.value() or not PREFECT_SERVER_ALLOW_EPHEMERAL_MODE.value():
        return None
    return TemporaryServer()


def is_server_named() -> bool:
    """Whether runs are noted on a server that somebody looks at: any but a temporary one."""
    return PREFECT_API_URL.value() not in {None, *_temporary_urls}


@contextmanager
def reach_server(server: TemporaryServer | None, *, is_needed: bool = True) -> Iterator[None]:
    """Work with a server that answers; `ServerError` with one sentence where there is none.

    Of a command that may do without one (`plan`), a server that is named is not asked first.
    """
    for name in ("prefect.flow_runs", "prefect.task_runs"):
        logging.getLogger(name).addFilter(_is_said_here_alone)
    named = PREFECT_API_URL.value()
    try:
        with use_server(server):
            if named and is_needed:
                _refuse_silent(named)
            yield
    except HTTPError as problem:
        message = (
            f"the Prefect server at {named or 'this machine'} ended its answers ({type(problem).__name__}); {UNREACHED}"
        )
        raise ServerError(message) from None


@contextmanager
def use_server(server: TemporaryServer | None) -> Iterator[None]:
    """Let every run be noted on this server, once it answers; without one, on the one that is named."""
    if server is None:
        yield
        return
    seconds = PREFECT_SERVER_EPHEMERAL_STARTUP_TIMEOUT_SECONDS.value()
    print(f"A temporary server starts: some seconds, on a busy machine up to {seconds}", file=sys.stderr, flush=True)  # noqa: T201 - a command line
    url = server.url()
    _temporary_urls.add(url)
    logging.getLogger("prefect.flow_runs").addFilter(_is_no_page)
    with temporary_settings({PREFECT_API_URL: url}):
        yield


def _refuse_silent(url: str) -> None:
    from prefect.client.orchestration import get_client  # noqa: PLC0415 - a temporary server starts without waiting for it

    try:
        with get_client(sync_client=True) as client:
            client.read_work_pools(limit=1)
    except HTTPStatusError as problem:
        code = problem.response.status_code
        message = f"the Prefect server at {url} answers {code}: see PREFECT_API_AUTH_STRING or PREFECT_API_KEY"
        raise ServerError(message) from None
    except HTTPError:
        message = f"no Prefect server answers at {url}: {UNREACHED}"
        raise ServerError(message) from None


def _is_said_here_alone(record: logging.LogRecord) -> bool:
    """Keep out of the log what the command says itself as it ends: the sentence of a refusal, from task and flow.

    Prefect also says of a task that gave such a state that it failed, with the traceback of no exception.
    """
    said = record.getMessage()
    is_bare = record.exc_info is not None and record.exc_info[0] is None
    return not (said.startswith(f"Finished in state {REFUSED}(") or (is_bare and said.startswith("Task run failed")))


def _is_no_page(record: logging.LogRecord) -> bool:
    """Keep out of the log where a run can be looked at, which a temporary server does not show."""
    return not record.getMessage().startswith("View at http")


def place_database(empty: Path, url: str) -> None:
    """Let the empty database be the one at this URL of SQLAlchemy, where that is a path of SQLite that nobody made yet.

    Where it cannot be, or there is no empty one, nothing happens: Prefect makes its own, and brings an older one up.
    """
    from sqlalchemy import make_url  # noqa: PLC0415 - of the server alone, and slow to load

    place = make_url(url)
    path = Path(place.database or "")
    # A database in memory and a URI have names that are no paths.
    if place.get_backend_name() != "sqlite" or not path.is_absolute() or path.exists():
        return
    with suppress(OSError):
        path.parent.mkdir(parents=True, exist_ok=True)
        with TemporaryDirectory(dir=path.parent) as folder:
            # A link is there whole or not at all, and never in the place of another command's.
            path.hardlink_to(shutil.copyfile(empty, Path(folder) / path.name))


def _serve() -> None:
    """Be the temporary server: print the port, and answer until the process that started this one is gone."""
    with socket.create_server((LOOPBACK, 0)) as listener:
        print(listener.getsockname()[1], flush=True)  # noqa: T201 - what the other process reads
        import uvicorn  # noqa: PLC0415 - of the server alone, and slow to load
        from prefect.server.api.server import create_app  # noqa: PLC0415 - as above

        if url := PREFECT_API_DATABASE_CONNECTION_URL.value():
            place_database(EMPTY_DATABASE, url)
        app = create_app(ephemeral=True, final=True)
        server = uvicorn.Server(uvicorn.Config(app, log_level="error", timeout_graceful_shutdown=END_SECONDS))
        Thread(target=_end_with_its_owner, args=[server], daemon=True).start()
        with suppress(KeyboardInterrupt):
            server.run(sockets=[listener])


def _end_with_its_owner(server: "uvicorn.Server") -> None:
    sys.stdin.buffer.read()
    server.should_exit = True


if __name__ == "__main__":
    _serve()
