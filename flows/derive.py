"""From staged tables to published reports, under one lock: what every flow that reports does in the same way."""

import logging
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

import pandas as pd
from prefect.artifacts import create_progress_artifact, update_progress_artifact
from prefect.client.orchestration import get_client
from prefect.client.schemas.objects import RunInput, State
from prefect.futures import PrefectFuture
from prefect.logging import get_run_logger
from prefect.settings import PREFECT_API_URL, temporary_settings
from prefect.task_runners import TaskRunner, ThreadPoolTaskRunner
from prefect.utilities.engine import collect_task_run_inputs_sync

from config.pipeline import RunParameters
from config.refusal import RefusedError
from flows.context import RunContext
from tasks import REFUSED
from tasks.datasets.staged_inputs import read_all_accounts
from tasks.freshness.batches import fingerprint
from tasks.freshness.fingerprints import day_fingerprints
from tasks.freshness.ledger import DayRecord, Fingerprints, read_ledger, record_days, report_days, write_ledger
from tasks.judge import JudgeSettings, judge
from tasks.maintain import forget_people
from tasks.maintenance.forget import read_forget_list
from tasks.maintenance.locks import lock_everything
from tasks.measure import compare, measure
from tasks.publish import publish
from tasks.report import ReportScope, report
from tasks.reports.inputs import Shard, split_shards
from tasks.reports.judgement import JudgementDays
from tasks.retrospective import search_lists
from tasks.schema.frames import frame
from tasks.schema.judgement_tables import SHARED_DAYS
from tasks.schema.months import Days, each_day
from tasks.schema.report_tables import ACCOUNTS
from tasks.schema.staged import FOLLOWER_LIST_MEMBERS
from tasks.schema.table import SCHEMA_VERSION
from tasks.sources.accounts import FOLLOWER_LEVELS, Account
from tasks.sources.x_api.endpoints import FOLLOWERS_LIST
from tasks.store import layout
from tasks.store.lock import hold_lock
from tasks.store.migration import migrate, reports_version
from tasks.store.sweep import ORPHAN_AGE, sweep_orphans

LOCAL = {"threads_per_worker": 1, "host": "127.0.0.1", "dashboard_address": "127.0.0.1:0"}
"""A cluster of this machine: one shard a process, because measures hold the interpreter, and loopback alone.

Without an address the scheduler's own server asks for port 8787, which a second cluster finds taken.
"""
NOT_INSTALLED = (
    'pipeline.toml: [run]: runner is "dask", but prefect-dask is not installed: '
    'install it as pyproject.toml\'s extra "dask" states it, or set runner = "threads"'
)


@dataclass(frozen=True)
class Derivation:
    """Which reports are derived: the days, both included, and the accounts, None for all.

    Follower lists are looked back from that were read on the days `lists`; None stands for all of the days.
    Of `withdrawn`, accounts by id with their handles, what nobody observed any more goes from the reports of the days.
    """

    days: Days
    accounts: Sequence[str] | None = None
    lists: Days | None = None
    withdrawn: Mapping[str, str] = field(default_factory=dict)

    @property
    def lists_days(self) -> Days:
        """The days whose follower lists are looked back from."""
        return self.lists or self.days


@dataclass(frozen=True)
class MeasuredDays:
    """What was measured: the accounts by id with their handles, the names of shards, and what each day rests on."""

    accounts: Mapping[str, str]
    shards: Sequence[str]
    rests_on: Mapping[date, Fingerprints]


def derive(run: RunContext, derivation: Derivation) -> str:
    """Measure, judge and report the days; one sentence of what was done. `RefusedError` as `measure_accounts`.

    Where only some accounts are asked for and days that many accounts share come or go by them, others are judged anew.
    """
    with lock_reports(run):
        before = _shared_days(run)
        done = _derive(run, derivation)
        if derivation.accounts is not None and (changed := before ^ _shared_days(run)):
            days = min(changed), max(changed)
            if others := _others(run, derivation.accounts, days):
                _derive(run, Derivation(days, others))
    return done


def _derive(run: RunContext, derivation: Derivation) -> str:
    measured = measure_accounts(run, derivation)
    judged = judge_accounts(run, derivation, measured)
    return report_accounts(run, derivation, measured, judged)


def _shared_days(run: RunContext) -> set[date]:
    return set(frame(run.tables.latest(SHARED_DAYS))["shared_date"].dt.date)


def _others(run: RunContext, accounts: Sequence[str], days: Days) -> list[str]:
    """The ids of the other accounts that were reported on these days."""
    reported = frame(run.tables.latest(ACCOUNTS))
    is_other = ~(reported["account_id"].isin(list(accounts)) | reported["handle"].isin(list(accounts)))
    first, last = map(pd.Timestamp, days)
    is_there = (reported["first_report_date"] <= last) & (reported["last_report_date"] >= first)
    return sorted(reported.loc[is_other & is_there, "account_id"])


