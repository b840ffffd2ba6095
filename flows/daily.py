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
from prefect.states import Completed, Failed

from flows.cli.commands import main
from flows.cli.parameters import ReportDay
from flows.context import RunContext, ends_in_a_state, load_context, refusal_state, refuse_impossible
from flows.derive import Derivation, judge_accounts, lock_reports, measure_accounts, publish_page, report_accounts
from flows.notify import announce_failure, name_run, notify, show_outcomes, show_spend, tell_day
from flows.observe import answer_notes, fetch_and_stage
from tasks.freshness.due_days import first_due_day
from tasks.freshness.observed_days import read_observed_days
from tasks.freshness.plan import DayPlan, PlanRequest, backfill_plan
from tasks.page.day_outcome import account_outcomes, is_lowered, unread_sentence, unread_share
from tasks.page.run_summary import catch_up_notes, is_counted, unread_days, unread_notes
from tasks.sources.reading import Reading

NOTICED_DAYS = 31
"""How far back a run looks for days that were missed: a month in which the machine slept is noticed whole."""
CATCH_UP_DAYS = 400
"""How far back a run derives what was never derived: a year and its windows; what is older is left to a backfill."""
MISSED = "Missed"
"""The name of the failed state of a day that nobody read, and nobody can read any more."""


def _run_name() -> str:
    return f"daily-{_day_to_report(flow_run.parameters.get('day'))}"


@flow(name="daily", flow_run_name=_run_name, on_failure=[announce_failure], on_crashed=[announce_failure])
@ends_in_a_state
def daily(day: ReportDay = None) -> State[Any]:
    """Observe every tracked account and report the day."""
    run = load_context()
    with run.root.snapshot():
        return _observe_and_report(run, _day_to_report(day))


def _observe_and_report(run: RunContext, report_day: date) -> State[Any]:
    refuse_impossible("day", report_day, run.now().date())
    readings = fetch_and_stage(run, report_day)
    outcomes = account_outcomes(readings)
    name_run(f"daily-{report_day}-{_kind(readings)}")
    notes = answer_notes(run, report_day) if readings else []
    if readings and not any(reading.is_complete for reading in readings):
        return refusal_state("; ".join([unread_sentence(outcomes), "nothing was reported", *notes]))
    derivation = _derivation(run, report_day)
    with lock_reports(run):
        measured = measure_accounts(run, derivation)
        judged = judge_accounts(run, derivation, measured)
        summary = report_accounts(run, derivation, measured, judged)
    publish_page(run)
    plans = _plans(run, report_day)
    unread = filter(None, [unread_sentence(outcomes)])
    caught_up = catch_up_notes(derivation.days[0], report_day - _lookback(run))
    notify(run, summary, [*unread, *_lowered(readings), *notes, *caught_up, *unread_notes(plans[:-1])])
    show_outcomes(run, report_day, outcomes)
    show_spend(run, report_day)
    is_missed = not readings and not is_counted(plans[-1])
    tell_day(run, [*unread_days(plans[:-1]), *([report_day] if is_missed else [])])
    if is_missed:
        return Failed(name=MISSED, message=f"nobody was read on {report_day}, and nobody can be any more; {summary}")
    return _final(summary, readings, notes, run.parameters.run.failed_share)


def _day_to_report(day: date | str | None) -> date:
    if day is None:
        scheduled: datetime = flow_run.scheduled_start_time
        return scheduled.date()
    return date.fromisoformat(day) if isinstance(day, str) else day


def _derivation(run: RunContext, report_day: date) -> Derivation:
    """The last days, which a run completes, and whatever before them could be known and was never derived."""
    observed = read_observed_days(run.root, run.parameters.engagement)
    due = first_due_day(run.root, observed, (report_day - timedelta(days=CATCH_UP_DAYS), report_day)) or report_day
    first = min(due, report_day - _lookback(run))
    return Derivation((first, report_day), lists=(report_day, report_day))


def _lookback(run: RunContext) -> timedelta:
    return timedelta(days=run.parameters.report.lookback_days)


def _plans(run: RunContext, report_day: date) -> list[DayPlan]:
    """How the day and those before it stand: what was missed, and what could be filled."""
    noticed = (report_day - timedelta(days=NOTICED_DAYS), report_day)
    freshness = run.parameters.freshness
    observed = read_observed_days(run.root, run.parameters.engagement)
    return backfill_plan(run.root, noticed, freshness, PlanRequest(run.now().date()), observed)


def _kind(readings: Sequence[Reading]) -> str:
    """What was done, for the run's name."""
    if not readings:
        return "derived-only"
    return "read" if all(reading.is_complete for reading in readings) else "partly-read"


def _lowered(readings: Sequence[Reading]) -> list[str]:
    """How many accounts were read at a lower level than was wished, because X does not allow more."""
    lowered = [reading for reading in readings if is_lowered(reading)]
    if not lowered:
        return []
    accounts = {reading.account_id for reading in lowered}
    named = " and ".join(sorted({reading.subject for reading in lowered}))
    return [f"{len(accounts)} of the accounts read less deeply than wished: X does not allow {named} (403)"]


def _final(summary: str, readings: Sequence[Reading], notes: Sequence[str], failed_share: float) -> State[Any]:
    """Completed, naming who was not read; failed when that is more than a share of the accounts."""
    outcomes = account_outcomes(readings)
    said = "; ".join(filter(None, [unread_sentence(outcomes), summary, *_lowered(readings), *notes]))
    return Failed(message=said) if unread_share(outcomes) > failed_share else Completed(message=said)


if __name__ == "__main__":
    main("daily")
