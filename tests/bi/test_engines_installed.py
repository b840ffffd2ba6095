"""Real engines, each in its own environment and process, open every report file and agree on every value.

`BI_DATA_ROOT` names reports of your own to read instead of the demonstration's.
"""

import subprocess
from pathlib import Path
from typing import TypeAlias

import pytest
from pyarrow import parquet

from tests.bi import reading
from tests.bi.edges import report_files, write_edges, write_many
from tests.bi.reading import INSTALLED, PYARROW, REPOSITORY, Engine, python_of

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


COUNTED = """
import sys
from tableauhyperapi import Connection, HyperProcess, Telemetry
with HyperProcess(Telemetry.DO_NOT_SEND_USAGE_DATA_TO_TABLEAU, parameters={"log_config": ""}) as process:
    with Connection(process.endpoint, sys.argv[1]) as connection:
        for table in connection.catalog.get_table_names("public"):
            print(table.name.unescaped, connection.execute_scalar_query(f"SELECT COUNT(*) FROM {table}"))
"""


def test_the_tableau_extract_holds_every_table(tmp_path: Path) -> None:
    """The command of the Tableau page makes one extract with the rows of every table of `latest/`."""
    hyper = Engine("read_hyper.py", python_of("bi"), "tableauhyperapi")
    if missing := hyper.missing():
        pytest.skip(missing)
    write_edges(tmp_path)
    target = str(tmp_path / "made.hyper")
    script = REPOSITORY / "docs" / "bi" / "tableau" / "extract.py"
    subprocess.run([*hyper.runner, str(script), str(tmp_path / "reports"), target], check=True)  # noqa: S603 - our own
    said = subprocess.run([*hyper.runner, "-c", COUNTED, target], check=True, capture_output=True, text=True)  # noqa: S603 - our own
    counts = dict(line.split() for line in said.stdout.splitlines())
    files = {
        path.stem: parquet.read_metadata(path).num_rows for path in (tmp_path / "reports/latest").glob("*.parquet")
    }
    assert files == {name: int(count) for name, count in counts.items()}
