"""What a day would read and what that costs, before anything is read: `python -m flows.daily --plan`."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from prefect.artifacts import create_table_artifact

from config.accounts import TrackedAccount
from config.pipeline import Pipeline
from config.settings import Settings
from flows.clock import moment
from tasks.fetch import budget_of_day, past
from tasks.sources.x_api.budget import Budget
from tasks.sources.x_api.past import Past, Wish
from tasks.sources.x_api.plan import Planned, Terms, plan
from tasks.sources.x_api.plan_text import as_rows, render, totals
from tasks.store.root import DataRoot

ARTIFACT = "reading-plan"


def wishes_of(accounts: Sequence[TrackedAccount]) -> list[Wish]:
    """What is wished of X for the tracked accounts."""
    return [
        Wish(account.handle, account.level, account.owned, account.engagers, account.budget_usd) for account in accounts
    ]


def plan_text(day: date, accounts: Sequence[TrackedAccount], settings: Settings, numbers: Pipeline) -> str:
    """The day's plan as text; X is not asked and no credentials are needed."""
    rows, budget = _planned(day, accounts, settings, numbers, past(DataRoot(settings.data_root), day))
    return render(rows, budget)


def publish_plan(
    day: date, accounts: Sequence[TrackedAccount], settings: Settings, numbers: Pipeline, told: Past
) -> None:
    """Show the plan as an artifact of the run: of what earlier days `told`."""
    rows, budget = _planned(day, accounts, settings, numbers, told)
    described = f"Plan for {day}. {' '.join(totals(rows, budget))}"
    create_table_artifact(key=ARTIFACT, table=as_rows(rows), description=described)


def _planned(
    day: date, accounts: Sequence[TrackedAccount], settings: Settings, numbers: Pipeline, told: Past
) -> tuple[list[Planned], Budget]:
    budget = budget_of_day(DataRoot(settings.data_root), day, numbers.budget, numbers.prices)
    has_user = settings.x_api_key is not None
    terms = Terms(numbers.reading, numbers.prices, Decimal(numbers.budget.account_day_usd), has_user)
    return plan(wishes_of(accounts), told, moment(settings), budget, terms), budget
