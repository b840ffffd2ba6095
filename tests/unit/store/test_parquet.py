"""The disk edge keeps the old file until the new one is whole."""

import csv
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from pathlib import Path, PurePosixPath
from threading import Event

import pyarrow as pa
import pytest
from pyarrow import parquet as pq

from tasks.schema.check import TableProblemsError
from tasks.schema.column import Column
from tasks.schema.table import Table
from tasks.store import layout
from tasks.store.durable import open_replacement
from tasks.store.parquet import Selection, UnreadableFileError, read_files, write_file
from tasks.store.report_tables import Scope
from tasks.store.root import DataRoot
from tasks.store.sweep import sweep_orphans
from tasks.store.tables import Tables

DAILY = Table(
    name="daily",
    stage="report",
    meaning="A count by day.",
    grain="One row per account and day.",
    key=("account_id", "report_date"),
    date_column="report_date",
    columns=(
        Column("account_id", "string", "The account."),
        Column("report_date", "date", "The day.", unit="UTC day"),
        Column("followers_count", "int64", "A count.", unit="accounts", minimum=0, null_rule="Null when not read."),
    ),
)
PATH = PurePosixPath("reports/daily/part-0.parquet")
FIRST, SECOND = date(2026, 7, 14), date(2026, 7, 15)
ONE = Scope((FIRST, SECOND), frozenset({"1"}))
BOTH = Scope((FIRST, SECOND), frozenset({"1", "2"}))


def _rows(*rows: tuple[str, date, int | None]) -> pa.Table:
    return pa.Table.from_pylist([dict(zip(DAILY.schema.names, row, strict=True)) for row in rows], schema=DAILY.schema)


@pytest.fixture
def root(tmp_path: Path) -> DataRoot:
    """An empty data root."""
    return DataRoot(str(tmp_path))


def test_a_refused_write_leaves_the_old_file(root: DataRoot) -> None:
    """With a problem nothing is written, and what was there stays to the byte."""
    write_file(DAILY, _rows(("1", FIRST, 5)), root, PATH)
    before = root.read_bytes(PATH)
    with pytest.raises(TableProblemsError, match="followers_count: below 0"):
        write_file(DAILY, _rows(("1", FIRST, -5)), root, PATH)
    assert before == root.read_bytes(PATH)
    assert [str(PATH)] == root.files(PurePosixPath("reports"))


def _interrupted_write(target: Path) -> None:
    with open_replacement(target) as temporary:
        temporary.write_bytes(b"ne")
        raise KeyboardInterrupt


def test_an_interrupted_write_leaves_the_old_file_and_no_rest(tmp_path: Path) -> None:
    """An exception while the new bytes are being written changes nothing."""
    target = tmp_path / "part-0.parquet"
    target.write_bytes(b"old")
    with pytest.raises(KeyboardInterrupt):
        _interrupted_write(target)
    assert target.read_bytes() == b"old"
    assert [target] == list(tmp_path.iterdir())


def test_files_are_written_as_the_strictest_reader_needs(root: DataRoot) -> None:
    """Pages of version 1, Snappy, no nanoseconds: what Power BI's gateway and Alteryx read."""
    write_file(DAILY, _rows(("1", FIRST, 5)), root, PATH)
    metadata = pq.read_metadata(Path(root.uri) / PATH)
    assert metadata.row_group(0).column(0).compression == "SNAPPY"
    assert metadata.format_version == "2.6"
    assert {"PLAIN", "RLE", "RLE_DICTIONARY"} >= set(metadata.row_group(0).column(2).encodings)


def test_an_older_file_without_a_newer_column_reads_as_null(root: DataRoot) -> None:
    """A table written before a column was added can still be read."""
    old = _rows(("1", FIRST, 5)).drop_columns(["followers_count"])
    target = Path(root.uri) / PATH
    target.parent.mkdir(parents=True)
    pq.write_table(old, target)
    assert _rows(("1", FIRST, None)) == read_files(DAILY, root, [str(PATH)])


def test_a_damaged_file_is_named_not_skipped(root: DataRoot) -> None:
    """Bytes that are no Parquet raise with the table's name."""
    root.replace(PATH, b"PAR1 and then nonsense")
    with pytest.raises(UnreadableFileError, match="daily"):
        read_files(DAILY, root, [str(PATH)])


def test_days_restrict_what_is_read(root: DataRoot) -> None:
    """A closed range of days gives the rows of those days alone."""
    Tables(root).replace_days(DAILY, _rows(("1", FIRST, 5), ("1", SECOND, 6)), ONE)
    assert _rows(("1", SECOND, 6)) == Tables(root).read_days(DAILY, Selection(days=(SECOND, SECOND)))


def test_one_account_s_rows_are_replaced_beside_the_others(root: DataRoot) -> None:
    """Deriving one account anew leaves the rows of other accounts on the same day."""
    Tables(root).replace_days(DAILY, _rows(("1", FIRST, 5), ("2", FIRST, 50)), BOTH)
    Tables(root).replace_days(DAILY, _rows(("1", FIRST, 7)), ONE)
    Tables(root).rebuild_latest(DAILY)
    assert _rows(("1", FIRST, 7), ("2", FIRST, 50)) == Tables(root).latest(DAILY)


def test_rows_that_are_gone_leave_their_day(root: DataRoot) -> None:
    """Deriving a range anew removes what the account no longer has in it, and a day without rows has no file."""
    Tables(root).replace_days(DAILY, _rows(("1", FIRST, 5), ("1", SECOND, 6)), ONE)
    Tables(root).replace_days(DAILY, _rows(("1", FIRST, 5)), ONE)
    assert [str(layout.report_file(DAILY, FIRST))] == root.files(layout.report_folder(DAILY))


