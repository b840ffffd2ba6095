"""When, and in what order: each flow is run as `python -m flows.<name>`."""

import os
import sys
from pathlib import Path

from flows.memory import ALLOCATOR, keep_pages

_PREFECT_HOME = Path(os.environ.get("PREFECT_HOME") or "~/.prefect").expanduser()
DATABASE_BY_HAND = f"sqlite+aiosqlite:///{_PREFECT_HOME / 'vanity-gap-by-hand.db'}"
"""Where the temporary server of a run by hand keeps what it notes: two servers on one file lock each other out."""
_BY_HAND = {
    # Cold it takes 13 s on an idle machine; Prefect's own limit of 20 s is passed as soon as others work there.
    "PREFECT_SERVER_EPHEMERAL_STARTUP_TIMEOUT_SECONDS": "300",
    "PREFECT_API_DATABASE_CONNECTION_URL": DATABASE_BY_HAND,
    # Two runs by hand at once wait for each other rather than fail.
    "PREFECT_API_DATABASE_TIMEOUT": "60",
    # Nothing leaves this machine on behalf of a run, unless it is asked for.
    "DO_NOT_TRACK": "1",
    "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
    # What the rooms log, such as waiting for a lock, is shown beside the run.
    "PREFECT_LOGGING_EXTRA_LOGGERS": "tasks",
    "PREFECT_LOGGING_TO_API_WHEN_MISSING_FLOW": "ignore",
}
"""What a run by hand asks of Prefect, unless the environment says otherwise; a server that is named has its own."""

if sys.platform == "linux":
    for name, value in ALLOCATOR.items():
        os.environ.setdefault(name, value)
if "PREFECT_API_URL" not in os.environ:
    for name, value in _BY_HAND.items():
        os.environ.setdefault(name, value)
keep_pages()
