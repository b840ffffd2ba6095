"""The second half of every run: from staged tables to published reports, under one lock."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from config.pipeline import Parameters
from config.refusal import RefusedError
from flows.forgetting import finish_forgetting
from flows.pseudonyms import pseudonym_secret
from flows.runners import measure_all
from tasks.datasets.staged_inputs import everybody
from tasks.freshness.batches import fingerprint
from tasks.freshness.fingerprints import day_fingerprints
from tasks.freshness.ledger import Fingerprints, record_days
from tasks.judge import JudgeSettings, judge
from tasks.measure import compare
from tasks.publish import publish
from tasks.report import Measured, report
from tasks.reports.inputs import Shard, split_shards
from tasks.retrospective import search_lists
from tasks.schema.months import each_day
from tasks.schema.staged import FOLLOWER_LIST_MEMBERS
from tasks.store import layout
from tasks.store.lock import locked
from tasks.store.root import DataRoot
from tasks.store.sweep import ORPHAN_AGE, sweep_orphans
from tasks.store.work import clear_shards, sweep_shards


@dataclass(frozen=True)
class Derivation:
    """Which reports are derived: the days, both included, and the accounts, None for all.

    The lists of community members are derived from `members_from` on; None stands for all of the days.
    Follower lists are looked back from that were read on the days `lists`; None stands for all of the days.
    """

    days: tuple[date, date]
    accounts: Sequence[str] | None = None
    members_from: date | None = None
    lists: tuple[date, date] | None = None


def derive(root: DataRoot, derivation: Derivation, parameters: Parameters, now: datetime) -> str:
    """Measure, judge and report the days; one sentence of what was done.

    The lock holds from reading the staged tables to publishing, so that no other run's rows are lost in between.
    Whom a killed run left to be forgotten is forgotten before.
    Raises `RefusedError` when nothing was observed on these days, before anything is written.
    """
    finish_forgetting(root, parameters)
    with locked(root, "reports"):
        sweep_orphans(root, now)
        sweep_shards(root, now - ORPHAN_AGE)
        # Taken before reading: a batch staged meanwhile then leaves these days stale, never wrongly up to date.
        rests_on = day_fingerprints(root, each_day(derivation.days), parameters.freshness)
        cut = _shards(root, derivation.days, parameters, rests_on)
        measure_all(root, cut, parameters.measures, parameters.run)
        measured = compare(root, list(cut), derivation.days, parameters.measures, derivation.accounts)
        _refuse_unobserved(derivation, measured)
        members_days = (derivation.members_from or derivation.days[0], derivation.days[1])
        judging = JudgeSettings(parameters.judging, pseudonym_secret(root), members_days)
        judged = judge(root, judging, measured, derivation.days)
        lists_days = derivation.lists or derivation.days
        search_lists(root, lists_days, measured, parameters.looking_back)
        report(root, Measured(derivation.days, judged, lists_days, measured), now)
        record_days(root, rests_on, None if derivation.accounts is None else list(measured), members_days[0])
        clear_shards(root, list(cut))
    return f"{len(measured)} accounts reported from {derivation.days[0]} to {derivation.days[1]}"


def _shards(
    root: DataRoot, days: tuple[date, date], parameters: Parameters, rests_on: Mapping[date, Fingerprints]
) -> dict[str, Shard]:
    """The shards by name: a fingerprint of the accounts and days, and of all that their rows rest on."""
    lists = root.files(layout.staged_folder(FOLLOWER_LIST_MEMBERS))
    ground = fingerprint([*lists, *(f"{day} {each}" for day, each in rests_on.items())])
    found = split_shards(everybody(root), days, parameters.run.shard_account_days)
    return {fingerprint([ground, repr(shard)]): shard for shard in found}


def publish_page(root: DataRoot, parameters: Parameters) -> None:
    """Draw the page anew, where the configuration wants it after each run."""
    if parameters.page.after_each_run:
        with locked(root, "reports"):
            publish(root, parameters.page.shown)


def _refuse_unobserved(derivation: Derivation, measured: Mapping[str, str]) -> None:
    first, last = derivation.days
    if strangers := sorted(set(derivation.accounts or ()) - {*measured, *measured.values()}):
        message = f"never observed from {first} to {last}: {', '.join(strangers)}"
        raise RefusedError(message)
    if not measured:
        message = f"nothing was observed from {first} to {last}, so there is nothing to report"
        raise RefusedError(message)
