from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from sandbox.serve import Sandbox, serve
from sandbox.settings import Settings
from sandbox.worlds import World, summer
from tests.sandbox.caller import Caller

NOON = datetime(2026, 7, 20, 12, tzinfo=UTC)


@pytest.fixture(scope="session")
def world() -> World:
    """The demo's summer."""
    return summer(7)


@pytest.fixture(scope="session")
def running(world: World) -> Iterator[dict[str, Sandbox]]:
    """One sandbox in each vocabulary; Frank owns the app."""
    owner = world.account("frank").id
    chosen = {word: Settings(vocabulary=word, moment=NOON, app_owner_id=owner) for word in ("tweet", "post")}
    with serve(world, chosen["tweet"]) as tweet, serve(world, chosen["post"]) as post:
        yield {"tweet": tweet, "post": post}


@pytest.fixture(params=["tweet", "post"])
def sandbox(request: pytest.FixtureRequest, running: dict[str, Sandbox]) -> Sandbox:
    """A sandbox as at its start, in each vocabulary."""
    running[request.param].reset()
    return running[request.param]


@pytest.fixture
def tweet_sandbox(running: dict[str, Sandbox]) -> Sandbox:
    """A sandbox as at its start, in the tweet vocabulary."""
    running["tweet"].reset()
    return running["tweet"]


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
