"""What an operator sees of a run on the Prefect server: its name, plan, progress, summary, spending and news.

Tracked accounts are named there; followers never are.
A divergence is told once when it opens, changes or closes, by the events `divergence.opened`, `divergence.changed` and
`divergence.closed`, which name the account and carry the report's sentence; what was told is remembered beside the
reports, so that a rerun, a backfill or a restored server tells nothing twice.
Each published table is told as an asset that the run has materialized: the open-source server keeps these events and
shows no page for them; automations can wait for them.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import date, timedelta
from pathlib import PurePosixPath
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from prefect.artifacts import create_markdown_artifact, create_table_artifact
from prefect.assets import Asset, AssetProperties, add_asset_metadata, materialize
from prefect.client.orchestration import get_client
from prefect.events import emit_event
from prefect.logging import get_run_logger
from prefect.runtime import flow_run

from flows.context import RunContext
from tasks.freshness.plan import DayPlan, count_states, plan_lines
from tasks.page.news import NEWS_COLUMNS, LastNews, News, merge_news, select_news
from tasks.page.run_summary import build_summary, news_lines
from tasks.page.spend import spend_by_day
from tasks.publish import PAGE_FILE
from tasks.reports.inputs import PROVISIONAL
from tasks.schema.frames import frame
from tasks.schema.judgement_tables import DIVERGENCE_EVENTS
from tasks.schema.report_tables import ACCOUNTS, REPORT_TABLES
from tasks.schema.staged import API_SPEND
from tasks.schema.table import Table
from tasks.store.lock import hold_lock
from tasks.store.parquet import Selection
from tasks.store.root import DataRoot
from tasks.store.tables import Tables

SPEND = Selection(columns=("request_id", "spend_date", "new_objects_count", "price_usd"))
SPEND_DAYS = 31
LOGGED_LINES = 40
NEWS_LEDGER = PurePosixPath("ledger") / "told.json"
ASSET_SCHEME = "vanitygap://reports"
ASSET_FACTS = ("path", "rows_count", "bytes_count", "sha256")
"""What is said of a table: where it lies, how much it holds, and by what it is known again; never a row of it."""


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
    handles = _handles(run.root)
    said = emit_news(run, handles)
    materialize_assets(run.root)
    kind = str(flow_run.flow_name or "run")
    summary = build_summary(str(flow_run.name or kind), done, news_lines(said, handles), notes, _page(run.root))
    create_markdown_artifact(summary, key=f"{kind}-summary", description=done)
    for note in notes:
        get_run_logger().warning(note)


def show_spend(run: RunContext, today: date) -> None:
    """What X was paid on each of the last 31 days, beside the budget of a day."""
    selected = Selection((today - timedelta(days=SPEND_DAYS - 1), today), SPEND.columns)
    rows = spend_by_day(frame(run.tables.staged(API_SPEND, selected)), float(run.parameters.budget.day_usd))
    create_table_artifact(list(rows), key="spend", description="What X was paid, beside the budget of a day")


def name_run(name: str) -> None:
    """Let the run's name say what was done."""
    with get_client(sync_client=True) as client:
        client.update_flow_run(flow_run.id, name=name)


def _handles(root: DataRoot) -> dict[str, str]:
    rows = frame(Tables(root).latest(ACCOUNTS, Selection(columns=("account_id", "handle"))))
    pairs = zip(rows["account_id"], rows["handle"], strict=True)
    return {str(account): f"@{str(handle).removeprefix(PROVISIONAL)}" for account, handle in pairs}


def _page(root: DataRoot) -> str | None:
    if not root.exists(PAGE_FILE):
        return None
    return (root.local / PAGE_FILE).absolute().as_uri() if root.local else f"{root.name}/{PAGE_FILE}"


def emit_news(run: RunContext, handles: Mapping[str, str]) -> list[News]:
    """Emit what is new of the published divergences, and remember it; what was said.

    A run that is killed in between says it again with the same event id, which the server counts once.
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
        for entry in said:
            _emit(entry, handles.get(entry.account_id, entry.account_id), root)
        if said:
            after = merge_news(told, said)
            content = {event: asdict(after[event]) for event in sorted(after)}
            root.replace(NEWS_LEDGER, json.dumps(content, indent=1).encode())
    return list(said)


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
    return {event: LastNews(**entry) for event, entry in json.loads(root.read_bytes(NEWS_LEDGER)).items()}


def materialize_assets(root: DataRoot) -> None:
    """Tell of every table in the manifest; nothing happens where nothing was published yet."""
    tables = Tables(root)
    written = tables.read_manifest()
    published = [table for table in REPORT_TABLES if tables.latest_name(table) in written]
    assets = {table: _asset(tables, table) for table in published}
    if assets:
        told = {asset.key: _facts(written[tables.latest_name(table)]) for table, asset in assets.items()}
        materialize(*assets.values(), name="publish", by="vanity-gap")(_describe_assets)(told)


def _asset(tables: Tables, table: Table) -> Asset:
    place = f"{tables.root.name}/{tables.latest_name(table)}"
    known = AssetProperties(name=table.name, description=table.meaning, url=place)
    return Asset(key=f"{ASSET_SCHEME}/{table.name}", properties=known)


def _facts(entry: Mapping[str, Any]) -> dict[str, Any]:
    return {key: entry[key] for key in ASSET_FACTS}


def _describe_assets(told: Mapping[str, dict[str, Any]]) -> None:
    """The task's body: the tables lie there already, so it only says what they hold."""
    for key, said in told.items():
        add_asset_metadata(key, said)
