"""Batches of days put together by month: the same rows, the same batches, whatever happens in between."""

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from pathlib import Path

import duckdb
import polars as pl
import pyarrow as pa
import pytest

from tasks.freshness.batches import staged_batches
from tasks.schema.frames import in_order
from tasks.schema.staged import FOLLOWER_ARRIVALS, READINGS
from tasks.schema.table import Table
from tasks.store import layout
from tasks.store.root import DataRoot
from tasks.store.tables import Tables
from tests.flows.conftest import REPOSITORY
from tests.unit.maintenance.held import rows

MAY = [date(2026, 5, 30) + timedelta(days=step) for step in range(4)]
"""The last two days of May and the first two of June."""
JULY = date(2026, 7, 1)


def _day(table: Table, day: date, count: int) -> pa.Table:
    columns = {"account_id": [f"{number:03}" for number in range(count)], "follower_id": list(range(count))}
    columns |= {"subject": "counts", "status": "complete", "observation_level": "full", "source": "x_api"}
    return rows(table, count, **columns, first_seen_date=day, snapshot_date=day)


@pytest.fixture
def root(tmp_path: Path) -> DataRoot:
    """Two tables of four days and one import each; on May 31st nobody came."""
    held = DataRoot(str(tmp_path / "data"))
    for table in (FOLLOWER_ARRIVALS, READINGS):
        for number, day in enumerate(MAY):
            count = 0 if (table, number) == (FOLLOWER_ARRIVALS, 1) else 3 + number
            Tables(held).put_batch(table, layout.day_batch(day), _day(table, day, count))
        Tables(held).put_batch(table, "import=0123456789abcdef", _day(table, date(2026, 4, 1), 2))
    return held


def _every(root: DataRoot) -> list[pa.Table]:
    return [in_order(table, Tables(root).staged(table)) for table in (FOLLOWER_ARRIVALS, READINGS)]


def _names(root: DataRoot) -> list[str]:
    return [entry.path.split("/")[2] for entry in Tables(root).entries(READINGS)]


def test_a_month_holds_the_rows_of_its_days(root: DataRoot) -> None:
    """May ended before June 1st and June did not; no row is lost, doubled or changed."""
    before = _every(root)
    assert "4 files of days put together into 2 files of months" == str(Tables(root).compact(date(2026, 6, 1)))
    assert ["dt=2026-05", "dt=2026-06-01", "dt=2026-06-02", "import=0123456789abcdef"] == _names(root)
    assert before == _every(root)
    assert "nothing to put together" == str(Tables(root).compact(date(2026, 6, 1)))
    Tables(root).compact(JULY)
    assert ["dt=2026-05", "dt=2026-06", "import=0123456789abcdef"] == _names(root)
    assert before == _every(root)


def test_other_engines_read_the_same_rows_from_the_files(root: DataRoot) -> None:
    """3 + 4 + 5 + 6 readings of days and 2 of an import, in DuckDB and polars too, in order of account."""
    Tables(root).compact(JULY)
    folder = f"{root.uri}/staged/readings/*/*.parquet"
    duck = duckdb.sql(f"SELECT * FROM read_parquet('{folder}', hive_partitioning => false)")  # noqa: S608 - our path
    polar = pl.read_parquet(folder, hive_partitioning=False)
    assert (20, 20) == (len(duck.fetchall()), polar.height)
    may = pl.read_parquet(f"{root.uri}/staged/readings/dt=2026-05/part-0.parquet", hive_partitioning=False)
    assert ["000", "000", "001", "001", "002", "002", "003"] == may["account_id"].to_list()


def test_a_batch_of_a_month_is_read_and_replaced_alone(root: DataRoot) -> None:
    """Staged again, a day loses its old rows, the others keep theirs; a day that was missed comes in beside them."""
    Tables(root).compact(JULY)
    Tables(root).write_batch(layout.day_batch(MAY[0]), {READINGS: _day(READINGS, MAY[0], 1)})
    Tables(root).write_batch(layout.day_batch(date(2026, 5, 7)), {READINGS: _day(READINGS, date(2026, 5, 7), 2)})
    counts = [Tables(root).read_batch(READINGS, layout.day_batch(day)) for day in (MAY[0], MAY[1], date(2026, 5, 7))]
    assert [1, 4, 2] == [rows.num_rows for rows in counts if rows]
    assert Tables(root).read_batch(READINGS, layout.day_batch(date(2026, 5, 8))) is None
    assert 20 - 3 + 1 + 2 == Tables(root).staged(READINGS).num_rows
    with pytest.raises(ValueError, match="its rows are of other days too"):
        Tables(root).write_batch(layout.day_batch(MAY[0]), {READINGS: _day(READINGS, MAY[1], 1)})


