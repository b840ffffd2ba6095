"""Reads whole follower lists: who is gone, and whether X lists in follow order: `python -m flows.full_scan --help`.

Scheduled weekly; a list that the day's budget does not reach is gone on with on the next run.
"""

import argparse
from functools import partial
from typing import Any

from prefect import flow
from prefect.client.schemas.objects import State
from prefect.states import Completed

from config.accounts import load_accounts
from config.pipeline import load_parameters
from config.refusal import RefusedError
from config.settings import load_settings
from flows.clock import moment
from flows.command import exit_after
from flows.context import x_access
from flows.outcome import passed_on, refused
from tasks.full_scan import scan_lists
from tasks.sources.x_api.day import XDay
from tasks.store.lock import locked
from tasks.store.root import DataRoot


@flow(name="full-scan", flow_run_name="full-scan")
def full_scan() -> State[Any]:
    """Read the whole list of every account at level full whose last scan is a week old; then say who is gone."""
    try:
        settings = load_settings()
        parameters = load_parameters(settings.config_dir)
        accounts = [account for account in load_accounts(settings.config_dir) if account.network == "x"]
        root, day = DataRoot(settings.data_root), moment(settings).date()
        with locked(root, f"fetch-{day}"):
            access = x_access(settings)
            x_day = XDay(root, day, parameters.budget, parameters.prices)
            state = scan_lists(x_day, accounts, access, parameters.reading.scan_days, return_state=True)
    except RefusedError as problem:
        return refused(problem)
    if not state.is_completed():
        return passed_on(state)
    notes: list[str] = state.result()
    return Completed(message="; ".join(notes) or "no account is at level full")


def main() -> None:
    """The command line."""
    argparse.ArgumentParser(prog="python -m flows.full_scan", description=__doc__).parse_args()
    exit_after(partial(full_scan, return_state=True))


if __name__ == "__main__":
    main()