def _publish(root: DataRoot, rows: pa.Table, scope: Scope) -> bool:
    tables = Tables(root)
    tables.write_work(DAILY, rows)
    with tables.publication([DAILY]) as agrees:
        tables.replace(DAILY, scope, by_month=False, agrees=agrees)
    return agrees


def _latest(root: DataRoot) -> bytes:
    return root.read_bytes(layout.latest_file(DAILY))


def test_refreshing_the_flat_file_gives_what_rebuilding_gives(root: DataRoot) -> None:
    """From nothing, after changes, additions and removals it is the one that all days together give, to the byte."""
    assert _publish(root, _rows(("1", FIRST, 5), ("1", SECOND, 6), ("2", FIRST, 50)), BOTH)
    assert _publish(root, _rows(("1", FIRST, 7)), ONE)
    refreshed = _latest(root)
    Tables(root).rebuild_latest(DAILY)
    assert refreshed == _latest(root)
    assert _rows(("1", FIRST, 7), ("2", FIRST, 50)) == Tables(root).latest(DAILY)


def _killed_publication(root: DataRoot) -> None:
    with Tables(root).publication([DAILY]):
        Tables(root).replace_days(DAILY, _rows(("1", SECOND, 6)), ONE)
        raise KeyboardInterrupt


def test_days_that_hold_the_rows_already_are_left_alone(root: DataRoot) -> None:
    """Publishing what stands there already touches no file of history, and a changed day alone is written anew."""
    _publish(root, _rows(("1", FIRST, 5), ("1", SECOND, 6), ("2", FIRST, 50)), BOTH)
    files = [Path(root.uri) / layout.report_file(DAILY, day) for day in (FIRST, SECOND)]
    before = [path.stat().st_ino for path in files]
    _publish(root, _rows(("1", FIRST, 5), ("1", SECOND, 9)), ONE)
    assert [True, False] == [path.stat().st_ino == old for path, old in zip(files, before, strict=True)]
    assert _rows(("1", SECOND, 9)) == read_files(DAILY, root, [str(layout.report_file(DAILY, SECOND))])


def test_a_day_whose_file_was_lost_is_written_again(root: DataRoot) -> None:
    """Publishing the same rows again restores a file of history that somebody removed, other accounts included."""
    _publish(root, _rows(("1", FIRST, 5), ("2", FIRST, 50)), BOTH)
    lost = layout.report_file(DAILY, FIRST)
    before = root.read_bytes(lost)
    root.remove(lost)
    _publish(root, _rows(("1", FIRST, 5)), ONE)
    assert before == root.read_bytes(lost)


def test_after_a_kill_the_flat_file_is_rebuilt_from_history(root: DataRoot) -> None:
    """A run that died between history and flat file leaves a mark, and the next run catches up on what it left."""
    _publish(root, _rows(("1", FIRST, 5)), ONE)
    with pytest.raises(KeyboardInterrupt):
        _killed_publication(root)
    third = Scope((date(2026, 7, 16), date(2026, 7, 16)), frozenset({"1"}))
    assert not _publish(root, _rows(("1", date(2026, 7, 16), 8)), third)
    assert _rows(("1", SECOND, 6), ("1", date(2026, 7, 16), 8)) == Tables(root).latest(DAILY)


def test_the_csv_copy_says_what_the_table_says(root: DataRoot) -> None:
    """Spreadsheets get a byte order mark, ISO days, and an empty cell for null."""
    Tables(root).replace_days(DAILY, _rows(("1", FIRST, 5), ("1", SECOND, None)), ONE)
    Tables(root).rebuild_latest(DAILY)
    copy = root.read_bytes(Tables(root).write_csv(DAILY))
    assert copy.startswith(b"\xef\xbb\xbf")
    assert [
        ["account_id", "report_date", "followers_count"],
        ["1", "2026-07-14", "5"],
        ["1", "2026-07-15", ""],
    ] == list(csv.reader(copy.decode("utf-8-sig").splitlines()))


def test_only_old_temporary_files_are_swept(tmp_path: Path) -> None:
    """A write in progress is left alone; one that a killed run left is removed."""
    left = tmp_path / "reports" / ".part-0.parquet.0123.tmp"
    left.parent.mkdir()
    left.write_bytes(b"half")
    written = datetime.fromtimestamp(left.stat().st_mtime, UTC)
    assert sweep_orphans(DataRoot(str(tmp_path)), written + timedelta(hours=5)) == 0
    assert sweep_orphans(DataRoot(str(tmp_path)), written + timedelta(hours=7)) == 1
    assert not left.exists()


def test_a_sweep_lets_others_write(tmp_path: Path) -> None:
    """Temporary files that another run puts in place while they are looked at are no longer there, and no error."""
    root, is_over = DataRoot(str(tmp_path)), Event()

    def written() -> int:
        count = 0
        while not is_over.is_set():
            root.replace(PurePosixPath("ledger", "batches.json"), b"{}")
            count += 1
        return count

    with ThreadPoolExecutor(1) as other:
        writing = other.submit(written)
        try:
            swept = [sweep_orphans(root, datetime.now(UTC)) for _ in range(500)]  # noqa: TID251 - files have the true time
        finally:
            is_over.set()
        assert writing.result() > 0
    assert not any(swept)
