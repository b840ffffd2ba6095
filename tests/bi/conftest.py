"""What needs environments of its own is collected by `make test-bi` alone, which sets TEST_BI."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.bi.reading import REPOSITORY

collect_ignore = (
    [] if os.environ.get("TEST_BI") else ["test_engines_installed.py", "test_superset.py", "test_unaided.py"]
)


@pytest.fixture(scope="session")
def lived(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The data root of the demonstration's summer, or of the reports of your own that `BI_DATA_ROOT` names."""
    if chosen := os.environ.get("BI_DATA_ROOT"):
        return Path(chosen)
    folder = tmp_path_factory.mktemp("lived")
    command = [sys.executable, "-m", "sandbox.demo", "--data-root", str(folder)]
    subprocess.run(command, cwd=REPOSITORY, check=True, capture_output=True)  # noqa: S603 - our own command
    return folder
