"""Every flow on an object store, after `kill -9` at any request."""

import os
import random

import pytest

from tests.faults.killing import KILLED
from tests.storage.world import SEED, World, unlike

INSTANTS = int(os.environ.get("FAULT_INSTANTS", "4"))
"""Over all flows; `make test-faults` asks for 320, or every instant of a flow that has fewer."""
FLOWS = ("daily", "imports", "backfill", "forget")
TRIED = FLOWS if INSTANTS >= 2 * len(FLOWS) else ("daily", "forget")
"""A few instants are spent where most requests are made, and where somebody would be left behind."""


@pytest.mark.parametrize("flow", TRIED)
def test_a_kill_at_any_request_is_made_good_by_running_again(flow: str, world: World) -> None:
    """Before a change arrives or after it, before its answer: each report is old or new, and the rerun ends alike.

    The killed run's locks are free after their lease; its machine's disk is not needed again.
    """
    world.begin()
    before = world.reports()
    world.proxy.changes_count = 0
    assert 0 == world.run(flow, world.uri), world.warden.said()
    after, changes = world.reports(), world.proxy.changes_count
    dice = random.Random(f"{SEED} {flow}")  # noqa: S311 - chooses instants
    every = [(instant, fate) for instant in range(1, changes + 1) for fate in ("kill before", "kill after")]
    for instant, fate in sorted(dice.sample(every, k=min(len(every), max(1, INSTANTS // len(FLOWS))))):
        _kill(world, flow, instant, fate)
        now = world.reports()
        mixed = [name for name in {*now, *before, *after} if now.get(name) not in (before.get(name), after.get(name))]
        assert [] == mixed, f"{flow} at change {instant}"
        assert 0 == world.run(flow, world.uri), world.warden.said()
        assert [] == unlike(after, world.reports()), f"{flow} at change {instant}"


def _kill(world: World, flow: str, instant: int, fate: str) -> None:
    """Run the flow from the first day on, and kill it at that change."""
    world.begin()
    world.proxy.changes_count, world.proxy.victim = 0, world.victim
    world.proxy.plan = lambda _method, _path, _number: fate if world.proxy.changes_count == instant else None
    assert KILLED == world.run(flow, world.uri), f"{flow} was not killed at change {instant}"
    world.proxy.plan = lambda *_: None
