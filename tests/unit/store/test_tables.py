"""Whoever needs rows asks for a table: no caller builds the path of one, or reads and writes its files."""

import re
from datetime import date
from pathlib import Path

import pytest

from tasks.schema.report_tables import REPORT_TABLES
from tasks.schema.staged import READINGS, STAGED_TABLES
from tasks.schema.table import Table
from tasks.store.layout import day_batch
from tasks.store.parquet import Selection
from tasks.store.root import DataRoot
from tasks.store.tables import Tables
from tests.flows.conftest import REPOSITORY
from tests.unit.maintenance.held import rows

PATHS = re.compile(
    r"\b(staged|report|latest|work)_(file|folder|month)\b|\bshard_month\b|\[str\(layout"
    r"|\b(read_files|write_file|write_pieces|rewrite_files|scan_files|merge_by_account|write_flat)\b"
)
"""The layout of tables, and the functions that take their files."""
SOURCES = [path for room in ("flows", "tasks", "config", "sandbox") for path in (REPOSITORY / room).rglob("*.py")]


def test_no_file_outside_the_store_builds_the_path_of_a_table() -> None:
    """Paths stand in `tasks/store` alone."""
    outside = [path for path in SOURCES if not path.is_relative_to(REPOSITORY / "tasks/store")]
    assert len(outside) > 100
    hits = [(path.relative_to(REPOSITORY), hit[0]) for path in outside for hit in PATHS.finditer(path.read_text())]
    assert [] == hits


@pytest.mark.parametrize("table", [*STAGED_TABLES, *REPORT_TABLES], ids=lambda table: table.name)
def test_a_table_that_was_never_written_has_no_row(tmp_path: Path, table: Table) -> None:
    """Reading it is no error: the rows are none, in the declared columns."""
    tables = Tables(DataRoot(str(tmp_path)))
    if table in STAGED_TABLES:
        found = [tables.staged(table), *tables.fold(table, Selection(), list)]
    else:
        found = [tables.latest(table), tables.history(table), tables.read_days(table)]
    assert [0] * len(found) == [one.num_rows for one in found]
    assert all(table.schema.names == one.column_names for one in found)
    assert [] == tables.files(table)


def test_a_batch_is_what_was_written_under_its_name(tmp_path: Path) -> None:
    """Written, it is read, folded and counted; deleted rows leave an empty batch, because it was read."""
    tables, batch = Tables(DataRoot(str(tmp_path))), day_batch(date(2026, 5, 3))
    columns = {"account_id": ["1", "1", "2"], "subject": ["counts", "posts", "counts"], "source": "x_api"}
    about = {"status": "complete", "observation_level": "full", "snapshot_date": date(2026, 5, 3)}
    written = rows(READINGS, 3, **columns, **about)
    tables.write_batch(batch, {READINGS: written})
    assert written == tables.read_batch(READINGS, batch) == tables.staged(READINGS)
    assert {"account_id": ["1", "2"], "rows_count": [2, 1]} == tables.distinct(READINGS, ["account_id"]).to_pydict()
    tables.delete_staged(READINGS, ("account_id",), ("1", "2"))
    left = tables.read_batch(READINGS, batch)
    assert left is not None
    assert 0 == left.num_rows
