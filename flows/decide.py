"""Buys the one reading that would probably tell what explains a rise: `python -m flows.decide --help`.

The reading is that of `next_reading_followers_count` in `divergence_events`: the newest followers of an account whose
followers are not read each day.
"""

from datetime import timedelta
from decimal import Decimal
from typing import Any

from prefect import flow
from prefect.client.schemas.objects import State
from prefect.states import Completed

from config.refusal import RefusedError
from flows.cli.commands import main
from flows.cli.parameters import DecideDryRun, DecideHandle
from flows.context import RunContext, ends_in_a_state, load_context, result_of, x_access
from flows.derive import Derivation, derive, follower_prices, publish_page
from flows.notify import announce_failure, notify
from flows.observe import open_x_day, x_accounts
from tasks.fetch import fetch_newest
from tasks.page.inputs import ReportRow, list_records
from tasks.page.next_reading import describe_change, describe_cost, describe_nothing, select_next_reading
from tasks.schema.frames import frame
from tasks.schema.judgement_tables import DIVERGENCE_EVENTS
from tasks.sources.accounts import Account, find_account
from tasks.sources.x_api.day import XDay
from tasks.sources.x_api.endpoints import USERS_BY
from tasks.stage import stage_day
from tasks.store.lock import hold_lock


@flow(name="decide", flow_run_name="decide-{handle}", on_failure=[announce_failure], on_crashed=[announce_failure])
@ends_in_a_state
def decide(handle: DecideHandle, dry_run: DecideDryRun = False) -> State[Any]:
    """Read the newest followers of an account that would decide its largest rise without a verdict."""
    run = load_context()
    account = _tracked(run, handle)
    if account.network != "x":
        message = f"{account.handle} is on Bluesky, where each day reads the followers for nothing: nothing to decide"
        return Completed(message=message)
    if account.handle.lower() not in follower_prices(run):
        return Completed(message=f"nothing to decide of {account.handle}: its followers are read each day as it is")
    events = _events(run, account)
    event = select_next_reading(events)
    if event is None:
        return Completed(message=describe_nothing(account.handle, events))
    day = run.now().date()
    with hold_lock(run.root, f"fetch-{day}"):
        x_day = open_x_day(run, day, is_deciding=True)
        cost = _cost(run, x_day, account, event)
        if dry_run:
            return Completed(message=f"{describe_cost(event, cost)}; X was not asked")
        _refuse_over_budget(x_day, account, event, cost)
        spent = x_day.spent_usd()
        _read(run, x_day, account, event)
        spent = x_day.spent_usd() - spent
    first = day - timedelta(days=run.parameters.report.lookback_days)
    derive(run, Derivation((first, day), [account.handle]))
    publish_page(run)
    done = describe_change(event, _events(run, account), spent)
    notify(run, done)
    return Completed(message=done)


def _tracked(run: RunContext, handle: str) -> Account:
    account = find_account(run.accounts, handle)
    if account is None:
        handles = ", ".join(sorted(account.handle for account in run.accounts))
        message = f"no account {handle} is tracked: add it to accounts.toml; tracked are {handles}"
        raise RefusedError(message)
    return account


def _events(run: RunContext, account: Account) -> list[ReportRow]:
    """The reported events of the account."""
    events = frame(run.tables.latest(DIVERGENCE_EVENTS))
    return list_records(events[events["handle"].str.lower() == account.handle.lower()])


def _cost(run: RunContext, x_day: XDay, account: Account, event: ReportRow) -> Decimal:
    """What the reading costs today: its followers, and the account's count where it was not read yet."""
    done = {(reading.account_id, reading.subject) for reading in x_day.readings()}
    is_counted = (event["account_id"], "counts") in done
    count = Decimal(0) if is_counted else run.parameters.prices.of_object(USERS_BY, is_owned=False)
    return count + follower_prices(run)[account.handle.lower()] * int(event["next_reading_followers_count"])


def _refuse_over_budget(x_day: XDay, account: Account, event: ReportRow, cost: Decimal) -> None:
    left = x_day.spare_usd(event["account_id"], account.budget_usd)
    if cost > left:
        said = f"{describe_cost(event, cost)}; the budgets leave ${left:,.2f} today"
        message = f"{said}: raise [budget] in pipeline.toml, or budget_usd of the account in accounts.toml"
        raise RefusedError(message)


def _read(run: RunContext, x_day: XDay, account: Account, event: ReportRow) -> None:
    """Fetch and stage; what was read before a run was ended is staged, too."""
    count = int(event["next_reading_followers_count"])
    state = run.step(fetch_newest, x_day, account, x_access(run), count)
    if any(reading.objects_count for reading in x_day.readings()):
        run.step(stage_day, x_day, x_accounts(run)).result()
    result_of(state)


if __name__ == "__main__":
    main("decide")
