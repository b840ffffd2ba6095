"""What an account of ten million followers takes: `python -m tests.benchmarks.bench_import [followers]`.

An invented list of its followers with twelve columns, as CSV and as Parquet, and its counts on 181 days with a jump.
The list is brought in as a user does it, by `python -m flows.imports` as a process of its own: staged, looked back
from, the days measured and judged, the reports published and the page drawn.
A third time all followers were read from X before: they are judged one by one, and both lists are looked back from.
The Prefect server is one more process, so that it stands in no figure.
Beside it, in the same run: plain pandas reading the CSV, and decoding the Parquet.
"""

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pandas as pd

from tests.benchmarks.figures import Figure, record
from tests.benchmarks.follower_lists import write_list
from tests.benchmarks.followers import DAYS, FIRST_DAY, WAVE_DAY, write_followers
from tests.flows.conftest import REPOSITORY, serving

NAME = "import"
HANDLE, ACCOUNT = "ada", "10000"
READ_ON = date(1970, 1, 1) + timedelta(days=FIRST_DAY + DAYS)
MOST_SECONDS, MOST_MEGABYTES = 180.0, 1024.0
FLOOR = {
    "pandas reads the CSV": "import pandas, sys; pandas.read_csv(sys.argv[1])",
    "decoding the Parquet": (
        "import sys; from pyarrow import parquet; file = parquet.ParquetFile(sys.argv[1])\n"
        "for group in range(file.num_row_groups):\n"
        "    for batch in file.iter_batches(row_groups=[group]): del batch"
    ),
}


@dataclass(frozen=True)
class Taken:
    """Wall seconds and peak megabytes of a process."""

    seconds: float
    megabytes: float


def taken(words: list[str], environment: Mapping[str, str]) -> Taken:
    """What the command takes in a process of its own; its output is shown when it fails."""
    # Asked by a small process of its own: a child counts the memory of whoever starts it until its program is loaded.
    asking = (
        "import json, os, resource, subprocess, sys, time; start = time.perf_counter()\n"
        "done = subprocess.run(sys.argv[1:], capture_output=True, text=True)\n"
        "sys.stderr.write(done.stdout + done.stderr if done.returncode else '')\n"
        "peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024\n"
        "print(json.dumps([time.perf_counter() - start, peak])); sys.exit(done.returncode)"
    )
    told = subprocess.run(  # noqa: S603 - our own words
        [sys.executable, "-c", asking, *words],
        cwd=REPOSITORY,
        env={**os.environ, **environment},
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    return Taken(*json.loads(told.stdout))


def write_counts(path: Path, followers: int) -> None:
    """The counts by day that the followers of `write_followers` make: a tenth comes meanwhile, half of it in a wave."""
    late = np.linspace(0, 1, followers // 10)
    is_wave = (late >= 0.25) & (late < 0.75)
    organic = np.where(late < 0.25, late * 4 * WAVE_DAY, WAVE_DAY + (late - 0.75) * 4 * (DAYS - WAVE_DAY))
    came = np.bincount(np.where(is_wave, WAVE_DAY, np.ceil(organic)).astype(int), minlength=DAYS + 1)
    days = pd.to_datetime(FIRST_DAY + np.arange(DAYS + 1), unit="D")
    counts = followers - followers // 10 + came.cumsum()
    pd.DataFrame({"date": days.strftime("%Y-%m-%d"), "followers": counts}).to_csv(path, index=False)


def imported(folder: Path, ending: str, root: Path, environment: Mapping[str, str]) -> Taken:
    """Bringing in the list and the counts."""
    given = ["--handle", HANDLE, "--account-id", ACCOUNT, "--counts-csv", str(folder / "counts.csv")]
    listed = ["--followers", str(folder / f"list.{ending}"), "--followers-read-on", str(READ_ON)]
    words = [sys.executable, "-m", "flows.imports", *given, *listed]
    return taken(words, {**environment, "VANITY_GAP_DATA_ROOT": str(root)})


def measured(followers: int, folder: Path) -> dict[str, Taken]:
    """Each way to bring in the list of so many, and the floors."""
    write_counts(folder / "counts.csv", followers)
    for ending in ("csv", "parquet"):
        write_list(folder / f"list.{ending}", followers)
    floors = zip(FLOOR, ("csv", "parquet"), strict=True)
    found = {
        name: taken([sys.executable, "-c", FLOOR[name], str(folder / f"list.{ending}")], {}) for name, ending in floors
    }
    with serving(folder) as server:
        found["CSV"] = imported(folder, "csv", folder / "from_csv", server.environment)
        found["Parquet"] = imported(folder, "parquet", folder / "from_parquet", server.environment)
        staged = folder / "read" / "staged" / "follower_arrivals" / f"dt={READ_ON}" / "part-0.parquet"
        staged.parent.mkdir(parents=True)
        write_followers(staged, followers, 1)
        found["Parquet, all judged"] = imported(folder, "parquet", folder / "read", server.environment)
    refuse_empty(folder / "read" / "reports" / "latest", followers)
    return found


def refuse_empty(reports: Path, followers: int) -> None:
    """Raise AssertionError where the reports do not hold what the invented account has."""
    lists, blocks, members = (
        pd.read_parquet(reports / f"{name}.parquet")
        for name in ("follower_lists", "past_blocks", "follower_judgements")
    )
    assert followers in lists["listed_followers_count"].tolist(), "the list is looked back from"
    assert len(blocks), "the block in it is found"
    assert len(members) > followers // 25, "everybody in the wave is judged"


def figures(found: dict[str, Taken]) -> list[Figure]:
    """What is promised, each figure beside its floor in this run."""
    beside = {
        "CSV": "pandas reads the CSV",
        "Parquet": "decoding the Parquet",
        "Parquet, all judged": "decoding the Parquet",
    }
    told = []
    for way, floor in beside.items():
        one, least = found[way], found[floor]
        told.append(Figure(NAME, f"{way}", one.seconds, "s", floor, least.seconds, at_most=MOST_SECONDS))
        told.append(
            Figure(NAME, f"{way}, peak memory", one.megabytes, "MB", floor, least.megabytes, at_most=MOST_MEGABYTES)
        )
    return told


def main(arguments: list[str]) -> None:
    """Print the figures; exit code 1 when a bar is not met."""
    followers = int(arguments[0]) if arguments else 10_000_000
    with tempfile.TemporaryDirectory() as folder:
        promised = figures(measured(followers, Path(folder)))
    print(f"one account, {followers:,} followers:")  # noqa: T201 - a benchmark prints
    for figure in promised:
        record(figure)
        held = "held" if figure.is_met else "MISSED"
        print(  # noqa: T201
            f"  {figure.figure}: {figure.value:,.1f} {figure.unit} "
            f"({figure.reference}: {figure.reference_value:,.1f}); bar {figure.at_most:,.0f}: {held}"
        )
    if missed := [figure for figure in promised if not figure.is_met]:
        sys.exit(f"{len(missed)} bars are not met")


if __name__ == "__main__":
    main(sys.argv[1:])
