"""Engines of the project's own environment open every report file and agree with pyarrow on every value."""

import json
import struct
from datetime import UTC, date, datetime
from pathlib import Path, PurePosixPath

import duckdb
import polars as pl
import pyarrow.compute as pc
import pytest
from pyarrow import parquet

from tasks.schema.report_tables import ACCOUNT_DAILY, ACCOUNTS
from tasks.store.parquet import write_file
from tasks.store.root import DataRoot
from tests.bi import reading
from tests.bi.edges import write_edges
from tests.bi.invented import rows
from tests.bi.reading import AT_HAND, PYARROW, Engine

THIRD = struct.pack(">d", 1 / 3).hex()


@pytest.fixture(scope="module")
def edges(tmp_path_factory: pytest.TempPathFactory) -> tuple[list[str], list[str]]:
    """Files at the edges, and what pyarrow reads in each."""
    folder = tmp_path_factory.mktemp("edges")
    files = write_edges(folder)
    return files, reading.readings(PYARROW, files, folder / "pyarrow")


def test_the_canonical_form_holds_every_type_and_null(tmp_path: Path) -> None:
    """Text, days, microseconds, truth values, 64-bit integers and floats stand to the last digit, null as null."""
    row = {
        "account_id": "1801234567890123457",
        "handle": "frank",
        "account_created_at": datetime(1970, 1, 1, 0, 0, 1, 7, tzinfo=UTC),
        "is_protected": True,
        "last_report_date": date(2026, 7, 28),
        "followers_count": 2**53 + 1,
    }
    root = DataRoot(str(tmp_path))
    write_file(ACCOUNTS, rows(ACCOUNTS, [row]), root, PurePosixPath("accounts.parquet"))
    text = reading.readings(PYARROW, [str(tmp_path / "accounts.parquet")], tmp_path / "read")[0]
    named, values = map(json.loads, text.splitlines())
    read = {name: (kind, value) for (name, kind), value in zip(named, values, strict=True)}
    assert ("string", "1801234567890123457") == read["account_id"]
    assert ("timestamp", "1000007") == read["account_created_at"]
    assert ("bool", True) == read["is_protected"]
    assert ("date", "2026-07-28") == read["last_report_date"]
    assert ("int64", "9007199254740993") == read["followers_count"]
    assert ("string", None) == read["observation_level"]


def test_the_canonical_form_holds_floats_to_the_last_bit(tmp_path: Path) -> None:
    """A third is its eight bytes, not a rounding of them."""
    write_file(
        ACCOUNT_DAILY,
        rows(ACCOUNT_DAILY, [{"hollow_share": 1 / 3}]),
        DataRoot(str(tmp_path)),
        PurePosixPath("daily.parquet"),
    )
    text = reading.readings(PYARROW, [str(tmp_path / "daily.parquet")], tmp_path / "read")[0]
    assert f'"{THIRD}"' in text.splitlines()[1]


@pytest.mark.parametrize("engine", AT_HAND, ids=lambda engine: engine.script)
def test_an_engine_reads_what_pyarrow_reads(engine: Engine, edges: tuple[list[str], list[str]], tmp_path: Path) -> None:
    """Every value of every column of every file, at the edges of what is allowed, on a machine that is not in UTC."""
    files, expected = edges
    assert [] == reading.differences(files, expected, reading.readings(engine, files, tmp_path / "read"))


def test_what_the_footers_say_is_what_the_rows_say(edges: tuple[list[str], list[str]]) -> None:
    """Count, least and greatest value of every column, which engines take from the footer, are those of the rows."""
    connection = duckdb.connect()
    connection.execute("set TimeZone = 'UTC'")
    for path in edges[0]:
        rows = parquet.ParquetFile(path).read()
        for name in rows.column_names:
            asked = f'select count("{name}"), min("{name}"), max("{name}") from \'{path}\''  # noqa: S608 - our own
            ends = pc.min_max(rows[name]).as_py()
            expected = (len(rows) - rows[name].null_count, ends["min"], ends["max"])
            assert expected == connection.execute(asked).fetchone()


def test_a_difference_is_seen() -> None:
    """One value that differs in one file names the file and the line."""
    said = reading.differences(["a", "b"], ["x\n1\n", "x\n1\n"], ["x\n1\n", "x\n2\n"])
    assert ["b: 1\n is read as 2"] == said


def test_a_history_read_at_once_holds_the_rows_of_its_days(tmp_path: Path) -> None:
    """Folders named dt= add a column `dt` of days and change nothing else, in DuckDB and in polars."""
    root = DataRoot(str(tmp_path))
    days = [date(2026, 7, 14), date(2026, 7, 15)]
    for day, followers in zip(days, (1_600, 18_600), strict=True):
        row = {"account_id": "1", "report_date": day, "followers_count": followers}
        write_file(
            ACCOUNT_DAILY, rows(ACCOUNT_DAILY, [row]), root, PurePosixPath(f"account_daily/dt={day}/part-0.parquet")
        )
    glob = str(tmp_path / "account_daily" / "*" / "*.parquet")
    expected = [(days[0], days[0], 1_600), (days[1], days[1], 18_600)]
    asked = f"select dt, report_date, followers_count from '{glob}' order by all"  # noqa: S608 - our own folder
    assert expected == duckdb.connect().execute(asked).fetchall()
    read = pl.scan_parquet(glob, hive_partitioning=True).select("dt", "report_date", "followers_count").collect()
    assert expected == sorted(read.rows())
