"""A day of a backfill that cannot be written: the others are, it is named, and the next run finishes it."""

import shutil
from pathlib import Path

from tests.flows.conftest import Server
from tests.unit.maintenance.held import held

WORDS = ("flows.backfill", "--start", "2026-01-01", "--end", "2026-01-04")


def backfilled(server: Server, root: Path) -> tuple[int, str]:
    """Exit code and words of a backfill of the four days."""
    done = server.module(*WORDS, VANITY_GAP_DATA_ROOT=str(root))
    return done.returncode, done.stdout + done.stderr


def reports(root: Path) -> dict[str, bytes]:
    """Every report file but the manifest, which holds the moment of writing."""
    found = (path for path in sorted((root / "reports").rglob("*.parquet")) if path.is_file())
    return {str(path.relative_to(root)): path.read_bytes() for path in found}


def test_a_failing_day_is_tried_alone_and_named_and_finished_by_the_next_run(server: Server, tmp_path: Path) -> None:
    """Where a day's file should be stands a folder: three days are derived, and all four once it is taken away."""
    calm, rough = tmp_path / "calm", tmp_path / "rough"
    held(calm, accounts=2, days=4, followers=2)
    shutil.copytree(calm, rough)
    code, said = backfilled(server, calm)
    assert 0 == code, said
    obstacle = rough / "reports" / "account_daily" / "dt=2026-01-03" / "part-0.parquet"
    obstacle.mkdir(parents=True)
    (obstacle / "left").write_bytes(b"")
    code, said = backfilled(server, rough)
    assert 1 == code, said
    told = " ".join(said.split())
    assert "parts of it are tried alone" in told
    assert "3 days derived from 2026-01-01 to 2026-01-04" in told
    assert "failed, see their runs: 2026-01-03" in told
    derived = {path.parent.name for path in (rough / "reports" / "account_daily").rglob("*.parquet") if path.is_file()}
    assert {"dt=2026-01-01", "dt=2026-01-02", "dt=2026-01-04"} == derived
    shutil.rmtree(obstacle)
    code, said = backfilled(server, rough)
    assert 0 == code, said
    assert "1 days derived" in " ".join(said.split())
    assert reports(calm) == reports(rough)
