"""One object store for all tests of a session, and a proxy for each."""

from collections.abc import Iterator

import pytest

from tasks.store.object_store import open_object_store
from tests.flows.conftest import Server
from tests.storage.store import ENVIRONMENT, Proxy, Store, proxied, storing
from tests.storage.world import World, living


@pytest.fixture(scope="session")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """The store; each test uses a folder of its own."""
    with storing(tmp_path_factory.mktemp("store")) as running:
        yield running


@pytest.fixture
def proxy(store: Store) -> Iterator[Proxy]:
    """A proxy before the store, which passes everything on until it is told otherwise."""
    with proxied(store) as running:
        yield running


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory, store: Store, server: Server) -> Iterator[World]:
    """A day lived in a folder, for the tests of one file."""
    with living(tmp_path_factory.mktemp("world"), store, server) as lived:
        yield lived


@pytest.fixture(autouse=True)
def _credentials(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The credentials, and nothing else of AWS, stand in the environment; no client outlives the test."""
    for name, text in ENVIRONMENT.items():
        monkeypatch.setenv(name, text)
    yield
    open_object_store.cache_clear()
