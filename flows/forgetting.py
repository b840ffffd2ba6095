"""Forgetting within a run: who is still on the list is forgotten before anything is derived anew."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from prefect.client.schemas.objects import State
from prefect.logging import get_run_logger

from config.pipeline import Parameters
from flows.pseudonyms import pseudonym_secret
from tasks.freshness.fingerprints import day_fingerprints
from tasks.freshness.ledger import DayRecord, Fingerprints, read_ledger, report_days, write_ledger
from tasks.maintain import forget_people
from tasks.maintenance.forget import read_forget_list
from tasks.maintenance.locks import lock_everything
from tasks.publish import PAGE, publish
from tasks.store.root import DataRoot


def finish_forgetting(root: DataRoot, parameters: Parameters) -> None:
    """Forget whom a killed run left on the list; call it outside of every lock.

    A list that cannot be used is taken away and said, and does not keep the day from being reported.
    """
    if not read_forget_list(root):
        return
    with lock_everything(root):
        state = forgotten(root, parameters)
    if state.is_completed():
        get_run_logger().info(str(state.result()))
    else:
        get_run_logger().warning(str(state.message))


def forgotten(root: DataRoot, parameters: Parameters) -> State[Any]:
    """Forget everybody on the list. Call it inside `lock_everything`."""
    secret = pseudonym_secret(root)
    return kept_current(root, parameters, lambda: forget_people(root, secret, return_state=True))


def kept_current(root: DataRoot, parameters: Parameters, act: Callable[[], State[Any]]) -> State[Any]:
    """Do it, let days that were up to date stay so, and draw the page without those who are gone.

    What was reported of the others stands as it was.
    """
    days = sorted(report_days(root))
    before = day_fingerprints(root, days, parameters.freshness)
    state = act()
    after = day_fingerprints(root, days, parameters.freshness)
    records = read_ledger(root, days)
    write_ledger(root, [_moved(record, before[day], after[day]) for day, record in sorted(records.items())])
    if state.is_completed() and root.exists(PAGE):
        publish(root, parameters.page.shown)
    return state


def _moved(record: DayRecord, before: Fingerprints, after: Fingerprints) -> DayRecord:
    alone = {account: after if rest == before else rest for account, rest in record.alone.items()}
    return replace(record, whole=after if record.whole == before else record.whole, alone=alone)