def test_a_table_whose_batches_hold_other_days_stays_as_it_is(root: DataRoot) -> None:
    """A batch of May 30th with a row of May 31st could not be told apart in a month's file."""
    Tables(root).put_batch(READINGS, layout.day_batch(MAY[0]), _day(READINGS, MAY[1], 4))
    Tables(root).compact(date(2026, 6, 1))
    assert ["dt=2026-05-30", "dt=2026-05-31"] == _names(root)[:2]


def test_no_day_becomes_stale_because_it_was_put_together(root: DataRoot) -> None:
    """Every batch with a row keeps its path and digest, known or computed anew; a changed day changes its own."""
    told = {batch.path: batch.digest for batch in staged_batches(root) if batch.first}
    Tables(root).compact(JULY)
    assert told == {batch.path: batch.digest for batch in staged_batches(root) if batch.first}
    assert told == {batch.path: batch.digest for batch in staged_batches(root) if batch.first}
    Tables(root).write_batch(layout.day_batch(MAY[0]), {READINGS: _day(READINGS, MAY[0], 1)})
    now = {batch.path: batch.digest for batch in staged_batches(root) if batch.first}
    assert [str(layout.staged_file(READINGS, layout.day_batch(MAY[0])))] == [
        path for path in told if told[path] != now[path]
    ]


def test_a_reader_beside_it_sees_every_row_once(root: DataRoot) -> None:
    """Whoever reads while days go into their month sees them in one place or the other."""
    before = _every(root)
    with ThreadPoolExecutor(1) as other:
        working = other.submit(Tables(root).compact, JULY)
        seen = [_every(root)]
        while not working.done():
            seen.append(_every(root))
    assert all(before == now for now in seen)


KILLED = """
import os, signal, sys
from datetime import date
from tasks.store.root import DataRoot
from tasks.store.tables import Tables
seen, folder, instant = 0, sys.argv[1], int(sys.argv[2])
def notice(event, given):
    global seen
    if event in ("open", "os.rename", "os.remove", "os.mkdir") and str(given[0]).startswith(folder):
        if event != "open" or given[2] & (os.O_WRONLY | os.O_RDWR):
            seen += 1
            if seen == instant:
                os.kill(os.getpid(), signal.SIGKILL)
sys.addaudithook(notice)
root = DataRoot(folder)
Tables(root).compact(date(2026, 7, 1))
"""


@pytest.mark.parametrize("instant", [1, 2, 3, 4, 6, 8])
def test_a_kill_loses_nothing_and_a_rerun_finishes(root: DataRoot, instant: int) -> None:
    """Killed before that change of the disk, every row is still read once, and the next run ends as the first would."""
    before = _every(root)
    words = [sys.executable, "-c", KILLED, root.uri, str(instant)]
    assert -9 == subprocess.run(words, check=False, cwd=REPOSITORY).returncode  # noqa: S603 - our own code
    assert before == _every(root)
    Tables(root).compact(JULY)
    assert before == _every(root)
    assert ["dt=2026-05", "dt=2026-06", "import=0123456789abcdef"] == _names(root)
    assert [] == list(Path(root.uri).rglob("dt=2026-0?-??"))


def test_days_beside_their_month_do_not_count_twice(root: DataRoot) -> None:
    """A kill after the month was whole leaves its days: they are hidden, and go with the next run."""
    before = _every(root)
    day = layout.staged_file(READINGS, layout.day_batch(MAY[0]))
    content = root.read_bytes(day)
    Tables(root).compact(JULY)
    root.replace(day, content)
    assert before == _every(root)
    assert "1 files of days" in str(Tables(root).compact(JULY))
    assert before == _every(root)
    assert not root.exists(day)
