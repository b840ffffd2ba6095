"""The command `vanity-gap` answers at once, in the same words as the forms on the server."""

import logging
import os
import subprocess
import sys
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from prefect import Flow
from prefect.client.schemas.objects import State
from prefect.exceptions import FailedRun
from prefect.utilities.callables import parameter_schema
from rich.console import Console

from flows.backfill import backfill
from flows.cli.commands import app
from flows.context import ends_in_a_state, refusal_state
from flows.daily import daily
from flows.housekeeping import housekeeping
from flows.imports import imports

REPOSITORY = Path(__file__).parents[2]
SUBCOMMANDS = (
    *(
        "daily",
        "backfill",
        "import",
        "full-scan",
        "show",
        "people",
        "serve",
        "check",
        "plan",
        "decide",
        "automations",
        "housekeeping",
    ),
    *(f"housekeeping {command}" for command in ("forget", "comply", "purge", "expire", "compact", "verify")),
)
HEAVY = ("prefect", "pandas", "pyarrow", "numpy", "tweepy")


def run(*words: str) -> subprocess.CompletedProcess[str]:
    """The command, in a process of its own."""
    command = [sys.executable, "-m", "flows.cli.commands", *words]
    return subprocess.run(command, cwd=REPOSITORY, capture_output=True, text=True, check=False)  # noqa: S603 - our own


def help_of(command: str) -> str:
    """What `--help` of the subcommand says, in one line."""
    page = StringIO()
    app([*command.split(), "--help"], console=Console(file=page, width=1000))
    return " ".join(page.getvalue().replace("│", " ").split())


def test_the_command_has_these_subcommands() -> None:
    """Each of them is named by `vanity-gap --help`, and each has a help of its own."""
    overview = help_of("")
    for command in SUBCOMMANDS:
        assert command.split()[0] in overview
        assert f"Usage: vanity-gap {command}" in help_of(command)


def test_help_loads_neither_prefect_nor_pandas() -> None:
    """The help of every subcommand, one after another in a fresh process, needs no library of the work."""
    program = (
        "import sys\nfrom flows.cli.commands import run_command\n"
        f"for command in {SUBCOMMANDS}: run_command([*command.split(), '--help'])\n"
        f"assert not set({HEAVY}) & set(sys.modules), set({HEAVY}) & set(sys.modules)"
    )
    done = subprocess.run(  # noqa: S603 - the words are the test's own
        [sys.executable, "-c", program], cwd=REPOSITORY, capture_output=True, text=True, check=False
    )
    assert 0 == done.returncode, done.stderr


@pytest.mark.parametrize(
    ("flow", "commands"),
    [
        (daily, ("daily",)),
        (backfill, ("backfill",)),
        (housekeeping, ("housekeeping comply", "housekeeping purge", "housekeeping expire")),
    ],
)
def test_form_and_help_say_the_same_words(flow: Flow[..., Any], commands: tuple[str, ...]) -> None:
    """Every parameter of the flow is described in its schema, and the help of its command has the same sentence."""
    helps = [help_of(command) for command in commands]
    for name, field in parameter_schema(flow).properties.items():
        assert field["description"]
        if (flow, name) != (housekeeping, "command"):
            assert any(" ".join(field["description"].split()) in told for told in helps), name


def test_the_form_of_an_import_says_the_same_words() -> None:
    """The fields of `exports` are the options of `vanity-gap import`."""
    exports = parameter_schema(imports).definitions["Exports"]["properties"]
    told = help_of("import")
    for name, field in exports.items():
        described = field.get("description") or field["items"]["description"]
        assert described in told, name
        assert name == "any_files" or f"--{name.replace('_', '-')}" in told


def test_deployments_of_version_0_3_find_their_parameters() -> None:
    """Names, order and defaults of the flows' parameters are those that stored deployments were made with."""
    named = {flow.name: list(parameter_schema(flow).properties) for flow in (daily, backfill, imports, housekeeping)}
    assert named == {
        "daily": ["day"],
        "backfill": ["start", "end", "accounts", "dry_run", "force", "order", "max_days", "yes"],
        "imports": ["exports"],
        "housekeeping": ["command", "handle", "days", "usd"],
    }


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["backfill", "--start", "2026-13-01", "--end", "2026-01-01"], "--start"),
        (["backfill", "--start", "2026-01-01"], "--end"),
        (["backfill", "--start", "2026-01-01", "--end", "2026-01-02", "--sideways"], "--sideways"),
        (["import", "file.csv"], "file.csv: cannot be read"),
        (["housekeeping"], "forget, comply, purge, expire, compact, verify, repair and rotate"),
        (["housekeeping", "burn"], "forget, comply, purge, expire, compact, verify, repair and rotate"),
        (["housekeeping", "purge"], "HANDLE"),
        (["housekeeping", "expire", "--days", "many"], "--days"),
        (["dance"], "dance"),
    ],
)
def test_bad_options_are_one_sentence(words: list[str], said: str) -> None:
    """Whatever cannot be understood ends with exit code 2 and one line on standard error."""
    done = run(*words)
    assert 2 == done.returncode
    assert said in done.stderr
    assert 1 == len(done.stderr.splitlines())
    assert "" == done.stdout


def test_a_server_that_does_not_answer_is_one_sentence(tmp_path: Path) -> None:
    """PREFECT_API_URL names a port on which nobody listens: no traceback, and what to do about it."""
    settings = {"PREFECT_API_URL": "http://127.0.0.1:9/api", "VANITY_GAP_DATA_ROOT": str(tmp_path)}
    command = [sys.executable, "-m", "flows.cli.commands", "daily"]
    environment = {**os.environ, **settings}
    done = subprocess.run(command, cwd=REPOSITORY, env=environment, capture_output=True, text=True, check=False)  # noqa: S603 - our own
    assert 1 == done.returncode
    (line,) = done.stderr.splitlines()
    assert "no Prefect server answers at http://127.0.0.1:9/api" in line
    assert "unset it" in line


def test_a_run_that_ended_in_a_failed_state_has_no_traceback(caplog: pytest.LogCaptureFixture) -> None:
    """Prefect's process raises the state once more: its sentence is kept; a failure of another kind keeps its trace."""

    @ends_in_a_state
    def refused() -> State[Any]:
        return refusal_state("no account is named")

    for problem in (FailedRun(str(refused().message)), KeyError("verdict")):
        try:
            raise problem
        except (FailedRun, KeyError):
            logging.getLogger("prefect.engine").exception("exited with unexpected exception")
    sentence, trace = caplog.records
    assert "The run has ended: no account is named" == sentence.getMessage()
    assert sentence.exc_info is None
    assert trace.exc_info is not None
