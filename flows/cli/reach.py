"""The Prefect server of a command given by hand: the one that is named, or a temporary one for as long as it runs."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager

from httpx import HTTPError, HTTPStatusError
from prefect.client.orchestration import get_client
from prefect.settings import PREFECT_API_URL, PREFECT_SERVER_EPHEMERAL_STARTUP_TIMEOUT_SECONDS

from tasks import REFUSED

UNREACHED = "set PREFECT_API_URL to a server that runs, or unset it to have a temporary one for this command"


class ServerError(RuntimeError):
    """The Prefect server cannot be used; the message says what to do."""


@contextmanager
def reach_server(*, is_needed: bool) -> Iterator[None]:
    """Work with a server that answers; `ServerError` with one sentence where there is none.

    Of a command that may do without one (`plan`), a server that is named is not asked first.
    """
    url = PREFECT_API_URL.value()
    if url and is_needed:
        _refuse_silent(url)
    logging.getLogger("prefect").addFilter(_say_how_long)
    for name in ("prefect.flow_runs", "prefect.task_runs"):
        logging.getLogger(name).addFilter(_is_said_here_alone)
    try:
        yield
    except HTTPError as problem:
        message = (
            f"the Prefect server at {url or 'this machine'} ended its answers ({type(problem).__name__}); {UNREACHED}"
        )
        raise ServerError(message) from None
    except RuntimeError as problem:
        if "ephemeral" not in str(problem):
            raise
        message = (
            f"the temporary Prefect server did not start: {problem}; try again, or start one by `vanity-gap serve`"
        )
        raise ServerError(message) from None


def _refuse_silent(url: str) -> None:
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


def _say_how_long(record: logging.LogRecord) -> bool:
    """Let the line with which Prefect starts a temporary server say how long that may take."""
    if record.getMessage().startswith("Starting temporary server"):
        seconds = PREFECT_SERVER_EPHEMERAL_STARTUP_TIMEOUT_SECONDS.value()
        record.msg = f"Starting a temporary server: some seconds, on a busy machine up to {seconds}"
        record.args = ()
    return True
