"""What an operator sees of a run on the Prefect server: its name, plan, progress, summary, spending and news.

Tracked accounts are named there; followers never are.
A divergence is told once when it opens, changes or closes, by the events `divergence.opened`, `divergence.changed` and
`divergence.closed`, which name the account and carry the report's sentence; what was told is remembered beside the
reports, so that a rerun, a backfill or a restored server tells nothing twice.
X, Bluesky and exports, the staged tables from them, and the reports from those are assets; one is told when its content
is another than the server was last told: the open-source server keeps these events and shows no page for them.
"""

import json
import os
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, replace
from datetime import date, timedelta
from pathlib import PurePosixPath
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from dotenv import dotenv_values
from prefect import Flow
from prefect.artifacts import create_markdown_artifact, create_table_artifact
from prefect.assets import Asset, AssetProperties, add_asset_metadata, materialize
from prefect.cache_policies import NO_CACHE
from prefect.client.orchestration import get_client
from prefect.client.schemas.objects import FlowRun, State
from prefect.events import emit_event
from prefect.logging import get_run_logger
from prefect.logging.loggers import flow_run_logger
from prefect.runtime import flow_run

from config.refusal import RefusedError
from flows.cli.reach import is_server_named
from flows.context import RunContext, block_secret, load_context
from tasks.datasets.page_inputs import read_page_inputs
from tasks.freshness.batches import REPORT_INPUTS, Batch, fingerprint, known_batches
from tasks.freshness.plan import DayPlan, count_states, plan_lines
from tasks.outbox.addresses import Address, fill_addresses
from tasks.outbox.delivery import Parcel, send
from tasks.outbox.message import Message
from tasks.outbox.outbox import add_messages, deliver_waiting, is_remembered
from tasks.page.day_outcome import OUTCOME_COLUMNS, AccountOutcome, outcome_line, outcome_rows
from tasks.page.messages import (
    budget_messages,
    digest_id,
    digest_message,
    failure_message,
    missed_message,
    news_messages,
)
from tasks.page.news import NEWS_COLUMNS, LastNews, News, merge_news, select_news
from tasks.page.picture import account_picture
from tasks.page.run_summary import build_summary, news_lines
from tasks.page.spend import spend_by_day
from tasks.page.story import Story, rank_stories
from tasks.reports.inputs import PROVISIONAL
from tasks.schema.frames import frame
from tasks.schema.judgement_tables import DIVERGENCE_EVENTS
from tasks.schema.renames import RENAMED_CODES
from tasks.schema.report_tables import ACCOUNT_DAILY, ACCOUNTS, REPORT_TABLES
from tasks.schema.staged import API_SPEND
from tasks.schema.table import Table
from tasks.store.layout import PAGE
from tasks.store.lock import hold_lock
from tasks.store.parquet import Selection
from tasks.store.root import DataRoot
from tasks.store.sealed import SEAL, is_sealed, sealed_json
from tasks.store.tables import Tables

SPEND = Selection(columns=("request_id", "spend_date", "new_objects_count", "price_usd"))
SPEND_DAYS = 31
LOGGED_LINES = 40
NEWS_LEDGER = PurePosixPath("ledger") / "told.json"
UNHEARD = PurePosixPath("ledger") / "unheard.json"
"""Events of runs without a server, until a run has one."""
SCHEDULED = frozenset({"daily", "full-scan"})
"""Flows that nobody watches, also when a plain cron runs them; others are told of where a deployment runs them."""
Facts = Mapping[str, Any]
ASSET_SCHEME = "vanitygap:/"
ASSET_SOURCES = {"dt": "x", "bluesky": "bluesky", "import": "exports"}
"""Where a staged batch comes from, by the first word of its name."""
ASSET_FACTS = ("path", "rows_count", "bytes_count", "sha256")
"""What is said of a table: where it lies, how much it holds, and by what it is known again; never a row of it."""
ASSET_LEDGER = PurePosixPath("ledger") / "assets.json"
"""Which content of each asset a server was told last."""


def show_plan(plans: Sequence[DayPlan]) -> None:
    """The plan as a table on the server, and line by line in the log."""
    lines = plan_lines(plans)
    create_table_artifact(list(lines), key="backfill-plan", description=count_states(plans))
    logger = get_run_logger()
    for line in lines[:LOGGED_LINES]:
        logger.info("%s", _logged(line))
    if len(lines) > LOGGED_LINES:
        logger.info("... %d more lines stand in the artifact backfill-plan", len(lines) - LOGGED_LINES)


def _logged(line: Mapping[str, str | int | float]) -> str:
    told = f"{line['days']}: {line['state']}, {line['why']}; from {line['from']}; runs: {line['will run']}"
    unknown = line["accounts nobody observed"]
    return f"{told}; accounts nobody observed: {unknown}" if unknown else told


