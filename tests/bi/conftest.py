"""What needs environments of its own is collected by `make test-bi` alone, which sets TEST_BI."""

import os

collect_ignore = [] if os.environ.get("TEST_BI") else ["test_engines_installed.py", "test_superset.py"]
