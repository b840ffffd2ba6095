"""One Prefect server for all tests of a session: its start costs more than most of them."""

from collections.abc import Iterator

import pytest

from tests.flows.conftest import Server, serving


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """The server, and commands against it in processes of their own."""
    with serving(tmp_path_factory.mktemp("prefect")) as running:
        yield running


@pytest.fixture(scope="session")
def prefect_server(server: Server) -> Iterator[None]:
    """Flows that a test calls itself report to the server too; nothing of theirs is left to be sent when it ends."""
    # Tests without a flow need not wait for Prefect.
    from prefect.events.worker import EventsWorker  # noqa: PLC0415 - loaded when it runs
    from prefect.logging.handlers import APILogHandler  # noqa: PLC0415 - loaded when it runs
    from prefect.settings import PREFECT_API_URL, temporary_settings  # noqa: PLC0415 - loaded when it runs

    with temporary_settings({PREFECT_API_URL: server.url}):
        yield
        APILogHandler().flush()
        EventsWorker.drain_all(timeout=5)