def notify(run: RunContext, done: str, notes: Sequence[str] = ()) -> None:
    """Tell what is new of divergences and of the tables, and put the run's summary beside it."""
    handles = account_handles(run.root)
    said = emit_news(run, handles)
    declare_assets(run)
    kind = str(flow_run.flow_name or "run")
    summary = build_summary(str(flow_run.name or kind), done, news_lines(said, handles), notes, _page(run))
    create_markdown_artifact(summary, key=f"{kind}-summary", description=done)
    for note in [*notes, *tell(run)]:
        get_run_logger().warning(note)


def tell(run: RunContext, messages: Sequence[Message] = ()) -> list[str]:
    """Send people these messages and all that still wait; a sentence on each address that has to wait."""
    addresses = _addresses(run)
    add_messages(run.root, messages, addresses)
    pictures: dict[str, bytes] = {}

    def deliver(address: Address, batch: Sequence[Message], lost: Sequence[str]) -> bool:
        for account in {message.account_id for message in batch} - {"", *pictures}:
            pictures[account] = next(
                (account_picture(story) for story in _stories(run) if story.account_id == account), b""
            )
        return send(address, _parcel(batch, lost, pictures))

    return deliver_waiting(run.root, addresses, deliver)


def _parcel(batch: Sequence[Message], lost: Sequence[str], pictures: Mapping[str, bytes]) -> Parcel:
    """Several messages are one, each below its subject; at the end stands what may not have arrived."""
    alone = len(batch) == 1
    subject = batch[0].subject if alone else f"{len(batch)} things are new"
    parts = [message.text if alone else f"{message.subject}\n{message.text}" for message in batch]
    parts += [f"May not have arrived, because a run was ended while it was sent: {each}" for each in lost]
    accounts = dict.fromkeys(message.account_id for message in batch)
    shown = [(f"account-{account}.png", pictures[account]) for account in accounts if pictures.get(account)]
    return Parcel(subject, "\n\n".join(parts), shown)


def _stories(run: RunContext) -> list[Story]:
    return rank_stories(read_page_inputs(run.tables, has_map=False), run.parameters.page.days_count)


def _addresses(run: RunContext) -> list[Address]:
    return fill_addresses(run.parameters.notify.urls, find_secret)


def find_secret(name: str) -> str | None:
    """A secret of `[notify] urls`: of the environment, of `.env`, or of the Prefect Secret block of that name."""
    return os.environ.get(name) or dotenv_values(".env").get(name) or block_secret(name.lower().replace("_", "-"))


def tell_day(run: RunContext, unread: Sequence[date]) -> None:
    """Tell people of days on which nothing was read, of the budget, and once a week how every account stands."""
    chosen, budget, today = run.parameters.notify, run.parameters.budget, run.now().date()
    rows = frame(run.tables.staged(API_SPEND, Selection((today.replace(day=1), today), SPEND.columns)))
    budgets = {"day": float(budget.day_usd), "month": float(budget.month_usd)}
    messages = budget_messages(rows, budgets, chosen.budget_shares, today)
    for message in messages:
        _emit_budget(run.root, message)
    if not chosen.urls:
        return
    if unread:
        messages.append(missed_message(unread, today))
    digest = digest_id(chosen.digest_weekday, today)
    if not is_remembered(run.root, digest):
        messages.append(digest_message(_stories(run), digest, today, run.parameters.page.accounts_count))
    for problem in tell(run, messages):
        get_run_logger().warning(problem)


def _emit_budget(root: DataRoot, message: Message) -> None:
    resource = {"prefect.resource.id": f"vanity-gap.{message.message_id.replace('/', '.')}"}
    said = {"summary": f"{message.subject}. {message.text}"}
    emit_event("budget.reached", resource, payload=said, id=uuid5(NAMESPACE_URL, f"{root.uri} {message.message_id}"))


def announce_failure(flow: Flow[..., Any], flow_run: FlowRun, state: State[Any]) -> None:
    """Tell people and standard automations of a run that failed, was refused, or crashed; a hook of every flow.

    Prefect names an event after the state's name, so that an automation that waits for `Failed` misses `Refused` and
    `Missed`, which are of the same type: this emits the event under the type's name too.
    """
    if state.is_failed() and state.name != "Failed":
        _emit_failed(flow_run, state)
    if flow_run.deployment_id is None and flow.name not in SCHEDULED:
        return
    try:
        context = load_context()
    except RefusedError as refusal:
        flow_run_logger(flow_run, flow).warning("nobody could be told: %s", refusal)
        return
    message = failure_message(flow.name, str(state.name), str(state.message), context.now().date())
    for problem in tell(context, [message]):
        flow_run_logger(flow_run, flow).warning(problem)


