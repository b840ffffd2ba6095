"""Events on the Prefect server when a divergence opens, changes or closes: each is told once.

`divergence.opened`, `divergence.changed` and `divergence.closed` name the account and carry the report's sentence.
What was told is remembered beside the reports, so that a rerun, a backfill or a restored server tells nothing twice.
"""

import json
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import PurePosixPath
from uuid import NAMESPACE_URL, uuid5

from prefect.events import emit_event

from config.pipeline import Parameters
from tasks.page.news import NEWS_COLUMNS, LastNews, News, merge_news, select_news
from tasks.schema.frames import frame
from tasks.schema.judgement_tables import DIVERGENCE_EVENTS
from tasks.store import layout
from tasks.store.lock import locked
from tasks.store.parquet import Selection, read
from tasks.store.root import DataRoot

TOLD = PurePosixPath("ledger") / "told.json"


def tell(root: DataRoot, parameters: Parameters, handles: Mapping[str, str]) -> list[News]:
    """Emit what is new of the published divergences, and remember it; what was said.

    A run that is killed in between says it again with the same event id, which the server counts once.
    """
    path = layout.latest_file(DIVERGENCE_EVENTS)
    if not root.exists(path):
        return []
    # An event may go on after this many quiet days; the days a daily run derives anew are the present.
    closed_days, past_days = parameters.judge.events.merge_gap_days, parameters.report.lookback_days
    with locked(root, "told"):
        told = _told(root)
        rows = frame(read(DIVERGENCE_EVENTS, root, [str(path)], Selection(columns=NEWS_COLUMNS)))
        said = select_news(rows, told, closed_days=closed_days, past_days=past_days)
        for entry in said:
            _emit(entry, handles.get(entry.account_id, entry.account_id), root)
        if said:
            after = merge_news(told, said)
            content = {event: asdict(after[event]) for event in sorted(after)}
            root.replace(TOLD, json.dumps(content, indent=1).encode())
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
    if not root.exists(TOLD):
        return {}
    return {event: LastNews(**entry) for event, entry in json.loads(root.read_bytes(TOLD)).items()}
