from pathlib import Path

import pytest

from tests.x_api.sessions import SessionAt, Sessions


@pytest.fixture
def waits() -> list[float]:
    """The pauses that a session made, instead of making them."""
    return []


@pytest.fixture
def session_at(tmp_path: Path, waits: list[float]) -> SessionAt:
    """Builds a session for the server at a root."""
    return Sessions(tmp_path, waits).at
