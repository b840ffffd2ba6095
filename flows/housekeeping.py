"""Forgets people, purges accounts, and keeps the files in order: `python -m flows.housekeeping --help`.

Nothing is asked of X and nothing is spent, but for `comply`, which looks up who is gone from there.
While it works, no other run reads, stages or reports; whatever was killed is finished by running it again.
"""

from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import Annotated, Any

from prefect import flow
from prefect.client.schemas.objects import State
from prefect.runtime import flow_run
from prefect.states import Completed, Failed
from pydantic import Field

from config.refusal import RefusedError
from config.settings import load_settings
from flows.backfill import backfill
from flows.cli.commands import main
from flows.cli.parameters import COMPLY_USD, EXPIRE_DAYS, AgeDays, Command, LookUpUsd, PurgeHandle
from flows.context import RunContext, data_root, ends_in_a_state, load_context, result_of, x_access
from flows.derive import forget_everybody, keep_current, migrate_files, publish_page
from flows.notify import announce_failure
from flows.observe import open_x_day
from tasks.compliance import list_gone_people
from tasks.freshness.ledger import report_days
from tasks.maintain import compact_months, expire_pages, purge_account, repair_files, rotate_secret, verify_files
from tasks.maintenance.forget import add_to_forget_list, read_forget_list
from tasks.maintenance.locks import lock_everything
from tasks.store.lock import hold_lock
from tasks.store.secret import ROTATION


def _run_name() -> str:
    return f"housekeeping-{flow_run.parameters.get('command', 'verify')}"


@flow(name="housekeeping", flow_run_name=_run_name, on_failure=[announce_failure], on_crashed=[announce_failure])
@ends_in_a_state
def housekeeping(
    command: Command = "verify",
    handle: PurgeHandle = None,
    days: Annotated[AgeDays, Field(ge=1)] = EXPIRE_DAYS,
    usd: Annotated[LookUpUsd, Field(ge=0, allow_inf_nan=False)] = COMPLY_USD,
) -> State[Any]:
    """Keep the data root in order. People who are still to be forgotten are forgotten first, whatever the command."""
    done: State[Any] | str = _finish_rotation() if command == "rotate" else ""
    run, left = load_context(), ""
    if command == "purge":
        _refuse_tracked(run, handle)
    looked_up = _look_up_people(run, usd) if command == "comply" else ""
    if not done:
        with lock_everything(run.root):
            migrate_files(run)
            left = _finish_forgetting(run, command)
            done = _keep_in_order(run, command, handle, days)
    if command == "rotate":
        publish_page(run)
    if isinstance(done, State):
        return done
    if command == "repair" and (reported := report_days(run.root)):
        # Outside the locks, which the backfill takes itself.
        derived = backfill(min(reported), max(reported), force=True, yes=True, return_state=True)
        if not derived.is_completed():
            return Failed(message=f"{done}; {derived.message}")
        done = f"{done}; {derived.message}"
    return Completed(message="; ".join(said for said in (looked_up, left, done) if said))


def _look_up_people(run: RunContext, usd: float) -> str:
    """What was found, under the lock of the day's reading; those who are gone from X stand on the list then."""
    day = run.now().date()
    with hold_lock(run.root, f"fetch-{day}"):
        return result_of(list_gone_people(open_x_day(run, day), x_access(run), Decimal(str(usd)), return_state=True))


def _finish_forgetting(run: RunContext, command: Command) -> str:
    """What was done about those on the list; what could not be done ends no other command than those that ask."""
    if command != "forget" and not read_forget_list(run.root):
        return ""
    state = forget_everybody(run)
    return str(result_of(state) if command in {"forget", "comply"} or state.is_completed() else state.message)


def ask_to_forget(people: Sequence[str]) -> State[Any]:
    """Put the people on the list of those to be forgotten, and forget everybody on it."""
    if people:
        add_to_forget_list(data_root(load_settings()), people)
    state: State[Any] = housekeeping("forget", return_state=True)
    return state


def _finish_rotation() -> str:
    """Finish a new secret that a killed run left, before which no other command may read the old one."""
    root = data_root(load_settings())
    if not root.exists(ROTATION):
        return ""
    with lock_everything(root):
        return str(result_of(rotate_secret(root, return_state=True)))


def _keep_in_order(run: RunContext, command: Command, handle: str | None, days: int) -> State[Any] | str:
    if command == "verify":
        problems = verify_files(run.root)
        return Failed(message="\n".join(problems)) if problems else "every file is whole"
    root, today = run.root, run.now().date()
    act: dict[Command, Callable[[], State[Any]]] = {
        "repair": lambda: repair_files(root, return_state=True),
        "rotate": lambda: rotate_secret(root, return_state=True),
        "expire": lambda: expire_pages(root, today, days, return_state=True),
        "compact": lambda: compact_months(root, today, days, return_state=True),
        "purge": lambda: keep_current(run, lambda: purge_account(root, str(handle), run.secret, return_state=True)),
    }
    return str(result_of(act[command]())) if command in act else ""


def _refuse_tracked(run: RunContext, handle: str | None) -> None:
    if not handle:
        message = "purge needs the handle of the account"
        raise RefusedError(message)
    if handle.lower().removeprefix("@") in {account.handle.lower() for account in run.accounts}:
        message = f"{handle} is still tracked, so the next day would bring it back: take it out of accounts.toml first"
        raise RefusedError(message)


if __name__ == "__main__":
    main("housekeeping")
