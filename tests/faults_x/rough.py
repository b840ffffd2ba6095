"""Living a day on which things go wrong, run after run, until it is read."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pandas as pd

from sandbox.serve import Sandbox
from tasks.sources.reading import Reading
from tasks.sources.x_api.day import fetch_day
from tasks.sources.x_api.history import ReadingHistory
from tasks.sources.x_api.problems import RunEndedError, XError
from tasks.sources.x_api.readings import GAPS_FILE, READINGS_FILE
from tests.faults_x.schedules import SECONDS, Schedule
from tests.x_api.living import NUMBERS, Watch, tracked, usd

MORNING = datetime(2026, 7, 7, 6, tzinfo=UTC)
HANDLES = ("quiet_quinn", "mentioned_mia")
SHORT = replace(NUMBERS, first_days=12)
"""As configured, but a first day reads less than two weeks of posts, so that a thousand days take minutes."""
ENOUGH = "1000"
MOST_RUNS = 12
TIMEOUT = 0.2

Tables = Mapping[str, pd.DataFrame]


class KilledError(BaseException):
    """The process is gone."""


@dataclass(frozen=True)
class Lived:
    """What a day was in the end: its staged tables, those of the next day where midnight cut it, and dollars."""

    tables: Tables
    next_day: Tables | None
    dollars: Decimal


def watch_in(sandbox: Sandbox, folder: Path, base: Tables) -> Watch:
    """Somebody who watches three accounts and who engages with them, and knows the staged rows of a base day."""
    accounts = [tracked(handle, engagers=True) for handle in HANDLES]
    watch = Watch(sandbox, folder, accounts, usd=ENOUGH, timeouts=(5, TIMEOUT), numbers=SHORT)
    for name, rows in base.items():
        watch.tables[name].append(rows)
    return watch


def rough(sandbox: Sandbox, folder: Path, base: Tables, plan: Schedule) -> Lived:
    """The day with the schedule's faults: run again until every reading got to its end, as a schedule would."""
    watch = watch_in(sandbox, folder, base)
    history, day = watch.history, watch.today
    for trouble in plan.troubles:
        details = {"times": trouble.times, "after": trouble.after, "amount": trouble.amount}
        sandbox.inject(trouble.name, trouble.endpoint, seconds=SECONDS, **details)
    clock = watch.now if plan.killed_after is None else _killing(watch.now, plan.killed_after)
    # In the other words X names no authors but for money, so that this reading ends without them.
    ends = frozenset({"no_authors"} if plan.has(("other_vocabulary",)) else ())
    _read_to_the_end(watch, history, clock, plan.usd or ENOUGH, ends)
    tables = watch.staged(history, day)
    if watch.today == day:
        return Lived(tables, None, usd(tables["api_spend"]))
    return _after_midnight(watch, day, tables, ends)


def _after_midnight(watch: Watch, day: date, tables: Tables, ends: frozenset[str]) -> Lived:
    """The next day, read in the morning, by what the cut one left."""
    for name, rows in tables.items():
        watch.tables[name].append(rows)
    watch.sandbox.service.faults.clear()
    watch.sandbox.set_clock(MORNING + timedelta(days=(watch.today - MORNING.date()).days))
    history = watch.history
    _read_to_the_end(watch, history, watch.now, ENOUGH, ends)
    following = watch.staged(history)
    cut = usd(tables["api_spend"])
    assert day < watch.today
    return Lived(tables, following, cut + usd(following["api_spend"]))


def _read_to_the_end(
    watch: Watch, history: ReadingHistory, clock: Callable[[], datetime], dollars: str, ends: frozenset[str]
) -> None:
    """Run until each reading is complete, or not so for a reason that ends it."""
    day = watch.today
    is_read = _run(watch, history, clock, dollars, ends)
    for _ in range(MOST_RUNS):
        if is_read or watch.today != day:
            return
        is_read = _run(watch, history, watch.now, ENOUGH, ends)
    message = "the day was never read to its end"
    raise AssertionError(message)


def _run(
    watch: Watch, history: ReadingHistory, clock: Callable[[], datetime], dollars: str, ends: frozenset[str]
) -> bool:
    """One run; whether every reading got to its end. The day never costs more than the run was allowed."""
    watch.usd = dollars
    readings: list[Reading] = []
    try:
        readings = fetch_day(watch.session(clock=clock), watch.accounts, history, SHORT)
    except XError as problem:
        if isinstance(problem, RunEndedError):
            watch.sandbox.set_credits(None)
    except KilledError:
        _forget_what_was_written_last(watch)
    spent = watch.sandbox.spent_usd()
    assert spent <= float(dollars) + 1e-9, f"{spent} spent of {dollars}"
    return bool(readings) and all(reading.is_complete or reading.reason in ends for reading in readings)


def _forget_what_was_written_last(watch: Watch) -> None:
    """A process that is killed does not write how far it got, as one that is interrupted does."""
    for name in (READINGS_FILE, GAPS_FILE):
        for path in (watch.folder / "raw").glob(f"dt={watch.today}/{name}"):
            path.unlink()


def _killing(clock: Callable[[], datetime], most: int) -> Callable[[], datetime]:
    """A clock that ends the process when it was read too often."""
    read = 0

    def killed() -> datetime:
        nonlocal read
        read += 1
        if read > most:
            raise KilledError
        return clock()

    return killed
