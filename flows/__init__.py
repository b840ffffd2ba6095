"""When, and in what order: each flow is run as `python -m flows.<name>`."""

import os
import sys

from flows.memory import ALLOCATOR, keep_pages

if sys.platform == "linux":
    for name, value in ALLOCATOR.items():
        os.environ.setdefault(name, value)
keep_pages()
