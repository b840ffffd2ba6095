"""A flat file written block by block is the file that one write gives."""

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path, PurePosixPath

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pytest
from pyarrow import parquet

from tasks.schema.check import TableProblemsError
from tasks.schema.frames import in_order
from tasks.store import layout
from tasks.store.flat_file import BLOCK_ROWS, RowSource, write_flat
from tasks.store.parquet import GROUP_ROWS, write_file
from tasks.store.root import DataRoot
from tasks.store.tables import Tables
from tests.unit.store.test_parquet import DAILY

FIRST = date(2024, 1, 1)
DAYS = 300
ONCE = layout.LATEST / "once.parquet"
MOVED = pc.field("account_id") == "17"


def _rows(accounts: int) -> pa.Table:
    numbers = np.arange(accounts * DAYS)
    days = [FIRST + timedelta(days=day) for day in range(DAYS)]
    columns = {
        "account_id": pa.array([str(number) for number in range(accounts) for _ in range(DAYS)], pa.string()),
        "report_date": pa.array(days * accounts, pa.date32()),
        "followers_count": pa.array(numbers % 977, pa.int64()),
    }
    return in_order(DAILY, pa.table(columns, schema=DAILY.schema))


def _sources(root: DataRoot, rows: pa.Table) -> list[RowSource]:
    """Old rows, of which one account's are left out, and that account's rows as they are now."""
    old = PurePosixPath("reports/old.parquet")
    new = PurePosixPath("work/new.parquet")
    stale = rows.set_column(2, rows.schema.field(2), pc.if_else(pc.equal(rows["account_id"], "17"), 1, rows[2]))
    write_file(DAILY, stale, root, old)
    write_file(DAILY, rows.filter(MOVED), root, new)
    return [RowSource(root, [str(old)], MOVED), RowSource(root, [str(new)])]


@pytest.mark.parametrize("accounts", [0, 20, 1 + GROUP_ROWS // DAYS, 2 * GROUP_ROWS // DAYS + 40])
def test_blocks_give_the_bytes_of_one_write(tmp_path: Path, accounts: int) -> None:
    """Of no row, of one block and of several, with an account replaced: the bytes of all rows written at once."""
    root, rows = DataRoot(str(tmp_path)), _rows(accounts)
    at_once = write_file(DAILY, rows, root, ONCE)
    flat = write_flat(DAILY, root, _sources(root, rows))
    assert (at_once.rows_count, at_once.sha256) == (flat.rows_count, flat.sha256)
    assert root.read_bytes(layout.latest_file(DAILY)) == root.read_bytes(ONCE)


def test_the_csv_of_several_blocks_has_one_header_and_every_row(tmp_path: Path) -> None:
    """A spreadsheet sees one table."""
    root, rows = DataRoot(str(tmp_path)), _rows(2 * BLOCK_ROWS // DAYS)
    write_file(DAILY, rows, root, layout.latest_file(DAILY))
    lines = root.read_bytes(Tables(root).write_csv(DAILY)).decode("utf-8-sig").splitlines()
    assert '"account_id","report_date","followers_count"' == lines[0]
    assert rows.num_rows + 1 == len(lines)
    assert '"0",2024-01-01,0' == lines[1]
    assert 1 == sum(line.startswith('"account_id"') for line in lines)


def test_a_key_that_stands_in_two_sources_is_refused(tmp_path: Path) -> None:
    """Old rows that were not left out would stand twice: nothing is written."""
    root, rows = DataRoot(str(tmp_path)), _rows(3)
    path = PurePosixPath("reports/old.parquet")
    write_file(DAILY, rows, root, path)
    with pytest.raises(TableProblemsError, match="not unique"):
        write_flat(DAILY, root, [RowSource(root, [str(path)]), RowSource(root, [str(path)])])
    assert not root.exists(layout.latest_file(DAILY))


def test_a_table_that_is_not_sorted_by_account_is_written_at_once(tmp_path: Path) -> None:
    """Rows sorted by another column first cannot be cut into accounts."""
    by_day = replace(DAILY, order=("report_date", "account_id"))
    root, rows = DataRoot(str(tmp_path)), in_order(by_day, _rows(5))
    once = write_file(by_day, rows, root, ONCE)
    assert once.sha256 == write_flat(by_day, root, [RowSource(root, [str(ONCE)])]).sha256


def test_the_words_on_columns_stand_in_flat_files_alone(tmp_path: Path) -> None:
    """They are longer than a day's rows; what tells the table and its version stands in every file."""
    root, rows = DataRoot(str(tmp_path)), _rows(1)
    for path in (layout.latest_file(DAILY), layout.report_file(DAILY, FIRST)):
        write_file(DAILY, rows, root, path)
    flat, day = (
        parquet.read_schema(tmp_path / path) for path in (layout.latest_file(DAILY), layout.report_file(DAILY, FIRST))
    )
    assert flat.equals(day)
    assert {b"fields"} == {*flat.metadata} - {*day.metadata}
    assert flat.field("account_id").metadata[b"meaning"]
    assert b"meaning" not in (day.field("account_id").metadata or {})
