"""What an operator sees of a run on the Prefect server: the plan, the progress, one summary, and the spending.

Tracked accounts are named there; followers never are.
"""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta

from prefect.artifacts import create_markdown_artifact, create_table_artifact
from prefect.client.orchestration import get_client
from prefect.logging import get_run_logger
from prefect.runtime import flow_run

from config.pipeline import Parameters
from flows.assets import tell_assets
from flows.telling import tell
from tasks.datasets.staged_inputs import staged_rows
from tasks.freshness.plan import DayPlan, count_states, plan_lines
from tasks.page.run_summary import build_summary, news_lines
from tasks.page.spend import spend_by_day
from tasks.publish import PAGE
from tasks.reports.inputs import PROVISIONAL
from tasks.schema.frames import frame
from tasks.schema.report_tables import ACCOUNTS
from tasks.schema.staged import API_SPEND
from tasks.store import layout
from tasks.store.parquet import Selection, read
from tasks.store.root import DataRoot

SPEND = Selection(columns=("request_id", "spend_date", "new_objects_count", "price_usd"))
SPEND_DAYS = 31
LOGGED_LINES = 40


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


def show_summary(root: DataRoot, parameters: Parameters, done: str, notes: Sequence[str] = ()) -> None:
    """Tell what is new of divergences and of the tables, and put the run's summary beside it."""
    handles = _handles(root)
    said = tell(root, parameters, handles)
    tell_assets(root)
    kind = str(flow_run.flow_name or "run")
    summary = build_summary(str(flow_run.name or kind), done, news_lines(said, handles), notes, _page(root))
    create_markdown_artifact(summary, key=f"{kind}-summary", description=done)
    for note in notes:
        get_run_logger().warning(note)


def show_spend(root: DataRoot, parameters: Parameters, today: date) -> None:
    """What X was paid on each of the last 31 days, beside the budget of a day."""
    selected = Selection((today - timedelta(days=SPEND_DAYS - 1), today), SPEND.columns)
    rows = spend_by_day(staged_rows(API_SPEND, root, selected), float(parameters.budget.day_usd))
    create_table_artifact(list(rows), key="spend", description="What X was paid, beside the budget of a day")


def name_run(name: str) -> None:
    """Let the run's name say what was done."""
    with get_client(sync_client=True) as client:
        client.update_flow_run(flow_run.id, name=name)


def _handles(root: DataRoot) -> dict[str, str]:
    path = layout.latest_file(ACCOUNTS)
    if not root.exists(path):
        return {}
    rows = frame(read(ACCOUNTS, root, [str(path)], Selection(columns=("account_id", "handle"))))
    pairs = zip(rows["account_id"], rows["handle"], strict=True)
    return {str(account): f"@{str(handle).removeprefix(PROVISIONAL)}" for account, handle in pairs}


def _page(root: DataRoot) -> str | None:
    if not root.exists(PAGE):
        return None
    return (root.local / PAGE).absolute().as_uri() if root.local else f"{root.name}/{PAGE}"
