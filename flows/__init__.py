"""When, and in what order: each flow is run as `python -m flows.<name>`."""

import os
import sys

if sys.platform == "linux":
    # Arrow's usual allocator keeps some 60 MB of what was decoded and left; this one gives it back, and is as fast.
    os.environ.setdefault("ARROW_DEFAULT_MEMORY_POOL", "jemalloc")