def _emit_failed(run: FlowRun, state: State[Any]) -> None:
    related = [{"prefect.resource.id": f"prefect.tag.{tag}", "prefect.resource.role": "tag"} for tag in run.tags]
    related.append({"prefect.resource.id": f"prefect.flow.{run.flow_id}", "prefect.resource.role": "flow"})
    if run.deployment_id:
        deployment = f"prefect.deployment.{run.deployment_id}"
        related.append({"prefect.resource.id": deployment, "prefect.resource.role": "deployment"})
    emit_event(
        event="prefect.flow-run.Failed",
        resource={
            "prefect.resource.id": f"prefect.flow-run.{run.id}",
            "prefect.resource.name": run.name,
            "prefect.state-name": str(state.name),
            "prefect.state-type": state.type.value,
            "prefect.state-message": str(state.message),
        },
        related=related,
        id=uuid5(NAMESPACE_URL, f"{run.id} {run.run_count} failed"),
    )


def show_spend(run: RunContext, today: date) -> None:
    """What X was paid on each of the last 31 days, beside the budget of a day."""
    selected = Selection((today - timedelta(days=SPEND_DAYS - 1), today), SPEND.columns)
    rows = spend_by_day(frame(run.tables.staged(API_SPEND, selected)), float(run.parameters.budget.day_usd))
    create_table_artifact(list(rows), key="spend", description="What X was paid, beside the budget of a day")


def show_outcomes(run: RunContext, day: date, outcomes: Sequence[AccountOutcome]) -> None:
    """Each account of the day, the worst first: as a table on the server, and up to a limit as lines of the log."""
    rows = frame(run.tables.latest(ACCOUNT_DAILY, Selection(columns=OUTCOME_COLUMNS)))
    of_day = rows[rows["report_date"].dt.date == day]
    lines = outcome_rows(outcomes, of_day, account_handles(run.root))
    create_table_artifact(list(lines), key="accounts", description=f"What was read of each account on {day}")
    for line in lines[:LOGGED_LINES]:
        get_run_logger().info("%s", outcome_line(line))
    if len(lines) > LOGGED_LINES:
        get_run_logger().info("... %d more accounts stand in the artifact accounts", len(lines) - LOGGED_LINES)


def name_run(name: str) -> None:
    """Let the run's name say what was done."""
    with get_client(sync_client=True) as client:
        client.update_flow_run(flow_run.id, name=name)


def account_handles(root: DataRoot) -> dict[str, str]:
    """The @name of every account that was reported, by its id."""
    rows = frame(Tables(root).latest(ACCOUNTS, Selection(columns=("account_id", "handle"))))
    pairs = zip(rows["account_id"], rows["handle"], strict=True)
    return {str(account): f"@{str(handle).removeprefix(PROVISIONAL)}" for account, handle in pairs}


def _page(run: RunContext) -> str | None:
    """Where the page is seen: on the server that shows it, or as a file."""
    root = run.root
    if not root.exists(PAGE):
        return None
    file = (root.local / PAGE).absolute().as_uri() if root.local else f"{root.name}/{PAGE}"
    return run.parameters.page.url or file


def emit_news(run: RunContext, handles: Mapping[str, str]) -> list[News]:
    """What is new of the published divergences: emitted, waiting for people, and remembered; what was said.

    A run that is killed in between says it again with the same ids, which server and outbox count once.
    """
    root = run.root
    if not run.tables.has_latest(DIVERGENCE_EVENTS):
        return []
    # An event may go on after this many quiet days; the days a daily run derives anew are the present.
    closed_days, past_days = run.parameters.judge.events.merge_gap_days, run.parameters.report.lookback_days
    with hold_lock(root, "told"):
        told = _told(root)
        rows = frame(run.tables.latest(DIVERGENCE_EVENTS, Selection(columns=NEWS_COLUMNS)))
        said = select_news(rows, told, closed_days=closed_days, past_days=past_days)
        _let_wait(run, said, handles)
        for entry in _unheard(root, said):
            _emit(entry, handles.get(entry.account_id, entry.account_id), root)
        if said:
            after = merge_news(told, said)
            content = {event: asdict(after[event]) for event in sorted(after)}
            root.replace(NEWS_LEDGER, sealed_json(content, indent=1))
        if is_server_named():
            root.remove(UNHEARD)
    return list(said)


def _let_wait(run: RunContext, said: Sequence[News], handles: Mapping[str, str]) -> None:
    addresses = _addresses(run)
    if addresses and any(not entry.is_past for entry in said):
        add_messages(run.root, news_messages(said, handles, _stories(run), run.now().date()), addresses)


