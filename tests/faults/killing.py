"""A world to be killed in: data roots before and after each flow, and what readers see in between."""

import json
import re
import shutil
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
import polars as pl
from pyarrow import dataset as ds
from pyarrow import parquet

from sandbox.serve import Sandbox
from tasks.store.root import DataRoot
from tasks.store.sweep import sweep_orphans
from tests.flows.conftest import REPOSITORY
from tests.unit.export_files import analytics_csv

FLOWS = ("daily", "backfill", "imports", "forget")
KILLED = -9
ACTIVITY = [(date(2026, 7, day), 900, 12, 30, 1, 0, 4, 1, 2, 1, 9, 1, 0, 0) for day in (14, 13, 12)]


@dataclass(frozen=True)
class End:
    """When a run is killed: before its n-th change of the data root, or so many seconds after it began; 0 is never."""

    change: int = 0
    seconds: float = 0.0


WHENEVER = End()
"""When it is done."""


@dataclass
class Warden:
    """The process that runs flows in children."""

    environment: Mapping[str, str]
    """The environment in which a Prefect server is talked to."""
    folder: Path
    sandbox: Sandbox
    errand: Mapping[str, Any]

    def __post_init__(self) -> None:
        """Start it: it imports everything once."""
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tests.faults.warden"],
            cwd=REPOSITORY,
            env=dict(self.environment),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def run(self, flow: str, root: Path, day: date, end: End = WHENEVER) -> int:
        """The exit code of the flow on the data root, killed at that end of it."""
        self.sandbox.reset()
        now = datetime(day.year, day.month, day.day, 2, 15, tzinfo=UTC)
        self.sandbox.set_clock(now)
        environment = {
            "VANITY_GAP_DATA_ROOT": str(root),
            "VANITY_GAP_CONFIG_DIR": str(self.folder / "config"),
            "VANITY_GAP_X_BASE_URL": self.sandbox.base_url,
            "VANITY_GAP_CLOCK": now.isoformat(),
            "X_BEARER_TOKEN": self.sandbox.settings.bearer_token,
        }
        count, log = str(self.folder / "count"), str(self.folder / "log")
        Path(count).unlink(missing_ok=True)
        errand = {"days": [str(day - timedelta(days=1)), str(day)] if flow == "backfill" else [str(day)], **self.errand}
        errand |= {"flow": flow, "root": str(root), "environment": environment, **asdict(end)}
        assert self.process.stdin
        assert self.process.stdout
        print(json.dumps({**errand, "count": count, "log": log}), file=self.process.stdin, flush=True)
        return int(self.process.stdout.readline())

    @property
    def changes_count(self) -> int:
        """How often the last run changed the data root."""
        return int((self.folder / "count").read_text())

    def said(self) -> str:
        """What the last runs said."""
        return (self.folder / "log").read_text(errors="replace")[-3000:]

    def end(self) -> None:
        """End the process."""
        assert self.process.stdin
        assert self.process.stdout
        self.process.stdin.close()
        self.process.wait(timeout=60)
        self.process.stdout.close()


def prepared(folder: Path, said: str) -> dict[str, str]:
    """Configuration that tracks Frank as said and forbids no spending, and an export; the errands they serve."""
    config = folder / "config"
    config.mkdir()
    numbers = (REPOSITORY / "config" / "pipeline.toml").read_text(encoding="utf-8")
    (config / "pipeline.toml").write_text(re.sub(r"_usd = [\d.]+", "_usd = 5000.0", numbers, count=3))
    (config / "accounts.toml").write_text(f'[[account]]\nhandle = "frank"\n{said}')
    (folder / "analytics.csv").write_bytes(analytics_csv(*ACTIVITY))
    return {"file": str(folder / "analytics.csv"), "person": ""}


def somebody(root: Path) -> str:
    """A follower who stands in a raw page."""
    pages = [json.loads(path.read_bytes()) for path in sorted(root.glob("raw/x_api/*/*/followers-*.json"))]
    return str(pages[0]["body"]["data"][0]["id"])


def copied(root: Path, to: Path) -> Path:
    """A copy of the data root in the place of another one, always the same, so that all runs see one path."""
    shutil.rmtree(to, ignore_errors=True)
    shutil.copytree(root, to)
    return to


def reports(root: Path) -> dict[str, bytes]:
    """Every report file with its bytes, the manifest and the page among them: the clock stands, so they compare too."""
    found = (path for path in sorted((root / "reports").rglob("*")) if path.is_file() and path.name[0] != ".")
    return {str(path.relative_to(root)): path.read_bytes() for path in found}


def unread(root: Path) -> list[str]:
    """What pyarrow, DuckDB and polars do not read alike: flat files one by one, histories as a whole."""
    files = sorted((root / "reports" / "latest").glob("*.parquet"))
    folders = [path for path in sorted((root / "reports").iterdir()) if path.name != "latest" and path.is_dir()]
    histories = [f"{folder}/*/*.parquet" for folder in folders if any(folder.glob("*/*.parquet"))]
    return [place for place in (*map(str, files), *histories) if len(set(_counts(place))) != 1]


def _counts(place: str) -> tuple[int, int, int]:
    pattern = Path(place)
    files = sorted(map(str, pattern.parents[1].glob("*/*.parquet"))) if "*" in place else [place]
    arrow = ds.dataset(files, schema=parquet.read_schema(files[0])).to_table().num_rows
    duck = duckdb.sql(f"SELECT * FROM read_parquet('{place}', union_by_name => true, hive_partitioning => false)")  # noqa: S608 - a path of the test's own
    polar = pl.read_parquet(place, hive_partitioning=False)
    return arrow, 0 if duck is None else len(duck.fetchall()), polar.height


def mixtures(root: Path, before: Mapping[str, bytes], after: Mapping[str, bytes]) -> list[str]:
    """Report files that are neither those before the run nor those after it."""
    now = reports(root)
    return [name for name in {*now, *before, *after} if now.get(name) not in (before.get(name), after.get(name))]


def temporary_files(root: Path) -> list[str]:
    """What the sweep leaves of temporary files, once they are old."""
    sweep_orphans(DataRoot(str(root)), datetime.now(UTC) + timedelta(hours=7))  # noqa: TID251 - files have the true time
    return [str(path) for path in root.rglob(".*.tmp")]
