"""`kill -9` at many instants: readers see whole tables of one version, and a rerun ends where no kill had been."""

import os
import random
import time
from collections.abc import Iterator
from datetime import date

import pytest

from sandbox.serve import serve
from sandbox.worlds import summer
from tests.faults.killing import (
    FLOWS,
    KILLED,
    End,
    Warden,
    copied,
    mixtures,
    prepared,
    reports,
    somebody,
    temporary_files,
    unread,
)
from tests.flows.conftest import Server

INSTANTS = int(os.environ.get("FAULT_INSTANTS", "8"))
"""Over all flows; `make test-faults` asks for 320."""
SEED = 7
FIRST, DAY = date(2026, 7, 14), date(2026, 7, 15)


@pytest.fixture(scope="module")
def warden(tmp_path_factory: pytest.TempPathFactory, server: Server) -> Iterator[Warden]:
    """A sandbox, and a process that runs flows against them."""
    folder = tmp_path_factory.mktemp("faults")
    errand = prepared(folder, 'level = "full"\nengagers = true\n')
    with serve(summer(SEED)) as sandbox:
        started = Warden(server.environment, folder, sandbox, errand)
        try:
            assert 0 == started.run("daily", folder / "base", FIRST), started.said()
            started.errand = {**started.errand, "person": somebody(folder / "base")}
            yield started
        finally:
            started.end()


@pytest.mark.parametrize("flow", FLOWS)
def test_a_kill_at_any_instant_is_made_good_by_running_again(flow: str, warden: Warden) -> None:
    """Every report file is old or new and read alike by three engines; the rerun gives the undisturbed bytes.

    Page and manifest are among the files.
    A table of `latest/` is one file, so it is of one version; days of a history may be old beside new ones until the
    rerun, and the mark in `work/` says so.
    """
    base, root = warden.folder / "base", warden.folder / "data"
    before = reports(copied(base, root))
    begun = time.monotonic()
    assert 0 == warden.run(flow, root, DAY), warden.said()
    after, changes, seconds = reports(root), warden.changes_count, time.monotonic() - begun
    for end in _ends(flow, changes, seconds):
        copied(base, root)
        assert warden.run(flow, root, DAY, end) in ({KILLED} if end.change else {KILLED, 0}), f"{flow}, {end}"
        assert [] == mixtures(root, before, after), f"{flow}, {end}"
        assert [] == unread(root), f"{flow}, {end}"
        assert 0 == warden.run(flow, root, DAY), warden.said()
        assert after == reports(root), f"{flow}, {end}"
        assert [] == temporary_files(root), f"{flow}, {end}"


def _ends(flow: str, changes: int, seconds: float) -> list[End]:
    """Three of four before a change of the data root, which is where it matters; the others at any moment."""
    wanted = max(1, INSTANTS // len(FLOWS))
    dice = random.Random(f"{SEED} {flow}")  # noqa: S311 - chooses instants
    moments = [End(seconds=dice.uniform(0, seconds)) for _ in range(wanted // 4)]
    return [*(End(change) for change in sorted(dice.choices(range(1, changes + 1), k=wanted - wanted // 4))), *moments]
