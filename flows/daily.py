"""Observes today and reports it: `python -m flows.daily --help`.

Scheduled by `prefect.yaml`; by hand it needs no server.
A day that was read completely asks X nothing when it is run again.
"""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any

from prefect import flow
from prefect.client.schemas.objects import State
from prefect.runtime import flow_run
from prefect.states import Completed

from flows.cli.commands import main
from flows.cli.parameters import ReportDay
from flows.context import RunContext, ends_in_a_state, load_context, refusal_state
from flows.derive import Derivation, judge_accounts, lock_reports, measure_accounts, publish_page, report_accounts
from flows.notify import name_run, notify, show_spend
from flows.observe import answer_notes, fetch_and_stage
from tasks.freshness.observed_days import read_observed_days
from tasks.freshness.plan import PlanRequest, backfill_plan
from tasks.page.run_summary import unread_notes
from tasks.sources.reading import Reading

NOTICED_DAYS = 31
"""How far back a run looks for days that were missed: a month in which the machine slept is noticed whole."""


AS_WISHED = frozenset({None, "level"})
"""Why a reading ends where it was meant to end: at its end, or at the size of the sample that was wanted."""

NO_RIGHT = "forbidden"
"""Why a reading ends that X's access level does not allow (403): the account is read at a lower level."""


def _run_name() -> str:
    return f"daily-{_day_to_report(flow_run.parameters.get('day'))}"


@flow(name="daily", flow_run_name=_run_name)
@ends_in_a_state
def daily(day: ReportDay = None) -> State[Any]:
    """Observe every tracked account and report the day."""
    run, report_day = load_context(), _day_to_report(day)
    readings = fetch_and_stage(run, report_day)
    name_run(f"daily-{report_day}-{_kind(readings)}")
    notes = answer_notes(run, report_day) if readings else []
    if readings and not any(reading.is_complete for reading in readings):
        return _final("nothing was reported", readings, notes)
    first = report_day - timedelta(days=run.parameters.report.lookback_days)
    derivation = Derivation((first, report_day), members_from=report_day, lists=(report_day, report_day))
    with lock_reports(run):
        measured = measure_accounts(run, derivation)
        judged = judge_accounts(run, derivation, measured)
        summary = report_accounts(run, derivation, measured, judged)
    publish_page(run)
    notify(run, summary, [*_unread(readings), *_lowered(readings), *notes, *_missed_days(run, report_day)])
    show_spend(run, report_day)
    return _final(summary, readings, notes)


def _day_to_report(day: date | str | None) -> date:
    if day is None:
        scheduled: datetime = flow_run.scheduled_start_time
        return scheduled.date()
    return date.fromisoformat(day) if isinstance(day, str) else day


def _missed_days(run: RunContext, report_day: date) -> list[str]:
    """What is to be said of the days before that were missed."""
    before = (report_day - timedelta(days=NOTICED_DAYS), report_day - timedelta(days=1))
    freshness = run.parameters.freshness
    observed = read_observed_days(run.root, freshness.maturity_hours)
    return unread_notes(backfill_plan(run.root, before, freshness, PlanRequest(run.now().date()), observed))


def _kind(readings: Sequence[Reading]) -> str:
    """What was done, for the run's name."""
    if not readings:
        return "derived-only"
    return "read" if all(reading.is_complete for reading in readings) else "partly-read"


def _unread(readings: Sequence[Reading]) -> list[str]:
    """Readings that somebody has to look into, each by name."""
    unread = [reading for reading in readings if reading.reason not in AS_WISHED and not _is_lowered(reading)]
    named = (f"{reading.account_id} {reading.subject} ({reading.reason})" for reading in unread)
    return [f"not read: {', '.join(named)}"] if unread else []


def _lowered(readings: Sequence[Reading]) -> list[str]:
    """How many accounts were read at a lower level than was wished, because X does not allow more."""
    lowered = [reading for reading in readings if _is_lowered(reading)]
    if not lowered:
        return []
    accounts = {reading.account_id for reading in lowered}
    named = " and ".join(sorted({reading.subject for reading in lowered}))
    return [f"{len(accounts)} of the accounts read less deeply than wished: X does not allow {named} (403)"]


def _is_lowered(reading: Reading) -> bool:
    return reading.reason == NO_RIGHT and reading.subject != "counts"


def _final(summary: str, readings: Sequence[Reading], notes: Sequence[str]) -> State[Any]:
    unread, said = _unread(readings), "; ".join([summary, *_lowered(readings), *notes])
    return refusal_state("; ".join([*unread, said])) if unread else Completed(message=said)


if __name__ == "__main__":
    main("daily")
