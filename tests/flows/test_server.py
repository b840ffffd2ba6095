"""On a real Prefect server: a clean clone is deployed, its schedule fires, a worker runs it, the Parquet is right."""

import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests

from tests.flows.conftest import BIN, Server, deploy, until, working
from tests.unit.export_files import DAYS, analytics_csv

PREFECT = str(BIN / "prefect")
PYTHON = str(BIN / "python")
RANGE = {"start": "2025-03-03", "end": "2025-03-05"}


def imported_into(server: Server, clone: Path, folder: Path) -> Path:
    """A data root into which an export was imported by the command line, against the running server."""
    export = folder / "account_overview_analytics.csv"
    export.write_bytes(analytics_csv(*DAYS))
    command = (PYTHON, "-m", "flows.imports", "--analytics-csv", str(export), "--handle", "ada")
    done = server.command_in(clone, *command, VANITY_GAP_DATA_ROOT=str(folder / "data"))
    assert done.returncode == 0, done.stdout + done.stderr
    return folder / "data"


def settings_of(clone: Path, data: Path) -> dict[str, str]:
    """The environment of a worker on that data root, with one account to read and no credentials."""
    config = data.parent / "config"
    config.mkdir(exist_ok=True)
    (config / "pipeline.toml").write_bytes((clone / "config" / "pipeline.toml").read_bytes())
    (config / "accounts.toml").write_text('[[account]]\nhandle = "ada"\n', encoding="utf-8")
    return {"VANITY_GAP_DATA_ROOT": str(data), "VANITY_GAP_CONFIG_DIR": str(config)}


def reports_of(data: Path) -> dict[Path, bytes]:
    """Every report file of a day, with its bytes."""
    return {path: path.read_bytes() for path in sorted((data / "reports").rglob("dt=*/*.parquet"))}


@pytest.fixture(scope="module")
def deployed(server: Server, clone: Path) -> Server:
    """The server with the work pool and every deployment of the clone."""
    deploy(server, clone)
    return server


@pytest.fixture(scope="module")
def data(server: Server, clone: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data root with three imported days."""
    return imported_into(server, clone, tmp_path_factory.mktemp("imported"))


@pytest.fixture(scope="module")
def worker(deployed: Server, clone: Path, data: Path) -> Iterator[None]:
    """A process worker in the clone, working on the imported data root."""
    with working(deployed, clone, **settings_of(clone, data)):
        yield


def test_a_cron_deployment_gets_its_scheduled_runs(deployed: Server) -> None:
    """With some versions of what Prefect needs the schedule silently never fires; with the locked ones it does."""
    question = {"deployments": {"name": {"any_": ["daily"]}}}

    def scheduled() -> list[dict[str, object]]:
        return [run for run in deployed.rows("flow_runs", **question) if run["auto_scheduled"]]

    until(scheduled)
    assert "18:15:00" in str(scheduled()[0]["expected_start_time"])


def test_every_deployment_runs_one_at_a_time_and_explains_its_form(deployed: Server) -> None:
    """Two runs of a kind wait for each other, and every parameter has a description."""
    rows = {str(row["name"]): row for row in deployed.rows("deployments")}
    assert {"backfill", "daily", "decide", "full_scan", "housekeeping", "imports"} == set(rows)
    for row in rows.values():
        assert row["global_concurrency_limit"]["limit"] == 1  # type: ignore[index]
        fields = row["parameter_openapi_schema"]["properties"]  # type: ignore[index]
        assert all(field.get("description") for field in fields.values()), row["name"]


def test_the_form_of_a_backfill_plans_before_it_runs(deployed: Server) -> None:
    """Whoever presses run without reading gets a plan."""
    (row,) = deployed.rows("deployments", deployments={"name": {"any_": ["backfill"]}})
    assert {"dry_run": True} == row["parameters"]


@pytest.mark.usefixtures("worker")
def test_a_backfill_asked_by_command_gives_the_same_bytes(deployed: Server, data: Path) -> None:
    """A backfill on the server derives again what the command line derived, to the byte."""
    before = reports_of(data)
    assert before
    for path in before:
        path.unlink()
    given = [f"--param={name}={value}" for name, value in (RANGE | {"dry_run": "false"}).items()]
    run = deployed.command(PREFECT, "deployment", "run", "backfill/backfill", *given, "--watch")
    assert run.returncode == 0, run.stdout + run.stderr
    assert before == reports_of(data)


@pytest.mark.usefixtures("worker")
def test_a_daily_run_asked_by_api_reports_the_day_and_says_what_it_did(deployed: Server, data: Path) -> None:
    """A run of a day that is over derives it anew, to the byte, and its name says that nothing was read."""
    before = reports_of(data)
    run = deployed.run("daily/daily", day="2025-03-05")
    until(lambda: deployed.state(run) == "Completed")
    assert before == reports_of(data)
    named = requests.get(f"{deployed.url}/flow_runs/{run}", timeout=30).json()["name"]
    assert "daily-2025-03-05-derived-only" == named
    rows = deployed.rows("artifacts", artifacts={"key": {"any_": ["daily-summary"]}})
    summary = next(str(row["data"]) for row in rows if row["flow_run_id"] == run)
    assert "## Divergences" in summary


@pytest.mark.usefixtures("worker")
def test_a_plan_asked_by_api_shows_each_day_and_runs_none(deployed: Server, data: Path) -> None:
    """The artifact names what is reported and what nobody can know, and no file changes."""
    before = reports_of(data)
    run = deployed.run("backfill/backfill", start="2025-03-01", end="2025-03-05")
    until(lambda: deployed.state(run) == "Completed")
    assert before == reports_of(data)
    rows = deployed.rows("artifacts", artifacts={"key": {"any_": ["backfill-plan"]}})
    plan = next(str(row["data"]) for row in rows if row["flow_run_id"] == run)
    assert "unknowable" in plan
    assert "reported" in plan


def test_two_backfills_and_a_daily_at_once_give_the_same_bytes(
    server: Server, clone: Path, data: Path, tmp_path: Path
) -> None:
    """Three runs over the same days wait for each other inside the store; none is lost, none waits for ever."""
    before = reports_of(data)
    for path in before:
        path.unlink()
    words = ("--start", RANGE["start"], "--end", RANGE["end"], "--force")
    asked = [
        ("flows.backfill", *words),
        ("flows.backfill", *words, "--newest-first"),
        ("flows.daily", "--day", "2025-03-05"),
    ]
    environment = {**server.environment, **settings_of(clone, data)}
    said = [tmp_path / str(place) for place in range(len(asked))]
    running = []
    for words_of_one, log in zip(asked, said, strict=True):
        with log.open("wb") as out:
            command = [PYTHON, "-m", *words_of_one]
            running.append(subprocess.Popen(command, cwd=clone, env=environment, stdout=out, stderr=out))  # noqa: S603 - ours
    codes = [process.wait(timeout=180) for process in running]
    assert codes == [0, 0, 0], "\n".join(log.read_text(encoding="utf-8") for log in said)
    assert before == reports_of(data)
