"""Reads whole follower lists: who is gone, and whether X lists in follow order: `python -m flows.full_scan --help`.

Scheduled weekly; a list that the day's budget does not reach is gone on with on the next run.
"""

from typing import Any

from prefect import flow
from prefect.client.schemas.objects import State
from prefect.states import Completed

from flows.cli.commands import main
from flows.context import ends_in_a_state, load_context, result_of, x_access
from flows.notify import announce_failure
from flows.observe import open_x_day, x_accounts
from tasks.full_scan import scan_lists
from tasks.store.lock import hold_lock


@flow(name="full-scan", flow_run_name="full-scan", on_failure=[announce_failure], on_crashed=[announce_failure])
@ends_in_a_state
def full_scan() -> State[Any]:
    """Read the whole list of every account at level full whose last scan is a week old; then say who is gone."""
    run = load_context()
    day, days = run.now().date(), run.parameters.reading.scan_days
    with hold_lock(run.root, f"fetch-{day}"):
        state = scan_lists(open_x_day(run, day), x_accounts(run), x_access(run), days, return_state=True)
    notes = result_of(state)
    return Completed(message="; ".join(notes) or "no account is at level full")


if __name__ == "__main__":
    main("full-scan")
