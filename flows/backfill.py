"""Derives the missing and stale reports of a range of days from what was observed: `python -m flows.backfill --help`.

X is asked nothing and nothing is spent; what nobody observed stays unknown.
What has to be run is read off the ledger below the data root, so that running again resumes, and repeats nothing.
"""

from collections.abc import Sequence
from datetime import date
from typing import Any

from prefect import Flow, flow
from prefect.client.schemas.objects import State
from prefect.logging import get_run_logger
from prefect.runtime import flow_run
from prefect.states import Completed, Failed

from config.refusal import RefusedError
from flows.cli.commands import main
from flows.cli.parameters import (
    LONGEST_RANGE,
    MAX_DAYS,
    AccountNames,
    DryRun,
    FirstDay,
    Force,
    LastDay,
    LongRange,
    MaxDays,
    Order,
)
from flows.context import RunContext, ends_in_a_state, load_context, refuse_impossible
from flows.derive import Derivation, derive, publish_page
from flows.notify import announce_failure, notify, show_plan
from tasks.freshness.observed_days import account_ids, read_observed_days
from tasks.freshness.plan import DayPlan, PlanRequest, backfill_plan, count_states, ranges_to_derive
from tasks.page.run_summary import unread_notes
from tasks.schema.months import Days, each_day, months
from tasks.store.lock import LockedError


def _run_name() -> str:
    given = flow_run.parameters
    kind = "plan" if given.get("dry_run") else "backfill"
    return f"{kind}-{given['start']}-{given['end']}"


@flow(name="backfill", flow_run_name=_run_name, on_failure=[announce_failure], on_crashed=[announce_failure])
@ends_in_a_state
def backfill(  # noqa: PLR0913 - these are the fields of the form on the server
    start: FirstDay,
    end: LastDay,
    accounts: AccountNames = None,
    *,
    dry_run: DryRun = False,
    force: Force = False,
    order: Order = "oldest_first",
    max_days: MaxDays = MAX_DAYS,
    yes: LongRange = False,
) -> State[Any]:
    """Derive the reports from `start` to `end` that are missing or stale, from staged tables and configuration alone.

    Shows the plan first. X is asked nothing: a past count that nobody read stays unknown.
    """
    run = load_context()
    today = run.now().date()
    _refuse_range(start, end, today)
    if not yes:
        _refuse_long(start, end)
    freshness = run.parameters.freshness
    observed = read_observed_days(run.root, run.parameters.engagement)
    ids = None if accounts is None else account_ids(observed, accounts)
    plans = backfill_plan(run.root, (start, end), freshness, PlanRequest(today, ids, force), observed)
    show_plan(plans)
    _refuse_plan(plans, len(plans) if yes else max_days)
    if dry_run:
        return Completed(message=f"planned, nothing was run: {count_states(plans)}")
    due = {plan.day for plan in plans if plan.is_run}
    ranges = ranges_to_derive(plans, newest_first=order == "newest_first")
    failed = [day for day in _derive_ranges(_derive_flow(run), ranges, accounts) if day in due]
    publish_page(run)
    done = _done(plans, failed)
    after = backfill_plan(run.root, (start, end), freshness, PlanRequest(today, ids), observed)
    notify(run, done, unread_notes(after))
    return Failed(message=done) if failed else Completed(message=done)


DeriveFlow = Flow[[date, date, list[str] | None], State[Any]]


def _derive_flow(run: RunContext) -> DeriveFlow:
    """The flow of one range, which shares the run's context: parameters of a flow stand on the server."""

    @flow(name="derive", flow_run_name="derive-{first}-{last}")
    @ends_in_a_state
    def derive_days(first: FirstDay, last: LastDay, accounts: AccountNames = None) -> State[Any]:
        """Derive every report from `first` to `last`: one range of a backfill."""
        return Completed(message=derive(run, Derivation((first, last), accounts)))

    return derive_days


def _refuse_range(start: date, end: date, today: date) -> None:
    if start > end:
        message = f"start {start} lies after end {end}: give the earlier day as start"
        raise RefusedError(message)
    refuse_impossible("start", start, today)
    refuse_impossible("end", end, today)


def _refuse_long(start: date, end: date) -> None:
    number = (end - start).days + 1
    if number > LONGEST_RANGE:
        message = f"{start} to {end} are {number} days, more than {LONGEST_RANGE}: look at the years, or add --yes"
        raise RefusedError(message)


def _refuse_plan(plans: Sequence[DayPlan], max_days: int) -> None:
    if all(not plan.sources and not plan.unknown_count for plan in plans):
        first, last = plans[0].day, plans[-1].day
        message = f"nothing was observed from {first} to {last}, so there is nothing to report"
        raise RefusedError(message)
    number = sum(plan.is_run for plan in plans)
    if number > max_days:
        message = f"{number} days would be derived, more than max_days {max_days}: give a shorter range or add --yes"
        raise RefusedError(message)


def _derive_ranges(derive_days: DeriveFlow, ranges: Sequence[Days], accounts: list[str] | None) -> list[date]:
    """Derive range by range; the days that failed even alone. A failed range does not stop the others."""
    return [day for days in ranges for day in _derive_range(derive_days, days, accounts)]


def _derive_range(derive_days: DeriveFlow, days: Days, accounts: list[str] | None) -> list[date]:
    state = derive_days(*days, accounts, return_state=True)
    if state.is_completed():
        return []
    every = each_day(days)
    # Another run holds the lock: asking for it once per day would wait once per day.
    if len(every) == 1 or isinstance(state.result(raise_on_failure=False), LockedError):
        return every
    parts = months(days)
    if len(parts) == 1:
        parts = [(day, day) for day in every]
    get_run_logger().warning("%s to %s failed together, so parts of it are tried alone", *days)
    return _derive_ranges(derive_days, parts, accounts)


def _done(plans: Sequence[DayPlan], failed: Sequence[date]) -> str:
    number = sum(plan.is_run for plan in plans) - len(failed)
    said = f"{number} days derived from {plans[0].day} to {plans[-1].day} (before: {count_states(plans)})"
    if not failed:
        return said
    return f"{said}; failed, see their runs: {', '.join(map(str, failed))}"


if __name__ == "__main__":
    main("backfill")
