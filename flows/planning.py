"""What a day would read and what that costs, before anything is read: `python -m flows.daily --plan`."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from prefect.artifacts import create_table_artifact
from prefect.client.schemas.objects import State
from prefect.states import Completed

from config.accounts import load_accounts
from config.pipeline import Parameters, load_parameters
from config.settings import Settings, load_settings
from flows.clock import moment
from tasks.fetch import budget_of_day, past
from tasks.sources.accounts import Account
from tasks.sources.x_api.history import ReadingHistory, Wish
from tasks.sources.x_api.parameters import Budget
from tasks.sources.x_api.reading_plan import PlanRow, PlanTerms, plan_table, plan_totals, reading_plan, render_plan
from tasks.store.root import DataRoot

ARTIFACT = "reading-plan"


def wishes_of(accounts: Sequence[Account]) -> list[Wish]:
    """What is wished of X for those of the tracked accounts that are there."""
    return [
        Wish(
            account.handle,
            account.level,
            account.owned,
            account.engagers,
            account.budget_usd,
            with_authors=account.authors,
            with_likers=account.likers,
        )
        for account in accounts
        if account.network == "x"
    ]


def plan_of_today() -> State[Any]:
    """Today's plan as text; X is not asked, no credentials are needed, and nothing is written."""
    settings = load_settings()
    parameters, accounts = load_parameters(settings.config_dir), load_accounts(settings.config_dir)
    day = moment(settings).date()
    rows, budget = _planned(day, accounts, settings, parameters, past(DataRoot(settings.data_root), day))
    return Completed(message=render_plan(rows, budget))


def publish_plan(
    day: date, accounts: Sequence[Account], settings: Settings, parameters: Parameters, told: ReadingHistory
) -> None:
    """Show the plan as an artifact of the run: of what earlier days `told`."""
    rows, budget = _planned(day, accounts, settings, parameters, told)
    described = f"Plan for {day}. {' '.join(plan_totals(rows, budget))}"
    create_table_artifact(key=ARTIFACT, table=plan_table(rows), description=described)


def _planned(
    day: date, accounts: Sequence[Account], settings: Settings, parameters: Parameters, told: ReadingHistory
) -> tuple[list[PlanRow], Budget]:
    budget = budget_of_day(DataRoot(settings.data_root), day, parameters.budget, parameters.prices)
    has_user = settings.x_api_key is not None
    terms = PlanTerms(parameters.reading, parameters.prices, parameters.budget.account_day_usd, has_user)
    return reading_plan(wishes_of(accounts), told, moment(settings), budget, terms), budget
