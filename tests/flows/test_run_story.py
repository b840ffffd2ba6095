"""What the server shows of a day: each step and what it came after, a line on each account, the page, the assets."""

from collections.abc import Iterator
from datetime import date
from itertools import pairwise
from pathlib import Path

import pytest
import requests

from sandbox.serve import serve
from sandbox.worlds import summer
from tests.flows.conftest import Server, until
from tests.flows.lived import Operator

DAY = date(2026, 7, 14)
URL = "https://gap.example.org/"
STEPS = ["fetch", "stage_day", "measure-", "compare", "search_lists", "judge", "report", "publish", "declare-"]
"""The order of docs/design.md: fetched and staged, measured, judged, reported, published, and told."""
Rows = list[dict[str, object]]


@pytest.fixture
def operator(
    prefect_server: None,  # noqa: ARG001 - must run
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[Operator]:
    """Somebody who tracks two accounts, and shows the page on a server."""
    with serve(summer(7)) as sandbox:
        somebody = Operator(sandbox, tmp_path / "data", monkeypatch)
        pipeline = somebody.config / "pipeline.toml"
        text = pipeline.read_text(encoding="utf-8")
        assert '\nurl = ""' in text
        pipeline.write_text(text.replace('\nurl = ""', f'\nurl = "{URL}"'), encoding="utf-8")
        somebody.track("frank", "quiet_quinn", level="counts", engagers=False)
        yield somebody


def _materialized(server: Server, *, run: str) -> set[str]:
    """The assets that the flow run told."""
    wanted = {
        "event": {"name": ["prefect.asset.materialization.succeeded"]},
        "related": {"id": [f"prefect.flow-run.{run}"]},
    }
    answer = requests.post(f"{server.url}/events/filter", json={"filter": wanted, "limit": 50}, timeout=30)
    answer.raise_for_status()
    return {str(event["resource"]["prefect.resource.id"]) for event in answer.json()["events"]}


def _run_of(server: Server, kind: str) -> str:
    """The id of the newest run of the flow."""
    rows = server.rows("flow_runs", flows={"name": {"any_": [kind]}}, sort="START_TIME_DESC", limit=1)
    return str(rows[0]["id"])


def _steps(server: Server, run: str, number: int) -> Rows:
    """The run's tasks in their order, once so many have ended on the server."""
    asked = {"flow_runs": {"id": {"any_": [run]}}, "sort": "EXPECTED_START_TIME_ASC"}

    def ended() -> bool:
        rows = server.rows("task_runs", **asked)
        return len(rows) >= number and all(row["state_type"] == "COMPLETED" for row in rows)

    until(ended)
    return server.rows("task_runs", **asked)


def test_a_day_tells_its_story(operator: Operator, server: Server) -> None:
    """Each step has a name of its own and follows the one before; the log names both accounts, the summary the page."""
    state = operator.live(DAY)
    assert state.is_completed(), state.message
    run = _run_of(server, "daily")
    rows = _steps(server, run, len(STEPS) + 1)
    names = [str(row["name"]) for row in rows]
    assert len(set(names)) == len(names)
    for before, after in pairwise(rows):
        inputs: dict[str, Rows] = after["task_inputs"]  # type: ignore[assignment]
        assert before["id"] in {given["id"] for several in inputs.values() for given in several}, after["name"]
    found = [next(step for step in STEPS if name.startswith(step)) for name in names]
    assert STEPS == list(dict.fromkeys(found))
    logs = {"flow_run_id": {"any_": [run]}}
    until(lambda: [row for row in server.rows("logs", logs=logs) if str(row["message"]).startswith("@frank: read;")])
    said = [str(row["message"]) for row in server.rows("logs", logs=logs)]
    (frank,) = (line for line in said if line.startswith("@frank: read;"))
    count = int(operator.account_daily().loc[("frank", DAY.isoformat()), "followers_count"])
    assert f"{count:,} followers" in frank
    assert "pages 1, $0.0" in frank
    summaries = server.rows("artifacts", artifacts={"key": {"any_": ["daily-summary"]}, "flow_run_id": {"any_": [run]}})
    assert f"[The page with every account]({URL})" in str(summaries[0]["data"])


def test_assets_are_told_with_what_they_are_made_of_and_only_when_written(operator: Operator, server: Server) -> None:
    """The first run tells staged tables and reports; the same day again writes the same bytes, and tells nothing."""
    assert operator.live(DAY).is_completed()
    first = _run_of(server, "daily")
    until(lambda: "vanitygap://reports/account_daily" in _materialized(server, run=first))
    until(lambda: "vanitygap://staged/account_snapshots" in _materialized(server, run=first))
    wanted = {"resource": {"id": ["vanitygap://reports/account_daily"]}, "order": "DESC"}
    answer = requests.post(f"{server.url}/events/filter", json={"filter": wanted, "limit": 50}, timeout=30)
    (event, *_) = [e for e in answer.json()["events"] if e["event"] == "prefect.asset.materialization.succeeded"]
    made_of = {entry["prefect.resource.id"] for entry in event["related"] if entry["prefect.resource.role"] == "asset"}
    assert "vanitygap://staged/account_snapshots" in made_of
    assert operator.live(DAY).is_completed()
    second = _run_of(server, "daily")
    assert second != first
    assert not [row for row in _steps(server, second, len(STEPS) - 1) if str(row["name"]).startswith("declare")]
