"""When, and in what order: each flow is run as `python -m flows.<name>`."""

import ctypes
import os
import sys
from pathlib import Path

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

ALLOCATOR = {
    "ARROW_DEFAULT_MEMORY_POOL": "jemalloc",
    "JE_ARROW_MALLOC_CONF": "dirty_decay_ms:200,muzzy_decay_ms:0",
}
"""Arrow's usual allocator keeps some 60 MB of what was decoded and left; this one gives it back after 0.2 s.

Without waiting, decoding takes three times as long; after its usual second, 40 MB more are held.
"""

ARENAS, TRIM_BYTES, MAPPED_BYTES = (-8, 3), (-1, 32 * 1024**2), (-3, 2 * 1024**2)
"""Numbers of glibc's `mallopt` with their values: M_ARENA_MAX, M_TRIM_THRESHOLD, M_MMAP_THRESHOLD.

Left alone, glibc gives the pages of an array back and asks the kernel for those of the next one anew.
Judging ten million followers in accounts of ten thousand spent a sixth of its time on that.
Arrays of 2 MB and more, of which half a million followers have one a column, still go back at once.
"""


def keep_pages() -> None:
    """Let glibc keep the pages of arrays for the next ones; where it is another library, or was told, nothing."""
    if sys.platform != "linux" or any(name.startswith("MALLOC_") for name in os.environ):
        return
    library = ctypes.CDLL(None)
    if hasattr(library, "mallopt"):
        for option, value in (ARENAS, TRIM_BYTES, MAPPED_BYTES):
            library.mallopt(option, value)


if sys.platform == "linux":
    for name, value in ALLOCATOR.items():
        os.environ.setdefault(name, value)
if "PREFECT_API_URL" not in os.environ:
    for name, value in _BY_HAND.items():
        os.environ.setdefault(name, value)
keep_pages()
