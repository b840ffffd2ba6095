"""Forgets people, purges accounts, and keeps the files in order: `python -m flows.housekeeping --help`.

Nothing is asked of X and nothing is spent.
While it works, no other run reads, stages or reports; whatever was killed is finished by running it again.
"""

import argparse
import sys
from collections.abc import Sequence
from typing import Annotated, Any, Literal

from prefect import flow
from prefect.client.schemas.objects import State
from prefect.runtime import flow_run
from prefect.states import Completed, Failed
from pydantic import Field

from config.refusal import RefusedError
from config.settings import load_settings
from flows.command import exit_after
from flows.context import RunContext, ends_in_a_state, load_context, result_of
from flows.derive import forget_everybody, keep_current
from tasks.maintain import compact_months, expire_pages, purge_account, verify_files
from tasks.maintenance.forget import add_to_forget_list, read_forget_list
from tasks.maintenance.locks import lock_everything
from tasks.store.root import DataRoot

Command = Literal["forget", "purge", "expire", "compact", "verify"]
EXPIRE_DAYS = 90


def _run_name() -> str:
    return f"housekeeping-{flow_run.parameters.get('command', 'verify')}"


@flow(name="housekeeping", flow_run_name=_run_name)
@ends_in_a_state
def housekeeping(
    command: Command = "verify",
    handle: str | None = None,
    days: Annotated[int, Field(ge=1)] = EXPIRE_DAYS,
) -> State[Any]:
    """Keep the data root in order. People who are still to be forgotten are forgotten first, whatever the command.

    Args:
        command: forget: forget everybody on the list `.forget` below the data root, one id or handle a line;
            no parameter names them, because parameters are kept.
            purge: remove everything of a tracked account.
            expire: remove raw pages older than `days`.
            compact: put the staged files of old months together, a file a month; nothing else changes.
            verify: check checksums, keys and counts of every file.
        handle: The tracked account to purge; not used otherwise.
        days: How old raw pages become before they expire, and months before they are put together.
    """
    run = load_context()
    if command == "purge":
        _refuse_tracked(run, handle)
    with lock_everything(run.root):
        left = result_of(forget_everybody(run)) if read_forget_list(run.root) or command == "forget" else ""
        done = _keep_in_order(run, command, handle, days)
    if isinstance(done, State):
        return done
    return Completed(message="; ".join(said for said in (left, done) if said))


def _keep_in_order(run: RunContext, command: Command, handle: str | None, days: int) -> State[Any] | str:
    if command == "verify":
        problems = verify_files(run.root)
        return Failed(message="\n".join(problems)) if problems else "every file is whole"
    if command == "expire":
        return result_of(expire_pages(run.root, run.now().date(), days, return_state=True))
    if command == "compact":
        return result_of(compact_months(run.root, run.now().date(), days, return_state=True))
    if command == "purge":
        state = keep_current(run, lambda: purge_account(run.root, str(handle), run.secret, return_state=True))
        return str(result_of(state))
    return ""


def _refuse_tracked(run: RunContext, handle: str | None) -> None:
    if not handle:
        message = "purge needs the handle of the account"
        raise RefusedError(message)
    if handle.lower().removeprefix("@") in {account.handle.lower() for account in run.accounts}:
        message = f"{handle} is still tracked, so the next day would bring it back: take it out of accounts.toml first"
        raise RefusedError(message)


def _arguments(words: Sequence[str] | None = None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m flows.housekeeping", description=__doc__, epilog="docs/privacy.md says what is kept about whom."
    )
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    forget = commands.add_parser(
        "forget",
        help="take people out of every raw, staged and report file, for ever",
        description="Takes people out of every raw, staged and report file, and lets them in never again. "
        "Without anybody named it finishes what a killed run began. A handle is found only while a raw page names it.",
    )
    forget.add_argument(
        "people", nargs="*", metavar="ID_OR_HANDLE", help="id on X, or handle; `-` reads them from standard input"
    )
    purge = commands.add_parser("purge", help="remove everything of an account that was tracked")
    purge.add_argument("handle", metavar="HANDLE", help="the account, with or without @")
    expire = commands.add_parser("expire", help="remove raw pages that have grown old")
    expire.add_argument(
        "--days", type=int, default=EXPIRE_DAYS, metavar="N", help="older than N days (default: %(default)s)"
    )
    compact = commands.add_parser(
        "compact",
        help="put the staged files of old months together, which reads faster after some years",
        description="Puts the staged files of each month that ended more than N days ago into one file. "
        "Reports stay as they are, and nothing is derived anew because of it.",
    )
    compact.add_argument(
        "--days", type=int, default=EXPIRE_DAYS, metavar="N", help="ended N days ago (default: %(default)s)"
    )
    commands.add_parser("verify", help="check every file; exit code 1 when something is wrong")
    return parser.parse_args(words)


def main() -> None:
    """The command line."""
    given = _arguments()
    if given.command == "forget":
        people = sys.stdin.read().split() if given.people == ["-"] else given.people
        exit_after(lambda: _asked_on_the_command_line(people))
    words = {name: value for name, value in vars(given).items() if name != "people"}
    exit_after(lambda: housekeeping(**words, return_state=True))


def _asked_on_the_command_line(people: Sequence[str]) -> State[Any]:
    if people:
        add_to_forget_list(DataRoot(load_settings().data_root), people)
    state: State[Any] = housekeeping("forget", return_state=True)
    return state


if __name__ == "__main__":
    main()
