from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from tasks.sources.sandbox.serve import Sandbox, serve
from tasks.sources.sandbox.settings import Settings
from tasks.sources.sandbox.worlds import World, summer
from tests.sandbox.caller import Caller

NOON = datetime(2026, 7, 20, 12, tzinfo=UTC)


@pytest.fixture(scope="session")
def world() -> World:
    """The demo's summer."""
    return summer(7)


@pytest.fixture(params=["tweet", "post"])
def sandbox(request: pytest.FixtureRequest, world: World) -> Iterator[Sandbox]:
    """A sandbox of its own for each test, in each vocabulary."""
    frank = world.account("frank").id
    with serve(world, Settings(vocabulary=request.param, moment=NOON, app_owner_id=frank)) as running:
        yield running


@pytest.fixture
def tweet_sandbox(world: World) -> Iterator[Sandbox]:
    """A sandbox of its own for each test, in the tweet vocabulary."""
    frank = world.account("frank").id
    with serve(world, Settings(moment=NOON, app_owner_id=frank)) as running:
        yield running


@pytest.fixture
def app(sandbox: Sandbox) -> Iterator[Caller]:
    """Calls with the app's token, in each vocabulary."""
    with Caller(sandbox) as caller:
        yield caller


@pytest.fixture
def tweet_app(tweet_sandbox: Sandbox) -> Iterator[Caller]:
    """Calls with the app's token, in the tweet vocabulary."""
    with Caller(tweet_sandbox) as caller:
        yield caller
