"""Runs the commands of this repository in forked children: `python -m tests.flows.fork_server`.

A fresh interpreter takes seconds to import what a flow needs, longer than most commands take to do their work.
This process imports it once; each child is a process of its own, with the environment, folder, arguments and ends of
`python -m MODULE`, and the module runs anew as `__main__`.
Each line on standard input is an order as JSON; each line on standard output is the child's exit code.
"""

import importlib
import json
import os
import runpy
import signal
import sys
from typing import Any

from tasks.page.charts import chart_specifications
from tasks.page.page import drawing_library

NEEDED = (
    *("flows.backfill", "flows.daily", "flows.housekeeping", "flows.imports", "flows.cli.commands"),
    *("flows.cli.automations", "flows.cli.check", "flows.cli.page", "flows.cli.reach", "flows.cli.trial"),
    *("prefect.flow_engine", "prefect.task_engine", "prefect.concurrency.sync", "fastapi"),
)
"""The commands, what they load when they run, and what Prefect loads with the first run."""


def load_all() -> None:
    """Load and make whatever each child would load and make again."""
    for module in NEEDED:
        importlib.import_module(module)
    chart_specifications()
    drawing_library()


def _become(order: dict[str, Any]) -> None:
    """Let this process be the one that was ordered."""
    os.chdir(order["folder"])
    os.environ.clear()
    os.environ.update(order["environment"])
    for place, path in enumerate((os.devnull, order["out"], order["err"])):
        file = os.open(path, os.O_RDONLY if place == 0 else os.O_WRONLY | os.O_CREAT | os.O_APPEND)
        os.dup2(file, place)
        os.close(file)
    sys.argv = [order["module"], *order["words"]]
    signal.alarm(order["seconds"])


def main() -> None:
    """Answer orders until standard input ends; in a child, run the module to its end."""
    load_all()
    for line in sys.stdin:
        order = json.loads(line)
        child = os.fork()
        if child == 0:
            _become(order)
            sys.modules.pop(order["module"], None)
            runpy.run_module(order["module"], run_name="__main__", alter_sys=True)
            return
        code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        sys.stdout.write(f"{code}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
