"""The daily flow with timers around its stages: `python -m tests.benchmarks.timed_daily stages.json [arguments]`.

The arguments are those of `flows.daily`.
Of each stage the file holds wall seconds and CPU seconds of the process, without the stages inside it.
What no stage took is Prefect's: its imports, its engine, its threads between the stages, and writing artifacts;
CPU that its threads burn while a stage runs is taken from the stage and counted as Prefect's, too.
"""

import atexit
import importlib
import json
import os
import runpy
import sys
import threading
import time
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import Any

TASKS = {
    "fetch": "tasks.fetch:fetch",
    "stage": "tasks.stage:stage_day",
    "measure": "tasks.measure:measure",
    "judge": "tasks.judge:judge",
    "look back": "tasks.look_back:look_back",
    "report": "tasks.report:report",
    "page": "tasks.publish:publish",
}
FUNCTIONS = {
    "past": ["flows.observation:past", "flows.observation:read_readings"],
    "plan": ["flows.planning:_planned", "flows.planning:as_rows"],
    "standing": [
        *("flows.derivation:sweep_orphans", "flows.derivation:fingerprints", "flows.derivation:record"),
        "flows.standing:plan_of",
    ],
    "telling": ["flows.shown:tell", "flows.shown:_handles", "flows.shown:staged_rows"],
    "artifacts": [
        *("flows.planning:create_table_artifact", "flows.shown:create_table_artifact"),
        "flows.shown:create_markdown_artifact",
    ],
}
TICKS = os.sysconf("SC_CLK_TCK")
LIBRARIES = ("numpy", "pandas", "pyarrow.dataset", "pyarrow.parquet", "scipy.stats", "tweepy", "jinja2")
"""What the work itself is done with; importing them is called the start."""


class Stages:
    """Wall and CPU seconds by stage; `open` is what was taken inside the stages now running."""

    def __init__(self) -> None:
        """Begin with nothing."""
        self.taken: dict[str, list[float]] = {
            name: [0.0, 0.0] for name in ("start", "past", "plan", *TASKS, *FUNCTIONS)
        }
        self.open: list[list[float]] = []
        self.by_threads = 0.0

    def timed(self, name: str, function: Callable[..., Any]) -> Callable[..., Any]:
        """The function, whose time is added to the stage."""

        @wraps(function)
        def inner(*arguments: Any, **named: Any) -> Any:  # noqa: ANN401 - whatever the function takes
            wall, cpu, others = time.perf_counter(), time.process_time(), _cpu_of_threads()
            self.open.append([0.0, 0.0])
            try:
                return function(*arguments, **named)
            finally:
                threads = _cpu_of_threads() - others
                spent = (time.perf_counter() - wall, time.process_time() - cpu)
                inside = self.open.pop()
                if not self.open:
                    self.by_threads += threads
                self.taken[name][0] += spent[0] - inside[0]
                self.taken[name][1] += spent[1] - inside[1] - (0.0 if self.open else threads)
                if self.open:
                    self.open[-1] = [self.open[-1][0] + spent[0], self.open[-1][1] + spent[1]]

        return inner

    def write(self, path: Path, started: float) -> None:
        """Everything that was taken; what is left is Prefect's."""
        whole = (time.perf_counter() - started, time.process_time())
        left = [all_ - sum(stage[place] for stage in self.taken.values()) for place, all_ in enumerate(whole)]
        artifacts = self.taken.pop("artifacts")
        prefect = [left[0] + artifacts[0], left[1] + artifacts[1]]
        path.write_text(json.dumps({**self.taken, "Prefect": prefect}), encoding="utf-8")


def _cpu_of_threads() -> float:
    """CPU seconds of the threads that Prefect keeps: all that Python knows but this one and pools of writers."""
    mine = threading.get_native_id()
    kept = [
        one for one in threading.enumerate() if one.native_id not in {mine, None} and "PoolExecutor" not in one.name
    ]
    return sum(_cpu_of(one.native_id) for one in kept)


def _cpu_of(thread: int | None) -> float:
    try:
        fields = Path(f"/proc/self/task/{thread}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    except FileNotFoundError:
        return 0.0
    return (int(fields[11]) + int(fields[12])) / TICKS


def _import_libraries() -> None:
    for name in LIBRARIES:
        importlib.import_module(name)


def main() -> None:
    """Put the timers in place and run the flow's own command line."""
    stages, started = Stages(), time.perf_counter()
    path = Path(sys.argv.pop(1))
    stages.timed("start", _import_libraries)()
    atexit.register(stages.write, path, started)
    for name, place in TASKS.items():
        module, _, function = place.partition(":")
        task = getattr(importlib.import_module(module), function)
        task.fn = stages.timed(name, task.fn)
    for name, places in FUNCTIONS.items():
        for place in places:
            module, _, function = place.partition(":")
            holder = importlib.import_module(module)
            setattr(holder, function, stages.timed(name, getattr(holder, function)))
    runpy.run_module("flows.daily", run_name="__main__")


if __name__ == "__main__":
    main()
