from pathlib import Path

import pytest

from tests.x_api.desks import DeskAt, Desks


@pytest.fixture
def waits() -> list[float]:
    """The pauses that a desk made, instead of making them."""
    return []


@pytest.fixture
def desk_at(tmp_path: Path, waits: list[float]) -> DeskAt:
    """Builds a desk for the server at a root."""
    return Desks(tmp_path, waits).at
