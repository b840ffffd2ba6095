"""How the process keeps memory: set before the first array is made."""

import ctypes
import os
import sys

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
