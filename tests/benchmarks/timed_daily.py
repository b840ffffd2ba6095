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

PLACES = {
    "past": ["flows.observe:XDay"],
    "plan": ["flows.observe:plan_reading", "flows.observe:plan_table"],
    "fetch": ["tasks.fetch:fetch.fn"],
    "stage": ["tasks.stage:stage_day.fn"],
    "standing": [
        *("flows.derive:sweep_orphans", "flows.derive:day_fingerprints", "flows.derive:record_days"),
        "flows.daily:_plans",
    ],
    # Shards of many accounts are measured by threads side by side, so they are timed together.
    "measure": ["flows.derive:_measure_shards", "flows.derive:_shards", "tasks.measure:compare.fn"],
    "judge": ["tasks.judge:judge.fn"],
    "look back": ["tasks.retrospective:search_lists.fn"],
    "report": ["tasks.report:report.fn"],
    "page": ["tasks.publish:publish.fn"],
    "telling": ["flows.notify:emit_news", "flows.notify:account_handles"],
    "artifacts": [
        *("flows.observe:create_table_artifact", "flows.notify:create_table_artifact"),
        "flows.notify:create_markdown_artifact",
    ],
}
"""The functions and tasks that make up each stage, where the flow finds them."""
TICKS = os.sysconf("SC_CLK_TCK")
LIBRARIES = ("numpy", "pandas", "pyarrow.dataset", "pyarrow.parquet", "scipy.stats", "tweepy", "jinja2")
"""What the work itself is done with; importing them is called the start."""


class Stages:
    """Wall and CPU seconds by stage; `open` is what was taken inside the stages now running."""

    def __init__(self) -> None:
        """Begin with nothing."""
        self.taken: dict[str, list[float]] = {name: [0.0, 0.0] for name in ("start", *PLACES)}
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


def _put(stages: Stages, name: str, place: str) -> None:
    holder, function = holder_of(place)
    setattr(holder, function, stages.timed(name, getattr(holder, function)))


def holder_of(place: str) -> tuple[Any, str]:
    """What holds the function of a place, and the function's name there."""
    module, _, path = place.partition(":")
    holder: Any = importlib.import_module(module)
    *above, function = path.split(".")
    for attribute in above:
        holder = getattr(holder, attribute)
    return holder, function


def main() -> None:
    """Put the timers in place and run the flow's own command line."""
    stages, started = Stages(), time.perf_counter()
    path = Path(sys.argv.pop(1))
    stages.timed("start", _import_libraries)()
    atexit.register(stages.write, path, started)
    for name, places in PLACES.items():
        for place in places:
            _put(stages, name, place)
    runpy.run_module("flows.daily", run_name="__main__")


if __name__ == "__main__":
    main()
