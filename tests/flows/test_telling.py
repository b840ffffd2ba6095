"""Being told of divergences, through a real server, an automation and a webhook on loopback."""

import json
from collections.abc import Iterator
from datetime import date, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread

import duckdb
import pytest
import requests

from tests.flows.conftest import Server, until
from tests.unit.export_files import analytics_csv

FIRST, LAST = date(2025, 1, 1), date(2025, 3, 1)


class Hook(HTTPServer):
    """Somebody's webhook: it keeps what it is told."""

    def __init__(self) -> None:
        """Listen on a free port of loopback."""
        self.told: list[dict[str, str]] = []
        super().__init__(("127.0.0.1", 0), _Listener)


class _Listener(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        """Keep the JSON."""
        content = self.rfile.read(int(self.headers["content-length"]))
        said = json.loads(content)
        # Prefect's webhook block sends its payload as JSON, so that a text arrives quoted.
        self.server.told.append(json.loads(said) if isinstance(said, str) else said)  # type: ignore[attr-defined]
        self.send_response(204)
        self.end_headers()

    def log_message(self, *_words: object) -> None:
        """Say nothing on the terminal."""


@pytest.fixture
def hook() -> Iterator[Hook]:
    """The webhook, listening."""
    with Hook() as listening:
        thread = Thread(target=listening.serve_forever)
        thread.start()
        yield listening
        listening.shutdown()
        thread.join()


def export_of_a_jump(folder: Path) -> Path:
    """Two months in which about five people came a day, and 4,000 on the last."""
    days = [FIRST + timedelta(days=number) for number in range((LAST - FIRST).days + 1)]
    new = [4_000 if day == LAST else 4 + day.day % 3 for day in days]
    rows = [(day, 900, 12, 30, 1, 0, came, 1, 2, 1, 9, 1, 0, 0) for day, came in zip(days, new, strict=True)]
    path = folder / "account_overview_analytics.csv"
    path.write_bytes(analytics_csv(*rows[::-1]))
    return path


def test_a_divergence_is_posted_once_however_often_it_is_derived(server: Server, tmp_path: Path, hook: Hook) -> None:
    """Import, backfill and another backfill by force: the webhook hears of the jump one time, with its sentence."""
    where = {"VANITY_GAP_DATA_ROOT": str(tmp_path / "data")}

    def run(*words: str) -> None:
        done = server.module(*words, **where)
        assert done.returncode == 0, done.stdout + done.stderr

    run("flows.cli.commands", "automations", "--webhook", f"http://127.0.0.1:{hook.server_port}/told")
    run(
        "flows.imports",
        "--analytics-csv",
        str(export_of_a_jump(tmp_path)),
        "--handle",
        "ada",
        "--anchor",
        "2025-01-01=2000",
    )
    span = ("--start", FIRST.isoformat(), "--end", LAST.isoformat())
    run("flows.backfill", *span)
    until(lambda: hook.told)
    run("flows.backfill", *span, "--force")
    jumps = [entry for entry in hook.told if entry["event"] == "divergence.opened"]
    assert ["@ada"] == [entry["account"] for entry in jumps]
    assert "2025-03-01" in jumps[0]["summary"]


def test_each_published_table_is_told_as_an_asset(server: Server, tmp_path: Path) -> None:
    """After an import the server knows every table in `latest/` as materialized, with the rows that DuckDB counts."""
    words = (
        "flows.imports",
        "--analytics-csv",
        str(export_of_a_jump(tmp_path)),
        "--handle",
        "ada",
        "--anchor",
        "2025-01-01=2000",
    )
    done = server.module(*words, VANITY_GAP_DATA_ROOT=str(tmp_path / "data"))
    assert done.returncode == 0, done.stdout + done.stderr
    latest = tmp_path / "data" / "reports" / "latest"
    wanted = {"event": {"name": ["prefect.asset.materialization.succeeded"]}, "order": "DESC"}

    def told() -> dict[str, dict[str, object]]:
        answer = requests.post(f"{server.url}/events/filter", json={"filter": wanted, "limit": 50}, timeout=30)
        answer.raise_for_status()
        events = answer.json()["events"]
        # Newest first, and what was told last counts: other tests tell the same tables on this server.
        found = {event["resource"]["prefect.resource.id"]: event["payload"] for event in reversed(events)}
        return {key: said for key, said in found.items() if str(said.get("path", "")).startswith("reports/latest/")}

    tables = {path.stem: path for path in latest.glob("*.parquet")}
    until(lambda: set(told()) >= {f"vanitygap://reports/{name}" for name in tables})
    days = duckdb.sql(f"SELECT * FROM '{tables['account_daily']}'").fetchall()  # noqa: S608 - our path
    until(lambda: len(days) == told()["vanitygap://reports/account_daily"]["rows_count"])


def test_a_refused_run_is_seen_by_whoever_waits_for_failed_runs(server: Server, tmp_path: Path) -> None:
    """Its state is called Refused, and the server hears of it under the name of its type too, once, by the run's id."""
    done = server.module("flows.daily", "--day", "2999-01-01", VANITY_GAP_DATA_ROOT=str(tmp_path))
    assert 2 == done.returncode, done.stdout + done.stderr
    (run,) = server.rows("flow_runs", flow_runs={"name": {"any_": ["daily-2999-01-01"]}})
    wanted = {"event": {"name": ["prefect.flow-run.Failed"]}, "any_resource": {"id": [f"prefect.flow-run.{run['id']}"]}}

    def heard() -> list[dict[str, dict[str, str]]]:
        answer = requests.post(f"{server.url}/events/filter", json={"filter": wanted}, timeout=30)
        answer.raise_for_status()
        return list(answer.json()["events"])

    until(heard)
    (event,) = heard()
    assert "Refused" == event["resource"]["prefect.state-name"]
    assert "lies in the future" in event["resource"]["prefect.state-message"]
