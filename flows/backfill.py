"""Derives the reports of a range of days again from what was observed: `python -m flows.backfill --help`.

X is asked nothing and nothing is spent; what nobody observed stays unknown.
The same command twice gives the same bytes.
"""

import argparse
from datetime import date
from typing import Any

from prefect import flow
from prefect.client.schemas.objects import State
from prefect.states import Completed

from config.pipeline import load_pipeline
from config.refusal import RefusedError
from config.settings import load_settings
from flows.clock import moment
from flows.command import exit_after
from flows.derivation import Derivation, derive
from tasks.outcome import refused
from tasks.store.root import DataRoot


@flow(name="backfill", flow_run_name="backfill-{start}-{end}")
def backfill(start: date, end: date, accounts: list[str] | None = None) -> State[Any]:
    """Derive the reports from `start` to `end` (both included) again, from staged tables and configuration alone.

    Args:
        start: First report day.
        end: Last report day.
        accounts: Ids or handles of the accounts to derive; all of them when not given.
    """
    try:
        settings = load_settings()
        numbers = load_pipeline(settings.config_dir)
        now = moment(settings)
        _refuse_range(start, end, now.date())
        summary = derive(DataRoot(settings.data_root), Derivation((start, end), accounts), numbers, now)
    except RefusedError as problem:
        return refused(problem)
    return Completed(message=summary)


def _refuse_range(start: date, end: date, today: date) -> None:
    if start > end:
        message = f"start {start} lies after end {end}: give the earlier day as start"
        raise RefusedError(message)
    if end > today:
        message = f"end {end} lies in the future: today is {today}"
        raise RefusedError(message)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m flows.backfill", description=__doc__)
    parser.add_argument(
        "--start", type=date.fromisoformat, required=True, metavar="YYYY-MM-DD", help="first report day"
    )
    parser.add_argument("--end", type=date.fromisoformat, required=True, metavar="YYYY-MM-DD", help="last report day")
    parser.add_argument("--account", action="append", metavar="HANDLE", help="only this account; may be repeated")
    return parser.parse_args()


def main() -> None:
    """The command line."""
    given = _arguments()
    exit_after(lambda: backfill(given.start, given.end, given.account, return_state=True))


if __name__ == "__main__":
    main()
