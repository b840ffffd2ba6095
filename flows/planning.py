"""What a day would read and what that costs, before anything is read: `python -m flows.daily --plan`."""

from collections.abc import Sequence
from typing import Any

from prefect.artifacts import create_table_artifact
from prefect.client.schemas.objects import State
from prefect.states import Completed

from config.accounts import load_accounts
from config.pipeline import Parameters, load_parameters
from config.settings import Settings, load_settings
from flows.clock import moment
from tasks.sources.accounts import Account
from tasks.sources.x_api.day import XDay
from tasks.sources.x_api.reading_plan import PlanRow, PlanTerms, plan_table, plan_totals, reading_plan, render_plan
from tasks.store.root import DataRoot

ARTIFACT = "reading-plan"


def plan_of_today() -> State[Any]:
    """Today's plan as text; X is not asked, no credentials are needed, and nothing is written."""
    settings = load_settings()
    parameters, accounts = load_parameters(settings.config_dir), load_accounts(settings.config_dir)
    root, day = DataRoot(settings.data_root), moment(settings).date()
    x_day = XDay(root, day, parameters.budget, parameters.prices)
    return Completed(message=render_plan(_plan(x_day, accounts, settings, parameters), x_day.budget))


def publish_plan(x_day: XDay, accounts: Sequence[Account], settings: Settings, parameters: Parameters) -> None:
    """Show the plan as an artifact of the run."""
    rows = _plan(x_day, accounts, settings, parameters)
    described = f"Plan for {x_day.day}. {' '.join(plan_totals(rows, x_day.budget))}"
    create_table_artifact(key=ARTIFACT, table=plan_table(rows), description=described)


def _plan(x_day: XDay, accounts: Sequence[Account], settings: Settings, parameters: Parameters) -> list[PlanRow]:
    has_user = settings.x_api_key is not None
    terms = PlanTerms(parameters.reading, parameters.prices, parameters.budget.account_day_usd, has_user)
    on_x = [account for account in accounts if account.network == "x"]
    return reading_plan(on_x, x_day.history, moment(settings), x_day.budget, terms)
