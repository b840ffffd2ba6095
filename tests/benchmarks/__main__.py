"""Every benchmark, one after the other, and all figures as one table: `make bench`, or with the names of some of them.

`python -m tests.benchmarks [name ...]`, for example `judging backfill`.
The table is printed and written to `build/bench.parquet`; exit code 1 when a benchmark failed or a bar was missed.
"""

import os
import platform
import subprocess
import sys
import tempfile
from pathlib import Path

from rich.console import Console

from tests.benchmarks.figures import COLLECTED, collected, shown, write_figures

NAMES = sorted(path.stem.removeprefix("bench_") for path in Path(__file__).parent.glob("bench_*.py"))
WRITTEN = Path("build") / "bench.parquet"
WIDTH = 150


def main(arguments: list[str]) -> None:
    """Run the benchmarks, each in a process of its own, so that none stands in another's memory."""
    if strangers := sorted(set(arguments) - set(NAMES)):
        sys.exit(f"no benchmark is called {', '.join(strangers)}; there are {', '.join(NAMES)}")
    with tempfile.TemporaryDirectory() as folder:
        lines = Path(folder) / "figures.jsonl"
        environment = {**os.environ, COLLECTED: str(lines)}
        failed = [name for name in arguments or NAMES if not _is_run(name, environment)]
        figures = collected(lines)
    write_figures(figures, WRITTEN, _machine())
    Console(width=WIDTH).print(shown(figures))
    sys.stdout.write(f"written to {WRITTEN}\n")
    missed = [f"{one.benchmark}: {one.figure}" for one in figures if one.is_met is False]
    if failed or missed:
        sys.exit("\n".join([*(f"failed: {name}" for name in failed), *(f"missed: {one}" for one in missed)]))


def _is_run(name: str, environment: dict[str, str]) -> bool:
    sys.stdout.write(f"\n== {name}\n")
    sys.stdout.flush()
    words = [sys.executable, "-m", f"tests.benchmarks.bench_{name}"]
    return subprocess.run(words, check=False, env=environment).returncode == 0  # noqa: S603 - our own code


def _machine() -> dict[str, str]:
    commit = subprocess.run(["git", "rev-parse", "HEAD"], check=False, capture_output=True, text=True)  # noqa: S607 - wherever git is
    return {"commit": commit.stdout.strip(), "machine": platform.platform(), "cores": str(os.cpu_count())}


if __name__ == "__main__":
    main(sys.argv[1:])
