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
from flows.credentials import door
from flows.outcome import passed_on, refused
from flows.planning import wishes_of
from tasks.full_scan import scan
from tasks.store.lock import locked
from tasks.store.root import DataRoot


@flow(name="full-scan", flow_run_name="full-scan")
def full_scan() -> State[Any]:
    """Read the whole list of every account at level full whose last scan is a week old; then say who is gone."""
    try:
        settings = load_settings()
        parameters = load_parameters(settings.config_dir)
        wishes = wishes_of(load_accounts(settings.config_dir))
        root, day = DataRoot(settings.data_root), moment(settings).date()
        with locked(root, f"fetch-{day}"):
            state = scan(root, day, wishes, door(settings, parameters), parameters.reading.scan_days, return_state=True)
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
