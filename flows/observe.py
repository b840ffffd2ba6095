"""What each network says of the tracked accounts today, planned, fetched and staged."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from prefect.artifacts import create_table_artifact
from prefect.logging import get_logger

from config.refusal import RefusedError
from flows.context import RunContext, result_of, x_access
from tasks.fetch import fetch
from tasks.fetch_bluesky import fetch_bluesky
from tasks.page.next_reading import list_next_prices
from tasks.page.run_summary import rejection_notes
from tasks.schema.frames import frame
from tasks.schema.judgement_tables import DIVERGENCE_EVENTS
from tasks.schema.staged import REJECTIONS
from tasks.schema.urls import is_loopback
from tasks.sources.accounts import Account
from tasks.sources.bluesky.day import BlueskyDay
from tasks.sources.reading import Reading
from tasks.sources.x_api.day import XDay, word_notes
from tasks.sources.x_api.month_plan import MonthBudget, month_plan, render_month
from tasks.sources.x_api.reading_plan import PlanRow, PlanTerms, format_usd, plan_table, plan_totals, reading_plan
from tasks.stage import stage_bluesky, stage_day
from tasks.store.lock import hold_lock
from tasks.store.parquet import Selection, UnreadableFileError

ARTIFACT = "reading-plan"


def fetch_and_stage(run: RunContext, day: date) -> list[Reading]:
    """How far each reading got, unless the day is over: then nothing is read, and only what is staged is reported."""
    if day != run.now().date():
        return []
    with hold_lock(run.root, f"fetch-{day}"):
        free = _of_bluesky(run, day, [account for account in run.accounts if account.network == "bluesky"])
        return [*free, *_of_x(run, day, x_accounts(run))]


def _of_bluesky(run: RunContext, day: date, accounts: Sequence[Account]) -> list[Reading]:
    if not accounts:
        return []
    settings = run.settings
    if settings.clock != "system" and not is_loopback(settings.bluesky_base_url):
        message = "VANITY_GAP_CLOCK may be set only when VANITY_GAP_BLUESKY_BASE_URL is on loopback too"
        raise RefusedError(message)
    bluesky_day = BlueskyDay(run.root, day, run.parameters.bluesky)
    run.step(fetch_bluesky, bluesky_day, accounts, settings.bluesky_base_url, run.now).result()
    run.step(stage_bluesky, bluesky_day).result()
    return bluesky_day.readings()


def _of_x(run: RunContext, day: date, accounts: Sequence[Account]) -> list[Reading]:
    if not accounts:
        return []
    access, x_day = x_access(run), open_x_day(run, day)
    _publish_plan(run, x_day)
    state = run.step(fetch, x_day, accounts, access, run.parameters.reading)
    # What was read before a run was ended stands on disk, and a day's counts cannot be read again tomorrow.
    readings = x_day.readings()
    if any(reading.objects_count for reading in readings):
        run.step(stage_day, x_day, accounts).result()
    result_of(state)
    return readings


def answer_notes(run: RunContext, day: date) -> list[str]:
    """What of the day's answers does not count, and what X did not accept of the questions."""
    rejections = frame(run.tables.staged(REJECTIONS, Selection(days=(day, day))))
    return [*rejection_notes(rejections), *word_notes(run.root)]


def x_accounts(run: RunContext) -> list[Account]:
    """The tracked accounts that are on X."""
    return [account for account in run.accounts if account.network == "x"]


def open_x_day(run: RunContext, day: date, *, is_deciding: bool = False) -> XDay:
    """The day of X, on which plan, fetch, stage and scan work; what stands back to decide rises is there to decide."""
    accounts, budget = x_accounts(run), run.parameters.budget
    deciding_usd = Decimal(0) if is_deciding else budget.for_deciding(_deciding_prices(run, accounts))
    return XDay(run.root, day, budget, run.parameters.prices, len(accounts), deciding_usd=deciding_usd)


def _deciding_prices(run: RunContext, accounts: Sequence[Account]) -> list[Decimal]:
    """USD of the reading that `decide` would buy of each account; none where the reported events cannot be read.

    A day's counts cannot be read again tomorrow, so damaged reports keep no day from being read.
    """
    try:
        events = frame(run.tables.latest(DIVERGENCE_EVENTS))
    except UnreadableFileError as damage:
        get_logger("observe").warning("nothing stands back to decide rises: %s", damage)
        return []
    return list_next_prices(events, {account.handle.lower() for account in accounts})


def describe_reserve(x_day: XDay) -> str:
    """What stands back on the day, before anything else is read."""
    counts = format_usd(x_day.reserve.today + x_day.reserve.month)
    deciding = format_usd(x_day.deciding_usd)
    return (
        f"Before all else stand back {counts} for the counts of this month's days, and {deciding} to decide open rises."
    )


def plan_reading(run: RunContext, x_day: XDay) -> list[PlanRow]:
    """What the day would read and what that costs."""
    return reading_plan(x_accounts(run), x_day.history, run.now(), x_day.budget, _plan_terms(run))


def month_forecast(run: RunContext, x_day: XDay) -> str:
    """What the next 30 days would cost at each level, as text."""
    budget = MonthBudget(x_day.limits, x_day.day, x_day.budget.left, x_day.month_left)
    return render_month(month_plan(x_accounts(run), x_day.history, run.now(), budget, _plan_terms(run)), budget)


def _plan_terms(run: RunContext) -> PlanTerms:
    parameters, has_user = run.parameters, run.settings.x_api_key is not None
    return PlanTerms(parameters.reading, parameters.prices, parameters.budget.account_day_usd, has_user)


def _publish_plan(run: RunContext, x_day: XDay) -> None:
    """Show the plan as an artifact of the run."""
    rows = plan_reading(run, x_day)
    described = f"Plan for {x_day.day}. {' '.join(plan_totals(rows, x_day.budget))}"
    create_table_artifact(key=ARTIFACT, table=plan_table(rows), description=described)
