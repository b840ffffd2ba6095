"""Real engines, each in its own environment and process, open every report file and agree on every value.

`BI_DATA_ROOT` names reports of your own to read instead of the demonstration's.
"""

from pathlib import Path
from typing import TypeAlias

import pytest

from tests.bi import reading
from tests.bi.edges import report_files, write_edges, write_many
from tests.bi.reading import INSTALLED, PYARROW, Engine

Expected: TypeAlias = tuple[list[str], list[str]]


@pytest.fixture(scope="module")
def expected(lived: Path, tmp_path_factory: pytest.TempPathFactory) -> Expected:
    """Files at the edges, one of several row groups, the demonstration's; and what pyarrow reads in each."""
    folder = tmp_path_factory.mktemp("reports")
    files = [*write_edges(folder / "edges"), *write_many(folder / "many"), *report_files(lived)]
    return files, reading.readings(PYARROW, files, folder / "pyarrow")


@pytest.mark.parametrize(
    "engine", INSTALLED, ids=lambda engine: "-".join([engine.script, *engine.runner[0].split("/")[-3:-2]])
)
def test_an_engine_reads_what_pyarrow_reads(engine: Engine, expected: Expected, tmp_path: Path) -> None:
    """Every value of every column of every file: flat files and days of history, from counts to summaries."""
    if missing := engine.missing():
        pytest.skip(missing)
    files, texts = expected
    assert [] == reading.differences(files, texts, reading.readings(engine, files, tmp_path / "read"))