def _unheard(root: DataRoot, said: Sequence[News]) -> list[News]:
    """What the server is told now: also what was said without one. Without a server it is kept, and none is told."""
    kept = [News(**entry) for entry in json.loads(root.read_bytes(UNHEARD))] if root.exists(UNHEARD) else []
    every = list(dict.fromkeys([*kept, *said]))
    if is_server_named():
        return every
    if said:
        root.replace(UNHEARD, json.dumps([asdict(entry) for entry in every], indent=1).encode())
    return []


def _emit(entry: News, handle: str, root: DataRoot) -> None:
    emit_event(
        event=f"divergence.{entry.state}",
        resource={
            "prefect.resource.id": f"vanity-gap.divergence.{entry.event_id}",
            "prefect.resource.name": f"{handle}: {entry.verdict}",
            "vanity-gap.handle": handle,
            "vanity-gap.verdict": entry.verdict,
            "vanity-gap.when": "past" if entry.is_past else "now",
        },
        payload={"handle": handle, "verdict": entry.verdict, "summary": entry.summary},
        id=uuid5(NAMESPACE_URL, f"{root.uri} {entry.event_id} {entry.state} {entry.verdict}"),
    )


def _told(root: DataRoot) -> dict[str, LastNews]:
    if not root.exists(NEWS_LEDGER):
        return {}
    content = json.loads(root.read_bytes(NEWS_LEDGER))
    told = {event: LastNews(**entry) for event, entry in content.items() if event != SEAL}
    return {event: replace(last, verdict=RENAMED_CODES.get(last.verdict, last.verdict)) for event, last in told.items()}


def declare_assets(run: RunContext) -> None:
    """Tell the server of each staged table and report that was written since it was told, and of what it is made.

    A temporary server is told nothing: nobody looks at it.
    """
    if not is_server_named():
        return
    batches = list(known_batches(run.root).values())
    sources = {Asset(key=f"{ASSET_SCHEME}/sources/{name}") for name in map(_source, batches)}
    staged, reports = _staged(run.root, batches), _reports(run)
    _declare(run, "declare-staged", staged, sources)
    _declare(run, "declare-reports", reports, staged)
    content = {asset.key: facts["sha256"] for asset, facts in {**staged, **reports}.items()}
    run.root.replace(ASSET_LEDGER, sealed_json(content, indent=1))


def _declare(run: RunContext, name: str, assets: Mapping[Asset, Facts], made_of: Iterable[Asset]) -> None:
    told = _told_assets(run.root)
    new = {asset: facts for asset, facts in assets.items() if told.get(asset.key) != facts["sha256"]}
    if new:
        task = materialize(*new, by="vanity-gap", name=name, asset_deps=[*made_of], cache_policy=NO_CACHE)
        run.step(task(_describe), {asset.key: dict(facts) for asset, facts in new.items()}).result()


def _describe(facts: Mapping[str, dict[str, Any]]) -> None:
    """The task's body: the tables lie there already, so it only says what they hold."""
    for key, said in facts.items():
        add_asset_metadata(key, said)


def _staged(root: DataRoot, batches: Iterable[Batch]) -> dict[Asset, Facts]:
    by_table: dict[str, list[Batch]] = defaultdict(list)
    for batch in batches:
        by_table[PurePosixPath(batch.path).parts[-3]].append(batch)
    return {
        _asset(root, "staged", table, f"staged/{table.name}"): _staged_facts(table, by_table[table.name])
        for table in REPORT_INPUTS
        if by_table[table.name]
    }


def _staged_facts(table: Table, batches: Iterable[Batch]) -> Facts:
    content = sorted(f"{batch.path} {batch.digest}" for batch in batches)
    return {"path": f"staged/{table.name}", "batches_count": len(content), "sha256": fingerprint(content)}


def _source(batch: Batch) -> str:
    return ASSET_SOURCES[PurePosixPath(batch.path).parts[-2].partition("=")[0]]


def _reports(run: RunContext) -> dict[Asset, Facts]:
    written = run.tables.read_manifest()
    named = {table: run.tables.latest_name(table) for table in REPORT_TABLES}
    return {
        _asset(run.root, "reports", table, name): {fact: written[name][fact] for fact in ASSET_FACTS}
        for table, name in named.items()
        if name in written
    }


def _asset(root: DataRoot, stage: str, table: Table, path: str) -> Asset:
    known = AssetProperties(name=table.name, description=table.meaning, url=f"{root.name}/{path}")
    return Asset(key=f"{ASSET_SCHEME}/{stage}/{table.name}", properties=known)


def _told_assets(root: DataRoot) -> dict[str, str]:
    """The content of each asset that was told; nothing where the note was changed."""
    content = root.read_bytes(ASSET_LEDGER) if root.exists(ASSET_LEDGER) else b""
    return dict(json.loads(content)) if is_sealed(content) else {}