@contextmanager
def lock_reports(run: RunContext) -> Iterator[None]:
    """The lock that holds from reading the staged tables to publishing: no other run's rows are lost in between.

    Whom a killed run left to be forgotten is forgotten before, and its work files are taken away.
    """
    finish_forgetting(run)
    with hold_lock(run.root, "reports"), run.root.snapshot():
        sweep_orphans(run.root, run.now())
        run.tables.sweep_shards(run.now() - ORPHAN_AGE)
        if reports_version(run.root) != SCHEMA_VERSION:
            with run.tables.staging():
                migrate_files(run)
        yield


def migrate_files(run: RunContext) -> None:
    """Bring what an earlier schema version wrote under today's names; locks as `migrate` asks for."""
    if number := migrate(run.root):
        get_run_logger().info("%d files of an earlier schema version rewritten under today's names", number)


def measure_accounts(run: RunContext, derivation: Derivation) -> MeasuredDays:
    """Measure the days, shard by shard, and compare their accounts.

    Raises `RefusedError` when nothing was observed on these days, before anything is written.
    """
    # Taken before reading: a batch staged meanwhile then leaves these days stale, never wrongly up to date.
    rests_on = day_fingerprints(run.root, each_day(derivation.days), run.parameters.freshness)
    cut = _shards(run, derivation.days, rests_on)
    _measure_shards(run, cut)
    given = (list(cut), derivation.days, run.parameters.measures, derivation.accounts)
    accounts = {**derivation.withdrawn, **run.step(compare, run.tables, *given).result()}
    _refuse_unobserved(derivation, accounts)
    return MeasuredDays(accounts, list(cut), rests_on)


def judge_accounts(run: RunContext, derivation: Derivation, measured: MeasuredDays) -> JudgementDays:
    """Look back from the accounts' follower lists, and judge them by everything observed, their blocks included."""
    looking_back = run.parameters.looking_back
    run.step(search_lists, run.tables, derivation.lists_days, measured.accounts, looking_back).result()
    prices = follower_prices(run), author_prices(run)
    judging = JudgeSettings(run.parameters.judging, run.secret, derivation.lists_days, *prices)
    return run.step(judge, run.tables, judging, measured.accounts, derivation.days).result()


def follower_prices(run: RunContext) -> dict[str, Decimal]:
    """USD for one of the newest followers, by handle, of accounts on X whose followers are not read each day."""
    cheap = [
        account for account in _tracked_accounts(run) if account.network == "x" and account.level not in FOLLOWER_LEVELS
    ]
    prices, has_user = run.parameters.prices, run.settings.x_api_key is not None
    return {
        account.handle.lower(): prices.of_object(FOLLOWERS_LIST, is_owned=account.owned and has_user)
        for account in cheap
    }


def author_prices(run: RunContext) -> dict[str, Decimal]:
    """USD for the profile of who wrote a mention, by handle, of accounts on X whose mentions are read without them."""
    return {
        account.handle.lower(): run.parameters.prices.of_author()
        for account in _tracked_accounts(run)
        if account.network == "x" and account.engagers and not account.authors
    }


def _tracked_accounts(run: RunContext) -> Sequence[Account]:
    """The tracked accounts; none where files are brought in and nobody is tracked."""
    try:
        return run.accounts
    except RefusedError:
        return ()


def report_accounts(run: RunContext, derivation: Derivation, measured: MeasuredDays, judged: JudgementDays) -> str:
    """Publish the reports, and remember what they rest on; one sentence of what was done."""
    accounts, (first, last) = measured.accounts, derivation.days
    windows = run.parameters.measures.engagement
    scope = ReportScope(derivation.days, judged, derivation.lists_days, accounts, windows)
    run.step(report, run.tables, scope, run.now()).result()
    chosen = None if derivation.accounts is None else list(accounts)
    record_days(run.root, measured.rests_on, chosen)
    run.tables.clear_shards(measured.shards)
    return f"{len(accounts)} accounts reported from {first} to {last}"


def publish_page(run: RunContext) -> None:
    """Draw the page anew, where the configuration wants it after each run."""
    if run.parameters.page.after_each_run:
        with hold_lock(run.root, "reports"):
            run.step(publish, run.root, run.parameters.page_parameters).result()


def _refuse_unobserved(derivation: Derivation, accounts: Mapping[str, str]) -> None:
    first, last = derivation.days
    if strangers := sorted(set(derivation.accounts or ()) - {*accounts, *accounts.values()}):
        message = f"never observed from {first} to {last}: {', '.join(strangers)}"
        raise RefusedError(message)
    if not accounts:
        message = f"nothing was observed from {first} to {last}, so there is nothing to report"
        raise RefusedError(message)


