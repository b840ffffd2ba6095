"""Runs flows in forked children, killed at a change of the data root or a moment: `python -m tests.faults.warden`.

Each line on standard input is an errand as JSON; each line on standard output says how it ended, as JSON.
Python's audit events tell of every file that is opened for writing, renamed or removed, before it happens:
so the product needs no hook for its tests.
"""

import json
import os
import signal
import sys
import traceback
from datetime import date
from pathlib import Path
from threading import Timer
from typing import Any

from flows.backfill import backfill
from flows.daily import daily
from flows.full_scan import full_scan
from flows.housekeeping import housekeeping
from flows.imports import Exports, imports
from tasks.maintenance.forget import add_to_forget_list
from tasks.store.root import DataRoot
from tests.flows.fork_server import load_all

CHANGES = frozenset({"open", "os.rename", "os.remove", "os.mkdir", "os.rmdir", "os.chmod"})
WRITING = os.O_WRONLY | os.O_RDWR
NEVER = 3600.0


def _watch(root: str, change: int, count_file: Path) -> None:
    """Count changes below the root from now on, and end the process before the one of that number."""
    seen = 0
    descriptor = os.open(count_file, os.O_CREAT | os.O_WRONLY)

    def notice(event: str, given: tuple[Any, ...]) -> None:
        nonlocal seen
        if event not in CHANGES or not str(given[0]).startswith(root) or "/.locks" in str(given[0]):
            return
        if event == "open" and not given[2] & WRITING:
            return
        seen += 1
        if seen == change:
            os.kill(os.getpid(), signal.SIGKILL)
        os.pwrite(descriptor, str(seen).encode(), 0)

    sys.addaudithook(notice)


def _run(errand: dict[str, Any]) -> bool:
    """Run the flow of the errand; whether it was completed."""
    root, days = DataRoot(errand["root"]), [date.fromisoformat(day) for day in errand["days"]]
    if errand["flow"] == "daily":
        state = daily(days[0], return_state=True)
    elif errand["flow"] == "backfill":
        state = backfill(days[0], days[-1], force=True, return_state=True)
    elif errand["flow"] == "imports":
        state = imports(Exports(handle="frank", analytics_csv=Path(errand["file"])), return_state=True)
    elif errand["flow"] == "full_scan":
        state = full_scan(return_state=True)
    else:
        if errand["flow"] == "forget":
            add_to_forget_list(root, [errand["person"]])
        state = housekeeping(errand["flow"], handle="frank", days=30, return_state=True)
    if not state.is_completed():
        sys.stderr.write(f"{state.message}\n")
    return state.is_completed()


def _child(errand: dict[str, Any]) -> int:
    os.environ.update(errand["environment"])
    Path(errand["count"]).with_suffix(".pid").write_text(str(os.getpid()), encoding="ascii")
    log = os.open(errand["log"], os.O_CREAT | os.O_APPEND | os.O_WRONLY)
    os.dup2(log, 1)
    os.dup2(log, 2)
    _watch(errand["root"], errand["change"], Path(errand["count"]))
    return 0 if _run(errand) else 1


def main() -> None:
    """Answer errands until standard input ends."""
    load_all()
    for line in sys.stdin:
        errand = json.loads(line)
        process = os.fork()
        if process == 0:
            code = 1
            try:
                code = _child(errand)
            except BaseException:
                traceback.print_exc()
                raise
            finally:
                os._exit(code)
        killer = Timer(errand["seconds"] or NEVER, os.kill, (process, signal.SIGKILL))
        killer.start()
        # The child stays a zombie until it is waited for, so that nobody else bears its number when the timer kills.
        os.waitid(os.P_PID, process, os.WEXITED | os.WNOWAIT)
        killer.cancel()
        killer.join()
        status = os.waitpid(process, 0)[1]
        sys.stdout.write(f"{os.waitstatus_to_exitcode(status)}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
