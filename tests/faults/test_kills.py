"""`kill -9` at many instants: readers see whole tables of one version, and a rerun ends where no kill had been."""

import json
import os
import random
import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from tasks.sources.sandbox.serve import serve
from tasks.sources.sandbox.worlds import summer
from tests.faults.killing import FLOWS, KILLED, Warden, copied, mixtures, reports, temporary_files, unread
from tests.flows.conftest import REPOSITORY, serving
from tests.unit.exports_made import analytics_csv

INSTANTS = int(os.environ.get("FAULT_INSTANTS", "8"))
"""Over all flows; `make test-faults` asks for 320."""
SEED = 7
FIRST, DAY = date(2026, 7, 14), date(2026, 7, 15)
ACTIVITY = [(date(2026, 7, day), 900, 12, 30, 1, 0, 4, 1, 2, 1, 9, 1, 0, 0) for day in (14, 13, 12)]


@pytest.fixture(scope="module")
def warden(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Warden]:
    """A Prefect server, a sandbox, and a process that runs flows against them."""
    folder = tmp_path_factory.mktemp("faults")
    (folder / "prefect").mkdir()
    config = folder / "config"
    config.mkdir()
    numbers = (REPOSITORY / "config" / "pipeline.toml").read_text(encoding="utf-8")
    (config / "pipeline.toml").write_text(re.sub(r"_usd = [\d.]+", "_usd = 5000.0", numbers, count=3))
    (config / "accounts.toml").write_text('[[account]]\nhandle = "frank"\nlevel = "full"\nengagers = true\n')
    (folder / "analytics.csv").write_bytes(analytics_csv(*ACTIVITY))
    with serving(folder / "prefect") as server, serve(summer(SEED)) as sandbox:
        started = Warden(server, folder, sandbox, {"file": str(folder / "analytics.csv"), "person": ""})
        try:
            assert 0 == started.run("daily", folder / "base", FIRST), started.said()
            started.errand = {**started.errand, "person": _somebody(folder / "base")}
            yield started
        finally:
            started.end()


def _somebody(root: Path) -> str:
    """A follower who stands in a raw page."""
    pages = [json.loads(path.read_bytes()) for path in sorted(root.glob("raw/x_api/*/*/followers-*.json"))]
    return str(pages[0]["body"]["data"][0]["id"])


@pytest.mark.parametrize("flow", FLOWS)
def test_a_kill_at_any_instant_is_made_good_by_running_again(flow: str, warden: Warden) -> None:
    """Every report file is old or new and read alike by three engines; the rerun gives the undisturbed bytes."""
    base, root = warden.folder / "base", warden.folder / "data"
    before = reports(copied(base, root))
    assert 0 == warden.run(flow, root, DAY), warden.said()
    after, changes = reports(root), warden.changes_count
    wanted = max(1, INSTANTS // len(FLOWS))
    dice = random.Random(f"{SEED} {flow}")  # noqa: S311 - chooses instants
    for instant in sorted(dice.choices(range(1, changes + 1), k=wanted)):
        copied(base, root)
        assert KILLED == warden.run(flow, root, DAY, instant), f"{flow} was not killed at change {instant}"
        assert [] == mixtures(root, before, after), f"{flow} at change {instant}"
        assert [] == unread(root), f"{flow} at change {instant}"
        assert 0 == warden.run(flow, root, DAY), warden.said()
        assert after == reports(root), f"{flow} at change {instant}"
        assert [] == temporary_files(root), f"{flow} at change {instant}"
