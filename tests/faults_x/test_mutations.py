"""Two thousand answers that were changed at random: nothing crashes, loops, overspends or costs another."""

import os
from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pandas as pd
import pytest

from config.pipeline import load_parameters
from config.settings import HERE
from sandbox.serve import Sandbox, serve
from sandbox.settings import Settings
from sandbox.worlds import summer
from tasks.reports.daily import daily_reports
from tasks.schema.check import refuse_problems
from tasks.schema.frames import arrow, empty_frame
from tasks.schema.staged import STAGED_TABLES
from tasks.sources.reading import Reading
from tasks.sources.x_api.day import fetch_day
from tasks.sources.x_api.history import ReadingHistory
from tasks.sources.x_api.pages import page_files
from tests.evaluation.judged import seen
from tests.faults_x.comparing import COMPARED, KEYS, MOMENTS
from tests.faults_x.mutations import Mutator
from tests.faults_x.rough import HANDLES, MORNING, SHORT, Tables, watch_in
from tests.x_api.living import Watch, usd

DAYS, TENTH, BATCH = 800, 10, 10
"""Three answers or so are changed on each day, so 800 days make 2,000 answers and more."""
LEAST_ANSWERS = 15
"""In ten days, of about thirty."""
EVERY = 1 if os.environ.get("VANITY_GAP_FAULTS") == "all" else 30
"""`make test-faults` asks for all; the days of a sample take turns in what TENTH says of them, too."""
SEEDS = range(0, DAYS, EVERY)
REPORTED_EVERY = 100
"""Of the days one in so many is reported too, which takes longer than reading it; of half the days the next is read."""
MOST_REQUESTS = 150
"""A calm day takes a dozen; each list may bring twenty empty pages before it is left, and each fault is repeated."""
ODD, OTHER = HANDLES
PARAMETERS = load_parameters(HERE).measures


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    """The summer, without limits of its own."""
    with serve(summer(11), Settings(moment=MORNING, has_rate_limits=False)) as running:
        yield running


@pytest.fixture(scope="module")
def known(sandbox: Sandbox, tmp_path_factory: pytest.TempPathFactory) -> Tables:
    """The staged rows of the day before, on which everybody was seen."""
    sandbox.reset()
    sandbox.set_clock(MORNING - timedelta(days=1))
    return watch_in(sandbox, tmp_path_factory.mktemp("before"), {}).live()


@pytest.fixture(scope="module")
def calm(sandbox: Sandbox, known: Tables, tmp_path_factory: pytest.TempPathFactory) -> Tables:
    """The day as it would be."""
    sandbox.reset()
    return watch_in(sandbox, tmp_path_factory.mktemp("calm"), known).live()


@pytest.mark.parametrize("first", range(0, len(SEEDS), BATCH))
def test_changed_answers_cost_nobody_else(
    sandbox: Sandbox, known: Tables, calm: Tables, tmp_path: Path, first: int
) -> None:
    """No exception, the other account's day whole, few requests, no more spent than allowed, and the next run heals."""
    found, changed = {}, 0
    for seed in SEEDS[first : first + BATCH]:
        sandbox.reset()
        watch = watch_in(sandbox, tmp_path / str(seed), known)
        # Nothing is slow on purpose here, so that what takes long is a machine that does much else.
        watch.timeouts = (5, 5)
        watch.usd = "0.2" if seed // TENTH % 4 == 1 else "1000"
        mutator = sandbox.service.mutate = Mutator(seed, sandbox, ODD)
        said = list(_problems(watch, calm, seed))
        found |= {seed: [*said, *mutator.changes]} if said else {}
        changed += mutator.answers_count
    assert {} == found
    assert changed >= LEAST_ANSWERS


def _problems(watch: Watch, calm: Tables, seed: int) -> Iterator[str]:
    history = watch.history
    _run(watch, history)
    if (asked := len(page_files(watch.folder / "raw", watch.today))) > MOST_REQUESTS:
        yield f"{asked} requests"
    tables = _staged(watch, history)
    if usd(tables["api_spend"]) > Decimal(watch.usd):
        yield f"{usd(tables['api_spend'])} spent of {watch.usd}"
    if watch.usd == "1000":
        yield from _lost(watch, calm, tables)
    if seed % REPORTED_EVERY == 0:
        _report(watch, tables)
    watch.sandbox.service.mutate = lambda _, body: body
    watch.usd = "1000"
    if seed // TENTH % 2:
        return
    again = _run(watch, history)
    unread = [entry for entry in again if not entry.is_complete and entry.reason not in {"loop", "short"}]
    if bad := [entry for entry in unread if entry.subject == "counts"]:
        yield f"the second run has not healed {bad}"
    yield from _lost(watch, calm, _staged(watch, history))
    watch.close_day(history)
    if bad := [entry for entry in _run(watch, watch.history) if not entry.is_complete]:
        yield f"the next day says {bad}"


def _run(watch: Watch, history: ReadingHistory) -> list[Reading]:
    return fetch_day(watch.session(), watch.accounts, history, SHORT)


def _staged(watch: Watch, history: ReadingHistory) -> Tables:
    tables = watch.staged(history)
    for table in STAGED_TABLES:
        if table.name in tables:
            refuse_problems(table, arrow(table, tables[table.name]))
    return tables


def _lost(watch: Watch, calm: Tables, tables: Tables) -> Iterator[str]:
    """The tables in which the other account's rows are not those of the calm day."""
    other = str(watch.sandbox.world.account(OTHER).id)
    for name in COMPARED:
        one, two = (
            rows[rows["account_id"] == other].drop(columns=MOMENTS, errors="ignore").sort_values(KEYS[name])
            for rows in (calm[name], tables[name])
        )
        if not one.reset_index(drop=True).equals(two.reset_index(drop=True)):
            yield f"{name} of {OTHER} differs"


def _report(watch: Watch, tables: Tables) -> None:
    """Every daily report of the day; an exception is the failure."""
    empty = {table.name: empty_frame(table) for table in STAGED_TABLES}
    days = {name: pd.concat([*watch.tables[name], rows], ignore_index=True) for name, rows in tables.items()}
    daily_reports(seen(empty | days), (watch.today - timedelta(days=1), watch.today), PARAMETERS)
