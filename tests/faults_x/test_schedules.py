"""A thousand ways in which a day with X goes wrong, over HTTP: after recovery it is the day that would have been."""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pandas as pd
import pytest

from sandbox.serve import Sandbox, serve
from sandbox.settings import Settings
from sandbox.worlds import summer
from tasks.sources.x_api.day import fetch_day
from tasks.sources.x_api.problems import RunEndedError
from tests.faults_x.comparing import problems
from tests.faults_x.rough import MORNING, SHORT, Lived, Tables, rough, watch_in
from tests.faults_x.schedules import LOSSY, Schedule, schedule
from tests.x_api.living import usd

SCHEDULES = 1_000
BATCH = 20
EVERY = 1 if os.environ.get("VANITY_GAP_FAULTS") == "all" else 20
"""`make test-faults` asks for all."""
SEEDS = range(0, SCHEDULES, EVERY)
SEED = 11


@dataclass(frozen=True)
class Reference:
    """The day before, and the two days without faults."""

    base: Tables
    day: Lived
    after: Lived


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    """The summer, without limits of its own."""
    with serve(summer(SEED), Settings(moment=MORNING, has_rate_limits=False)) as running:
        yield running


@pytest.fixture(scope="module")
def references(sandbox: Sandbox, tmp_path_factory: pytest.TempPathFactory) -> dict[bool, Reference]:
    """The calm days: begun with nobody known, and with everybody."""
    return {is_first: _reference(sandbox, tmp_path_factory.mktemp("calm"), is_first) for is_first in (True, False)}


def _reference(sandbox: Sandbox, folder: Path, is_first: bool) -> Reference:
    sandbox.reset()
    watch = watch_in(sandbox, folder, {})
    base: Tables = {}
    if not is_first:
        sandbox.set_clock(MORNING - timedelta(days=1))
        base = watch.live()
    return Reference(base, *(_calm_day(watch.live()) for _ in range(2)))


def _calm_day(tables: Tables) -> Lived:
    return Lived(tables, None, usd(tables["api_spend"]))


@pytest.mark.parametrize("first", range(0, len(SEEDS), BATCH))
def test_a_rough_day_is_the_calm_day_in_the_end(
    sandbox: Sandbox, references: dict[bool, Reference], tmp_path: Path, first: int
) -> None:
    """Nothing is lost or counted twice, no budget exceeded, nothing paid needlessly, and the ledger is the bill."""
    found: dict[str, list[str]] = {}
    for seed in SEEDS[first : first + BATCH]:
        plan = schedule(seed)
        reference = references[plan.is_first_day]
        sandbox.reset()
        lived = rough(sandbox, tmp_path / str(seed), reference.base, plan)
        said = [*problems(reference.day, reference.after, lived, plan), *_unbilled(sandbox, lived, plan)]
        found |= {str(plan): said} if said else {}
    assert {} == found


def _unbilled(sandbox: Sandbox, lived: Lived, plan: Schedule) -> Iterator[str]:
    billed = round(sandbox.spent_usd(), 4)
    # What arrived in the instant of a kill is paid for, and X may leave it out when it is asked again.
    is_lost = plan.killed_after is not None and plan.has(LOSSY) and billed > float(lived.dollars)
    if billed != round(float(lived.dollars), 4) and not is_lost:
        yield f"the ledger says {lived.dollars}, the bill {billed}"


@pytest.mark.parametrize("fault", ["usage_capped", "credits_depleted", "unauthorized"])
def test_nothing_is_asked_after_the_end(sandbox: Sandbox, tmp_path: Path, fault: str) -> None:
    """The answer that ends the run is the last: one sentence that says what to do, and no further request."""
    sandbox.reset()
    watch = watch_in(sandbox, tmp_path, {})
    sandbox.inject(fault, "timeline", times=50)
    with pytest.raises(RunEndedError, match="X") as caught:
        fetch_day(watch.session(), watch.accounts, watch.history, SHORT)
    assert 49 == sandbox.service.faults.waiting()[0].times
    assert 1 == str(caught.value).count("\n") + 1
    pages = pd.Series([path.name for path in tmp_path.rglob("*.json")])
    assert pages.str.startswith("timeline").sum() == 1