def _shards(run: RunContext, days: Days, rests_on: Mapping[date, Fingerprints]) -> dict[str, Shard]:
    """The shards by name: a fingerprint of the accounts and days, and of all that their rows rest on."""
    lists = run.tables.files(FOLLOWER_LIST_MEMBERS)
    ground = fingerprint([*lists, *(f"{day} {each}" for day, each in rests_on.items())])
    found = split_shards(read_all_accounts(run.tables), days, run.parameters.run.shard_account_days)
    return {fingerprint([ground, repr(shard)]): shard for shard in found}


def _measure_shards(run: RunContext, cut: Mapping[str, Shard]) -> None:
    """Measure every shard, by name; when one fails, the others are measured all the same, and then it is raised."""
    tables, parameters = run.tables, run.parameters.measures
    if len(cut) == 1:
        # Nobody to share the work with: no cluster is started for a daily run of a few accounts.
        for name, shard in cut.items():
            run.step(measure, tables, name, shard, parameters).result()
        return
    with _one_server(), task_runner(run.parameters.run) as runner:
        given = [
            {"tables": tables, "name": name, "shard": shard, "parameters": parameters} for name, shard in cut.items()
        ]
        after: dict[str, set[RunInput]] = {"tables": {*collect_task_run_inputs_sync(run.last_steps())}}
        futures = [runner.submit(measure, each, dependencies=after) for each in given]
        _show_progress(futures)
        for future in futures:
            future.result()
        run.keep_steps([future.state for future in futures])


@contextmanager
def _one_server() -> Iterator[None]:
    """Let Dask's workers report to the server of this run, also where it is one that Prefect started for the run."""
    with get_client(sync_client=True) as client:
        url = str(client.api_url)
    with temporary_settings({PREFECT_API_URL: url}):
        yield


def _show_progress(futures: Sequence[PrefectFuture[Any]]) -> None:
    number = len(futures)
    progress = create_progress_artifact(progress=0.0, description=f"0 of {number} shards measured")
    if not isinstance(progress, UUID):
        raise TypeError(progress)
    for done, future in enumerate(futures, start=1):
        future.wait()
        update_progress_artifact(progress, 100 * done / number, f"{done} of {number} shards measured")


def task_runner(run: RunParameters) -> TaskRunner[Any]:
    """Who measures shards, threads of this process or a Dask cluster; `RefusedError` when that is not installed."""
    if run.runner == "threads":
        return ThreadPoolTaskRunner(max_workers=run.workers_count)
    try:
        from prefect_dask.task_runners import DaskTaskRunner  # noqa: PLC0415 - only who asks for it has it
    except ModuleNotFoundError:
        raise RefusedError(NOT_INSTALLED) from None
    # A cluster's coming and going is nobody's news; what goes wrong there still is.
    logging.getLogger("distributed").setLevel(logging.WARNING)
    if run.dask_address:
        return DaskTaskRunner(address=run.dask_address)
    return DaskTaskRunner(cluster_kwargs={"n_workers": run.workers_count, **LOCAL})


def finish_forgetting(run: RunContext) -> None:
    """Forget whom a killed run left on the list; call it outside of every lock.

    A list that cannot be used is taken away and said, and does not keep the day from being reported.
    """
    if not read_forget_list(run.root):
        return
    with lock_everything(run.root):
        state = forget_everybody(run)
    if state.is_completed():
        get_run_logger().info(str(state.result()))
    else:
        get_run_logger().warning(str(state.message))


def forget_everybody(run: RunContext) -> State[Any]:
    """Forget everybody on the list. Call it inside `lock_everything`."""
    migrate_files(run)
    return keep_current(
        run, lambda: forget_people(run.root, run.secret, run.settings.bluesky_base_url, return_state=True)
    )


def keep_current(run: RunContext, act: Callable[[], State[Any]]) -> State[Any]:
    """Do it, let days that were up to date stay so, and draw the page without those who are gone.

    What was reported of the others stands as it was.
    """
    root, days = run.root, sorted(report_days(run.root))
    before = day_fingerprints(root, days, run.parameters.freshness)
    state = act()
    after = day_fingerprints(root, days, run.parameters.freshness)
    records = read_ledger(root, days)
    write_ledger(root, [_moved(record, before[day], after[day]) for day, record in sorted(records.items())])
    if state.name != REFUSED and root.exists(layout.PAGE):
        publish(root, run.parameters.page_parameters)
    return state


def _moved(record: DayRecord, before: Fingerprints, after: Fingerprints) -> DayRecord:
    alone = {account: after if rest == before else rest for account, rest in record.alone.items()}
    return replace(record, whole=after if record.whole == before else record.whole, alone=alone)
