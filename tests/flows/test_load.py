"""Commands given by hand on a machine that has no time for them: each waits for its server, none ends in a traceback.

Slow: `make test-server` runs it; LOAD_COMMANDS says how many commands, 20 when it is not set.
"""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack
from itertools import cycle, islice
from pathlib import Path

import pytest

from tests.flows.conftest import BIN, REPOSITORY, plain_environment
from tests.flows.test_telling import FIRST, LAST, export_of_a_jump

pytestmark = pytest.mark.skipif("VANITY_GAP_SLOW" not in os.environ, reason="slow: `make test-server` runs it")
LOAD = 10
COMMANDS = int(os.environ.get("LOAD_COMMANDS", "20"))
SPAN = ("--start", FIRST.isoformat(), "--end", LAST.isoformat())
REFUSED = 2


@pytest.fixture
def load() -> Iterator[None]:
    """As many busy processes as bring this machine's load to ten."""
    with ExitStack() as ended:
        for _ in range(max(0, LOAD - round(os.getloadavg()[0]))):
            busy = ended.enter_context(subprocess.Popen([sys.executable, "-c", "while True: pass"]))
            ended.callback(busy.kill)
        yield


@pytest.mark.usefixtures("load")
def test_no_command_by_hand_ends_in_a_traceback(tmp_path: Path) -> None:
    """Seven commands again and again, each starting a server of its own where it needs one; today's run is refused."""
    home = tmp_path / "home"
    home.mkdir()
    settings = {"VANITY_GAP_DATA_ROOT": str(tmp_path / "data"), "PYTHONUNBUFFERED": "1"}
    environment = plain_environment(home)
    asked = (
        (0, "import", str(export_of_a_jump(tmp_path)), "--handle", "ada", "--anchor", f"{FIRST}=2000"),
        (0, "show", "ada"),
        (0, "backfill", *SPAN),
        (REFUSED, "daily"),
        (0, "backfill", *SPAN, "--force"),
        (0, "housekeeping", "verify"),
        (REFUSED, "check"),
    )
    for expected, *words in islice(cycle(asked), COMMANDS):
        began = time.monotonic()
        command = [str(BIN / "python"), "-m", "flows.cli.commands", *words]
        done = subprocess.run(  # noqa: S603 - the words are the test's own
            command, cwd=REPOSITORY, env={**environment, **settings}, capture_output=True, text=True, check=False
        )
        sys.stdout.write(f"{words[0]}: {done.returncode}, {time.monotonic() - began:.0f} s\n")
        assert expected == done.returncode, done.stdout + done.stderr
        assert "Traceback" not in done.stdout + done.stderr
