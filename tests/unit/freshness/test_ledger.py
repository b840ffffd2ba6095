"""The ledger of report days, and the fingerprints of what they rest on."""

from datetime import date
from pathlib import Path

import pytest

from tasks.freshness.batches import Batch, inputs_by_day, staged_batches
from tasks.freshness.ledger import DayRecord, Fingerprints, merge_records, read_ledger, record_days, write_ledger
from tasks.schema.report_tables import ACCOUNT_DAILY
from tasks.schema.staged import ACCOUNT_SNAPSHOTS
from tasks.store.layout import day_batch, report_file, staged_file
from tasks.store.parquet import write_file
from tasks.store.root import DataRoot

JUNE, JULY = date(2026, 6, 30), date(2026, 7, 1)
OLD, NEW = Fingerprints("a", "b", "c"), Fingerprints("a", "b", "d")


@pytest.fixture
def root(tmp_path: Path) -> DataRoot:
    """An empty data root."""
    return DataRoot(str(tmp_path))


def test_a_ledger_gives_back_what_was_written(root: DataRoot) -> None:
    """Over months, and only for the days that were asked for."""
    records = [DayRecord(JUNE, ("account_daily",), OLD), DayRecord(JULY, (), None, {"1": NEW})]
    write_ledger(root, records)
    assert {JUNE: records[0], JULY: records[1]} == read_ledger(root, [JUNE, JULY])
    assert {JULY: records[1]} == read_ledger(root, [JULY])


def test_an_account_derived_alone_stands_beside_the_others() -> None:
    """Its own row rests on something newer; a derivation of all takes its place."""
    earlier = {JULY: DayRecord(JULY, (), OLD)}
    (alone,) = merge_records(earlier, {JULY: NEW}, {JULY: ()}, ["1"])
    assert (NEW, OLD) == (alone.of("1"), alone.of("2"))
    (whole,) = merge_records({JULY: alone}, {JULY: NEW}, {JULY: ()}, None)
    assert (NEW, NEW) == (whole.of("1"), whole.of("2"))


def test_a_batch_changes_the_days_it_completes_and_those_whose_windows_hold_it() -> None:
    """X's batch of July 10th with a week before and two days after: July 3rd to 12th; an import has no days before."""
    day = date(2026, 7, 10)
    read = Batch("staged/posts/dt=2026-07-10/part-0.parquet", 1, 1, "x", day, day, is_import=False)
    brought = Batch("staged/posts/import=1/part-0.parquet", 1, 1, "x", day, day, is_import=True)
    days = [date(2026, 7, number) for number in range(1, 15)]
    nothing = inputs_by_day([], days, 7, 2)

    def touched(batch: Batch) -> list[int]:
        return [day.day for day, inputs in inputs_by_day([batch], days, 7, 2).items() if inputs != nothing[day]]

    assert list(range(3, 13)) == touched(read)
    assert [10, 11, 12] == touched(brought)


def test_an_empty_batch_is_known_and_not_read_twice(root: DataRoot) -> None:
    """Digests are kept; a file that was not rewritten is taken from there."""
    path = staged_file(ACCOUNT_SNAPSHOTS, day_batch(JULY))
    write_file(ACCOUNT_SNAPSHOTS, ACCOUNT_SNAPSHOTS.schema.empty_table(), root, path)
    (first,) = staged_batches(root)
    assert (None, None) == (first.first, first.last)
    assert [first] == staged_batches(root)


def test_a_day_that_an_earlier_release_only_began_is_derived_once_it_is_recorded(root: DataRoot) -> None:
    """It had reports and rested on nothing; recorded, it rests on what was published, and its files are noted."""
    write_file(ACCOUNT_DAILY, ACCOUNT_DAILY.schema.empty_table(), root, report_file(ACCOUNT_DAILY, JUNE))
    begun = DayRecord(JUNE, ("account_daily",))
    assert not begun.is_derived
    write_ledger(root, [begun])
    record_days(root, {JUNE: NEW, JULY: NEW}, None)
    records = read_ledger(root, [JUNE, JULY])
    assert [DayRecord(JUNE, ("account_daily",), NEW), DayRecord(JULY, (), NEW)] == list(records.values())
