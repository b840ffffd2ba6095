"""What a day would read and what that costs, before anything is read: `python -m flows.daily --plan`."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from prefect.artifacts import create_table_artifact
from prefect.client.schemas.objects import State
from prefect.states import Completed

from config.accounts import TrackedAccount, load_accounts
from config.pipeline import Parameters, load_parameters
from config.settings import Settings, load_settings
from flows.clock import moment
from tasks.fetch import budget_of_day, past
from tasks.sources.x_api.budget import Budget
from tasks.sources.x_api.past import Past, Wish
from tasks.sources.x_api.plan import Planned, Terms, plan
from tasks.sources.x_api.plan_text import as_rows, render, totals
from tasks.store.root import DataRoot

ARTIFACT = "reading-plan"


def wishes_of(accounts: Sequence[TrackedAccount]) -> list[Wish]:
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
    return Completed(message=render(rows, budget))


def publish_plan(
    day: date, accounts: Sequence[TrackedAccount], settings: Settings, parameters: Parameters, told: Past
) -> None:
    """Show the plan as an artifact of the run: of what earlier days `told`."""
    rows, budget = _planned(day, accounts, settings, parameters, told)
    described = f"Plan for {day}. {' '.join(totals(rows, budget))}"
    create_table_artifact(key=ARTIFACT, table=as_rows(rows), description=described)


def _planned(
    day: date, accounts: Sequence[TrackedAccount], settings: Settings, parameters: Parameters, told: Past
) -> tuple[list[Planned], Budget]:
    budget = budget_of_day(DataRoot(settings.data_root), day, parameters.budget, parameters.prices)
    has_user = settings.x_api_key is not None
    terms = Terms(parameters.reading, parameters.prices, parameters.budget.account_day_usd, has_user)
    return plan(wishes_of(accounts), told, moment(settings), budget, terms), budget
